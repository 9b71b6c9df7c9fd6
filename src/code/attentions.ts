import { hasRole } from "../attention/steps.js";
import type { BlockedKeys } from "../math/blocked.js";
import { upTo } from "../math/lists.js";
import { findScores, findSoftmax, type NodeAt } from "../ops/attention-pattern.js";
import { OPS } from "../ops/registry.js";
import { findStep, matrixOf, type Step, sameScope, scopeText, type Trace } from "../trace/trace.js";

/** One attention of a run, in the terms of the attention calls of libraries. */
export interface Attention {
  readonly scope: string;
  /** Keys of the inputs and the output. */
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly output: string;
  /** The factor of the scores. */
  readonly scale: number;
  readonly softcap: number | undefined;
  /** The key of the matrix that is added to the scaled scores. */
  readonly bias: string | undefined;
  readonly blocked: BlockedKeys | undefined;
}

/** An attention, or the convention that no library call supports. */
export type FoundAttention = Attention | { readonly scope: string; readonly obstacle: string };

/**
 * Finds the attentions of a run, in its order. Each product of weights and values is followed back to its query and
 * key.
 */
export function findAttentions(trace: Trace): readonly FoundAttention[] {
  return trace.steps.flatMap((step) => {
    const [weights, value] = step.inputs;
    const isProduct = step.op.name === OPS.matmul.name && step.inputs.length === 2;
    const made = isProduct ? findStep(trace, weights) : undefined;
    const isWeights =
      made !== undefined && hasRole(made, "weights", "softmax") && sameScope(made.scope, step.scope);
    if (!isWeights) return [];
    const scope = scopeText(step.scope);
    const found = followBack(trace, made, value, step);
    return [typeof found === "string" ? { scope, obstacle: found } : { scope, ...found }];
  });
}

/** Returns the attention behind some weights, or the first convention that no library call supports. */
function followBack(
  trace: Trace,
  weights: Step,
  value: string,
  output: Step,
): Omit<Attention, "scope"> | string {
  const at: NodeAt = (key) => findStep(trace, key);
  const softmax = findSoftmax(weights.key, at);
  if (!softmax) {
    const isSoftmax = weights.op.name === OPS.normalizeRows.name;
    return isSoftmax
      ? "exponentials are masked, not scores"
      : `weights are changed by ${weights.op.name} after the softmax`;
  }
  if (matrixOf(trace, weights.inputs[1]).data.some((sum) => sum === 0)) {
    return "a row may attend to no key, and libraries return NaN, 0 or a mean for it, depending on their version";
  }
  const { masked, biased, capped, scaled, compared } = findScores(softmax.scores, at);
  if (masked && masked.params.fill !== Number.NEGATIVE_INFINITY) {
    return `a masked score becomes ${masked.params.fill}, not -inf`;
  }
  if (compared?.op === OPS.addToMasked) {
    return "the mask adds a finite number to scores, not -inf";
  }
  if (compared?.op !== OPS.matmulTransposed || compared.inputs.length > 2) {
    return compared
      ? `scores are computed by ${compared.op.name}, not as a product of query and key`
      : "scores are given";
  }
  if (biased && biased.inputs.length > 2) return "several biases are added";
  const [query, key] = compared.inputs;
  return {
    query,
    key,
    value,
    output: output.key,
    bias: biased?.inputs[1],
    blocked: masked?.params.blocked,
    scale: scaled?.params.factor ?? 1,
    softcap: capped?.params.cap,
  };
}

/**
 * Whether the mask is what `is_causal` means: query i attends to the keys 0 … i, also if there are more keys than
 * queries.
 */
export function isTopLeftCausal({ rows, cols, numRuled, low, high, cells }: BlockedKeys): boolean {
  if (cells !== undefined || numRuled !== cols) return false;
  return upTo(rows).every((row) => low[row] === 0 && high[row] === Math.min(cols, row + 1));
}

/** Returns the attentions that a library's own call can express. */
export const callable = (
  found: readonly FoundAttention[],
  cannot: (attention: Attention) => string | undefined,
): readonly Attention[] =>
  found.flatMap((one) => ("obstacle" in one || cannot(one) !== undefined ? [] : [one]));

/** Writes which convention prevents a library's own call for some attentions, one line per reason. */
export function obstacleLines(
  call: string,
  found: readonly FoundAttention[],
  cannot: (attention: Attention) => string | undefined,
): readonly string[] {
  const reasons = new Map<string, string[]>();
  for (const one of found) {
    const reason = "obstacle" in one ? one.obstacle : cannot(one);
    if (reason === undefined) continue;
    reasons.set(reason, [...(reasons.get(reason) ?? []), one.scope]);
  }
  return Array.from(reasons, ([reason, scopes]) => {
    const where = scopes.filter((scope) => scope !== "");
    return `# ${call} cannot do this${where.length > 0 ? ` (${where.join(", ")})` : ""}: ${reason}.`;
  });
}
