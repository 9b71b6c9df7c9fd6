import { sumOver } from "../../../math/lists.js";
import { once } from "../../../math/remember.js";
import { expectedRange, type KeyRange } from "../keys-used.js";
import { scoresSeeing } from "../row-scores.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import { withBiasOf } from "./conditioning.js";
import { HEADS } from "./heads.js";
import {
  hasBatches,
  hasHeads,
  joinedKeys,
  type KernelMistake,
  otherAttentions,
  type Parameters,
  replacing,
  type SearchContext,
  type Variant,
} from "./kernel-mistake.js";
import { isOrdered } from "./masks.js";
import { turnedBy } from "./orders.js";
import { DOCUMENTS, overKeys } from "./ranges.js";

// Mistakes that read beyond a head or a batch. They are tried if no usual mistake explains an answer.

const textOf = (mistakes: readonly KernelMistake[], id: string): KernelMistake => {
  const found = mistakes.find((mistake) => mistake.id === id);
  if (!found) throw new RangeError(`there is no mistake ${id}`);
  return found;
};

/**
 * The keys of a row within the concatenated keys of all batches. Its own batch begins at `start`, and the row sees keys
 * `low` to `high` of it.
 */
interface Seen extends KeyRange {
  readonly start: number;
  readonly row: number;
}

/** Makes a variant whose rows attend over the concatenated keys of all batches. */
function overBatches(
  batches: readonly Task[],
  own: number,
  isSeen: (key: number, seen: Seen) => boolean,
  parameters: Parameters,
): Variant {
  const start = numKeysOf(batches.slice(0, own));
  const joined = once(() => joinedKeys(batches));
  return {
    parameters,
    make(task, row) {
      const whole = { ...task, blocked: undefined, bias: undefined, ...joined() };
      const seen = { ...expectedRange(task, row), start, row };
      return makeRow(
        whole,
        row,
        scoresSeeing(whole, row, (key) => isSeen(key, seen)),
      );
    },
  };
}

const numKeysOf = (tasks: readonly Task[]) => sumOver(tasks, ({ key }) => key.rows);

/** Finds the attentions of one head in all batches, and the index of the own batch. */
function acrossBatches({ tasks, otherBatches = [], dump }: SearchContext) {
  const head = dump?.task.head ?? 0;
  const own = otherBatches.findIndex((one) => one.tasks === tasks);
  return { own, batches: otherBatches.flatMap((one) => one.tasks[head] ?? []) };
}

const isOwn = (key: number, { start, low, high }: Seen) => key >= start + low && key < start + high;

function* ofOtherBatches(given: SearchContext): Generator<Variant> {
  const { own, batches } = acrossBatches(given);
  const [first, end] = [own, own + 1].map((at) => numKeysOf(batches.slice(0, at)));
  const isBefore = (key: number) => key < first;
  if (own > 0)
    yield overBatches(batches, own, (key, seen) => isBefore(key) || isOwn(key, seen), {
      which: "all batches before",
    });
  yield overBatches(batches, own, (key, seen) => isBefore(key) || key >= end || isOwn(key, seen), {
    which: "all batches",
  });
}

/** Yields packed sequences whose boundaries are shifted by one: for keys and queries, or for keys alone. */
function* cutElsewhere(given: SearchContext): Generator<Variant> {
  const { own, batches } = acrossBatches(given);
  const total = numKeysOf(batches);
  const starts = batches.map((_, at) => numKeysOf(batches.slice(0, at)));
  const before = starts[Math.max(0, own - 1)];
  yield overBatches(batches, own, (at, { low, high }) => at >= before + low && at < before + high, {
    which: "all keys: from the start of the sequence before",
  });
  // If query 0 sees its sequence to the end, the mask is not causal.
  const { key, query } = batches[own];
  const isCausal = expectedRange(batches[own], 0).high < key.rows;
  for (const by of [1, -1]) {
    const cuts = [...starts.map((start) => (start === 0 ? 0 : start + by)), total];
    if (query.rows === key.rows)
      yield overBatches(
        batches,
        own,
        (at, { start, row, high }) => {
          const next = cuts.findIndex((cut) => cut > start + row);
          return at >= cuts[next - 1] && at < (isCausal ? start + high : cuts[next]);
        },
        { "cut by": by },
      );
    for (const [which, end] of [
      ["first and last key", by],
      ["first key", 0],
      ["last key", by],
    ] as const)
      yield overBatches(
        batches,
        own,
        (at, { start, low, high }) =>
          at >= start + low + (which === "last key" ? 0 : by) && at < start + high + end,
        { which, by },
      );
  }
}

/** Yields masks in which queries or keys are counted over all sequences, and the others from their own start. */
function countedOverAll(given: SearchContext): readonly Variant[] {
  const { own, batches } = acrossBatches(given);
  const start = numKeysOf(batches.slice(0, own));
  return (["queries", "keys"] as const).map((which) =>
    overKeys(
      (row, task) => {
        const { low, high } = expectedRange(task, row);
        const by = which === "queries" ? start : -start;
        return { low: low > 0 ? low + by : 0, high: Math.min(task.key.rows, high + by) };
      },
      { "counted over all": which },
    ),
  );
}

export const BEYOND_HEAD: readonly KernelMistake[] = [
  {
    ...textOf(HEADS, "kv-head-shifted"),
    isPossible: hasHeads,
    variants: ({ tasks }) =>
      [1, -1].map((shift) =>
        replacing(["query"], ({ head }) => tasks[turnedBy(shift)(head, tasks.length)].query, {
          shift,
          which: "queries alone",
        }),
      ),
  },
  {
    id: "bias-of-another-head",
    step: "biased-scores",
    title: "The bias of another head or batch was added.",
    formula: "s + b, with the bias b of the head",
    fix: "Advance the pointer of the bias from head to head and from batch to batch: its stride is not 0.",
    isPossible: ({ tasks }) => tasks.every(({ bias }) => bias),
    variants: (given) => otherAttentions(given).map(({ parameters, of }) => withBiasOf(of, parameters)),
  },
  {
    ...textOf(DOCUMENTS, "documents-attended"),
    isPossible: hasBatches,
    variants: ofOtherBatches,
  },
  {
    id: "sequences-cut-elsewhere",
    step: "masked-scores",
    title:
      "Of sequences that lie behind each other, the first or last key or the positions in the mask were others.",
    formula: "sequence b holds the rows cu_seqlens[b] to cu_seqlens[b + 1] − 1",
    fix: "Compare where the kernel begins and ends each sequence with cu_seqlens: a 1 too many, or sums without the 0 in front. Subtract the start from both indices of the mask.",
    isPossible: ({ otherBatches = [] }) =>
      otherBatches.length > 1 &&
      otherBatches.some(({ tasks }) => tasks[0].key.rows !== otherBatches[0].tasks[0].key.rows),
    *variants(given) {
      if (isOrdered(given)) yield* countedOverAll(given);
      yield* cutElsewhere(given);
    },
  },
];
