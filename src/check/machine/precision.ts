import { type Matrix, partsSideBySide } from "../../math/matrix.js";
import type { FloatName } from "./float-names.js";
import { FLOAT_TYPES, holds } from "./float-types.js";

/** Which precision an answer is judged by, and what says so. */
export interface Precision {
  /** What weights and values are taken to be multiplied in. */
  readonly compute: FloatName;
  /** What the answer was kept in. */
  readonly stored: FloatName;
  /** An option, the values of query, key and value, or the answer where they do not tell. */
  readonly from: "option" | "values" | "answer";
  /** Query, key and value need a finer type than `compute`: a machine rounds them first. */
  readonly roundsInputs: boolean;
  /** The same of what is given, where query, key and value are products of it. */
  readonly roundsGiven?: boolean;
  /** Query, key and value are products themselves: of vectors with so many columns. */
  readonly projectedFrom?: number;
}

/** From coarse to fine; the numbers of tf32 are kept as float32, and cannot be told from those of float16. */
const FROM_COARSE: readonly FloatName[] = ["bfloat16", "float16", "float32", "float64"];

const fineness = (name: FloatName) => FROM_COARSE.indexOf(name === "tf32" ? "float16" : name);

/**
 * The precision of an answer that a file keeps in `kept`. An option decides; else a short type of the file; else the coarsest
 * type that holds query, key and value, but none finer than the file's.
 */
export function findPrecision(
  inputs: readonly Matrix[],
  answer: { readonly matrix: Matrix; readonly kept: FloatName; readonly isExact?: boolean },
  option: FloatName | undefined,
): Precision {
  const isShortFile = answer.kept === "float16" || answer.kept === "bfloat16";
  // Printed digits say nothing of the bits behind them.
  const stored = isShortFile || answer.isExact ? answer.kept : (coarsestOf([answer.matrix]) ?? answer.kept);
  if (option !== undefined) return { compute: option, stored, from: "option", roundsInputs: false };
  const parts = inputs.flatMap(partsSideBySide);
  const needed = coarsestOf(parts);
  if (isShortFile) {
    return {
      compute: stored,
      stored,
      from: "answer",
      roundsInputs: !parts.every(({ data }) => holds(FLOAT_TYPES[stored], data).all),
    };
  }
  if (needed === undefined) return { compute: stored, stored, from: "answer", roundsInputs: false };
  if (fineness(needed) <= fineness(answer.kept))
    return { compute: needed, stored, from: "values", roundsInputs: false };
  return { compute: answer.kept, stored, from: "answer", roundsInputs: true };
}

/** The coarsest type that holds all numbers and whose last bit some of them need; none where few digits fit every type. */
function coarsestOf(matrices: readonly Matrix[]): FloatName | undefined {
  return FROM_COARSE.find((name) => {
    const held = matrices.map(({ data }) => holds(FLOAT_TYPES[name], data));
    return held.every(({ all }) => all) && held.some(({ isUsed }) => isUsed);
  });
}
