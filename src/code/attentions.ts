import { hasRole } from "../attention/steps.js";
import type { BlockedKeys } from "../math/blocked.js";
import { upTo } from "../math/lists.js";
import { findScores, findSoftmax, type NodeAt } from "../ops/fused-attention.js";
import { OPS } from "../ops/registry.js";
import { findStep, matrixOf, paramsOf, type Step, sameScope, scopeText, type Trace } from "../trace/trace.js";

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
      made !== undefined && hasRole(made, "weights", "align") && sameScope(made.scope, step.scope);
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

/** How the queries, keys or values of all heads, or the output, are computed: x·W + b. */
export interface Projection {
  /** Keys of the input x, the weight and the bias. Without a weight, x is not projected. */
  readonly input: string;
  readonly weight: string | undefined;
  readonly bias: string | undefined;
  /** Whether W is stored as out × in, as in torch. */
  readonly isOutIn: boolean;
  /** The key of the result. */
  readonly result: string;
}

/** One head: the steps that take its columns, and its context (weights times values). */
export interface Head {
  readonly query: Step;
  readonly key: Step;
  readonly value: Step;
  readonly context: Step;
  /** The attention of the head in the terms of library calls, or why no call supports it. */
  readonly found: FoundAttention;
}

/** Heads that take their columns from the same projections, and whose contexts are joined again. */
export interface GroupedHeads {
  readonly scope: string;
  readonly heads: readonly Head[];
  readonly numKvHeads: number;
  readonly query: Projection;
  readonly key: Projection;
  readonly value: Projection;
  readonly output: Projection;
}

/** Finds the groups of heads of a run, in its order. */
export function findHeads(trace: Trace): readonly GroupedHeads[] {
  const found = findAttentions(trace);
  return trace.steps.flatMap((concat) => {
    if (!hasRole(concat, "concat")) return [];
    const heads = concat.inputs.map((key) => headOf(trace, key, found));
    const output = trace.steps.find(
      (step) => hasRole(step, "output-projection") && step.inputs[0] === concat.key,
    );
    if (!output || !heads.every((head) => head !== undefined)) return [];
    const [first] = heads;
    const starts = new Set(heads.map(({ key }) => firstColumnOf(key)));
    return [
      {
        scope: scopeText(concat.scope),
        heads,
        numKvHeads: starts.size,
        query: projectionOf(trace, first.query.inputs[0]),
        key: projectionOf(trace, first.key.inputs[0]),
        value: projectionOf(trace, first.value.inputs[0]),
        output: projectionOf(trace, output.key),
      },
    ];
  });
}

function headOf(trace: Trace, key: string, attentions: readonly FoundAttention[]): Head | undefined {
  const context = findStep(trace, key);
  const own = trace.steps.filter((step) => context && sameScope(step.scope, context.scope));
  const cut = (role: "head-q" | "head-k" | "head-v", id: string) =>
    own.find((step) => hasRole(step, role) && step.id === id);
  const [query, keys, value] = [cut("head-q", "q"), cut("head-k", "k"), cut("head-v", "v")];
  const found = attentions.find(({ scope }) => context && scope === scopeText(context.scope));
  return context && query && keys && value && found && { query, key: keys, value, context, found };
}

/** Returns the first column of its projection that a head takes. */
export const firstColumnOf = (cut: Step): number => paramsOf(cut, OPS.slice)?.firstCol ?? 0;

function projectionOf(trace: Trace, made: string): Projection {
  const step = findStep(trace, made);
  const isOutIn = step?.op.name === OPS.matmulTransposed.name;
  if (step && (isOutIn || step.op.name === OPS.matmul.name)) {
    const [input, weight, bias] = step.inputs;
    return { input, weight, bias, isOutIn, result: made };
  }
  const isOutput = step !== undefined && hasRole(step, "output-projection");
  const isSum = isOutput && step.op.name === OPS.add.name;
  return {
    weight: undefined,
    isOutIn,
    result: made,
    input: isOutput ? step.inputs[0] : made,
    bias: isSum ? step.inputs[1] : undefined,
  };
}

/**
 * Returns the keys of the inputs and outputs of one call for several heads. `times` query heads share a key and a
 * value.
 */
export function inOneCall(attentions: readonly Attention[], numKvHeads: number) {
  const times = attentions.length / numKvHeads;
  const shared = attentions.filter((_, head) => head % times === 0);
  return {
    times,
    query: attentions.map(({ query }) => query),
    key: shared.map(({ key }) => key),
    value: shared.map(({ value }) => value),
    output: attentions.map(({ output }) => output),
  };
}

/**
 * Returns the attentions of heads that share keys and values, if one call supports all of them. Otherwise returns none.
 */
export function sharingAttentions(
  group: GroupedHeads,
  cannot: (attention: Attention) => string | undefined,
): readonly Attention[] {
  const attentions = attentionsOf(group);
  const areOfOneCall =
    typeof attentions !== "string" && group.numKvHeads < group.heads.length && !attentions.some(cannot);
  return areOfOneCall ? attentions : [];
}

/** Returns the attentions of all heads, or why one of them cannot be a library's call. */
export function attentionsOf({ heads }: GroupedHeads): readonly Attention[] | string {
  const attentions: Attention[] = [];
  for (const { found } of heads) {
    if ("obstacle" in found) return found.obstacle;
    attentions.push(found);
  }
  return attentions;
}
