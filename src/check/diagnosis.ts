import { remember } from "../math/remember.js";
import type { Expression } from "../trace/expression.js";
import type { Step } from "../trace/trace.js";
import type { MistakeText, SpecificTitle } from "./mistakes/mistake.js";
import type { Question } from "./mistakes/slips.js";

/** A mistake in a sheet. */
export interface Diagnosis {
  readonly mistake: MistakeText;
  /** The id of the step in which it is made. */
  readonly step: string;
  /** The option that makes the same numbers right. */
  readonly convention?: string | undefined;
  /** The number of wrong cells that the mistake explains, to their written digits. */
  readonly explains: number;
  /** The number of cells that differ from the solution, over all given steps. */
  readonly of: number;
  /** The id of a second mistake, if only both together give these cells. */
  readonly with?: string;
  /** The rows and the heads in which it was made, if it was not made in all. */
  readonly rows?: readonly number[] | undefined;
  readonly heads?: readonly string[] | undefined;
  /** Later steps in which it was made again. */
  readonly again?: readonly Step[] | undefined;
  /** The key of the written step that shows it first. */
  readonly key?: string;
  /** Equal for mistakes that explain the same cells. One of them was made, and the sheet does not show which. */
  readonly cause?: string;
  /** The mistake in the numbers or rows of this problem, if the title does not contain them. */
  readonly specificTitle?: SpecificTitle | undefined;
  /** A cell that shows it. */
  readonly shown?: ShownCell | undefined;
  /** Set if the cause of the step's numbers is unknown. One of its wrong cells is shown. */
  readonly isUnknown?: true;
  /** For a slip: its cells. For a step whose numbers have no known cause: one of them. */
  readonly cells?: readonly ShownCell[] | undefined;
  /** Later steps that follow from it, with their rows if not all rows do. */
  readonly follows?: readonly StepRows[] | undefined;
}

/** Rows of a step, or all of them if `rows` is absent. */
export interface StepRows {
  readonly step: Step;
  readonly rows?: readonly number[];
}

/** A wrong cell, with the arithmetic from the person's own numbers. */
export interface ShownCell extends SlippedCell {
  readonly written: number;
  readonly decimals: number;
  /** The arithmetic by which the mistake gives the written number, if there is one. */
  readonly yours?: Expression | undefined;
  /** For a slip in a step with other mistakes: the arithmetic of the cell by these mistakes. */
  readonly otherwise?: Expression | undefined;
  /** A question that leads the person to the mistake. */
  readonly question?: Question | undefined;
}

/** A cell with a slip, and its right arithmetic. */
export interface SlippedCell {
  readonly step: Step;
  readonly row: number;
  readonly col: number;
  readonly arithmetic: Expression;
}

/** Groups mistakes by cause. One mistake of each group was made. */
export function causesOf(diagnosis: readonly Diagnosis[]): readonly (readonly Diagnosis[])[] {
  const groups = new Map<string | undefined, Diagnosis[]>();
  for (const found of diagnosis) {
    // Two mistakes that were made together are no alternative to others.
    const cause = found.cause ?? (found.with === undefined ? undefined : found.mistake.id);
    remember(groups, cause, () => []).push(found);
  }
  return [...groups.values()];
}
