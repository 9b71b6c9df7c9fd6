import { isShort, third, unitOfSums, type Working } from "../expected-error.js";
import { FLOAT_TYPES, type FloatType } from "../float-types.js";

/** What a way of working rounds on the way back: mean squares of relative errors, but for the units and the floors. */
export interface Roundings {
  /** u_a: the unit of sums. */
  readonly sums: number;
  /** u: the unit of a short type that products are worked in, else 0. */
  readonly unit: number;
  /** u²/3. */
  readonly short: number;
  /** The same of the type that gradients are stored in. */
  readonly stored: number;
  /** The short type that the output is stored in, if it is one. */
  readonly outputType: FloatType | undefined;
  /** Of the type that the output is stored in, where it is a short one. */
  readonly storedShort: number;
  /** What float16 loses of numbers near 0: of products, and of what is stored. */
  readonly floor: number;
  readonly storedFloor: number;
  /** Level 2: every n×m matrix is rounded to the short type. */
  readonly isEager: boolean;
  /** Query, key, value and the gradient of the output are rounded to the short type first. */
  readonly roundsInputs: boolean;
}

/** Float16 keeps multiples of 2^−24 near 0, and rounding to a step has a twelfth of its square as mean square. */
const FLOOR_OF_FLOAT16 = 2 ** -48 / 12;

/** tf32 is what products are made in, and nothing is stored as. */
const isOutputType = ({ name }: FloatType) => name === "float16" || name === "bfloat16";

/** What a way of working rounds. */
export function roundingsOf({ compute, stored, roundsScores, roundsInputs }: Working): Roundings {
  const sums = unitOfSums(compute);
  const isWorkShort = isShort(compute);
  const unit = isWorkShort ? FLOAT_TYPES[compute].unit : 0;
  const short = third(unit);
  const isEager = isWorkShort && roundsScores;
  const ofStored = third(stored === "float64" ? sums : FLOAT_TYPES[stored].unit);
  const isHalf = compute === "float16";
  const floor = isHalf ? FLOOR_OF_FLOAT16 : 0;
  return {
    sums,
    unit,
    short,
    isEager,
    floor,
    // Eager kernels store matrices in the short type before they are widened.
    stored: isEager ? Math.max(ofStored, short) : ofStored,
    outputType: [compute, stored].map((name) => FLOAT_TYPES[name]).find(isOutputType),
    storedShort: isShort(stored) ? ofStored : 0,
    storedFloor: stored === "float16" || (isEager && isHalf) ? FLOOR_OF_FLOAT16 : 0,
    roundsInputs: isWorkShort && (roundsInputs || compute === "tf32"),
  };
}
