import type { RoundingModel } from "../expected-error.js";
import type { FloatName } from "../float-names.js";
import { FLOAT_TYPES } from "../float-types.js";
import { coarserWays, type Expected, type RoundingWay } from "../judge-output.js";
import type { Precision } from "../precision.js";
import { type Limits, limitOfAll, MAX_CELL_UNITS } from "../rule.js";
import { hasLevelTwo } from "./error-terms.js";
import type { DistinctRows, Propagated } from "./propagated.js";
import type { GradientErrors } from "./propagation.js";

// Turns the estimated variance of a gradient into the rule that judges it: 8σ for a cell, 6σ for a row, 1 + 3/√r for
// the whole. It tries level 1, then level 2, then coarser types ("A gradient is right when …" in docs/precision.md).

/**
 * The limit for a row of a gradient. A row of dQ has one common error, D_i times a mean of keys, so it is wider than
 * that of an output (4).
 */
export const MAX_ROW_UNITS = 6;

/** Returns what is expected of a backward step. Undefined for a gradient that is given. */
export function expectedGradient(errors: GradientErrors, key: string): Expected | undefined {
  const propagated = errors.propagated(key);
  return propagated && expectedOfPropagated(propagated);
}

/** Adds the limits, the ways of rounding, and the smallest error of the type. */
export function expectedOfPropagated(propagated: Propagated): Expected {
  const { want, wide } = propagated;
  return {
    want,
    limits: limitsOf(propagated),
    ways: waysOfGradient,
    wide: () => Array.from(wide),
    variance(rounding) {
      const least = leastOf(rounding) ** 2;
      return propagated.variance(rounding).map((own) => Math.max(own, least));
    },
  };
}

function limitsOf({ want, distinctRows }: Propagated): Limits {
  return {
    cell: MAX_CELL_UNITS,
    row: want.cols === 1 ? Number.POSITIVE_INFINITY : MAX_ROW_UNITS,
    all: distinctRows ? limitOfAll(limitRows(distinctRows)) : Number.POSITIVE_INFINITY,
  };
}

/** Returns r, the number of rows in the limit 1 + 3/√r for the whole gradient. */
const limitRows = ({ of, queries, keys }: DistinctRows): number =>
  of === "queries" ? queries : Math.min(queries, keys);

/** The smallest expected error. Numbers below the least normal one may become 0 on some machines. */
const leastOf = ({ compute }: RoundingModel) => (compute === "float64" ? 1e-150 : 2 ** -126);

/**
 * Lists the ways of rounding to try, the strictest first: levels 1 and 2, then coarser types, with answers kept in the
 * type of the file or in the coarser type.
 */
const waysOfGradient = (precision: Precision): RoundingWay[] => [
  ...levelsOf(precision),
  ...coarserWays(precision, (name) => keptIn(name, precision.stored)),
];

/** Returns level 1, matrices in float32, and for a short type also level 2, matrices rounded to it. */
export function levelsOf({
  compute,
  stored,
  roundsInputs,
  roundsGiven,
  projectedFrom,
}: Precision): RoundingWay[] {
  const common = { projectedFrom, compute, stored, roundsInputs: roundsGiven ?? roundsInputs };
  const first: RoundingWay = { verdict: "agrees", rounding: { ...common, roundsScores: false } };
  if (!hasLevelTwo(compute)) return [first];
  return [first, { verdict: "agrees-rounded", rounding: { ...common, roundsScores: true } }];
}

/**
 * Returns the types that an answer computed in a coarser type may be stored in: the type of the file, or the coarser
 * type.
 */
function keptIn(name: FloatName, stored: FloatName): readonly FloatName[] {
  const kept = name === "tf32" ? "float32" : name;
  return FLOAT_TYPES[kept].unit > FLOAT_TYPES[stored].unit ? [stored, kept] : [stored];
}
