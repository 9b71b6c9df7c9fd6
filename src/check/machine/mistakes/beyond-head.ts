import { sumOver, upTo } from "../../../math/lists.js";
import { blockedBeside, expectedRange, isWithin, type KeyRange } from "../keys-used.js";
import type { Task } from "../task.js";
import { withBias } from "./conditioning.js";
import { kvReaders } from "./heads.js";
import {
  altered,
  batchesOf,
  everyTask,
  hasBatches,
  inWrongRows,
  joinedKeys,
  type KernelMistake,
  otherAttentions,
  type Parameters,
  type SearchContext,
  seeing,
  type Variant,
  withTask,
} from "./kernel-mistake.js";
import { masking } from "./mask-settings.js";
import { isOrdered } from "./masks.js";
import { paddedSizes } from "./online.js";
import { readRanges } from "./other-keys.js";
import { documentsAttended, overKeys } from "./ranges.js";
import { nearestInTwoRows } from "./sums.js";

// Mistakes that read beyond a head or a batch. They are tried if no usual mistake explains an answer.

/** All batches as one: their keys lie one behind the other. */
interface Joined {
  /** The first key of each batch, the end of the last one, and the keys of the own one. */
  readonly starts: readonly number[];
  readonly own: KeyRange;
  /** Returns an attention over the keys of all batches. Its rows see what they may see of their own batch. */
  of(task: Task): Task;
}

function joinBatches({ tasks, allBatches = [] }: SearchContext): Joined {
  const sizes = allBatches.map((one) => one.tasks[0].key.rows);
  const starts = [...sizes, 0].map((_, at) => sumOver(sizes.slice(0, at)));
  const low = starts[allBatches.findIndex((one) => one.tasks === tasks)];
  const of = altered((task) => {
    const keys = joinedKeys(allBatches.flatMap((one) => one.tasks[task.head] ?? []));
    return { ...keys, bias: undefined, blocked: blockedBeside(task, low, sumOver(sizes)) };
  });
  return { starts, own: { low, high: low + tasks[0].key.rows }, of };
}

/** Makes a variant of the joined batches. */
const inJoined = ({ of }: Joined, { parameters, make }: Variant): Variant => ({
  parameters,
  make: (task, row) => make(of(task), row),
});

/** Returns variants in which rows also see keys of other batches. */
function ofOtherBatches(given: SearchContext): readonly Variant[] {
  const joined = joinBatches(given);
  const others: Readonly<Record<string, (key: number) => boolean>> = {
    "all batches before": (key) => key < joined.own.low,
    "all batches": (key) => !isWithin(joined.own, key),
  };
  return Object.entries(others).map(([which, isOther]) =>
    inJoined(
      joined,
      seeing(() => (key, isOwn) => isOwn || isOther(key), { which }),
    ),
  );
}

/** Returns the ranges of the joined keys that wrong rows show, if some begin or end beyond the own batch. */
function cutElsewhere(given: SearchContext): readonly Variant[] {
  const { dump } = given;
  if (!dump) return [];
  const joined = joinBatches(given);
  const ranges = readRanges({ ...dump, task: joined.of(dump.task) }, joined.starts);
  const { low, high } = joined.own;
  if (ranges.shown.every(({ range }) => range.low >= low && range.high <= high)) return [];
  return ranges.ways.map((way) => inJoined(joined, inWrongRows(dump, way)));
}

/** By how many rows the start of a sequence is missed. */
const MISSED = upTo(9, 1).flatMap((by) => [by, -by]);

/** Returns masks in which one sequence starts some rows earlier or later. Queries and keys are the same rows. */
function startedElsewhere(given: SearchContext): readonly Variant[] {
  const { allBatches = [], tasks } = given;
  if (allBatches.some(({ tasks: [{ query, key }] }) => query.rows !== key.rows)) return [];
  const joined = joinBatches(given);
  const { low: first, high: end } = joined.own;
  const isCausal = isOrdered(given);
  const moved = joined.starts.slice(1, -1).flatMap((start, at) =>
    MISSED.map((by) => {
      const starts = joined.starts.with(at + 1, start + by);
      const rangeFor = (row: number) => {
        const place = first + row;
        const high = starts.find((one) => one > place) ?? end;
        return { low: starts.findLast((one) => one <= place) ?? 0, high: isCausal ? place + 1 : high };
      };
      return inJoined(joined, overKeys(rangeFor, { sequence: at + 1, from: `${start + by}, not ${start}` }));
    }),
  );
  return tasks.every(({ bias }) => bias) ? [] : nearestInTwoRows(given, moved);
}

/** Returns the keys of all batches that begin where the queries of a sequence do: as many as its queries, or as its keys. */
function keysByQueries(given: SearchContext): readonly Variant[] {
  const { allBatches = [], tasks } = given;
  const at = allBatches.findIndex((one) => one.tasks === tasks);
  const low = sumOver(allBatches.slice(0, at), (one) => one.tasks[0].query.rows);
  const [{ query, key }] = tasks;
  const joined = joinBatches(given);
  return Object.entries({ keys: query.rows, "first key": key.rows }).map(([which, count]) =>
    inJoined(
      joined,
      overKeys(() => ({ low, high: low + count }), { [which]: "by the sequences of the queries" }),
    ),
  );
}

/** Returns masks in which queries or keys are counted over all sequences, and the others from their own start. */
function countedOverAll(given: SearchContext): readonly Variant[] {
  const { low: start } = joinBatches(given).own;
  return Object.entries({ queries: start, keys: -start }).map(([which, by]) =>
    overKeys(
      (row, task) => {
        const { low, high } = expectedRange(task, row);
        return { low: low > 0 ? low + by : 0, high: Math.min(task.key.rows, high + by) };
      },
      { "counted over all": which },
    ),
  );
}

type Numbers = Float64Array | Uint8Array;

const areEqual = (a: Numbers, b: Numbers) =>
  a === b || (a.length === b.length && a.every((own: number, at: number) => own === b[at]));

/** The numbers of a mask and of a bias. */
const NUMBERS = {
  blocked: ({ blocked }: Task): readonly Numbers[] =>
    blocked ? [blocked.low, blocked.high, ...(blocked.cells ? [blocked.cells.data] : [])] : [],
  bias: ({ bias }: Task): readonly Numbers[] => (bias ? [bias.data] : []),
};

/** Whether not all heads of the dump have the same mask, or the same bias. */
const areOthers =
  (part: keyof typeof NUMBERS): KernelMistake["isPossible"] =>
  (given) => {
    const [first, ...others] = batchesOf(given).flat().map(NUMBERS[part]);
    return others.some(
      (own) => own.length !== first.length || !own.every((numbers, at) => areEqual(numbers, first[at])),
    );
  };

/** Whether two attentions have as many queries and as many keys. */
const areAlike = (one: Task, other: Task) =>
  one.query.rows === other.query.rows && one.key.rows === other.key.rows;

/** Masks and biases of another head or batch. */
export const OF_ANOTHER_HEAD: readonly KernelMistake[] = [
  masking({
    id: "mask-of-another-head",
    title: "The mask of another head or batch was applied.",
    fix: "Advance the pointer of the mask, or of the key lengths, from head to head and from batch to batch: its stride is not 0.",
    isPossible: areOthers("blocked"),
    variants: (given) =>
      otherAttentions(given).map(({ parameters, of }) =>
        withTask((task) => (areAlike(task, of(task)) ? { blocked: of(task).blocked } : {}), parameters),
      ),
  }),
  {
    id: "bias-of-another-head",
    step: "biased-scores",
    title: "The bias, or the slope of ALiBi, of another head or batch was used.",
    formula: "s + b, with the bias b of the head; of ALiBi, the first head has the steepest slope",
    fix: "Advance the pointer of the bias from head to head and from batch to batch: its stride is not 0. Take the slope by the index of the query head.",
    isPossible: areOthers("bias"),
    variants: (given) =>
      otherAttentions(given).map(({ parameters, of }) =>
        withBias((bias, task) => (areAlike(task, of(task)) && of(task).bias) || bias, parameters),
      ),
  },
];

/** Makes a variant in which rows also see rows of keys and values that lie behind those of the head in memory. */
function seeingBehind(more: number, behind: (task: Task) => Task | undefined, parameters: Parameters) {
  const of = altered((task) => {
    const { rows } = task.key;
    const read = (part: "key" | "value") => {
      const { cols } = task[part];
      const next = behind(task)?.[part].data.subarray(0, more * cols) ?? [];
      const data = new Float64Array((rows + more) * cols);
      data.set(task[part].data);
      data.set(next, rows * cols);
      return { rows: rows + more, cols, data };
    };
    return { key: read("key"), value: read("value"), blocked: blockedBeside(task, 0, rows + more) };
  });
  const { make } = seeing((task) => (key, isOwn) => isOwn || key >= task.key.rows - more, parameters);
  return { parameters, make: (task: Task, row: number) => make(of(task), row) };
}

/** Yields variants whose last tile is not masked, and whose memory goes on with the next head or batch. */
function* keysBehind(given: SearchContext): Generator<Variant> {
  const { tasks } = given;
  const batches = batchesOf(given);
  const all = batches.flatMap(kvReaders);
  const own = batches.indexOf(tasks);
  const { length: count } = kvReaders(tasks);
  const readers = {
    "the next head": ({ head }: Task) => all[own * count + Math.floor((head * count) / tasks.length) + 1],
    "the next batch": ({ head }: Task) => batches[own + 1]?.[head],
  };
  for (const size of paddedSizes(tasks[0].key.rows))
    for (const [of, behind] of Object.entries(readers).filter(([, next]) => tasks.some(next)))
      yield seeingBehind(size - tasks[0].key.rows, behind, { keys: size - tasks[0].key.rows, of });
}

export const BEYOND_HEAD: readonly KernelMistake[] = [
  masking({
    id: "keys-behind-attended",
    title: "Keys behind the last one were attended: those of the next head or batch in memory.",
    fix: "Mask the columns from m on in the last tile.",
    isPossible: everyTask(({ bias }) => !bias),
    variants: keysBehind,
  }),
  {
    ...documentsAttended,
    isPossible: hasBatches,
    variants: ofOtherBatches,
  },
  {
    id: "sequences-cut-elsewhere",
    isFree: true,
    step: "masked-scores",
    title:
      "Of sequences that lie behind each other, the first or last key or the positions in the mask were others.",
    formula: "sequence b holds the rows cu_seqlens[b] to cu_seqlens[b + 1] − 1",
    fix: "Compare where the kernel begins and ends each sequence with the cu_seqlens of the keys: those of the queries, a 1 too many, or sums without the 0 in front. Subtract the start from both indices of the mask.",
    isPossible: ({ allBatches = [] }) => new Set(allBatches.map(({ tasks }) => tasks[0].key.rows)).size > 1,
    variants: (given) => [
      ...(isOrdered(given) ? countedOverAll(given) : keysByQueries(given)),
      ...startedElsewhere(given),
      ...cutElsewhere(given),
    ],
  },
];
