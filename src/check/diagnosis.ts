import { remember } from "../math/remember.js";
import type { Expression } from "../trace/expression.js";
import type { Step } from "../trace/trace.js";
import type { MistakeText, Telling } from "./mistakes/mistake.js";
import type { Question } from "./mistakes/slips.js";

/** A mistake that a sheet shows. */
export interface Diagnosis {
  readonly mistake: MistakeText;
  /** The id of the step at which it is made. */
  readonly step: string;
  /** The option with which the same numbers are right. */
  readonly convention?: string;
  /** How many of the wrong cells the mistake gives, to the digits they were written with. */
  readonly explains: number;
  /** The cells that differ from the right solution, over all given steps. */
  readonly of: number;
  /** Of a slip, the arithmetic of the cells in which it was made, from the person's own numbers. */
  readonly slipped?: readonly SlippedCell[];
  /** The id of the mistake that was made as well: only both together give these cells. */
  readonly with?: string;
  /** The rows in which it was made, and the heads, where that is not all of them. */
  readonly rows?: readonly number[];
  readonly heads?: readonly string[];
  /** The key of the written step that shows it. */
  readonly key?: string;
  /** The same for mistakes of which one was made, and nothing tells which. */
  readonly cause?: string;
  /** What was done in the numbers or rows of this problem, where its title does not say them. */
  readonly telling?: Telling;
  /** A cell that shows it. */
  readonly shown?: ShownCell;
  /** Whether nobody knows how the step came about: one of its wrong cells is shown for all. */
  readonly isUnknown?: true;
  /** Of a slip that was followed, its cells. */
  readonly cells?: readonly ShownCell[];
  /** Steps of later cells that follow from it, and their rows, where these are not all. */
  readonly follows?: readonly StepRows[];
}

/** Rows of a step; all of them where none are named. */
export interface StepRows {
  readonly step: Step;
  readonly rows?: readonly number[];
}

/** A cell that is wrong, with the arithmetic from the person's own numbers. */
export interface ShownCell extends SlippedCell {
  readonly written: number;
  readonly decimals: number;
  /** How the mistake gives what was written, where that is arithmetic. */
  readonly yours?: Expression;
  /** What a cell that slipped would be by the other mistakes of its step. */
  readonly otherwise?: Expression;
  /** What the person may ask themselves. */
  readonly question?: Question;
}

/** A cell in which a slip was made, and how it comes about. */
export interface SlippedCell {
  readonly step: Step;
  readonly row: number;
  readonly col: number;
  readonly arithmetic: Expression;
}

/** What was done, each thing with the mistakes that it may have been. */
export function causesOf(diagnosis: readonly Diagnosis[]): readonly (readonly Diagnosis[])[] {
  const groups = new Map<string, Diagnosis[]>();
  for (const found of diagnosis) {
    const group = remember(
      groups,
      found.cause ?? (found.with === undefined ? "" : found.mistake.id),
      () => [],
    );
    group.push(found);
  }
  return [...groups.values()];
}
