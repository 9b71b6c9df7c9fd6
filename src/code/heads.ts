import { hasRole } from "../attention/steps.js";
import { OPS } from "../ops/registry.js";
import { findStep, paramsOf, type Step, sameScope, scopeText, type Trace } from "../trace/trace.js";
import { type Attention, type FoundAttention, findAttentions } from "./attentions.js";

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
    if (!hasRole(concat, "concatenation")) return [];
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
  const cut = (role: "head-query" | "head-key" | "head-value", id: string) =>
    own.find((step) => hasRole(step, role) && step.id === id);
  const [query, keys, value] = [cut("head-query", "q"), cut("head-key", "k"), cut("head-value", "v")];
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
