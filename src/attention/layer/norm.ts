import { add, same } from "../../ops/elementwise.js";
import {
  divideByRootMeanSquare,
  rowMeanSquares,
  rowMeans,
  rowVariances,
  scaleColumns,
  standardiseRows,
} from "../../ops/normalisation.js";
import type { Axis } from "../../trace/axis.js";
import type { Recorder, Ref } from "../../trace/recorder.js";
import { requireShapes } from "../shapes.js";
import type { NormSettings } from "./layer-settings.js";

/** One norm: the id of its step and scope, its title, and γ and β where it has them. */
export interface Norm {
  readonly id: string;
  readonly title: string;
  readonly weight?: Ref | undefined;
  readonly bias?: Ref | undefined;
  /** What the columns of x are called. */
  readonly width?: string;
}

/**
 * Records the norm of each row of x as the step `id`, and what it is made of in the scope `id`: `mean`, `variance` and
 * `normalised` (Ba et al. 2016, eq. 4), or `mean-square` and `normalised` (RMS norm: Zhang and Sennrich 2019, eq. 4).
 * x: n×d, γ and β: 1×d → n×d. Throws SHAPE_MISMATCH.
 */
export function recordNorm(
  recorder: Recorder,
  x: Ref,
  { id, title, weight, bias, width = "d_model" }: Norm,
  settings: NormSettings,
): Ref {
  const named = [weight, bias].filter((ref) => ref !== undefined);
  requireShapes(
    [x.key, x.shape, "n", width],
    ...named.map((ref) => [ref.key, ref.shape, "1", width] as const),
  );
  const normalised = recorder.scoped({ kind: "norm", name: id }, () =>
    settings.normKind === "rms"
      ? recordRms(recorder, x, settings.eps)
      : recordLayerNorm(recorder, x, settings.eps),
  );
  const { op, formula } = affine(weight, bias);
  return recorder.step(op, [normalised, ...named], {
    id,
    role: "norm",
    title,
    formula,
    axes: x.axes,
  });
}

/** What γ and β make of the normalised rows, as far as they are given. */
function affine(weight: Ref | undefined, bias: Ref | undefined) {
  if (weight) return { op: scaleColumns, formula: bias ? "γ·x̂ + β" : "γ·x̂" };
  return bias ? { op: add, formula: "x̂ + β" } : { op: same, formula: "x̂, since there is no weight" };
}

function recordLayerNorm(recorder: Recorder, x: Ref, eps: number): Ref {
  const axes = measureAxes(x, "μ");
  const mean = recorder.step(rowMeans, [x], {
    id: "mean",
    role: "norm-mean",
    title: "Mean",
    formula: "μ = Σ x / d",
    axes,
  });
  const variance = recorder.step(rowVariances, [x, mean], {
    id: "variance",
    role: "norm-variance",
    title: "Variance",
    formula: "σ² = Σ (x − μ)² / d",
    axes: measureAxes(x, "σ²"),
  });
  return recorder.step(standardiseRows, [x, mean, variance], {
    params: { eps },
    ...NORMALISED,
    formula: "x̂ = (x − μ) / √(σ² + ε)",
    axes: x.axes,
    notes: [`ε = ${eps}`],
  });
}

function recordRms(recorder: Recorder, x: Ref, eps: number): Ref {
  const square = recorder.step(rowMeanSquares, [x], {
    id: "mean-square",
    role: "norm-mean-square",
    title: "Mean square",
    formula: "Σ x² / d",
    axes: measureAxes(x, "x²"),
  });
  return recorder.step(divideByRootMeanSquare, [x, square], {
    params: { eps },
    ...NORMALISED,
    formula: "x̂ = x / √(mean square + ε)",
    axes: x.axes,
    notes: [`ε = ${eps}`],
  });
}

const NORMALISED = { id: "normalised", role: "normalised", title: "Normalised" };

const measureAxes = (x: Ref, label: string): readonly [Axis, Axis] => [
  x.axes[0],
  { name: "measure", labels: [label] },
];

/** States what the norms of a run are. */
export function stateNorm(recorder: Recorder, { normKind, eps }: NormSettings, place: string): void {
  const name = normKind === "rms" ? "RMS norm" : "layer norm";
  recorder.convention("normKind", normKind);
  recorder.convention("eps", eps, `${name} ${place}, ε = ${eps}`);
}
