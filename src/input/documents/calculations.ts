import { evaluateArithmetic } from "../../math/arithmetic.js";
import { sumOver, upTo } from "../../math/lists.js";
import { halfUnit, typedDecimals } from "../../math/written.js";
import type { Line } from "./lines.js";

/** What ends the words before a calculation, and what may stand behind its result. */
const SIGN = /([=≈:→;]|,\s)/u;
/** A calculation in numbers alone: `-3/1.414`, `e^0.5 + e^1.2`, `(1)(-1) + (0)(2)`. */
const CALCULATION = /^\s*(?:sqrt|exp|[-+\d.()√^e·*/÷\s])+$/u;
const RESULT = /^\s*-?\d+(?:\.\d+)?\s*(?=$|[)✓])/u;
/** A sum of vectors, `0.85·[1, 0] + 0.1·[2, 2] = [1.05, 0.2]`, or a vector of calculations. */
const OF_VECTORS = /([-+\d.·*/÷\s[\](),]*[\])])\s*[=≈]\s*[[(]([-\d.,\s]+)[\])]/gu;
const VECTOR = /[[(]([^[\]()]*,[^[\]()]*)[\])]/g;

/** How far a result may be from its calculation beyond the rounding of its numbers. Set by taste. */
const MARGIN = 1.01;

/**
 * Returns a sentence about each calculation on a sheet that does not give the result written behind it. Each of its
 * numbers may be rounded, 0.333·3 may be 1, and the result may be cut off: 2/3 may be 0.66.
 */
export const falseCalculations = (lines: readonly Line[]): readonly string[] =>
  lines.flatMap(({ number, text }) =>
    // Commas in numbers may be decimal points.
    (/\d,\d/.test(text) ? [] : [...calculationsIn(text), ...calculationsOfVectors(text)]).flatMap(
      ([calculation, result]) =>
        isFalse(calculation, result) ? [`line ${number}: ${calculation.trim()} is not ${result}`] : [],
    ),
  );

type Calculation = readonly [calculation: string, result: string];

function calculationsIn(text: string): readonly Calculation[] {
  const parts = text.split(SIGN);
  return upTo(parts.length - 2).flatMap((at) => {
    const [calculation, sign, behind] = parts.slice(at, at + 3);
    const [result] = (/[=≈]/.test(sign) && RESULT.exec(behind)) || [];
    return result !== undefined && CALCULATION.test(calculation)
      ? [[calculation, result.trim()] as const]
      : [];
  });
}

/** Longer lines contain matrices, not the calculation of a vector. The pattern would be slow on them. */
const LONGEST = 300;

/** Returns the calculation of each component of a vector. */
const calculationsOfVectors = (text: string): readonly Calculation[] =>
  (text.length > LONGEST ? [] : [...text.matchAll(OF_VECTORS)]).flatMap(([, calculation, result]) => {
    const results = result.split(",").map((cell) => cell.trim());
    const vectors = [...calculation.matchAll(VECTOR)].map(([, cells]) => cells.split(","));
    const areAlike = vectors.length > 0 && vectors.every((cells) => cells.length === results.length);
    return areAlike
      ? results.map((cell, at) => [
          calculation.replace(VECTOR, (_, cells: string) => `(${cells.split(",")[at]})`),
          cell,
        ])
      : [];
  });

function isFalse(calculation: string, result: string): boolean {
  const parts = calculation
    .replace(/(?<=[\d)])\s*(?=\()/g, "*")
    .replaceAll("·", "*")
    .replaceAll("÷", "/")
    .split(/(\d+(?:\.\d+)?)/);
  const numbers = upTo(parts.length, 1).filter((at) => at % 2 === 1);
  if (numbers.length < 2 && !/√|sqrt|exp/.test(calculation)) return false;
  const evaluated = (at = -1, change = 0) =>
    evaluate(parts.map((part, index) => (index === at ? `(${Number(part) + change})` : part)).join(""));
  const roundings = numbers.map((at) => {
    const half = halfUnit(typedDecimals(parts[at]));
    return parts[at].includes(".") ? Math.abs(evaluated(at, half) - evaluated(at, -half)) / 2 : 0;
  });
  const [value, written] = [evaluated(), Number(result)];
  // Nobody cuts off all decimals.
  const isCut = result.includes(".") && Math.abs(written) < Math.abs(value) && written * value >= 0;
  const ofResult = halfUnit(typedDecimals(result)) * (isCut ? 2 : 1);
  return Math.abs(value - written) > MARGIN * (ofResult + sumOver(roundings, (one) => one));
}

/** Returns the value of a calculation, or NaN if it is none: `1 2 3`, `(1`. */
function evaluate(text: string): number {
  try {
    return evaluateArithmetic(text, { e: Math.E });
  } catch (error) {
    if (error instanceof RangeError) return Number.NaN;
    throw error;
  }
}
