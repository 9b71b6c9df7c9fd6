import { cellOf, type Matrix } from "../../math/matrix.js";
import { subtract } from "../../trace/ops/elementwise.js";
import { matmulTransposed, slice } from "../../trace/ops/product.js";
import { shiftRotation } from "../../trace/ops/shift.js";
import { angles, sinusoids } from "../../trace/ops/waves.js";
import type { Recorder, Ref } from "../../trace/recorder.js";
import type { PositionContext } from "./kind.js";
import { fitPairs, type PairFit } from "./shift-fit.js";
import type { RecordedSinusoids } from "./sinusoidal.js";

/**
 * Records why PE(pos + k) is a linear function of PE(pos): `rotation` (M, d×d), `shifted` (PE(pos + k)), `mapped`
 * (M·PE(pos)) and `difference`; and the control that fails, a fit from the sine columns alone, as the fact `shift`.
 */
export function recordSinusoidShift(context: PositionContext, encoding: RecordedSinusoids, k: number): void {
  const { recorder, positions, axis } = context;
  const { ref, rates, frequencies, columns, cols } = encoding;
  const pairing = columns === "interleaved" ? "interleaved" : "half-split";
  const pairs = frequencies.values.length;
  const column = ref.axes[1];
  const rotation = recorder.step(
    shiftRotation,
    [rates],
    { pairing, pairs, cols, shift: k, frequencies, of: "sine and cosine" },
    {
      ...{ id: "rotation", title: `Rotation by ${k} positions`, axes: [column, column], view: "similarity" },
      formula: "M: for each pair (sin, cos) the block [cos kω, sin kω; −sin kω, cos kω]",
      notes: ["M does not depend on the position, and Mᵀ M = I"],
    },
  );
  const later = positions.map((position) => position + k);
  const turned = recorder.step(
    angles,
    [rates],
    { positions: later },
    {
      ...{ id: "shifted-angles", title: "Shifted angles", axes: [axis, { name: "pair" }] },
      formula: "(pos + k)·ω_i",
    },
  );
  const shifted = recorder.step(
    sinusoids,
    [turned],
    { positions: later, frequencies, layout: columns, cols, factor: 1 },
    { id: "shifted", title: "Shifted encoding", formula: `PE(pos + ${k})`, axes: ref.axes },
  );
  const difference = recordMapped(recorder, ref, rotation, shifted, "M·PE(pos)");
  const fit = fitPairs(ref.output(), shifted.output(), { pairing, pairs, cols });
  stateShift(recorder, k, largestOf(difference.output()), fit);
}

function stateShift(recorder: Recorder, k: number, maxDifference: number, fit: PairFit): void {
  const { sineOnlyR2, worstPair, coefficients } = fit;
  const held = `M·PE(pos) is PE(pos + ${k}) at every position: the largest difference is ${shortNumber(maxDifference)}.`;
  const control =
    worstPair === undefined
      ? "One position is too few for the control without the cosines."
      : `From the sines alone no linear map does it: the best fit for pair ${worstPair} leaves R² = ${shortNumber(sineOnlyR2)}. With the cosine beside it the fitted coefficients are cos kω and sin kω.`;
  recorder.fact("shift", { k, maxDifference, sineOnlyR2, coefficients }, `${held} ${control}`);
}

/** Three digits for a sentence; the exact number stands in JSON. */
export function shortNumber(value: number): string {
  return String(Number(value.toPrecision(3)));
}

export function largestOf({ data }: Matrix): number {
  return data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** Records `mapped` = rows·Mᵀ, and `difference` = shifted − mapped. Gives the latter. */
export function recordMapped(
  recorder: Recorder,
  rows: Ref,
  rotation: Ref,
  shifted: Ref,
  formula: string,
): Ref {
  const mapped = recorder.step(matmulTransposed, [rows, rotation], undefined, {
    ...{ id: "mapped", title: "Mapped encoding", formula, axes: shifted.axes },
  });
  return recorder.step(subtract, [shifted, mapped], undefined, {
    ...{ id: "difference", title: "Difference", formula: "shifted − mapped", axes: shifted.axes },
  });
}

/** A table of this many rows is compared with itself. */
const MOST_COMPARED = 2000;

/**
 * Records `dot-products` (PE·PEᵀ, n×n) and `dot-by-distance` (n×1, those of the first position), and states how far
 * those of equal distance lie apart, when the positions are equally far from each other.
 */
export function recordDotProducts(recorder: Recorder, encoding: Ref, positions: Float64Array): void {
  const rows = encoding.axes[0];
  const first = recorder.step(
    slice,
    [encoding],
    { firstRow: 0, firstCol: 0, rows: 1, cols: encoding.output().cols },
    {
      ...{ id: "first-encoding", title: "First encoding", formula: "PE of the first position" },
      axes: [{ name: "position", labels: [String(positions[0])] }, encoding.axes[1]],
    },
  );
  const distances = Array.from(positions, (position) => String(position - positions[0]));
  recorder.step(matmulTransposed, [encoding, first], undefined, {
    ...{ id: "dot-by-distance", title: "Dot product against distance", view: "curve" },
    formula: "PE(pos)·PE(first)",
    axes: [
      { name: "distance", labels: distances },
      { name: "dot product", labels: ["PE·PE"] },
    ],
  });
  const products = recorder.step(matmulTransposed, [encoding, encoding], undefined, {
    ...{ id: "dot-products", title: "Dot products", formula: "PE·PEᵀ", view: "similarity" },
    axes: [rows, rows],
  });
  if (positions.length > MOST_COMPARED || !areEquallySpaced(positions)) return;
  const spread = spreadAlongDiagonals(products.output());
  recorder.fact(
    "dotProducts",
    { spread },
    `PE(i)·PE(j) depends on the distance only: along a diagonal it varies by at most ${shortNumber(spread)}.`,
  );
}

function areEquallySpaced(positions: Float64Array): boolean {
  return positions.every(
    (position, row) => row < 2 || position - positions[row - 1] === positions[1] - positions[0],
  );
}

/** How far cells with the same j − i lie apart at most. */
function spreadAlongDiagonals(matrix: Matrix): number {
  let spread = 0;
  for (let distance = 0; distance < matrix.rows; distance++) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let row = 0; row + distance < matrix.rows; row++) {
      const value = cellOf(matrix, row, row + distance);
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    spread = Math.max(spread, high - low);
  }
  return spread;
}
