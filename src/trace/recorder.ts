import type { Matrix } from "../math/matrix.js";
import { isStored } from "../math/stored-matrix.js";
import { Evaluation, type EvaluationOptions, type Replacement } from "./evaluate/evaluation.js";
import { type Axes, Graph, type Node, type Op, type Ref, shapeOfResult, type View } from "./op.js";
import {
  type Convention,
  type Fact,
  type FactValue,
  keyIn,
  type Overview,
  type ResultKeys,
  type Scope,
  type ScopePart,
  type Step,
  type Trace,
} from "./trace.js";

export type { Ref } from "./op.js";

/** What describes a step in addition to its op. */
export interface StepDescription
  extends Pick<Node, "id" | "title" | "formula" | "axes" | "valuesOn" | "blocked" | "role"> {
  readonly view?: View | undefined;
  readonly of?: Ref | undefined;
  readonly notes?: readonly string[] | undefined;
}

/** A description with the parameters of the op, if it has any. */
export type DescriptionFor<Params> = StepDescription &
  (undefined extends Params ? { readonly params?: Params } : { readonly params: Params });

export type Result = Ref | readonly Result[] | { readonly [name: string]: Result };

/** Records a computation: its inputs, its steps, and what is said about them. */
export type Recorder = ReturnType<typeof resumeRecorder>;

/** Starts a recording. Steps are computed when their numbers are first asked for. */
export function createRecorder(command: string, how: EvaluationOptions = {}): Recorder {
  const nothing = { inputs: [], steps: [], conventions: [], results: {}, facts: {}, warnings: [] };
  return resumeRecorder({ command, ...nothing }, how);
}

/** Continues a recorded trace. The trace itself is not changed, and its numbers are reused. */
export function resumeRecorder(given: Trace, how: EvaluationOptions = {}) {
  const inputs = [...given.inputs];
  const steps = [...given.steps];
  const graph = new Graph(inputs, steps);
  const numbers = new Evaluation(graph, { ...how, ...resumeOptions(given, how) });
  const conventions = [...given.conventions];
  const results: Record<string, ResultKeys> = { ...given.results };
  const facts: Record<string, Fact> = { ...given.facts };
  const warnings = [...given.warnings];
  let { overview } = given;
  let scope: Scope = [];

  /** Records what `body` records in this scope, whichever scope is current. */
  function within<T>(inner: Scope, body: () => T): T {
    const outer = scope;
    scope = inner;
    try {
      return body();
    } finally {
      scope = outer;
    }
  }

  return {
    /** The numbers of everything that was recorded. */
    numbers,
    /** Records an input. The axes are called "row" and "column" by default. */
    input(name: string, matrix: Matrix, axes: Axes = [{ name: "row" }, { name: "column" }]): Ref {
      const input = { name, matrix, axes, ...(isStored(matrix) && { isStored: true as const }) };
      inputs.push(input);
      graph.addInput(input);
      return graph.ref(name);
    },
    step<Params>(op: Op<Params>, from: readonly Ref[], description: DescriptionFor<Params>): Ref {
      const { id, view = "matrix", of, notes = [] } = description;
      const params = description.params as Params;
      const node: Node = {
        ...description,
        key: keyIn(scope, id),
        scope,
        op: op as Op<unknown>,
        params,
        inputs: from.map(({ key }) => key),
        shape: shapeOfResult(op, from, params),
        view,
        of: of?.key,
        notes,
      };
      if (graph.node(node.key)) throw new RangeError(`"${node.key}" is recorded twice`);
      graph.add(node);
      steps.push(stepOf(node, numbers));
      return node;
    },
    /** Records what `body` records one scope level further in, for example in head 0 of the current layer. */
    scoped: <T>(part: ScopePart, body: () => T) => within([...scope, part], body),
    within,
    /** States a convention. A later one replaces an earlier one of the same name. */
    convention(name: string, value: Convention["value"], text?: string) {
      const convention = { name, value, ...(text && { text }) };
      const earlier = conventions.findIndex((one) => one.name === name);
      if (earlier < 0) conventions.push(convention);
      else conventions[earlier] = convention;
    },
    /** Names a result of the run: one step, a list with one step per head, or named parts. An absent one is left out. */
    result(name: string, result: Result | undefined) {
      if (result && Object.keys(result).length > 0) results[name] = keysOf(result);
    },
    fact(name: string, value: FactValue, text?: string) {
      facts[name] = { value, ...(text && { text }) };
    },
    /** Records a fact that is the purpose of the run. People are shown it first. */
    finding(name: string, value: FactValue, text: string) {
      facts[name] = { value, text, isFinding: true };
    },
    /** Says what to show first, if nobody asks for every step. */
    overview(replacement: Overview) {
      overview = replacement;
    },
    warn(text: string) {
      // A warning is given once, even if it is true in every head.
      if (!warnings.includes(text)) warnings.push(text);
    },
    /** Returns the input or step with this key. Throws RangeError for an unknown key. */
    ref: graph.ref,
    trace: (): Trace => ({
      ...given,
      inputs,
      steps,
      conventions,
      results,
      facts,
      warnings,
      ...(overview && { overview }),
    }),
  };
}

/** Returns a node as a step, which readers of a Trace use, with its numbers. */
export function stepOf(node: Node, numbers: Evaluation): Step {
  return { ...node, isKept: numbers.keeps(node), output: () => numbers.of(node) };
}

/** Reuses the numbers of recorded steps. Steps that were not kept are computed in blocks of rows here, too. */
function resumeOptions({ steps }: Trace, { keeps }: EvaluationOptions): EvaluationOptions {
  if (steps.length === 0) return {};
  const before = new Map(steps.map((step) => [step.key, step]));
  return {
    keeps: (node) => before.get(node.key)?.isKept ?? keeps?.(node) ?? true,
    known: knownSteps(before),
  };
}

/** Returns the numbers of steps, as far as they are kept. */
export const knownSteps =
  (steps: ReadonlyMap<string, Step>): EvaluationOptions["known"] =>
  (key) => {
    const step = steps.get(key);
    return step?.isKept ? step.output : undefined;
  };

function keysOf(result: Result): ResultKeys {
  if (isRef(result)) return result.key;
  if (isList(result)) return result.map(keysOf);
  return Object.fromEntries(Object.entries(result).map(([name, part]) => [name, keysOf(part)]));
}

/** A part of a result may itself be called "key" or "output". Then `result.key` is not a string. */
const isRef = (result: Result): result is Ref => "key" in result && typeof result.key === "string";

const isList = (result: Result): result is readonly Result[] => Array.isArray(result);

/** What a replay does differently. If both are absent, nothing. */
export type Replacements = Pick<EvaluationOptions, "replace" | "arithmetic">;

/** Computes a trace again with some inputs or steps changed, and with everything that depends on them. */
export function replay(trace: Trace, { replace, arithmetic }: Replacements): Trace {
  const inputs = trace.inputs.map((input) => ({
    ...input,
    matrix: numbersOf(replace?.get(input.name)) ?? input.matrix,
  }));
  const graph = new Graph(inputs);
  const kept = new Set(trace.steps.flatMap(({ key, isKept }) => (isKept ? [key] : [])));
  const numbers = new Evaluation(graph, { replace, arithmetic, keeps: ({ key }) => kept.has(key) });
  const steps = trace.steps.map((step) => {
    const change = replace?.get(step.key);
    const { rows, cols } =
      numbersOf(change) ?? shapeOfResult(step.op, step.inputs.map(graph.ref), step.params);
    const node = { ...step, shape: { rows, cols } };
    graph.add(node);
    return stepOf(node, numbers);
  });
  return { ...trace, inputs, steps };
}

const numbersOf = (change: Replacement | undefined) => (typeof change === "object" ? change : undefined);
