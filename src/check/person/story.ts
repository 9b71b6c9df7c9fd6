import type { Matrix } from "../../math/matrix.js";
import type { Answer } from "../answers.js";
import type { Changes } from "./changes.js";
import type { Gap } from "./gap.js";
import type { NamedAt } from "./naming.js";
import type { Numbers } from "./numbers.js";
import type { Named } from "./step-case.js";

/** What was done at one place of a sheet. */
export type Cause =
  | { readonly kind: "slip"; readonly key: string; readonly index: number }
  | ({ readonly kind: "mistake" } & NamedAt)
  /** The step does not come from the one before it. */
  | { readonly kind: "unexplained"; readonly key: string };

/** A written step as it was followed. */
export interface FollowedStep {
  readonly answer: Answer;
  readonly gap: Gap;
  /** The cells that went wrong. */
  readonly wrong: Uint8Array;
  /** The step as the person's own numbers give it when nothing more goes wrong. */
  readonly own: Matrix;
  /** Whether something went wrong in it or before it. */
  readonly isTainted: boolean;
  /** The solution as it was known before this step, with what the person worked with. */
  readonly before: () => Numbers;
}

/** What was found from the first step of a sheet to its last. */
export interface Followed {
  readonly steps: readonly FollowedStep[];
  readonly causes: readonly Cause[];
  /** Other right ways that were taken. */
  readonly ways: readonly Named[];
  /** Whether digits were cut off instead of rounded. */
  readonly isCutting: boolean;
}

/** A sheet followed from its first step to its last. */
export interface Story extends Followed {
  /** The right numbers of a step, by the way that was taken. */
  readonly exactOf: (key: string) => Matrix;
  /** What that way does otherwise. */
  readonly way: Changes;
}
