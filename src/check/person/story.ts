import type { Matrix } from "../../math/matrix.js";
import type { Answer } from "../answers.js";
import type { Changes } from "./changes.js";
import type { Gap } from "./gap.js";
import type { NamedAt } from "./naming.js";
import type { Numbers } from "./numbers.js";
import type { NamedVariant } from "./step-case.js";

/** What was done wrong at one place of a sheet. */
export type Cause =
  | { readonly kind: "slip"; readonly key: string; readonly index: number }
  | ({ readonly kind: "mistake" } & NamedAt)
  /**
   * The step does not follow from the one before it. The mistake is in the step, or in the unwritten steps before it.
   */
  | { readonly kind: "unexplained"; readonly key: string; readonly gap: readonly string[] };

/** A written step after it was followed. */
export interface FollowedStep {
  readonly answer: Answer;
  readonly gap: Gap;
  /** The cells that are wrong. */
  readonly wrong: Uint8Array;
  /** The step as computed from the person's own numbers, without further mistakes. */
  readonly own: Matrix;
  /** Returns the solution before this step, with the numbers that the person used and what was found up to then. */
  readonly before: () => Numbers;
}

/** What was found on a sheet, from its first step to its last. */
export interface Followed {
  readonly steps: readonly FollowedStep[];
  readonly causes: readonly Cause[];
  /** The other right ways of the person. */
  readonly ways: readonly NamedVariant[];
  /** Whether digits were cut off instead of rounded. */
  readonly isCutting: boolean;
}

/** A sheet that was followed to its end, with the right numbers. */
export interface Story extends Followed {
  /** Returns the right numbers of a step, by the person's right way. */
  readonly exactOf: (key: string) => Matrix;
  /** The steps that this way changes. */
  readonly wayChanges: Changes;
}
