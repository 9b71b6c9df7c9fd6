import { sumOver } from "../../math/lists.js";
import { type Answers, cellOf } from "./answers.js";
import { EMPTY_ROW, FULL_ROW, KEYS, PROBE, probe, QUERIES, SMALL_HEADS } from "./probe.js";

// Finds which keys the rows of the probe attend to. The weights show it.

/** A rule for the keys that each query may attend to. */
export interface Pattern {
  readonly offset: number;
  /** The number of keys after the query's own position that it sees. Undefined: all. */
  readonly right: number | undefined;
  /** The number of keys before the query's own position that it sees. Undefined: all. */
  readonly left: number | undefined;
}

export const NO_PATTERN: Pattern = { offset: 0, right: undefined, left: undefined };

export function allows({ offset, right, left }: Pattern, i: number, j: number): boolean {
  const place = i + offset;
  return (right === undefined || j <= place + right) && (left === undefined || j >= place - left);
}

/** The position of query 0: it is that of the first key, or the last query has that of the last key. */
const PLACES: readonly number[] = [0, PROBE.keys - PROBE.queries];

/** Whether a row shows a weight for a key, in the heads in which every weight can be seen. */
const isAttended = (answers: Answers, i: number, j: number) =>
  SMALL_HEADS.some((head) => {
    const weight = cellOf(answers, head, i, j);
    return Number.isFinite(weight) && weight !== 0;
  });

/** Finds the rule that gives the keys that are seen. Returns undefined if no rule does. */
export function patternOf(answers: Answers): Pattern | undefined {
  return CANDIDATES.find((pattern) =>
    everyCell((i, j) => allows(pattern, i, j) === isAttended(answers, i, j)),
  );
}

const everyCell = (holds: (i: number, j: number) => boolean): boolean =>
  QUERIES.every((i) => KEYS.every((j) => holds(i, j)));

/** Unusual positions of query 0. */
const ODD_PLACES = KEYS.filter((offset) => !PLACES.includes(offset));

const windowsAt = (offsets: readonly number[], right: number | undefined): readonly Pattern[] =>
  offsets.flatMap((offset) => KEYS.map((left) => ({ offset, right, left })));

/**
 * All rules that the probe can show, the simplest first: no mask, causal, one-sided windows, two-sided windows. A
 * two-sided window at a usual position looks the same as a causal one at an unusual position, which is less likely.
 */
const CANDIDATES: readonly Pattern[] = [
  NO_PATTERN,
  ...[...PLACES, ...ODD_PLACES].map((offset) => ({ offset, right: 0, left: undefined })),
  ...windowsAt(PLACES, 0),
  ...windowsAt(PLACES, undefined),
  ...PLACES.flatMap((offset) => KEYS.map((side) => ({ offset, right: side, left: side }))),
  ...KEYS.flatMap((right) => windowsAt(PLACES, right)),
  ...windowsAt(ODD_PLACES, 0),
];

/** What a kernel does with a mask: keeps a key if it is true, drops it if it is true, or ignores the mask. */
export type Polarity = "keep" | "drop" | "ignored";

const isTrue = (i: number, j: number) => probe().mask.data[i * PROBE.keys + j] === 1;

/** Whether a query may attend to a key in the second problem. */
export const allowsMasked = (pattern: Pattern, polarity: Polarity, i: number, j: number): boolean =>
  allows(pattern, i, j) && (polarity === "ignored" || isTrue(i, j) === (polarity === "keep"));

/** Finds the polarity that the second answer shows. Returns undefined if it shows none. */
export function polarityOf(answers: Answers, pattern: Pattern): Polarity | undefined {
  return (["keep", "drop", "ignored"] as const).find((polarity) =>
    everyCell(
      (i, j) =>
        isEmptyRow(pattern, polarity, i) ||
        allowsMasked(pattern, polarity, i, j) === isAttended(answers, i, j),
    ),
  );
}

export const isEmptyRow = (pattern: Pattern, polarity: Polarity, i: number): boolean =>
  !KEYS.some((j) => allowsMasked(pattern, polarity, i, j));

/** Whether every key of every row is seen in spite of the mask. Then masked scores have a finite value. */
export const isFilled = (answers: Answers): boolean =>
  everyCell((i, j) => i === EMPTY_ROW || i === FULL_ROW || isAttended(answers, i, j));

/** The largest relative difference of weights that were equal before they were rounded. */
const NEARLY = 0.01;

/** Whether a finite fill masked a cell. All such cells of a row have the same weight, the lowest one. */
function isFilledCell(answers: Answers, i: number, j: number): boolean {
  return SMALL_HEADS.every((head) => {
    const weights = KEYS.map((key) => cellOf(answers, head, i, key));
    return weights[j] <= Math.min(...weights) * (1 + NEARLY);
  });
}

/**
 * Finds the rule and the polarity of a mask with a finite fill. Every cell that they mask has the lowest weight of its
 * row, and they mask as many cells as possible.
 */
export function filledPattern(plain: Answers, masked: Answers | undefined) {
  const filled = tableOf(plain);
  const fits = CANDIDATES.filter((one) => everyCell((i, j) => allows(one, i, j) || filled(i, j)));
  const countMasked = (one: Pattern) =>
    sumOver(QUERIES, (i) => KEYS.filter((j) => !allows(one, i, j)).length);
  const pattern = fits.reduce((best, one) => (countMasked(one) > countMasked(best) ? one : best), NO_PATTERN);
  if (!masked) return { pattern, polarity: undefined };
  const filledMasked = tableOf(masked);
  const ways = (["keep", "drop"] as const).filter((polarity) =>
    everyCell((i, j) => allowsMasked(pattern, polarity, i, j) || filledMasked(i, j)),
  );
  return { pattern, polarity: ways[0] ?? ("ignored" as const) };
}

function tableOf(answers: Answers): (i: number, j: number) => boolean {
  const cells = QUERIES.map((i) => KEYS.map((j) => isFilledCell(answers, i, j)));
  return (i, j) => cells[i][j];
}
