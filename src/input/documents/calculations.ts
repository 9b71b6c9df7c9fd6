import { sumOver, upTo } from "../../math/lists.js";
import { halfUnit, typedDecimals } from "../../math/written.js";
import { evaluate } from "../expression.js";
import type { Cells } from "./items.js";
import type { Line } from "./lines.js";
import type { Commas } from "./number-at.js";
import type { FalseCalculation } from "./reading.js";

/** What ends the words before a calculation, and what may stand behind its result. */
const SIGN = /([=≈:→;为是]|,\s)/u;
/** A calculation in numbers alone, at the end of a text: `-3/1.414`, `e^0.5 + e^1.2`, `the sum is (1)(-1) + (0)(2)`. */
const CALCULATION = /(?<![\p{L}\p{M}\d_)\]])(?:sqrt|exp|sin|cos|[-+\d.()√^e·*/÷\s])+$/u;
/** Words that lead to a calculation. Behind a letter it may continue a formula: `w1 + 2·3`. */
const LEADS = /^\s*$|\p{L}{2}\s*$|(?<!\p{L})[èé]\s+$|[\p{Script=Han}>]\s*$/u;
/** Words that are the sign before a calculation: `4, divided by √2 = 2.83`. */
const IS_SIGN =
  /(?<!\p{L})(?:by|over|times|plus|minus|durch|mal|mit|par|sur|fois|moins|por|entre|más|menos|per|diviso|più|meno)\s+$|(?:除以|乘以?|加|减)\s*$/iu;
const RESULT = /^\s*(-?\d+(?:\.\d+)?)\s*(?:$|[)✓;。]|[,.](?!\d)|(?<=\s)\p{L}{2})/u;
/** A sum of vectors, `0.85·[1, 0] + 0.1·[2, 2]`, a vector of calculations or a vector, at the end or the start of a text. */
const VECTORS = "[-+\\d.·*/÷√\\s[\\](),]";
const [VECTORS_AT_END, VECTORS_AT_START] = [new RegExp(`${VECTORS}+$`, "u"), new RegExp(`^${VECTORS}+`, "u")];
const VECTOR = /[[(]([^[\]()]*,[^[\]()]*)[\])]/g;
/** A matrix that is written twice: with fractions, and as decimals. */
const TWICE =
  /(?:^|[=≈:])\s{0,9}(?=\[\s*\[)(\[[^=≈:]{1,200}\]\s{0,3}\])\s{0,9}[=≈]\s{0,9}(?=\[\s*\[)(\[[^=≈:]{1,200}\]\s{0,3}\])/gu;

/** How far a result may be from its calculation beyond the rounding of its numbers. Set by taste. */
const MARGIN = 1.01;

/** Factors that need no matrix: those of a scale. */
const OF_NO_MATRIX: readonly number[] = [0, 1, 2];

/** What calculations on a sheet may use. */
interface OfMatrices {
  /** Whether numbers are in a row or a column of a matrix, in this order. */
  readonly areInLine: (written: readonly string[]) => boolean;
  /** The rows v1, v2, …. */
  readonly values?: Cells | undefined;
}

/** What is not so in the calculations on a sheet. */
interface CalculationsRead {
  readonly falseCalculations: readonly FalseCalculation[];
  /** Factors of a dot product that are from no row or column of a matrix: `1·2 + 12·0 = 2`, but no query has a 12. */
  readonly strange: readonly string[];
}

/**
 * Returns the calculations on a sheet that do not give the result written behind them. Each of their numbers may be
 * rounded, 0.333·3 may be 1, and the result may be cut off: 2/3 may be 0.66.
 */
export function checkCalculations(lines: readonly Line[], commas: Commas, of: OfMatrices): CalculationsRead {
  const falseCalculations: FalseCalculation[] = [];
  const strange: string[] = [];
  for (const { number: line, text } of lines) {
    const factors = [dotProductsIn(text, commas)];
    const wrongResults = new Set<string>();
    for (const [calculation, said] of calculationsOn(withValues(text, of.values), commas)) {
      const right = rightInstead(calculation, said);
      if (right === undefined) factors.push(factorsIn(calculation));
      else {
        // The next link of a chain has the same wrong number: `2·3 + 1 = 6 + 2 = 7`.
        if (!wrongResults.has(calculation.trim()))
          falseCalculations.push({
            line,
            ...(falseTermOf(calculation, said) ?? { calculation: calculation.trim(), said, right }),
          });
        wrongResults.add(said);
      }
    }
    strange.push(...factors.flatMap((one) => strangeFactors(one, of)).map((one) => `line ${line}: ${one}`));
  }
  return { falseCalculations, strange };
}

/** Returns what is said of the first factors that no row or column of a matrix has. */
function strangeFactors(
  factors: readonly (readonly string[])[],
  { areInLine }: OfMatrices,
): readonly string[] {
  const strange = factors
    .flat()
    .find((factor) => !OF_NO_MATRIX.includes(Math.abs(Number(factor))) && !areInLine([factor]));
  if (strange !== undefined) return [`${strange} is no number of the matrices`];
  const line = factors.find((one) => !areInLine(one));
  return line ? [`(${line.join(", ")}) is no row or column of the matrices`] : [];
}

/** A product of two rows: `(1, 4) · (0, 2)`. */
const OF_ROWS = /[([]([-\d.,;\s]{3,80})[)\]][TᵀT⊤]?\s?[·•∙⋅]\s?[([]([-\d.,;\s]{3,80})[)\]]/gu;

/** Returns the two rows of each dot product that is written with rows of equal length. */
const dotProductsIn = (text: string, commas: Commas): readonly (readonly string[])[] =>
  commas === "decimals"
    ? []
    : [...text.matchAll(OF_ROWS)].flatMap(([, ...rows]) => {
        const both = rows.map((row) => row.trim().split(/\s*[,;]\s*|\s+/));
        const areRows = both[0].length === both[1].length && both.flat().every((one) => IS_NUMBER.test(one));
        return areRows && both[0].length > 1 ? both : [];
      });

/** A multiple of a value by its number: `0.3·v1`. The factor of `α_3 v_3` is a letter. */
const MULTIPLE = /(?<=(?:^|[^\p{L}\d_.^])\d{1,3}(?:\.\d{1,9})?\s?[·*]?\s?)v_?(\d)(?![\d\p{L}])/gu;

/** Writes the numbers of the values for their letters, `0.3·[1, 0]`. People count values from 1. */
const withValues = (text: string, values: Cells = []): string =>
  text.replace(MULTIPLE, (letter, number: string) => {
    const row = values[Number(number) - 1]?.map((cell) => cell?.value.toFixed(cell.decimals));
    return row ? `[${row.join(", ")}]` : letter;
  });

/** Returns the first and the second factors of each sum of products of two numbers in a calculation. */
const factorsIn = (calculation: string): readonly (readonly string[])[] =>
  [calculation, ...(calculation.match(IN_BRACKETS) ?? [])].flatMap((sum) => {
    const terms = sum
      .split(/(?<=[\d)]\s*)[-+](?=\s*[\d(])/)
      .map((term) => term.split(/[·*]|\)\s*\(/).map((factor) => factor.replace(/[()]/g, "").trim()));
    const areProducts =
      terms.length > 1 &&
      terms.every((term) => term.length === 2 && term.every((one) => IS_NUMBER.test(one)));
    return areProducts ? [0, 1].map((at) => terms.map((term) => term[at])) : [];
  });

const IN_BRACKETS = /\([^()]{3,120}\)/g;
const IS_NUMBER = /^-?\d+(?:\.\d+)?$/;

/** A longer text contains matrices, not a calculation. The patterns would be slow on it. */
const LONGEST = 300;

type Calculation = readonly [calculation: string, result: string];

/** The row and column of a cell, behind its name: `S(1,3)`, `S[0,2]`. */
const INDICES = /(?<=\p{L})[([]\s?\d{1,3}\s?,\s?\d{1,3}\s?[)\]]/gu;

/** The gap between two calculations in one line: `3/2 = 1.5    -2/2 = -1`. */
const GAP = /(?<=[=≈]\s?-?[\d.]{1,12})\s{3,20}(?=-?[\d(√])/u;

/** Returns the calculations of a line with decimal points. Commas between cells cannot be told from decimal ones. */
function calculationsOn(text: string, commas: Commas): readonly Calculation[] {
  const named = text.replace(INDICES, "");
  const plain = commas === "decimals" ? named.replace(/(?<=\d),(?=\d)/g, ".") : named;
  if (/\d,\d/.test(plain)) return [];
  return [...plain.split(GAP).flatMap(calculationsIn), ...calculationsOfVectors(plain)];
}

function calculationsIn(text: string): readonly Calculation[] {
  const parts = text.split(SIGN);
  return upTo(parts.length - 2).flatMap((at) => {
    const [words, sign, behind] = parts.slice(at, at + 3);
    const result = /[=≈]/.test(sign) ? (RESULT.exec(behind)?.[1] ?? calculationIn(behind)) : undefined;
    const [calculation = ""] = (result !== undefined && CALCULATION.exec(words.slice(-LONGEST))) || [];
    const before = words.slice(0, words.length - calculation.length);
    const isWhole =
      calculation.trim() === words.trim() ||
      (LEADS.test(before) && !IS_SIGN.test(before) && !/^\s*(?:[+*/÷·^]|-\s)/.test(calculation));
    return result !== undefined && isCalculated(calculation) && isWhole
      ? [[calculation, result.trim()] as const]
      : [];
  });
}

/** Returns a calculation that is all of a text, as in the middle of `(1 + 2)/4 = 3/4 = 0.75`. */
function calculationIn(text: string): string | undefined {
  const calculation = text.trim();
  return isCalculated(calculation) && CALCULATION.exec(text.slice(-LONGEST))?.[0].trim() === calculation
    ? calculation
    : undefined;
}

/** Whether a text has several numbers, or a function of one. */
const isCalculated = (text: string): boolean => /√|sqrt|exp|sin|cos|\d[^\d.]+\d/.test(text);

const calculationsOfVectors = (text: string): readonly Calculation[] =>
  text.length > LONGEST ? [] : [...inVectors(text), ...writtenTwice(text)];

/** Returns the calculation of each component of a vector. What it gives may be a sum of vectors again. */
const inVectors = (text: string): readonly Calculation[] => {
  const sides = text.split(/[=≈]/u);
  return sides.slice(1).flatMap((behind, at) => {
    const both = [VECTORS_AT_END.exec(sides[at]), VECTORS_AT_START.exec(behind)].map(
      (found) => found?.[0].replace(/[\s,]+$/, "") ?? "",
    );
    const vectors = both.map((side) => [...side.matchAll(VECTOR)].map(([, cells]) => cells.split(",")));
    const [width = 0] = vectors[1].map(({ length }) => length);
    const areAlike = vectors.every((of) => of.length > 0 && of.every((cells) => cells.length === width));
    if (!areAlike || both.some((side) => !/[\d\])]$/.test(side))) return [];
    return upTo(width).flatMap((col): readonly Calculation[] => {
      const [calculation, result] = both.map((side) =>
        side
          .replace(VECTOR, (_, cells: string) => `(${cells.split(",")[col].trim()})`)
          .replace(IN_NEEDLESS_BRACKETS, "$1")
          .trim(),
      );
      return isCalculated(calculation) ? [[calculation, result]] : [];
    });
  });
};

/** A number in brackets that is not negative, and no factor right behind a number: `0.5·(2)`. */
const IN_NEEDLESS_BRACKETS = /(?<![\d)]\s*)\(([\d.]+)\)/g;

/** Returns each cell of a matrix with what is written for it a second time. */
const writtenTwice = (text: string): readonly Calculation[] =>
  [...text.matchAll(TWICE)].flatMap(([, ...matrices]) => {
    if (matrices.some((cells) => SEVERAL_MATRICES.test(cells))) return [];
    const [first, second] = matrices.map((cells) =>
      cells.split(/\]\s*,\s*\[/).map((row) => row.replace(/[[\]]/g, "").split(/\s*,\s*/)),
    );
    return first.flatMap((row, at) =>
      row.flatMap((cell, col): readonly Calculation[] => {
        const same = second[at]?.[col]?.trim();
        return same !== undefined && IS_NUMBER.test(same) ? [[cell, same]] : [];
      }),
    );
  });

/** Matrices side by side, which are a product. */
const SEVERAL_MATRICES = /\]\s*\][^,\]]*\[\s*\[/;

/** A sum of numbers below 1. */
const OF_SHARES = /^\s*0?\.\d+(?:\s*\+\s*0?\.\d+)+\s*$/;

/**
 * Returns the only term of a sum that is false in the sum written behind it, which has as many terms: `0.7·2` in
 * `0.7·2 + 0.3·1 = 1.5 + 0.3`.
 */
function falseTermOf(calculation: string, said: string): Omit<FalseCalculation, "line"> | undefined {
  const [terms, results] = [calculation, said].map((sum) => sum.split(/(?<=[\d)]\s*)\+/));
  if (results.length < 2 || terms.length !== results.length) return undefined;
  const found = terms.flatMap((term, at) => {
    const right = rightInstead(term, results[at]);
    return right === undefined ? [] : [{ calculation: term.trim(), said: results[at].trim(), right }];
  });
  return found.length === 1 ? found[0] : undefined;
}

/** Returns what a calculation gives if it is not the result written. Undefined if it is, or if it is no calculation. */
function rightInstead(calculation: string, result: string): string | undefined {
  const [of, written] = [spreadOf(calculation), spreadOf(result)];
  // Nobody cuts off all decimals. What is exact and has no decimals is not rounded to a whole number: 3/2 is not 1.
  const isCut =
    result.includes(".") && Math.abs(written.value) < Math.abs(of.value) && written.value * of.value >= 0;
  const isExact = of.spread === 0 && !/[√^a-z]/.test(calculation);
  const isSum = OF_SHARES.test(calculation) && written.value === 1;
  // Weights that add up to about 1 do so but for their rounding.
  const ofResult = isSum
    ? 0
    : !IS_NUMBER.test(result.trim())
      ? written.spread
      : result.includes(".") || !isExact
        ? halfUnit(typedDecimals(result)) * (isCut ? 2 : 1)
        : WHOLE;
  return Math.abs(of.value - written.value) > MARGIN * (ofResult + of.spread) + NOISE
    ? String(
        Number(of.value.toFixed(Math.max(...(result.match(/\d+(?:\.\d+)?/g) ?? []).map(typedDecimals)) + 1)),
      )
    : undefined;
}

/** The largest error of binary arithmetic. */
const NOISE = 1e-9;

/** How far a whole number may be from what it is the result of. */
const WHOLE = 0.05;

/** Returns the value of a calculation, and how far it may be off because its decimals are rounded. */
function spreadOf(calculation: string): { readonly value: number; readonly spread: number } {
  const parts = calculation
    .replace(/(?<=[\d)])\s*(?=\()/g, "*")
    .replaceAll("·", "*")
    .replaceAll("÷", "/")
    .split(/(\d+(?:\.\d+)?)/);
  const numbers = upTo(parts.length, 1).filter((at) => at % 2 === 1);
  const evaluated = (at = -1, change = 0) =>
    evaluate(parts.map((part, index) => (index === at ? `(${Number(part) + change})` : part)).join(""), {
      e: Math.E,
    });
  const roundings = numbers.map((at) => {
    const half = halfUnit(typedDecimals(parts[at]));
    return parts[at].includes(".") ? Math.abs(evaluated(at, half) - evaluated(at, -half)) / 2 : 0;
  });
  return { value: evaluated(), spread: sumOver(roundings) };
}
