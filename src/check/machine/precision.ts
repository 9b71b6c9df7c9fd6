import { type Matrix, partsSideBySide } from "../../math/matrix.js";
import type { FloatName } from "./float-names.js";
import { FLOAT_TYPES, fitsType } from "./float-types.js";

/** The precision that an answer is judged by, and its source. */
export interface Precision {
  /** The type in which weights and values are assumed to be multiplied. */
  readonly compute: FloatName;
  /** The type that the answer was stored in. */
  readonly stored: FloatName;
  /** The source: an option, the values of query, key and value, or the answer if these values do not decide. */
  readonly from: "option" | "values" | "answer";
  /** Query, key and value need a finer type than `compute`, so the machine rounds them first. */
  readonly roundsInputs: boolean;
  /** If query, key and value are products: whether the machine rounds their factors first. */
  readonly roundsGiven?: boolean;
  /** If query, key and value are products: the number of columns of the vectors that are projected. */
  readonly projectedFrom?: number | undefined;
}

/** Types from coarse to fine. Tf32 numbers are stored as float32, and cannot be distinguished from float16 numbers. */
const FROM_COARSE: readonly FloatName[] = ["bfloat16", "float16", "float32", "float64"];

const fineness = (name: FloatName) => FROM_COARSE.indexOf(name === "tf32" ? "float16" : name);

const isOf16Bits = (name: FloatName) => name === "float16" || name === "bfloat16";

/**
 * Decides the precision of an answer that a file stores as `kept`. An option comes first, then a short type of the
 * file. Otherwise it is the coarsest type that holds query, key and value, but none finer than the file's.
 */
export function findPrecision(
  inputs: readonly Matrix[],
  answer: { readonly matrix: Matrix; readonly kept: FloatName; readonly isExact?: boolean },
  option: FloatName | undefined,
): Precision {
  const isShortFile = isOf16Bits(answer.kept);
  // The bits behind printed digits are unknown.
  const stored = isShortFile || answer.isExact ? answer.kept : (coarsestOf([answer.matrix]) ?? answer.kept);
  if (option !== undefined) return { compute: option, stored, from: "option", roundsInputs: false };
  const parts = inputs.flatMap(partsSideBySide);
  if (isShortFile) {
    return {
      compute: stored,
      stored,
      from: "answer",
      roundsInputs: !parts.every(({ data }) => fitsType(FLOAT_TYPES[stored], data).all),
    };
  }
  const needed = coarsestOf(parts);
  if (needed === undefined) return { compute: stored, stored, from: "answer", roundsInputs: false };
  if (fineness(needed) <= fineness(answer.kept)) {
    // A short answer to longer inputs was rounded by a cast that its file does not show.
    const isCut = isOf16Bits(stored) && fineness(stored) < fineness(needed);
    return { compute: needed, stored: isCut ? needed : stored, from: "values", roundsInputs: false };
  }
  return { compute: answer.kept, stored, from: "answer", roundsInputs: true };
}

/**
 * Returns the coarsest type that holds all numbers and whose last bit some of them need. Returns undefined if the
 * numbers have so few digits that every type holds them.
 */
function coarsestOf(matrices: readonly Matrix[]): FloatName | undefined {
  return FROM_COARSE.find((name) => {
    const held = matrices.map(({ data }) => fitsType(FLOAT_TYPES[name], data));
    return held.every(({ all }) => all) && held.some(({ isUsed }) => isUsed);
  });
}
