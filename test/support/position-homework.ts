// Tables of sines and cosines as a person computes them, right or with one mistake: plain arithmetic, independent of
// src.

import type { StepRows } from "./homework.js";

/** A cell of the table: sin or cos of pos·factor / base^exponent. `pair` and `col` are counted from 0. */
interface Rule {
  readonly exponent?: (pair: number, col: number, d: number) => number;
  readonly base?: number;
  readonly factor?: number;
  readonly firstPosition?: number;
  readonly order?: "cosine-first" | "halves";
}

const RULES: Readonly<Record<string, Rule>> = {
  "exponent-by-column": { exponent: (_, col, d) => (2 * col) / d },
  "exponent-doubled": { exponent: (pair, _, d) => (4 * pair) / d },
  "exponent-half-minus-one": { exponent: (pair, _, d) => pair / (d / 2 - 1) },
  "cos-own-exponent": { exponent: (pair, col, d) => (2 * pair + (col % 2)) / d },
  "sin-cos-swapped": { order: "cosine-first" },
  "sin-cos-halves": { order: "halves" },
  "angle-in-degrees": { factor: Math.PI / 180 },
  "position-from-one": { firstPosition: 1 },
  "base-off": { base: 1000 },
};

export const POSITION_MISTAKES: readonly string[] = Object.keys(RULES);

/** Computes the angles, if a pair has one angle, and the table for positions 0 … n − 1 and d columns, all rounded. */
export function positionSheet(
  n: number,
  d: number,
  mistake: string | undefined,
  decimals: number,
  base = 10_000,
): StepRows {
  const rule: Rule = mistake === undefined ? {} : { base, ...RULES[mistake] };
  const { exponent = (pair: number) => (2 * pair) / d, factor = 1, firstPosition = 0, order } = rule;
  const power = (pair: number, col: number) => (rule.base ?? base) ** exponent(pair, col, d);
  const round = (value: number) => Math.round(value * 10 ** decimals) / 10 ** decimals;
  const rows = Array.from({ length: n }, (_, row) => {
    const cells: number[] = [];
    for (let col = 0; col < d; col++) {
      const pair = Math.floor(col / 2);
      const angle = ((row + firstPosition) / power(pair, col)) * factor;
      const value = round(col % 2 === 0 ? Math.sin(angle) : Math.cos(angle));
      if (order === "halves") cells[col % 2 === 0 ? pair : d / 2 + pair] = value;
      else cells[order === "cosine-first" ? col + 1 - 2 * (col % 2) : col] = value;
    }
    return cells;
  });
  // If sine and cosine have different exponents, a pair has no single angle.
  if (mistake === "exponent-by-column" || mistake === "cos-own-exponent") return { encoding: rows };
  const angles = rows.map((_, row) =>
    Array.from({ length: d / 2 }, (_cell, pair) => round((row + firstPosition) / power(pair, 2 * pair))),
  );
  return { angles, encoding: rows };
}
