import { type Matrix, rowOf } from "../../../math/matrix.js";
import { remember } from "../../../math/remember.js";
import { type Homework, type MistakeText, mistakesAt } from "../../mistakes/mistake.js";
import { mistakeCalled } from "../../mistakes/registry.js";
import { type MadeRow, makeRow, SAMPLED, type Weighting } from "../rows.js";
import type { Task } from "../task.js";

/** What a mistake makes of a row of one head; undefined where the row attends to nothing, so that anything may stand there. */
export type RowMaker = (task: Task, row: number) => MadeRow | undefined;

/** One way to make a mistake. */
export interface Variant {
  /** With what: a tile of 64, a factor. */
  readonly parameters?: Parameters | undefined;
  readonly make: RowMaker;
  /** The attention in which the right row is that of the mistake, where there is one. */
  readonly alter?: ((task: Task) => Task) | undefined;
  /** The same with another number in it: rows that this gives, too, do not show that number. */
  readonly rival?: RowMaker | undefined;
}

export type Parameters = Readonly<Record<string, number | string>>;

/** What is known when mistakes are looked for. */
export interface Suspicion {
  /** Every head of the run, or its one attention. */
  readonly tasks: readonly Task[];
  readonly homework: Homework;
  /** The heads of the other batches that were dumped with it. */
  readonly otherBatches?: readonly { readonly batch: number; readonly tasks: readonly Task[] }[] | undefined;
  /** The wrong output of one attention, where there is one: some mistakes can be read off it. */
  readonly dump?: Dump | undefined;
}

/** The output of one attention as it was dumped, and the rows in which it is wrong: one or more. */
export interface Dump {
  readonly task: Task;
  readonly got: Matrix;
  /** What is right. */
  readonly want: Matrix;
  readonly wrongRows: readonly number[];
}

/** The last row that is wrong, which in causal attention has the most keys, and what was dumped there. */
export function lastWrongRow({ task, got, wrongRows }: Dump) {
  const row = wrongRows[wrongRows.length - 1];
  return { task, row, got: rowOf(got, row) };
}

/** A way in which machines go wrong, replayed in what is suspected of it. One family a file; registered in registry.ts. */
export interface ReplayedMistake<Suspected, Way> extends MistakeText {
  /** Whether it can be made in these attentions; absent: in any. */
  readonly isPossible?: ((suspicion: Suspected) => boolean) | undefined;
  variants(suspicion: Suspected): Iterable<Way>;
  /** It needs a number that may be any: a mistake that gives the same numbers and needs none is named in its place. */
  readonly isFree?: true;
}

/** A way in which forward passes go wrong. */
export type KernelMistake = ReplayedMistake<Suspicion, Variant>;

/** Every way to make a mistake in these attentions. */
export const variantsOf = <Suspected, Way>(
  mistake: ReplayedMistake<Suspected, Way>,
  suspicion: Suspected,
): readonly Way[] =>
  mistake.isPossible?.(suspicion) === false ? [] : Array.from(mistake.variants(suspicion));

/** What makes the mistakes of a family: of one step, one formula and one condition, but for those that say otherwise. */
export function kernelMistakes(step: string, formula: string, isPossible?: KernelMistake["isPossible"]) {
  const make = mistakesAt<KernelMistake>(step, formula);
  type Own = Omit<KernelMistake, "step" | "formula"> & Partial<Pick<KernelMistake, "step" | "formula">>;
  return (own: Own): KernelMistake => make({ isPossible, ...own });
}

/** A mistake that people make, too, by the name that it has there, with what is said of it. */
export function alsoOfSheets(
  name: string,
  variants: KernelMistake["variants"],
  isPossible?: KernelMistake["isPossible"],
): KernelMistake {
  const { id, step, title, formula, fix } = mistakeCalled(name);
  return { id, step, title, formula, fix, variants, isPossible };
}

/** A variant in which the attention is another one: other scores, masks or values. */
export function onOther(alter: (task: Task) => Partial<Task>, parameters?: Parameters): Variant {
  const known = new WeakMap<Task, Task>();
  const altered = (task: Task) => remember(known, task, () => ({ ...task, ...alter(task) }));
  return { parameters, alter: altered, make: (task, row) => makeRow(altered(task), row) };
}

/** The matrices of an attention. */
export type Part = "query" | "key" | "value";

/** Some of them, as they are called. */
export const PARTS = {
  "query, key and value": ["query", "key", "value"],
  "queries and keys": ["query", "key"],
  "keys and values": ["key", "value"],
  "queries alone": ["query"],
  "keys alone": ["key"],
  "values alone": ["value"],
} as const satisfies Readonly<Record<string, readonly Part[]>>;

/** A variant in which some matrices of the attention are others. */
export const replacing = <Of extends Part>(
  parts: readonly Of[],
  made: (task: Task, part: Of) => Matrix,
  parameters?: Parameters,
): Variant =>
  onOther((task) => Object.fromEntries(parts.map((part) => [part, made(task, part)])), parameters);

/** A variant in which the right row holds other numbers. */
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

/** A row whose cells are those at other places: of other heads, rows or columns. */
export function collectRow(
  task: Task,
  row: number,
  from: (col: number) => readonly [task: Task, row: number, col: number],
  make: RowMaker = makeRow,
): MadeRow | undefined {
  const { cols } = task.value;
  const own = make(task, row);
  const known = new Map<Task, Map<number, MadeRow | undefined>>();
  const rowAt = (other: Task, at: number) =>
    remember(
      remember(known, other, () => new Map<number, MadeRow | undefined>()),
      at,
      () => make(other, at),
    );
  const collect = (name: "output" | "squares" | "spread", count = cols) =>
    Float64Array.from({ length: count }, (_, c) => {
      const [other, at, col] = from(c);
      return rowAt(other, at)?.[name][col] ?? 0;
    });
  return (
    own && {
      ...own,
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
    }
  );
}

/** A variant in which the scores of a row are others, and perhaps what is made of them. */
export const withScores = (
  score: (task: Task, row: number) => Float64Array,
  parameters?: Parameters,
  weighting?: Weighting,
): Variant => ({ parameters, make: (task, row) => makeRow(task, row, score(task, row), weighting) });

/** A variant in which the right scores become other coefficients of the values. */
export const withWeighting = (weighting: Weighting, parameters?: Parameters): Variant => ({
  parameters,
  make: (task, row) => makeRow(task, row, undefined, weighting),
});
