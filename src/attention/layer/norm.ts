import { add, identity } from "../../ops/elementwise.js";
import {
  divideByRootMeanSquare,
  rowMeanSquares,
  rowMeans,
  rowVariances,
  scaleColumns,
  standardiseRows,
} from "../../ops/normalisation.js";
import { type Ref, record, recorder } from "../recorder.js";
import { requireShapes } from "../shapes.js";
import type { StepName } from "../steps.js";
import type { NormSettings } from "./layer-settings.js";

/**
 * Records the norm of each row of x as the step `id`. The scope `id` contains its intermediate steps: `mean`,
 * `variance` and `normalised` (Ba et al. 2016, eq. 4), or `mean-square` and `normalised` (RMS norm: Zhang and Sennrich
 * 2019, eq. 4). x: n×d, γ and β (if given): 1×d → n×d. `width` is the name of d in error messages. Throws SHAPE_MISMATCH.
 */
export function recordNorm(
  x: Ref,
  id: StepName,
  { normKind, eps }: NormSettings,
  weight: Ref | undefined,
  bias: Ref | undefined,
  width = "d_model",
): Ref {
  const asWide = (ref: Ref | undefined) => ref && ([ref, "1", width] as const);
  requireShapes([x, "n", width], asWide(weight), asWide(bias));
  const notes = [`ε = ${eps}`];
  const normalised = recorder.scoped({ kind: "norm", name: id }, () => {
    if (normKind === "rms") {
      const square = record("mean-square", rowMeanSquares, [x]);
      const formula = "x̂ = x / √(mean square + ε)";
      return record("normalised", divideByRootMeanSquare, [x, square], { eps }, { formula, notes });
    }
    const mean = record("mean", rowMeans, [x]);
    const variance = record("variance", rowVariances, [x, mean]);
    const formula = "x̂ = (x − μ) / √(σ² + ε)";
    return record("normalised", standardiseRows, [x, mean, variance], { eps }, { formula, notes });
  });
  const { op, formula } = affine(weight, bias);
  return record(id, op, [normalised, weight, bias], undefined, { formula, axes: x.axes });
}

/** Returns the op that applies γ and β, as far as they are given. */
function affine(weight: Ref | undefined, bias: Ref | undefined) {
  if (weight) return { op: scaleColumns, formula: bias ? "γ·x̂ + β" : "γ·x̂" };
  return bias ? { op: add, formula: "x̂ + β" } : { op: identity, formula: "x̂, since there is no weight" };
}

/** States the kind and ε of the norms of a run. */
export function stateNorm({ normKind, eps }: NormSettings, place: string) {
  const name = normKind === "rms" ? "RMS norm" : "layer norm";
  recorder.convention("normKind", normKind);
  recorder.convention("eps", eps, `${name} ${place}, ε = ${eps}`);
}
