import type { Matrix } from "../../../math/matrix.js";
import type { Homework, MistakeText } from "../../mistakes/mistake.js";
import { type MadeRow, makeRow } from "../rows.js";
import type { Task } from "../task.js";

/** What a mistake makes of a row of one head; undefined where the row attends to nothing, so that anything may stand there. */
export type RowMaker = (task: Task, row: number) => MadeRow | undefined;

/** One way to make a mistake. */
export interface Variant {
  /** With what: a tile of 64, a factor. */
  readonly parameters?: Parameters;
  readonly make: RowMaker;
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

/** The output of one attention as it was dumped, and the rows in which it is wrong. */
export interface Dump {
  readonly task: Task;
  readonly got: Matrix;
  readonly wrongRows: readonly number[];
}

/** A way in which kernels go wrong. One family a file; registered in registry.ts. */
export interface KernelMistake extends MistakeText {
  variants(suspicion: Suspicion): Iterable<Variant>;
}

/** A variant in which the attention is another one: other scores, masks or values. */
export function onOther(
  alter: (task: Task) => Task,
  parameters?: Parameters,
  make: RowMaker = (task, row) => makeRow(task, row),
): Variant {
  const known = new WeakMap<Task, Task>();
  const other = (task: Task): Task => {
    const before = known.get(task);
    if (before) return before;
    const made = alter(task);
    known.set(task, made);
    return made;
  };
  return { ...(parameters && { parameters }), make: (task, row) => make(other(task), row) };
}

/** A mistake that people make, too, under the name that it has there. */
export function alsoOfSheets(
  { id, step, title, formula, fix }: MistakeText,
  variants: KernelMistake["variants"],
): KernelMistake {
  return { id, step, title, formula, fix, variants };
}
