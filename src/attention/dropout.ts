import { setting, UserError } from "../errors.js";
import type { Matrix } from "../math/matrix.js";
import { type Dropout, dropCells } from "../ops/dropout.js";
import type { AttendSettings } from "./attend-settings.js";
import type { Recorder, Ref } from "./recorder.js";
import { requireShapes } from "./shapes.js";

/** The dropout of one attention: the mask of kept weights, n×m, and the probability. */
export interface GivenDropout extends Dropout {
  readonly mask: Ref;
}

/** The maximum relative difference between a mask's number and 1 / (1 − p). A mask may be stored in a short type. */
const NEAR = 0.01;

/**
 * Decides how a dropout mask is meant, and states it. With a mask of 1 and 0, kept weights are divided by 1 − p. With a
 * mask of 1/(1 − p) and 0, weights are multiplied by it. Throws BAD_VALUE and MISSING_INPUT.
 */
export function settleDropout(
  recorder: Recorder,
  mask: Ref | undefined,
  { dropoutP: given }: Pick<AttendSettings, "dropoutP">,
): GivenDropout | undefined {
  if (!mask) return undefined;
  const numbers = recorder.numbers.of(mask);
  const factor = factorOf(numbers);
  const probability = factor === 1 ? given : 1 - 1 / factor;
  if (probability === undefined) {
    // The share of zeros is only an estimate of p.
    const zeros = numbers.data.filter((cell) => cell === 0).length / numbers.data.length;
    throw new UserError(
      "MISSING_INPUT",
      "A dropout mask of 1 and 0 needs the probability p.",
      `Add ${setting("dropoutP")} P: kept weights are divided by 1 − P. ${Number((100 * zeros).toPrecision(2))} % of the mask is 0.`,
      "dropoutMask",
    );
  }
  if (factor !== 1 && given !== undefined && Math.abs(factor * (1 - given) - 1) > NEAR) {
    throw new UserError(
      "BAD_VALUE",
      `The dropout mask holds ${factor}, which is not 1/(1 − p) for the given p, ${given}.`,
      `Leave out p: the mask means ${probability}.`,
      "dropoutMask",
    );
  }
  const p = Number(probability.toPrecision(6));
  const kept = Number(factor.toPrecision(6));
  recorder.convention("dropoutP", p, `dropout: p = ${p}, ${kept} = kept in the mask`);
  return { mask, probability: factor === 1 ? probability : 0 };
}

/** Returns the number of a mask that is not 0; 1 for a mask of zeros. Throws BAD_VALUE if there are several. */
function factorOf({ data }: Matrix): number {
  const factor = data.find((cell) => cell !== 0) ?? 1;
  const second = data.find((cell) => cell !== 0 && cell !== factor);
  if (second === undefined) return factor;
  throw new UserError(
    "BAD_VALUE",
    `The dropout mask holds ${factor} and ${second} beside 0.`,
    "Give 1 for a weight that is kept, or 1/(1 − p); and 0 for one that is dropped.",
    "dropoutMask",
  );
}

/**
 * Records the weights after dropout, α∘M / (1 − p) (Srivastava et al. 2014, in the inverted form of libraries). n×m →
 * n×m.
 */
export function recordDropped(recorder: Recorder, weights: Ref, { mask, probability }: GivenDropout): Ref {
  requireShapes([weights, "n", "m"], [mask, "n", "m"]);
  return recorder.record(
    "dropped-weights",
    dropCells,
    [weights, mask],
    { probability },
    { formula: probability === 0 ? "α̃ = α ∘ M" : `α̃ = α ∘ M / (1 − ${probability})` },
  );
}
