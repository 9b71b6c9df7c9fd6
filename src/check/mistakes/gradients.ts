import { hasRole, type StepRole } from "../../attention/steps.js";
import { cellOf, createMatrix, mapCells, transpose } from "../../math/matrix.js";
import { rowSums } from "../../math/rows.js";
import { scale } from "../../ops/elementwise.js";
import { matmul, matmulTransposed, transposedMatmul } from "../../ops/product.js";
import { rowDots, softmaxGradient } from "../../ops/softmax.js";
import type { Op } from "../../trace/op.js";
import { findStep, matrixOf, type Step, type Trace } from "../../trace/trace.js";
import {
  type Alteration,
  altering,
  alteringAt,
  alterOp,
  alterSteps,
  besides,
  changeInputs,
  passThroughInput,
  useInstead,
} from "./alter.js";
import { GROUP_GRADIENT_MISTAKES } from "./gradient-groups.js";
import { WEIGHT_GRADIENT_MISTAKES } from "./gradient-weights.js";
import { type Mistake, setSpecificTitle } from "./mistake.js";

// Mistakes in the backward pass from a loss.

const isOp = <Params>(step: Step, { name }: Op<Params>) => step.op.name === name;

/** Whether a step has this op, with a step of this role as its input at `place`. */
function isMadeOf<Params>(trace: Trace, step: Step, op: Op<Params>, role: StepRole, place = 0): boolean {
  const from = isOp(step, op) ? findStep(trace, step.inputs[place]) : undefined;
  return from !== undefined && hasRole(from, role);
}

/**
 * dQ = dS K, dK = dSᵀ Q and dV = αᵀ dC: the gradients of query, key and value from those of the scores and the context.
 */
const isQueryGradient = (trace: Trace, step: Step) => isMadeOf(trace, step, matmul, "d-scores");

const isKeyGradient = (trace: Trace, step: Step) => isMadeOf(trace, step, transposedMatmul, "d-scores");

const isValueGradient = (trace: Trace, step: Step) => isMadeOf(trace, step, transposedMatmul, "weights");

const JACOBIAN = "dS = α ∘ (dα − δ), δ_i = Σ_j α_ij dα_ij";

/** Returns a mistake in the gradient of the softmax, which turns dα into dS. */
function softmaxMistake(
  id: string,
  title: string,
  fix: string,
  change: (weight: number, gradient: number) => number,
): Mistake {
  return {
    id,
    step: "d-scaled-scores",
    title,
    formula: JACOBIAN,
    fix,
    apply: altering((step) => {
      if (!isOp(step, softmaxGradient)) return undefined;
      return {
        compute: ([weights, gradient]) =>
          mapCells(weights, (weight, row, col) => change(weight, gradient.data[row * weights.cols + col])),
      };
    }),
  };
}

/** Returns the scores of a step that is computed from their gradient. */
function comparedIn(trace: Trace, step: Step): Step | undefined {
  const gradient = findStep(trace, step.inputs[0]);
  return gradient && besides(trace, gradient, "scores");
}

const isWeightGradient = (_: Trace, step: Step) => hasRole(step, "d-weights") && isOp(step, matmulTransposed);

/** The products with a transposed matrix. */
const UNTRANSPOSED = [
  { is: isValueGradient, title: "α was not transposed: dV was computed as α dO." },
  { is: isKeyGradient, title: "dS was not transposed: dK was computed as dS Q." },
  { is: isWeightGradient, title: "V was not transposed: dα was computed as dO V." },
];

/** Returns A·B instead of Aᵀ·B or A·Bᵀ, if that product exists and has the same shape. */
function untransposed(trace: Trace, step: Step): Alteration | undefined {
  const [a, b] = step.inputs.map((key) => matrixOf(trace, key));
  return a.cols === b.rows ? { op: matmul as Op<unknown> } : undefined;
}

/** Subtracts from each cell the δ of its column. */
const deltaPerColumn = (trace: Trace): readonly Trace[] =>
  alterOp(trace, softmaxGradient, () => ({
    compute: ([weights, gradient]) => {
      const terms = mapCells(weights, (weight, row, col) => weight * cellOf(gradient, row, col));
      const dots = rowSums(transpose(terms));
      return mapCells(terms, (term, row, col) => term - cellOf(weights, row, col) * dots.data[col]);
    },
  }));

export const GRADIENT_MISTAKES: readonly Mistake[] = [
  softmaxMistake(
    "grad-softmax-elementwise",
    "The softmax was differentiated cell by cell: dα ∘ α ∘ (1 − α).",
    "Every score changes every weight of its row: subtract δ, the sum of α ∘ dα over the row, from dα.",
    (weight, gradient) => gradient * weight * (1 - weight),
  ),
  softmaxMistake(
    "grad-softmax-missing",
    "The softmax was left out in the backward pass: dα was taken for dS.",
    "Subtract δ from dα, and multiply by α, cell by cell.",
    (_, gradient) => gradient,
  ),
  softmaxMistake(
    "grad-row-dots-missing",
    "δ was not subtracted: dS = α ∘ dα.",
    "Subtract δ, the sum of α ∘ dα over the row, from each dα of the row.",
    (weight, gradient) => weight * gradient,
  ),
  {
    id: "grad-softmax-over-columns",
    step: "d-scaled-scores",
    title: "δ was computed down the columns, not along the rows.",
    formula: JACOBIAN,
    fix: "The softmax of a row has one δ: the sum of α ∘ dα over that row.",
    apply: ({ trace }) => [
      ...deltaPerColumn(trace),
      // Each δ of a column is subtracted in the row with its number.
      ...alterOp(trace, rowDots, (step) => {
        const { rows, cols } = matrixOf(trace, step.inputs[0]);
        return rows === cols ? changeInputs(step, (inputs) => inputs.map(transpose)) : undefined;
      }),
    ],
  },
  {
    id: "grad-scale-missing",
    step: "d-scores",
    title: "The gradient of the scores was not divided by √d_k.",
    formula: "dS = dS′ / √d_k",
    fix: "The forward pass divides the scores by √d_k, so the backward pass divides their gradient by √d_k, too.",
    apply: alteringAt("d-scores", (step) => (isOp(step, scale) ? passThroughInput : undefined)),
  },
  {
    id: "grad-query-key-swapped",
    step: "d-query",
    title: "dQ was computed with Q and dK with K: dS Q and dSᵀ K.",
    formula: "dQ = dS K, dK = dSᵀ Q",
    fix: "The gradient of one factor of a product contains the other factor.",
    apply: altering((step, trace) => {
      const isQuery = isQueryGradient(trace, step);
      if (!isQuery && !isKeyGradient(trace, step)) return undefined;
      return useInstead(trace, step, 1, comparedIn(trace, step)?.inputs[isQuery ? 0 : 1]);
    }),
  },
  {
    id: "grad-transposed",
    step: "d-value",
    title: "A matrix was not transposed: α dO for dV, dS Q for dK, or dO V for dα.",
    formula: "dV = αᵀ dO, dK = dSᵀ Q, dα = dO Vᵀ",
    fix: "Row j of dV and dK belongs to key j: it is a sum over all queries.",
    apply: ({ trace }) =>
      [...UNTRANSPOSED.map((one) => [one]), UNTRANSPOSED.slice(0, 2)].flatMap((chosen) =>
        setSpecificTitle(
          alterSteps(trace, (step) =>
            chosen.some(({ is }) => is(trace, step)) ? untransposed(trace, step) : undefined,
          ),
          () => chosen.map(({ title }) => title).join(" "),
        ),
      ),
  },
  ...WEIGHT_GRADIENT_MISTAKES,
  ...GROUP_GRADIENT_MISTAKES,
  {
    id: "grad-from-output-only",
    step: "d-weights",
    title: "Only the path through V was used: the weights were treated as constants.",
    formula: "dα = dO Vᵀ",
    fix: "The output also depends on the weights, and they depend on Q and K.",
    apply: alteringAt("d-weights", () => ({
      compute: (inputs) => createMatrix(inputs[0].rows, inputs[1].rows),
    })),
  },
];
