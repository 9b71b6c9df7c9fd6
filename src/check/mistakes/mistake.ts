import type { Problem } from "../../attention/problem.js";
import { type ErrorCode, UserError } from "../../errors.js";
import type { Matrix } from "../../math/matrix.js";
import type { Node } from "../../trace/op.js";
import type { Trace } from "../../trace/trace.js";
import type { Answer } from "../answers.js";
import type { CopiedCell } from "../how-read.js";
import type { Numbers } from "../person/numbers.js";

/** A problem with its solution, and a function that solves it again with a change. */
export interface Homework {
  readonly trace: Trace;
  /** The problem as it was given. Its settings have been checked. */
  readonly problem: Problem<object>;
  record(problem: Problem<object>): Trace;
  /** The cells of inputs whose numbers on the sheet differ from the problem. */
  readonly copied?: readonly CopiedCell[];
}

/** Error codes of a recipe that cannot compute a problem with the given settings. */
const IMPOSSIBLE: readonly ErrorCode[] = [
  "UNKNOWN_STEP",
  "BAD_VALUE",
  "USAGE",
  "MISSING_INPUT",
  "CONFLICTING_INPUTS",
  "SHAPE_MISMATCH",
  "ALIGNMENT_NEEDED",
  "EMPTY_ROW",
];

/** Returns the problem with other settings and their solution, or undefined if that is impossible. */
export const withSettings = (homework: Homework, settings: object): Homework | undefined =>
  ifPossible(() => {
    const { problem } = homework;
    const other = { ...problem, settings: { ...problem.settings, ...settings } };
    return { ...homework, problem: other, trace: homework.record(other) };
  });

/** Returns the solution with other settings. */
export const recordOther = (homework: Homework, settings: object): Trace | undefined =>
  withSettings(homework, settings)?.trace;

/** Returns the result of `make`, or undefined if the recipe cannot compute it or has no such step. */
export function ifPossible<Made>(make: () => Made): Made | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof UserError && IMPOSSIBLE.includes(error.code)) return undefined;
    throw error;
  }
}

/** Settings by name, as a run takes them. */
export type Settings = Readonly<Record<string, string | number | boolean>>;

/** Returns a sentence about a mistake. `name` returns the name of a row or column. */
export type SpecificTitle = (name: Readonly<Record<"row" | "column", (at: number) => string>>) => string;

/** A solution with a mistake or another way in it. */
export interface Altered extends Trace {
  /** A sentence with the numbers or rows of this problem, which is shown instead of the mistake's title. */
  readonly specificTitle?: SpecificTitle;
  /** Set if one of its numbers was chosen so that one more cell fits. */
  readonly isFitted?: true;
}

export const setSpecificTitle = (
  altered: readonly Altered[],
  specificTitle: SpecificTitle,
): readonly Altered[] => altered.map((one) => ({ ...one, specificTitle }));

export const markFitted = (altered: readonly Trace[]): readonly Altered[] =>
  altered.map((one) => ({ ...one, isFitted: true }));

/** The text about a mistake for a student, and its id for programs. */
export interface MistakeText {
  /** The id. It is public: in JSON and in docs/mistakes.md. */
  readonly id: string;
  /** The id of the step in which it is made. */
  readonly step: string;
  /** One sentence for the student. */
  readonly title: string;
  /** What is right, as a formula. */
  readonly formula: string;
  readonly fix: string;
  /** A question for the person, if the usual question about the step leads elsewhere. */
  readonly question?: string;
  /** Set if the title and one cell with its arithmetic already say everything that the fix says. */
  readonly isPlain?: true;
  /** Set if a constant was too coarse. Its numbers are right with rounding, and the mistake is mentioned. */
  readonly isCoarse?: true;
  /** Set if it is visible on the sheet, so that it is no guess. */
  readonly isOnSheet?: true;
  /**
   * Set if the mistake, without parameters, is reported only if some heads do not show it. It does not explain what all
   * heads show.
   */
  readonly isImpliedByOthers?: true;
}

/** The members that a mistake must give itself, because its family does not. It may replace those of the family. */
type OwnOf<Kind extends MistakeText, Common> = Omit<Kind, keyof Common> &
  Partial<Pick<Kind, keyof Common & keyof Kind>>;

/** Returns the mistakes of a family, which share the members in `common`. */
export const familyOf = <Common extends Partial<MistakeText>, Kind extends MistakeText = Mistake>(
  common: Common,
  own: readonly NoInfer<OwnOf<Kind, Common>>[],
): readonly Kind[] => own.map((one) => ({ ...common, ...one }) as unknown as Kind);

/** Returns a function that makes a mistake of a family with one step and one formula. */
export const mistakesAt =
  <Kind extends MistakeText = Mistake>(step: string, formula: string) =>
  (own: OwnOf<Kind, Pick<MistakeText, "step" | "formula">>): Kind =>
    familyOf<Pick<MistakeText, "step" | "formula">, Kind>({ step, formula }, [own])[0];

/** A number and its origin: "√d_model = √4 = 2". */
export interface Amount {
  readonly text: string;
  readonly value: number;
}

/** A written step, the numbers from which a person computed it, and the steps between them: it is the last. */
export interface AtStep {
  readonly answer: Answer;
  readonly numbers: Numbers;
  readonly nodes: readonly Node[];
  /** The numbers that the person may have had there. */
  readonly own: readonly Matrix[];
}

/** Another way to compute, right or wrong. */
export interface Variation {
  readonly id: string;
  /** Returns the solutions with it, one for each way to do it. Empty if it cannot be done. */
  apply(homework: Homework): readonly Altered[];
  /** Returns the solutions that depend on the written numbers of a step. */
  applyAt?(homework: Homework, at: AtStep): readonly Altered[];
}

/** Another way that is equally right, with the same weights and output. `text` tells the student so. */
export interface RightWay extends Variation {
  readonly text: string;
}

/** A wrong way to compute. Each family has its own file and an entry in registry.ts. */
export interface Mistake extends MistakeText, Variation {
  /** The settings that make the same numbers right. Then it is another convention, if it is used consistently. */
  readonly convention?: Settings | ((altered: Trace) => Settings);
  /**
   * Returns the number that was used instead of the right one in this problem. Two mistakes with the same number cannot
   * be distinguished.
   */
  amount?(homework: Homework): Amount | undefined;
  /** Set if it means that a written step is not used. If the step was not written, it was simply not computed. */
  readonly skipsWritten?: true;
  /** Set if it is made in the whole run. Then no written step may speak against it. */
  readonly isOfWholeRun?: true;
  /** Set if it names a cell, or two rows or columns. Among many of them one fits more easily by chance. */
  readonly namesLines?: true;
}
