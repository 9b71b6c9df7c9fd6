import { isShort, type Working } from "../expected-error.js";
import type { FloatName } from "../float-names.js";
import { FLOAT_TYPES } from "../float-types.js";
import { type Expected, LOWER, type Way } from "../judge-output.js";
import type { Precision } from "../precision.js";
import { type Limits, MOST_OF_CELL, mostOfAll } from "../rule.js";
import { type Carried, limitRows } from "./carried.js";
import type { GradientErrors } from "./carrying.js";

/** Rows of dQ err as one number times a mean of keys, so that a row may be off farther than one of an output. */
const MOST_OF_ROW = 6;

/** What is expected of a step of the way back; undefined for what is given. */
export function expectedGradient(errors: GradientErrors, key: string): Expected | undefined {
  const carried = errors.carried(key);
  return carried && expectedOfCarried(carried);
}

/** The same as answers are judged: with limits, ways of working, and no smaller error than the type can show. */
export function expectedOfCarried(carried: Carried): Expected {
  const { want, wide } = carried;
  return {
    want,
    limits: limitsOf(carried),
    ways: waysOfGradient,
    wide: () => Array.from(wide),
    variance(working) {
      const least = leastOf(working) ** 2;
      return carried.variance(working).map((own) => Math.max(own, least));
    },
  };
}

function limitsOf({ want, different }: Carried): Limits {
  return {
    cell: MOST_OF_CELL,
    row: want.cols === 1 ? Number.POSITIVE_INFINITY : MOST_OF_ROW,
    all: different ? mostOfAll(limitRows(different)) : Number.POSITIVE_INFINITY,
  };
}

/** Below the least normal number machines may have 0. */
const leastOf = ({ compute }: Working) => (compute === "float64" ? 1e-150 : 2 ** -126);

/**
 * The ways of working that fit a precision, from the strictest on: matrices in float32 (level 1), rounded to the short type
 * (level 2), and in coarser types, whose answers may be kept in them, too.
 */
function waysOfGradient({ compute, stored, roundsInputs, roundsGiven, projectedFrom }: Precision): Way[] {
  const products = projectedFrom === undefined ? {} : { projectedFrom };
  const own = { ...products, compute, stored, roundsInputs: roundsGiven ?? roundsInputs };
  const isRounded = isShort(compute) && compute !== "tf32";
  const coarser = LOWER.filter((name) => FLOAT_TYPES[name].unit > FLOAT_TYPES[compute].unit);
  return [
    { verdict: "agrees", working: { ...own, roundsScores: false } },
    ...(isRounded ? [{ verdict: "agrees-rounded" as const, working: { ...own, roundsScores: true } }] : []),
    ...coarser.flatMap((name) =>
      keptIn(name, stored).map((kept) => ({
        verdict: "less-precise" as const,
        working: { ...products, compute: name, stored: kept, roundsInputs: true, roundsScores: true },
      })),
    ),
  ];
}

/** What an answer worked in a coarser type may have been kept in: the type of the file, or that one. */
function keptIn(name: FloatName, stored: FloatName): readonly FloatName[] {
  const kept = name === "tf32" ? "float32" : name;
  return FLOAT_TYPES[kept].unit > FLOAT_TYPES[stored].unit ? [stored, kept] : [stored];
}
