import {
  FLOOR_OF_FLOAT16,
  isShort,
  type RoundingModel,
  uniformVariance,
  unitOfSums,
} from "../expected-error.js";
import type { FloatName } from "../float-names.js";
import { FLOAT_TYPES, type FloatType } from "../float-types.js";

// The error terms of docs/precision.md that depend on the arithmetic of a kernel alone: u_a, u, υ, υ_o, φ, the level
// and `in`. They follow from the types that it computes and stores in. All other files of this folder take them from
// here.

/** What a backward pass rounds. All numbers are mean squares of relative errors, except the units and the floors. */
export interface ErrorTerms {
  /** u_a: the unit roundoff of the accumulator. */
  readonly sums: number;
  /** u: the unit roundoff of the short type that products are computed in, else 0. */
  readonly unit: number;
  /** υ = u²/3. */
  readonly short: number;
  /** υ_o = u_o²/3 of the type that gradients are stored in. */
  readonly stored: number;
  /** The short type that the output is rounded to. Undefined if there is none. */
  readonly outputType: FloatType | undefined;
  /** υ_o if the stored type is a short one, else 0. */
  readonly storedShort: number;
  /** φ: what float16 loses of numbers near 0, in products and in what is stored. 0 for other types. */
  readonly floor: number;
  readonly storedFloor: number;
  /** Level 2: every n×m matrix is rounded to the short type. */
  readonly isEager: boolean;
  /** `in`: query, key, value and the gradient of the output are rounded to the short type first. */
  readonly roundsInputs: boolean;
}

/** Products can be computed in tf32, but nothing is stored as tf32. */
const isOutputType = ({ name }: FloatType) => name === "float16" || name === "bfloat16";

/** Whether kernels of a type may round their n×m matrices to it. The factors of products in tf32 stay in float32. */
export const hasLevelTwo = (compute: FloatName): boolean => isShort(compute) && compute !== "tf32";

export function errorTermsOf({ compute, stored, roundsScores, roundsInputs }: RoundingModel): ErrorTerms {
  const sums = unitOfSums(compute);
  const isWorkShort = isShort(compute);
  const unit = isWorkShort ? FLOAT_TYPES[compute].unit : 0;
  const short = uniformVariance(unit);
  const isEager = isWorkShort && roundsScores;
  const ofStored = uniformVariance(stored === "float64" ? sums : FLOAT_TYPES[stored].unit);
  const isHalf = compute === "float16";
  const floor = isHalf ? FLOOR_OF_FLOAT16 : 0;
  return {
    sums,
    unit,
    short,
    isEager,
    floor,
    // Eager kernels store matrices in the short type before they widen them.
    stored: isEager ? Math.max(ofStored, short) : ofStored,
    outputType: [compute, stored].map((name) => FLOAT_TYPES[name]).find(isOutputType),
    storedShort: isShort(stored) ? ofStored : 0,
    storedFloor: stored === "float16" || (isEager && isHalf) ? FLOOR_OF_FLOAT16 : 0,
    roundsInputs: isWorkShort && (roundsInputs || compute === "tf32"),
  };
}
