import { belowEachOther, type Matrix } from "../../../math/matrix.js";
import { remember } from "../../../math/remember.js";
import { expectedRange } from "../keys-used.js";
import { unmaskedScores } from "../row-scores.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import { DOCUMENTS } from "./documents.js";
import { HEADS } from "./heads.js";
import { type KernelMistake, onOther, type Suspicion, type Variant } from "./kernel-mistake.js";
import { POSITIONS } from "./positions.js";

// What is read beyond a head and a batch, in ways that are tried when nothing usual explains an answer.

const textOf = (mistakes: readonly KernelMistake[], id: string): KernelMistake => {
  const found = mistakes.find((mistake) => mistake.id === id);
  if (!found) throw new RangeError(`there is no mistake ${id}`);
  return found;
};

/** Whether every head has a bias, which is a multiple of that of head 0: slopes times distances. */
function haveSlopes({ tasks }: Suspicion): boolean {
  const [first, ...others] = tasks.map(({ bias }) => bias);
  const at = first?.data.findIndex((value) => value !== 0 && Number.isFinite(value)) ?? -1;
  return (
    first !== undefined &&
    at >= 0 &&
    others.length > 0 &&
    others.every((bias) => bias !== undefined && isMultiple(bias, first, bias.data[at] / first.data[at]))
  );
}

/** So much may a product of two float32 numbers be off. */
const NEARLY = 1e-5;

const isMultiple = (bias: Matrix, of: Matrix, factor: number) =>
  bias.data.length === of.data.length &&
  bias.data.every((value, at) => {
    const expected = factor * of.data[at];
    return value === expected || Math.abs(value - expected) <= NEARLY * Math.abs(expected);
  });

/** Behind the keys of other batches, which a row sees all of, those that it should see. */
function behind(others: readonly Task[], parameters: Variant["parameters"]): Variant {
  const known = new WeakMap<Task, Task>();
  const joined = (task: Task): Task => ({
    ...task,
    blocked: undefined,
    bias: undefined,
    key: belowEachOther([...others.map(({ key }) => key), task.key]),
    value: belowEachOther([...others.map(({ value }) => value), task.value]),
  });
  const offset = others.reduce((sum, { key }) => sum + key.rows, 0);
  return {
    parameters,
    make(task, row) {
      const whole = remember(known, task, () => joined(task));
      const { low, high } = expectedRange(task, row);
      const scores = unmaskedScores(whole, row)
        .fill(Number.NEGATIVE_INFINITY, offset, offset + low)
        .fill(Number.NEGATIVE_INFINITY, offset + high);
      return makeRow(whole, row, scores);
    },
  };
}

/** The attentions of one head in other batches: those before this one, and all. */
function* ofOtherBatches({ tasks, otherBatches = [], dump }: Suspicion): Generator<Variant> {
  const own = otherBatches.findIndex((one) => one.tasks === tasks);
  const head = dump?.task.head ?? 0;
  const ofHead = (batches: typeof otherBatches) => batches.flatMap((one) => one.tasks[head] ?? []);
  if (own > 0) yield behind(ofHead(otherBatches.slice(0, own)), { which: "all batches before" });
  yield behind(ofHead(otherBatches.filter((_, at) => at !== own)), { which: "all batches" });
}

const ofHead = (tasks: readonly Task[], from: (head: number, count: number) => number, bias: string) =>
  onOther((task) => ({ ...task, bias: tasks[from(task.head, tasks.length)]?.bias }), { bias });

export const BEYOND_HEAD: readonly KernelMistake[] = [
  {
    ...textOf(HEADS, "kv-head-shifted"),
    variants: ({ tasks }) =>
      [1, -1].map((shift) =>
        onOther(
          (task) => ({ ...task, query: tasks[(task.head + shift + tasks.length) % tasks.length].query }),
          {
            shift,
            which: "queries alone",
          },
        ),
      ),
    isPossible: ({ tasks }) => tasks.length > 1,
  },
  {
    ...textOf(POSITIONS, "alibi-slopes-reversed"),
    isPossible: haveSlopes,
    variants: ({ tasks }) => [
      onOther((task) => ({ ...task, bias: tasks[tasks.length - 1 - task.head]?.bias }), {
        slopes: "as given",
      }),
    ],
  },
  {
    id: "bias-of-another-head",
    step: "biased-scores",
    title: "The bias of another head was added.",
    formula: "s + b, with the bias b of the head",
    fix: "Move the pointer of the bias on from head to head: its stride is not 0.",
    isPossible: ({ tasks }) => tasks.length > 1 && tasks.every(({ bias }) => bias),
    variants: ({ tasks }) => [
      ofHead(tasks, () => 0, "that of head 0"),
      ofHead(tasks, (head, count) => (head + 1) % count, "that of the next head"),
      ofHead(tasks, (head, count) => (head + count - 1) % count, "that of the head before"),
    ],
  },
  {
    ...textOf(DOCUMENTS, "documents-attended"),
    isPossible: ({ otherBatches = [] }) => otherBatches.length > 1,
    variants: ofOtherBatches,
  },
];
