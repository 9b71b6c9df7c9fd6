import { remember } from "../../math/remember.js";
import type { Graph } from "../../trace/graph.js";
import type { Input, Node } from "../../trace/op.js";
import { indexIn, scopeText } from "../../trace/scope.js";
import type { Step, Trace } from "../../trace/trace.js";
import type { Sheet } from "../answers.js";
import { applyMistake } from "../mistakes/apply.js";
import type { Homework, Mistake } from "../mistakes/mistake.js";
import { MISTAKES } from "../mistakes/registry.js";
import { WAYS, type Way } from "../ways.js";

/** Steps that are done otherwise: a mistake, or another right way. */
export interface Variant {
  readonly what: Mistake | Way;
  readonly isRight: boolean;
  readonly altered: Trace;
  /** The steps that are done otherwise, in the head that is meant. */
  readonly nodes: ReadonlyMap<string, Node>;
  readonly inputs: readonly Input[];
  /** The head in which it is done, where it is done in one of several. */
  readonly head: string | undefined;
}

/** What is done otherwise in a solution. */
export interface Changes {
  readonly nodes: ReadonlyMap<string, Node>;
  readonly inputs: ReadonlyMap<string, Input>;
}

export const UNCHANGED: Changes = { nodes: new Map(), inputs: new Map() };

export const isMistake = (what: Mistake | Way): what is Mistake => "step" in what;

/** Everything that may be done otherwise on the way of a problem: in the whole run, and in each head alone. */
export function listVariants(homework: Homework, sheet: Sheet): readonly Variant[] {
  const { trace } = homework;
  const mistakes = MISTAKES.flatMap((what) =>
    applyMistake(what, homework, sheet).flatMap((altered) => variantsOf(trace, altered, what, false)),
  );
  const ways = WAYS.flatMap((what) =>
    what.apply(trace, sheet).flatMap((altered) => variantsOf(trace, altered, what, true)),
  );
  return [...ways, ...mistakes];
}

function variantsOf(trace: Trace, altered: Trace, what: Mistake | Way, isRight: boolean): Variant[] {
  const before = stepsOf(trace);
  const others = altered.steps.filter((step) => before.get(step.key) !== step);
  const inputs = altered.inputs.filter(({ name, matrix }) =>
    trace.inputs.some((input) => input.name === name && input.matrix !== matrix),
  );
  const heads = new Map<string | undefined, Map<string, Node>>();
  for (const step of others) remember(heads, headOf(step), () => new Map<string, Node>()).set(step.key, step);
  const about = { what, isRight, altered, inputs };
  const whole = { ...about, nodes: new Map(others.map((step) => [step.key, step])), head: undefined };
  // What is also done outside the heads is done in none of them alone.
  if (heads.size < 2 || heads.has(undefined)) return [whole];
  return [whole, ...Array.from(heads, ([head, nodes]) => ({ ...about, nodes, head }))];
}

const stepsOf = (trace: Trace) =>
  remember(stepsBy, trace, () => new Map<string, Step>(trace.steps.map((step) => [step.key, step])));
const stepsBy = new WeakMap<Trace, ReadonlyMap<string, Step>>();

/** The head in which a step stands. */
export const headOf = ({ scope }: Pick<Node, "scope">): string | undefined =>
  indexIn(scope, "head") === undefined ? undefined : scopeText(scope);

/** Some changes, and a variant beside them: in all rows or in some. */
export function withVariant(
  graph: Graph,
  { nodes, inputs }: Changes,
  variant: Variant,
  rows?: readonly number[],
): Changes {
  const changed = new Map(nodes);
  for (const [key, node] of variant.nodes) {
    const before = rows && (changed.get(key) ?? graph.node(key));
    changed.set(key, rows && before ? inSomeRows(before, node, rows) : node);
  }
  return {
    nodes: changed,
    inputs: new Map([...inputs, ...variant.inputs.map((one) => [one.name, one] as const)]),
  };
}

/** A node that is done otherwise in some rows. */
function inSomeRows(node: Node, other: Node, rows: readonly number[]): Node {
  const count = node.inputs.length;
  return {
    ...node,
    inputs: [...node.inputs, ...other.inputs],
    op: {
      ...node.op,
      compute(inputs) {
        const made = node.op.compute(inputs.slice(0, count), node.params);
        const { data } = other.op.compute(inputs.slice(count), other.params);
        const mixed = made.data.slice();
        for (const row of rows) {
          const [first, end] = [row * made.cols, (row + 1) * made.cols];
          mixed.set(data.subarray(first, end), first);
        }
        return { ...made, data: mixed };
      },
    },
  };
}

export const graphWith = (graph: Graph, { nodes, inputs }: Changes): Graph =>
  nodes.size + inputs.size === 0 ? graph : graph.with(nodes.values(), inputs.values());
