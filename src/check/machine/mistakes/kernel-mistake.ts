import { belowEachOther, cellOf, type Matrix, rowOf } from "../../../math/matrix.js";
import { rangesOf, rangesText } from "../../../math/ranges.js";
import { remember, remembered } from "../../../math/remember.js";
import { type Homework, type MistakeText, mistakesAt } from "../../mistakes/mistake.js";
import { mistakeCalled } from "../../mistakes/registry.js";
import { scoresOfRow, scoresSeeing } from "../row-scores.js";
import { type MadeRow, makeRow, SAMPLED, type Weighting } from "../rows.js";
import type { Task } from "../task.js";
import { indicesWhere } from "../where.js";
import { flipped, type Order, reversed, transposed, turnedBy } from "./orders.js";

/**
 * A function that computes a row of one head with a mistake. Returns undefined if the row attends to no key: then
 * zeros, non-finite numbers or the mean of the values are accepted.
 */
export type RowMaker = (task: Task, row: number) => MadeRow | undefined;

/** One way to make a mistake, with its numbers. */
export interface Variant {
  /** The numbers of the variant, for example a tile of 64 or a factor. */
  readonly parameters?: Parameters | undefined;
  readonly make: RowMaker;
  /** Returns a changed attention whose right rows are those of the mistake. Left out if there is no such attention. */
  readonly alter?: ((task: Task) => Task) | undefined;
  /** The same mistake with another number. If it fits a row too, the row does not determine the number. */
  readonly rival?: RowMaker | undefined;
  /** Whether it may fit by chance, as a mistake with a free number does. */
  readonly isFree?: true;
}

export type Parameters = Readonly<Record<string, number | string>>;

/** What is known when mistakes are searched for. */
export interface SearchContext {
  /** All heads of the run, or its only attention. */
  readonly tasks: readonly Task[];
  readonly homework: Homework;
  /** The heads of all batches in the dump, if there are several. */
  readonly allBatches?: readonly { readonly batch: number; readonly tasks: readonly Task[] }[] | undefined;
  /** The wrong output, if it is that of one attention. The numbers of some mistakes are found from it. */
  readonly dump?: Dump | undefined;
  /** Whether the time of the search is over. Then what is left is not searched. */
  readonly isOver?: (() => boolean) | undefined;
}

/** The dumped output of one attention, with its wrong rows. There is at least one. */
export interface Dump {
  readonly task: Task;
  readonly got: Matrix;
  /** The right output. */
  readonly want: Matrix;
  readonly wrongRows: readonly number[];
  readonly wrongColumns: readonly number[];
}

/** Applies a variant to the wrong rows only. Elsewhere the numbers stay right. */
export function inWrongRows({ wrongRows }: Dump, { parameters, make }: Variant): Variant {
  const wrong = new Set(wrongRows);
  return { parameters, make: (task, row) => (wrong.has(row) ? make(task, row) : makeRow(task, row)) };
}

/** Applies a variant to the wrong columns only, and to the wrong rows only if they are a part of their own. */
function inWrongPart(dump: Dump, isOfRows: boolean, variant: Variant): Variant {
  const { wrongColumns, got } = dump;
  const { parameters, make } = isOfRows ? inWrongRows(dump, variant) : variant;
  const columns = new Set(wrongColumns);
  return {
    parameters,
    make(task, row) {
      const right = makeRow(task, row);
      const made = make(task, row);
      if (!made || !right || columns.size === got.cols) return made;
      return rowOfCells(made, got.cols, (name, c) => (columns.has(c) ? made : right)[name][c]);
    },
  };
}

/**
 * Makes a mistake that is made in a part of the output only, if the wrong rows or columns are one block or two. Rows that
 * are wrong here and there may be those in which the mistake shows.
 */
export const inPart = (mistake: KernelMistake): KernelMistake => ({
  ...mistake,
  isFree: true,
  variants(given) {
    const { dump } = given;
    if (!dump) return [];
    const { wrongRows, wrongColumns, got } = dump;
    const parts = { rows: [wrongRows, got.rows], columns: [wrongColumns, got.cols] } as const;
    const ranges = Object.entries(parts).flatMap(([name, [wrong, count]]) =>
      wrong.length === count ? [] : [[name, rangesOf(wrong)] as const],
    );
    const blocks = ranges.filter(([, own]) => own.length <= MAX_BLOCKS);
    if (blocks.length === 0) return [];
    const texts = blocks.map(([name, own]) => [name, rangesText(own)]);
    const isOfRows = blocks.some(([name]) => name === "rows");
    return Array.from(mistake.variants(given), (variant) => {
      const parameters = { ...variant.parameters, ...Object.fromEntries(texts) };
      return inWrongPart(dump, isOfRows, { ...variant, parameters });
    });
  },
});

const MAX_BLOCKS = 2;

/** Returns the last wrong row and its dumped numbers. In causal attention, the last row has the most keys. */
export function lastWrongRow({ task, got, wrongRows }: Dump) {
  const row = wrongRows[wrongRows.length - 1];
  return { task, row, got: rowOf(got, row) };
}

/** A mistake of machines that can be replayed. Each file has one family, and registry.ts lists them. */
export interface ReplayedMistake<Context, AnyVariant> extends MistakeText {
  /** Whether the mistake is possible in these attentions. If left out, it is always possible. */
  readonly isPossible?: ((context: Context) => boolean) | undefined;
  variants(context: Context): Iterable<AnyVariant>;
  /**
   * Whether the mistake has a free number. If a mistake without one gives the same numbers, that one is named instead.
   */
  readonly isFree?: true;
}

/** A mistake of forward passes. */
export type KernelMistake = ReplayedMistake<SearchContext, Variant>;

/** Leaves out mistakes with a free number, if a mistake without one explains the same numbers. */
export function withoutFree<
  Found extends {
    readonly mistake: Pick<KernelMistake, "isFree">;
    readonly variant?: Pick<Variant, "isFree"> | undefined;
  },
>(found: readonly Found[]): readonly Found[] {
  const fixed = found.filter(({ mistake, variant }) => !mistake.isFree && !variant?.isFree);
  return fixed.length > 0 ? fixed : found;
}

/** Returns every variant of a mistake that is possible in these attentions. */
export const variantsOf = <Context, AnyVariant>(
  mistake: ReplayedMistake<Context, AnyVariant>,
  context: Context,
): readonly AnyVariant[] =>
  mistake.isPossible?.(context) === false ? [] : Array.from(mistake.variants(context));

/**
 * Returns a function that makes the mistakes of a family. They share step, formula and condition unless a mistake sets
 * its own.
 */
export function kernelMistakes(step: string, formula: string, isPossible?: KernelMistake["isPossible"]) {
  const make = mistakesAt<KernelMistake>(step, formula);
  type Own = Omit<KernelMistake, "step" | "formula"> & Partial<Pick<KernelMistake, "step" | "formula">>;
  return (own: Own): KernelMistake => make({ isPossible, ...own });
}

/** Returns the condition that something holds for every attention. */
export const everyTask =
  (holds: (task: Task) => unknown) =>
  ({ tasks }: SearchContext): boolean =>
    tasks.every(holds);

/** Whether the run has several heads, or the dump several batches. */
export const hasHeads = ({ tasks }: SearchContext) => tasks.length > 1;
export const hasBatches = ({ allBatches = [] }: SearchContext) => allBatches.length > 1;

/** Returns the heads of every batch of the dump, or those of the run if it has no batches. */
export const batchesOf = ({ tasks, allBatches = [] }: SearchContext): readonly (readonly Task[])[] =>
  allBatches.length > 0 ? allBatches.map((one) => one.tasks) : [tasks];

/**
 * Returns other items than each one's own, as kernels take them by mistake: one for all, or all in another order.
 * `called` is the name of one item in the parameters.
 */
export function takenFromOthers<One>(
  all: readonly One[],
  called = "head",
): readonly { readonly parameters: Parameters; readonly of: (index: number) => One }[] {
  const count = all.length;
  if (count < 2) return [];
  const inOrder = (order: string, from: Order) => ({
    parameters: { order },
    of: (index: number) => all[from(index, count)],
  });
  const groups = indicesWhere(count, (size) => size > 1 && count % size === 0);
  return [
    inOrder("from the last to the first", reversed),
    ...all.map((one, at) => ({ parameters: { [called]: at }, of: () => one })),
    inOrder("each the next", turnedBy(1)),
    inOrder("each the one before", turnedBy(-1)),
    // Two are the same in reverse.
    ...(count > 2 ? [inOrder("h xor 1", flipped(1))] : []),
    ...groups.flatMap((size) => [
      inOrder(`⌊h / ${size}⌋`, (index) => Math.floor(index / size)),
      inOrder(`h mod ${size}`, (index) => index % size),
      inOrder(`${size} × ${count / size} transposed`, transposed(size)),
    ]),
  ];
}

/** Returns other attentions in place of each one: of other heads, and of any heads of all batches. */
export function otherAttentions({ tasks, allBatches = [] }: SearchContext) {
  const all = allBatches.flatMap((one) => one.tasks);
  const own = allBatches.findIndex((one) => one.tasks === tasks);
  return [
    ...takenFromOthers(tasks).map(({ parameters, of }) => ({ parameters, of: ({ head }: Task) => of(head) })),
    ...takenFromOthers(allBatches, "batch").map(({ parameters, of }) => ({
      parameters: "order" in parameters ? { ...parameters, of: "batches" } : parameters,
      of: (task: Task) => of(own).tasks[task.head] ?? task,
    })),
    ...takenFromOthers(all, "head of all batches").map(({ parameters, of }) => ({
      parameters: "order" in parameters ? { ...parameters, of: "all batches" } : parameters,
      of: (task: Task) => of(all.indexOf(task)),
    })),
  ];
}

/** Makes a kernel mistake from a mistake of written solutions, with its id and texts. */
export function fromWrittenMistake(
  name: string,
  variants: KernelMistake["variants"],
  isPossible?: KernelMistake["isPossible"],
): KernelMistake {
  const { id, step, title, formula, fix } = mistakeCalled(name);
  return { id, step, title, formula, fix, variants, isPossible };
}

/** Returns a function that changes attentions, each of them once. */
export const altered = (alter: (task: Task) => Partial<Task>) =>
  remembered((task: Task): Task => ({ ...task, ...alter(task) }));

/** Makes a variant with a changed attention: other scores, masks or values. */
export function withTask(change: (task: Task) => Partial<Task>, parameters?: Parameters): Variant {
  const alter = altered(change);
  return { parameters, alter, make: (task, row) => makeRow(alter(task), row) };
}

/** Returns the keys and values of several attentions, one behind the other. */
export const joinedKeys = (all: readonly Task[]): Pick<Task, "key" | "value"> => ({
  key: belowEachOther(all.map(({ key }) => key)),
  value: belowEachOther(all.map(({ value }) => value)),
});

/** The matrices of an attention. */
export type Part = "query" | "key" | "value";

/** Groups of these matrices, by the name that messages use. */
export const PARTS = {
  "keys alone": ["key"],
  "queries alone": ["query"],
  "values alone": ["value"],
  "query, key and value": ["query", "key", "value"],
  "queries and keys": ["query", "key"],
  "keys and values": ["key", "value"],
} as const satisfies Readonly<Record<string, readonly Part[]>>;

/** Makes a variant in which some matrices of the attention are replaced. */
export const replacing = <Of extends Part>(
  parts: readonly Of[],
  made: (task: Task, part: Of) => Matrix,
  parameters?: Parameters,
): Variant =>
  withTask((task) => Object.fromEntries(parts.map((part) => [part, made(task, part)])), parameters);

/** Makes a variant that changes the numbers of the right row. */
export const withOutput = (
  alter: (right: Float64Array, task: Task, row: number) => Float64Array,
  parameters?: Parameters,
): Variant => ({
  parameters,
  make(task, row) {
    const right = makeRow(task, row);
    if (!right) return undefined;
    const output = alter(right.output, task, row);
    return output === right.output ? right : { ...right, sample: undefined, output };
  },
});

/** Makes a variant of the right rows that copies some numbers from the dump. */
export const asDumped = (
  { got }: Dump,
  isCopied: (row: number, col: number) => boolean,
  parameters?: Parameters,
): Variant =>
  withOutput((right, _, row) => {
    const made = right.map((own, col) => (isCopied(row, col) ? cellOf(got, row, col) : own));
    return made.every((own, col) => own === right[col]) ? right : made;
  }, parameters);

/** Returns a row with cells of other rows, which are computed when they are needed. */
function rowOfCells(
  like: MadeRow,
  cols: number,
  cellOf: (name: "output" | "squares" | "spread", col: number) => number,
): MadeRow {
  const collect = (name: "output" | "squares" | "spread", count = cols) =>
    Float64Array.from({ length: count }, (_, c) => cellOf(name, c));
  return {
    ...like,
    sample: () => collect("output", Math.min(SAMPLED, cols)),
    get output() {
      return collect("output");
    },
    get squares() {
      return collect("squares");
    },
    get spread() {
      return collect("spread");
    },
  };
}

/** Builds a row from the cells at other places: of other heads, rows or columns. */
export function collectRow(
  task: Task,
  row: number,
  from: (col: number) => readonly [task: Task, row: number, col: number],
  make: RowMaker = makeRow,
): MadeRow | undefined {
  const madeRow = make(task, row);
  const known = new Map<Task, Map<number, MadeRow | undefined>>();
  const rowAt = (other: Task, at: number) =>
    remember(
      remember(known, other, () => new Map<number, MadeRow | undefined>()),
      at,
      () => make(other, at),
    );
  if (!madeRow) return undefined;
  const [first, at] = from(0);
  const logSumExp = rowAt(first, at)?.logSumExp ?? Number.NaN;
  return rowOfCells({ ...madeRow, logSumExp }, task.value.cols, (name, c) => {
    const [other, own, col] = from(c);
    return rowAt(other, own)?.[name][col] ?? 0;
  });
}

/** Makes a variant with other scores, and optionally another weighting. */
export const withScores = (
  score: (task: Task, row: number) => Float64Array,
  parameters?: Parameters,
  weighting?: Weighting,
): Variant => ({ parameters, make: (task, row) => makeRow(task, row, score(task, row), weighting) });

/** Makes a variant that changes each score by itself. */
export const eachScore = (
  of: (score: number, key: number, row: number, task: Task) => number,
  parameters?: Parameters,
): Variant =>
  withScores(
    (task, row) => scoresOfRow(task, row).map((score, key) => of(score, key, row, task)),
    parameters,
  );

/** Makes a variant whose rows see other keys. */
export const seeing = (
  isSeenBy: (task: Task, row: number) => (key: number, isOwn: boolean) => boolean,
  parameters?: Parameters,
): Variant => withScores((task, row) => scoresSeeing(task, row, isSeenBy(task, row)), parameters);

/** Makes a variant with the right scores but another weighting. */
export const withWeighting = (weighting: Weighting, parameters?: Parameters): Variant => ({
  parameters,
  make: (task, row) => makeRow(task, row, undefined, weighting),
});
