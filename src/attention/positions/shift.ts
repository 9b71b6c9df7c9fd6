import type { Frequencies } from "../../math/frequencies.js";
import { greatest, tabulate, upTo } from "../../math/lists.js";
import { cellOf, type Matrix } from "../../math/matrix.js";
import { extremesOf } from "../../math/rows.js";
import { subtract } from "../../ops/elementwise.js";
import { PAIR_FIT_COLUMNS, pairFit } from "../../ops/least-squares.js";
import { type Pairs, shiftRotation } from "../../ops/pairs.js";
import { matmulTransposed } from "../../ops/product.js";
import { angles, sinusoids } from "../../ops/waves.js";
import { cut, numbersOf, type Ref, record, recorder } from "../recorder.js";
import type { PositionContext } from "./kind.js";
import type { EncodingSettings } from "./kind-settings.js";

/** The recorded encoding, and what its shifts are computed from. */
export interface RecordedSinusoids {
  readonly ref: Ref;
  readonly rates: Ref;
  readonly frequencies: Frequencies;
  readonly columns: Required<EncodingSettings>["columns"];
  readonly cols: number;
}

/**
 * Records why PE(pos + k) is a linear function of PE(pos): `rotation` (M, d×d), `shifted` (PE(pos + k)), `mapped`
 * (M·PE(pos)) and `difference`. Also records `fit`, a control that fails: no multiple of the sine columns alone gives
 * the shifted sines.
 */
export function recordSinusoidShift(context: PositionContext, encoding: RecordedSinusoids, k: number) {
  const { ref, rates, frequencies, columns, cols } = encoding;
  const pairs: Pairs = {
    pairing: columns === "interleaved" ? "interleaved" : "half-split",
    pairs: frequencies.values.length,
    cols,
  };
  const column = ref.axes[1];
  const rotation = record(
    "rotation",
    shiftRotation,
    [rates],
    { ...pairs, shift: k, frequencies, of: "sine and cosine" },
    {
      title: `Rotation by ${positionsText(k)}`,
      formula: "M: for each pair (sin, cos) the block [cos kω, sin kω; −sin kω, cos kω]",
      axes: [column, column],
      notes: ["M does not depend on the position, and Mᵀ M = I"],
    },
  );
  const shifted = recordShifted(context, encoding, k);
  const maxDifference = recordMapped(ref, rotation, shifted, "M·PE(pos)");
  const fit =
    ref.shape.rows > 1
      ? record("fit", pairFit, [ref, shifted], pairs, {
          formula: `sin column of PE(${laterText(k)}) ≈ a·sin column + b·cos column of PE(pos), by least squares`,
          columns: { name: "coefficient", labels: PAIR_FIT_COLUMNS },
          notes: ["a is cos kω and b is sin kω; R² = 1 would be a fit from the sines alone"],
        })
      : undefined;
  const { worstPair, ...read } = readFit(fit && numbersOf(fit));
  const held = `M·PE(pos) is PE(${laterText(k)}) at every position: the largest difference is ${shortNumber(maxDifference)}.`;
  const text = `${held} ${controlText(read.sineOnlyR2, worstPair)}`;
  recorder.finding("shift", { k, maxDifference, ...read }, text);
  showProofFirst(rotation, ref);
}

/** Records `shifted-angles` and `shifted`, PE(pos + k): n×d. */
function recordShifted(
  { positions, axis }: PositionContext,
  { ref, rates, frequencies, columns, cols }: RecordedSinusoids,
  k: number,
) {
  const later = positions.map((position) => position + k);
  const turned = record("shifted-angles", angles, [rates], { positions: later }, { rows: axis });
  return record(
    "shifted",
    sinusoids,
    [turned],
    { positions: later, frequencies, layout: columns, cols, factor: 1 },
    { formula: `PE(${laterText(k)})`, axes: ref.axes },
  );
}

/** Returns the fit for JSON: R² of the pair whose sines alone fit worst, and a and b of each pair. */
export function readFit(fit: Matrix | undefined) {
  const rows = upTo(fit?.rows ?? 0);
  const at = (pair: number, col: number) => (fit ? cellOf(fit, pair, col) : Number.NaN);
  const worstPair = rows.reduce((worst, pair) => (at(pair, 2) < at(worst, 2) ? pair : worst), 0);
  return {
    worstPair,
    sineOnlyR2: at(worstPair, 2),
    coefficients: rows.map((pair) => [at(pair, 0), at(pair, 1)] as const),
  };
}

/** Above this R² the sines alone are enough: sin kω is nearly 0, or nothing moves. */
const NEARLY_FITTED = 0.999;

/**
 * Shows M first, and one row that it maps. The second row is chosen if there is one, because the first is often too
 * simple to show anything.
 */
export function showProofFirst(rotation: Ref, { shape }: Ref) {
  const proof = { key: "mapped", row: Math.min(1, shape.rows - 1), equals: "shifted" };
  recorder.overview({ scopes: [], ids: [], steps: [rotation.key], proof });
}

function controlText(r2: number, pair: number) {
  if (Number.isNaN(r2)) return "One position is too few for the comparison without the cosines.";
  if (r2 > NEARLY_FITTED) return "Here the sines alone are enough, too: sin kω is nearly 0 for every pair.";
  const left =
    r2 < 0 ? `is worse than a constant: R² = ${shortNumber(r2)}` : `leaves R² = ${shortNumber(r2)}`;
  return `No linear map of the sines alone does it: the best fit for pair ${pair} ${left}. With the cosine, the fitted coefficients are cos kω and sin kω.`;
}

/** Returns "pos + 3" or "pos − 3". */
export function laterText(k: number): string {
  return k < 0 ? `pos − ${-k}` : `pos + ${k}`;
}

/** Returns "1 position", "3 positions", "−3 positions". */
export function positionsText(k: number): string {
  return `${k < 0 ? `−${-k}` : k} position${Math.abs(k) === 1 ? "" : "s"}`;
}

/** Rounds to three digits for a sentence. JSON has the full number. */
export function shortNumber(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Returns the largest absolute value of a step. */
export const maxAbs = (ref: Ref) => greatest(numbersOf(ref).data, Math.abs);

/** Records `mapped` = rows·Mᵀ, and `difference` = shifted − mapped. Returns the largest difference. */
export function recordMapped(rows: Ref, rotation: Ref, shifted: Ref, formula: string): number {
  const { axes } = shifted;
  const mapped = record("mapped", matmulTransposed, [rows, rotation], undefined, { formula, axes });
  return maxAbs(record("difference", subtract, [shifted, mapped]));
}

/** The maximum number of rows for which equal distances are compared. */
const MAX_COMPARED = 2000;

/**
 * Records `dot-products` (PE·PEᵀ, n×n) and `dot-by-distance` (n×1, with the first position). If the positions are
 * equally spaced, states by how much products of equal distance differ.
 */
export function recordDotProducts(encoding: Ref, positions: Float64Array) {
  const first = cut("first-encoding", encoding, "rows", 0, 1, {
    rows: { name: "position", labels: [String(positions[0])] },
  });
  const distances = Array.from(positions, (position) => String(position - positions[0]));
  record("dot-by-distance", matmulTransposed, [encoding, first], undefined, {
    rows: { name: "distance", labels: distances },
  });
  const products = record("dot-products", matmulTransposed, [encoding, encoding]);
  if (positions.length > MAX_COMPARED || !areEquallySpaced(positions)) return;
  const spread = spreadAlongDiagonals(numbersOf(products));
  recorder.finding(
    "dotProducts",
    { spread },
    `PE(i)·PE(j) ${dependence(spread / encoding.shape.cols)} on the distance only: along a diagonal it varies by at most ${shortNumber(spread)}.`,
  );
}

/**
 * Returns the verb for the finding. In a table that was rounded, or whose last sine has no cosine, the products depend
 * on the distance only approximately.
 */
function dependence(spread: number) {
  if (spread <= 1e-9) return "depends";
  return spread <= 1e-3 ? "nearly depends" : "does not depend";
}

function areEquallySpaced(positions: Float64Array) {
  return positions.every(
    (position, row) => row < 2 || position - positions[row - 1] === positions[1] - positions[0],
  );
}

/** Returns the largest difference between cells with the same j − i. */
function spreadAlongDiagonals(matrix: Matrix) {
  return greatest(upTo(matrix.rows), (distance) => {
    const diagonal = tabulate(matrix.rows - distance, (row) => cellOf(matrix, row, row + distance));
    const [low, high] = extremesOf(diagonal);
    return high - low;
  });
}
