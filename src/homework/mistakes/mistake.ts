import type { Problem } from "../../attention/problem.js";
import type { Trace } from "../../trace/trace.js";
import type { Sheet } from "../answers.js";

/** A problem with its right solution, and the way to solve it again when something is altered. */
export interface Homework {
  readonly trace: Trace;
  /** As it was given; its settings have been checked. */
  readonly problem: Problem<object>;
  record(problem: Problem<object>): Trace;
}

/** What is said of a mistake to a student, and to programs by its id. */
export interface MistakeText {
  /** Public: in JSON and in docs/mistakes.md. */
  readonly id: string;
  /** The id of the step at which it is made. */
  readonly step: string;
  /** One sentence for the student. */
  readonly title: string;
  /** What is right, as a formula. */
  readonly formula: string;
  readonly fix: string;
}

/** A way in which people go wrong. One family a file; registered in registry.ts. */
export interface Mistake extends MistakeText {
  /** The option with which the same numbers are right: then it is another convention, used consistently. */
  readonly convention?: string | ((altered: Trace) => string);
  /** The solutions with this mistake in it, one for each way to make it; none where it cannot be made. */
  apply(homework: Homework, sheet: Sheet): readonly Trace[];
}
