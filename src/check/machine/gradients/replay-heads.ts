import { addTo, createMatrix, type Matrix, mapCells, rowsOf, transpose } from "../../../math/matrix.js";
import { multiply } from "../../../math/product.js";
import { rowMaxima } from "../../../math/rows.js";
import { add } from "../../../ops/elementwise.js";
import { rotatePairs } from "../../../ops/pairs.js";
import { replay } from "../../../trace/recorder.js";
import { findStep, paramsOf, type Step, type Trace } from "../../../trace/trace.js";
import { type BackwardHead, groupsOf } from "./backward-heads.js";
import { backwardRows, PARTS, type Part, type PerPart, perPart } from "./backward-rows.js";
import { exactOf } from "./head-errors.js";
import type {
  GradientVariant,
  ReplayedGradients,
  ReplayedHead,
  ReplayedHeads,
} from "./mistakes/gradient-mistake.js";
import { gatherWith } from "./mistakes/groups.js";
import { productsOf } from "./products.js";
import { sumShort } from "./short-sums.js";

// Replays the backward pass of all heads in float64 with a mistake in it ("Causes" in docs/precision.md), and computes
// everything in the run that depends on their gradients again.

/** Computes for each head what its forward pass leaves: outputs, log-sum-exps and maxima. */
export function replayedHeadsOf(heads: readonly BackwardHead[]): ReplayedHeads {
  return { heads: heads.map(leftByForward), ...groupsOf(heads) };
}

/** Returns the right gradients of a run, by heads. */
export const rightGradients = (heads: readonly BackwardHead[]): ReplayedGradients =>
  gatherWith(heads.map(exactOf), groupsOf(heads));

function leftByForward(head: BackwardHead, index: number): ReplayedHead {
  const { query, value } = head.task;
  const outputs = createMatrix(query.rows, value.cols);
  const [logSumExp, maxima] = [new Float64Array(query.rows), new Float64Array(query.rows)];
  for (const rows of backwardRows(head)) {
    outputs.data.set(rows.output.data, rows.first * value.cols);
    logSumExp.set(rows.logSumExp, rows.first);
    maxima.set(
      rowMaxima(rows.scores).map((most) => (Number.isFinite(most) ? most : 0)),
      rows.first,
    );
  }
  return { ...head, index, outputs, logSumExp, maxima };
}

/** Computes the gradients that a mistake gives, by heads. */
export function replayVariant(
  variant: GradientVariant,
  all: ReplayedHeads,
  hasBias: boolean,
): ReplayedGradients {
  const biases = hasBias
    ? all.heads.map(({ task: { query, key } }) => createMatrix(query.rows, key.rows))
    : undefined;
  const given = all.heads.map((head, at) => contributionOf(variant, head, all, biases?.[at]));
  const gathered = variant.gather?.(given, all) ?? gatherWith(given, all);
  const gradients = { ...gathered, biases };
  return variant.finish?.(gradients, all) ?? gradients;
}

function contributionOf(
  variant: GradientVariant,
  head: ReplayedHead,
  all: ReplayedHeads,
  bias: Matrix | undefined,
): PerPart<Matrix> {
  const task = variant.task?.(head, all) ?? head.task;
  const inputs = { ...head, task };
  const total = perPart((part) => createMatrix(task[part].rows, task[part].cols));
  const times = summing(variant);
  for (const rows of backwardRows(inputs, needsAllRows(variant) ? task.query.rows : undefined)) {
    const products = productsOf(rows, inputs, variant.change?.(rows, inputs));
    for (const part of PARTS) {
      const { pairs, by, factor } = products[part];
      const isOfQuery = part === "query";
      const sum = isOfQuery ? rowsOf(total.query, rows) : total[part];
      const made = isOfQuery ? times(part, pairs, by) : times(part, transpose(pairs), rowsOf(by, rows));
      addTo(sum, made, factor);
    }
    if (bias) addTo(rowsOf(bias, rows), products.bias);
  }
  return total;
}

/** Returns a function that multiplies matrices, with the short accumulators of a variant. */
export const summing =
  ({ sums }: GradientVariant) =>
  (part: Part, left: Matrix, right: Matrix) =>
    sums?.parts.includes(part) ? sumShort(left, right, sums) : multiply(left, right);

/** Whether all rows of a head are needed at once. */
export const needsAllRows = ({ needsAllRows: isAsked, sums }: GradientVariant): boolean =>
  isAsked === true || sums !== undefined;

/**
 * Replays a run with the gradients of a mistake in place of the right ones. Everything that depends on them changes,
 * too.
 */
export function traceWith(
  trace: Trace,
  { heads, kvOf }: ReplayedHeads,
  gradients: ReplayedGradients,
  { rotation: wrong }: GradientVariant,
): Trace {
  const replace = new Map<string, Matrix | ((inputs: readonly Matrix[]) => Matrix)>();
  const put = (step: Step | undefined, matrix: Matrix) => step && replace.set(step.key, matrix);
  const { biases } = gradients;
  for (const [index, { steps, task }] of heads.entries()) {
    const kv = kvOf[index];
    // The first head of a group gets the sum over the group, the others get 0.
    const isFirst = kvOf.indexOf(kv) === index;
    const sumOf = (sums: readonly Matrix[]) => (isFirst ? sums[kv] : mapCells(sums[kv], () => 0));
    put(steps.query, gradients.query[index]);
    put(steps.key, sumOf(gradients.key));
    put(steps.value, sumOf(gradients.value));
    if (biases) put(findStep(trace, `${task.scope}/d-given-bias`), biases[index]);
  }
  const ofBias = findStep(trace, "d-bias");
  if (biases && ofBias?.shape.rows === biases[0].rows) put(ofBias, add.compute(biases, undefined));
  const rotated = heads.flatMap(({ steps }) => wrong?.parts.map((part) => steps[part]?.key) ?? []);
  for (const step of trace.steps) {
    const right = rotated.includes(step.inputs[0]) ? paramsOf(step, rotatePairs) : undefined;
    if (!right) continue;
    const rotation = wrong?.of(right);
    replace.set(step.key, (all) => (rotation ? rotatePairs.compute(all, rotation) : all[0]));
  }
  return replay(trace, { replace });
}
