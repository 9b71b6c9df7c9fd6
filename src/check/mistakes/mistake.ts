import type { Problem } from "../../attention/problem.js";
import { type ErrorCode, UserError } from "../../errors.js";
import type { Matrix } from "../../math/matrix.js";
import type { Trace } from "../../trace/trace.js";
import type { Answer } from "../answers.js";
import type { CopiedCell } from "../how-read.js";

/** A problem with its right solution, and the way to solve it again when something is altered. */
export interface Homework {
  readonly trace: Trace;
  /** As it was given; its settings have been checked. */
  readonly problem: Problem<object>;
  record(problem: Problem<object>): Trace;
  /** The cells of inputs that stand on the sheet otherwise than in the problem. */
  readonly copied?: readonly CopiedCell[];
}

/** Codes with which a recipe says that a problem cannot be worked with the settings it was given. */
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

/** The problem solved with some other settings; undefined where it cannot be. */
export function recordOther({ problem, record }: Homework, settings: object): Trace | undefined {
  return ifPossible(() => record({ ...problem, settings: { ...problem.settings, ...settings } }));
}

/** What `make` gives; undefined where a recipe says that it cannot be worked so, or has no such step. */
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

/** What was done, in a sentence; `name` says what a row or column is called. */
export type Telling = (name: Readonly<Record<"row" | "column", (at: number) => string>>) => string;

const tellings = new WeakMap<Trace, Telling>();

/** Solutions with a mistake that is told in other words than its title: with the numbers or rows of this problem. */
export function tellAs(altered: readonly Trace[], telling: Telling): readonly Trace[] {
  for (const trace of altered) tellings.set(trace, telling);
  return altered;
}

/** In what words the mistake of a solution is told, where these are not its title. */
export const tellingOf = (altered: Trace): Telling | undefined => tellings.get(altered);

const fitted = new WeakSet<Trace>();

/** Solutions with a number that was chosen so that one more cell fits. */
export function markFitted(altered: readonly Trace[]): readonly Trace[] {
  for (const trace of altered) fitted.add(trace);
  return altered;
}

export const isFitted = (altered: Trace): boolean => fitted.has(altered);

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
  /** What the person may ask themselves, where the question of the step leads elsewhere. */
  readonly question?: string;
  /** Its title and one cell with its arithmetic say all that its fix says. */
  readonly isPlain?: true;
  /** A number on the way was too coarse: what it gives is right by rounding, and it is said. */
  readonly isCoarse?: true;
  /** Nothing is worked again with it, so that it is no proof that it gives the wrong cells. */
  readonly isUnproved?: true;
  /** It stands on the sheet, and is no guess. */
  readonly isOnSheet?: true;
  /** Without parameters it is told by the heads that do not show it: it is no name for what all of them show. */
  readonly isToldByOthers?: true;
}

/** What a mistake says for itself where its family says the rest; it may say otherwise. */
type OwnOf<Kind extends MistakeText, Common> = Omit<Kind, keyof Common> &
  Partial<Pick<Kind, keyof Common & keyof Kind>>;

/** The mistakes of a family: what they have in common is said once. */
export const familyOf = <Common extends Partial<MistakeText>, Kind extends MistakeText = Mistake>(
  common: Common,
  own: readonly NoInfer<OwnOf<Kind, Common>>[],
): readonly Kind[] => own.map((one) => ({ ...common, ...one }) as unknown as Kind);

/** What makes one mistake of a family of one step and one formula. */
export const mistakesAt =
  <Kind extends MistakeText = Mistake>(step: string, formula: string) =>
  (own: OwnOf<Kind, Pick<MistakeText, "step" | "formula">>): Kind =>
    familyOf<Pick<MistakeText, "step" | "formula">, Kind>({ step, formula }, [own])[0];

/** A number and where it comes from: "√d_model = √4 = 2". */
export interface Amount {
  readonly text: string;
  readonly value: number;
}

/** What people do otherwise, rightly or wrongly. */
export interface Variation {
  readonly id: string;
  /** The solutions in which it is done, one for each way to do it; none where it cannot be done. */
  apply(homework: Homework): readonly Trace[];
  /** The solutions that hang on what is written for a step, of the numbers that the person may have had there. */
  applyAt?(homework: Homework, answer: Answer, own: readonly Matrix[]): readonly Trace[];
}

/** Another way to work that is as right: its weights and output are the same. Said to the student in a sentence. */
export interface Way extends Variation {
  readonly text: string;
}

/** A way in which people go wrong. One family a file; registered in registry.ts. */
export interface Mistake extends MistakeText, Variation {
  /** The settings with which the same numbers are right: then it is another convention, used consistently. */
  readonly convention?: Settings | ((altered: Trace) => Settings);
  /** What was put in the place of the right number in this problem: two mistakes with the same one cannot be told apart. */
  amount?(homework: Homework): Amount | undefined;
  /** Whether a step that is written is not used: of one that nobody wrote, it was not worked. */
  readonly skipsWritten?: true;
  /** Whether it names two rows or columns: of many such a pair is chosen more easily. */
  readonly namesLines?: true;
}
