import { addTo, createMatrix, type Matrix, rowsOf, transpose } from "../../../math/matrix.js";
import { multiply } from "../../../math/product.js";
import { rowMaxima } from "../../../math/rows.js";
import { rotatePairs } from "../../../ops/pairs.js";
import { replay } from "../../../trace/recorder.js";
import { findStep, paramsOf, type Trace } from "../../../trace/trace.js";
import type { BackwardHead } from "./backward-heads.js";
import { backwardRows } from "./backward-rows.js";
import { exactOf } from "./head-errors.js";
import {
  type ChangedFactors,
  type Contribution,
  type GradientVariant,
  PARTS,
  type Part,
  type ReplayedGradients,
  type ReplayedHead,
  type ReplayedHeads,
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

function groupsOf(heads: readonly BackwardHead[]) {
  const groups = [...new Set(heads.map(({ kvHead }) => kvHead))];
  return { kvOf: heads.map(({ kvHead }) => groups.indexOf(kvHead)), kvHeads: groups.length };
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
  return { ...head, gradient: head.gradient, index, outputs, logSumExp, maxima };
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
): Contribution {
  const task = variant.task?.(head, all) ?? head.task;
  const inputs = { ...head, task, gradient: head.gradient };
  const { query, key, value } = task;
  const total: Contribution = {
    query: createMatrix(query.rows, query.cols),
    key: createMatrix(key.rows, key.cols),
    value: createMatrix(value.rows, value.cols),
  };
  const times = summing(variant);
  for (const rows of backwardRows(inputs, needsAllRows(variant) ? query.rows : undefined)) {
    const changed: ChangedFactors = variant.change?.(rows, inputs) ?? {};
    const products = productsOf(rows, inputs, changed);
    for (const part of PARTS) {
      const { pairs, by, factor } = products[part];
      const isOfQuery = part === "query";
      const sum = isOfQuery ? rowsOf(total.query, rows) : total[part];
      const made = isOfQuery ? times(part, pairs, by) : times(part, transpose(pairs), rowsOf(by, rows));
      addTo(sum, made, factor);
    }
    if (bias) addTo(rowsOf(bias, rows), changed.ofBias ?? rows.dScores);
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
  { rotation: wrongRotation }: GradientVariant,
): Trace {
  const replace = new Map<string, Matrix | ((inputs: readonly Matrix[]) => Matrix)>();
  const isTaken = new Set<number>();
  const rotated = new Set<string | undefined>();
  for (const [index, { steps }] of heads.entries()) {
    const kv = kvOf[index];
    // The first head of a group gets the sum over the group, the others get 0.
    const part = (matrix: Matrix) => (isTaken.has(kv) ? createMatrix(matrix.rows, matrix.cols) : matrix);
    if (steps.query) replace.set(steps.query.key, gradients.query[index]);
    if (steps.key) replace.set(steps.key.key, part(gradients.key[kv]));
    for (const one of wrongRotation?.parts ?? []) rotated.add(steps[one]?.key);
    if (steps.value) replace.set(steps.value.key, part(gradients.value[kv]));
    isTaken.add(kv);
  }
  const { biases } = gradients;
  const ofBias = findStep(trace, "d-bias");
  for (const [index, { task }] of biases ? heads.entries() : []) {
    const own = findStep(trace, `${task.scope}/d-given-bias`);
    if (own && biases) replace.set(own.key, biases[index]);
  }
  if (ofBias && biases && ofBias.shape.rows === biases[0].rows) {
    const sum = createMatrix(biases[0].rows, biases[0].cols);
    for (const own of biases) addTo(sum, own);
    replace.set(ofBias.key, sum);
  }
  for (const step of trace.steps) {
    const rotation = rotated.has(step.inputs[0]) ? paramsOf(step, rotatePairs) : undefined;
    if (!rotation) continue;
    const forth = (all: readonly Matrix[]) => rotatePairs.compute(all, { pairing: rotation.pairing });
    replace.set(step.key, wrongRotation?.how === "forth" ? forth : ([matrix]) => matrix);
  }
  return replay(trace, { replace });
}
