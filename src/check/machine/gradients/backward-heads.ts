import { hasRole } from "../../../attention/steps.js";
import type { Matrix } from "../../../math/matrix.js";
import { scale } from "../../../ops/elementwise.js";
import { dropCells, mask } from "../../../ops/masking.js";
import { rotatePairs } from "../../../ops/pairs.js";
import { slice } from "../../../ops/parts.js";
import { matmul, transposedMatmul } from "../../../ops/product.js";
import { softmaxGradient } from "../../../ops/softmax.js";
import { findStep, matrixOf, type Step, type Trace } from "../../../trace/trace.js";
import { attentionOf } from "../task.js";
import { type BackwardInputs, PARTS, type Part, type PerPart } from "./backward-rows.js";

// Finds the backward pass of each attention in a recording: which steps are its dP, δ, dS, dZ, dQ, dK and dV, by the
// names of docs/precision.md. Steps are found by their ops and inputs, not by their names.

/** The backward steps with one number per query and key; and δ, with one per query. */
export type PairPart = "d-weights" | "d-delta" | "d-scores" | "d-scaled";

/** The role of a backward step in its head: dQ, dK, dV, dP, δ, dS or dZ. */
export type BackPart = Part | PairPart;

/** The backward pass of one attention, with the steps that record it. */
export interface BackwardHead extends BackwardInputs {
  /** The keys of the steps that the gradients are computed from: dO, and q, k, v. */
  readonly gradientKey: string;
  readonly sources: PerPart<string>;
  /**
   * Each step of this backward pass by its key: its role, and the factor (the scale) that an n×m step has been
   * multiplied by.
   */
  readonly parts: ReadonlyMap<string, { readonly part: BackPart; readonly factor: number }>;
  /** The steps of dQ, dK and dV, if they are recorded. */
  readonly steps: PerPart<Step | undefined>;
  /** The kv head that this query head reads: the same text for all heads of a group. */
  readonly kvHead: string;
}

/** Finds the backward passes of all attentions of a run. Returns none if no gradients were recorded. */
export function backwardHeadsOf(trace: Trace): readonly BackwardHead[] {
  return trace.steps.flatMap((step) => {
    if (!hasRole(step, "context")) return [];
    const made = findStep(trace, step.inputs[0]);
    const weights = made?.op.name === dropCells.name ? made.inputs[0] : made?.key;
    const changes = trace.steps.find(
      ({ op, inputs }) => op.name === softmaxGradient.name && inputs[0] === weights,
    );
    const found = changes && attentionOf(trace, step);
    return found && !found.scores ? (backwardHeadOf(trace, step, changes, found) ?? []) : [];
  });
}

function backwardHeadOf(
  trace: Trace,
  context: Step,
  changes: Step,
  { task, compared: [queryKey, keyKey] }: NonNullable<ReturnType<typeof attentionOf>>,
): BackwardHead | undefined {
  const [weightsKey, valueKey] = context.inputs;
  const [, dWeightsKey, dotsKey] = changes.inputs;
  const dWeights = findStep(trace, dWeightsKey);
  const product = dWeights?.op.name === dropCells.name ? findStep(trace, dWeights.inputs[0]) : dWeights;
  const gradientKey = product?.inputs[0];
  if (gradientKey === undefined) return undefined;
  const parts = new Map<string, { part: BackPart; factor: number }>([
    [dWeightsKey, { part: "d-weights", factor: 1 }],
    [dotsKey, { part: "d-delta", factor: 1 }],
  ]);
  followChanges(trace, changes, parts);
  const made = (op: { readonly name: string }, first: (key: string) => boolean, second: string) =>
    trace.steps.find(
      ({ op: { name }, inputs }) => name === op.name && first(inputs[0]) && inputs[1] === second,
    );
  const isChange = (key: string) =>
    parts.get(key)?.part === "d-scaled" || parts.get(key)?.part === "d-scores";
  const steps = {
    query: made(matmul, isChange, keyKey),
    key: made(transposedMatmul, isChange, queryKey),
    value: made(transposedMatmul, (key) => key === weightsKey, gradientKey),
  };
  for (const part of PARTS) {
    const step = steps[part];
    if (step) parts.set(step.key, { part, factor: 1 });
  }
  return {
    task,
    gradientKey,
    parts,
    steps,
    kvHead: kvHeadOf(trace, keyKey),
    sources: { query: queryKey, key: keyKey, value: valueKey },
    get gradient(): Matrix {
      return matrixOf(trace, gradientKey);
    },
  };
}

/** Records the roles of the steps from dS, the gradient of the softmax, back to the gradient of q·k. */
function followChanges(
  trace: Trace,
  changes: Step,
  parts: Map<string, { part: BackPart; factor: number }>,
): void {
  parts.set(changes.key, { part: "d-scores", factor: 1 });
  for (const { key, op, inputs, params } of trace.steps) {
    const before = parts.get(inputs[0]);
    if (!before || (before.part !== "d-scores" && before.part !== "d-scaled")) continue;
    if (op.name === "tanh-gradient") parts.set(key, { ...before, part: "d-scaled" });
    if (op.name === mask.name || (op.name === "add" && inputs.length === 1)) parts.set(key, before);
    if (op.name === scale.name) {
      const { factor } = params as { readonly factor: number };
      parts.set(key, { ...before, factor: before.factor * factor });
    }
  }
}

/** Returns a text that is the same for all heads that read the same keys: the columns that these were cut from. */
function kvHeadOf(trace: Trace, key: string): string {
  const step = findStep(trace, key);
  if (step?.op.name === rotatePairs.name) return kvHeadOf(trace, step.inputs[0]);
  return step?.op.name === slice.name ? `${step.inputs[0]} ${JSON.stringify(step.params)}` : key;
}

/** Groups query heads by the kv head that they read: the index of that of each one, and how many there are. */
export function groupsOf(heads: readonly BackwardHead[]) {
  const groups = [...new Set(heads.map(({ kvHead }) => kvHead))];
  return { kvOf: heads.map(({ kvHead }) => groups.indexOf(kvHead)), kvHeads: groups.length };
}
