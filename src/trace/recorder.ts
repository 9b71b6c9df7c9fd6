import type { BooleanMatrix, Matrix } from "../math/matrix.js";
import { isStored } from "../math/stored-matrix.js";
import { Evaluation, type How, type Known } from "./evaluate/evaluation.js";
import { Graph, shapeOfResult } from "./graph.js";
import type { Axes, Axis, Node, Op, Ref, View } from "./op.js";
import { keyIn, type Scope, type ScopePart } from "./scope.js";
import type { Convention, Fact, FactValue, Overview, ResultKeys, Step, Trace } from "./trace.js";

export type { Ref } from "./op.js";

/** What a step says of itself beyond its op. */
export interface StepDescription {
  readonly id: string;
  readonly title: string;
  readonly formula: string;
  readonly axes: Axes;
  readonly view?: View | undefined;
  readonly of?: Ref | undefined;
  readonly valuesOn?: Axis | undefined;
  readonly blocked?: BooleanMatrix | undefined;
  readonly notes?: readonly string[] | undefined;
  readonly role?: string | undefined;
}

/** A description with the parameters of the op, where it has any. */
export type DescriptionFor<Params> = StepDescription &
  (undefined extends Params ? { readonly params?: Params } : { readonly params: Params });

export type Result = Ref | readonly Result[] | { readonly [name: string]: Result };

/** Writes down a computation as it goes: everything that was given, every step, and what is to be said of them. */
export interface Recorder {
  /** The numbers of what has been recorded. */
  readonly numbers: Evaluation;
  /** Where nothing is said of its axes, rows are rows and columns columns. */
  input(name: string, matrix: Matrix, axes?: Axes): Ref;
  step<Params>(op: Op<Params>, inputs: readonly Ref[], description: DescriptionFor<Params>): Ref;
  /** Records what `body` records one level further in: in head 0 of the layer that is open. */
  scoped<T>(part: ScopePart, body: () => T): T;
  /** Records what `body` records in this scope, whichever one is open. */
  within<T>(scope: Scope, body: () => T): T;
  /** States a convention; of two with one name the later holds. */
  convention(name: string, value: Convention["value"], text?: string): void;
  /** Names what the run is for; a list when there is one a head, names below the name when there are several parts. */
  result(name: string, result: Result): void;
  fact(name: string, value: FactValue, text?: string): void;
  /** A fact that the run was made to find out: people are told it first. */
  finding(name: string, value: FactValue, text: string): void;
  /** Says what is worth seeing first, when nobody asks for every step. */
  overview(overview: Overview): void;
  warn(text: string): void;
  /** What was recorded under a key. Throws RangeError for one that was not. */
  ref(key: string): Ref;
  trace(): Trace;
}

/** Starts a recording. Steps are worked out when their numbers are first asked for. */
export function createRecorder(command: string, how: How = {}): Recorder {
  const nothing = { inputs: [], steps: [], conventions: [], results: {}, facts: {}, warnings: [] };
  return resumeRecorder({ command, ...nothing }, how);
}

/** Goes on with what was recorded, which is left as it is: its numbers are what it has come to. */
export function resumeRecorder(trace: Trace, how: How = {}): Recorder {
  const { command } = trace;
  const inputs = [...trace.inputs];
  const steps = [...trace.steps];
  const graph = new Graph(inputs, steps);
  const numbers = new Evaluation(graph, { ...how, ...goOn(trace, how) });
  const { stated, ...statements } = createStatements(trace);
  let scope: Scope = [];
  const within: Recorder["within"] = (other, body) => {
    const outer = scope;
    scope = other;
    try {
      return body();
    } finally {
      scope = outer;
    }
  };

  return {
    ...statements,
    numbers,
    input(name, matrix, axes = [{ name: "row" }, { name: "column" }]) {
      const input = { name, matrix, axes, ...(isStored(matrix) && { isStored: true as const }) };
      inputs.push(input);
      graph.addInput(input);
      return graph.ref(name);
    },
    step<Params>(op: Op<Params>, from: readonly Ref[], description: DescriptionFor<Params>) {
      const node = nodeOf(op, from, scope, description);
      if (graph.node(node.key)) throw new RangeError(`"${node.key}" is recorded twice`);
      graph.add(node);
      steps.push(stepOf(node, numbers));
      return node;
    },
    scoped: (part, body) => within([...scope, part], body),
    within,
    ref: graph.ref,
    trace: () => ({ command, inputs, steps, ...stated() }),
  };
}

/** A node as readers of a Trace hold it, with its numbers. */
export function stepOf(node: Node, numbers: Evaluation): Step {
  return { ...node, isKept: numbers.keeps(node), output: () => numbers.of(node) };
}

/** What was worked out stays; what was not kept is worked out in blocks of rows here, too. */
function goOn({ steps }: Trace, { keeps }: How): How {
  if (steps.length === 0) return {};
  const before = new Map(steps.map((step) => [step.key, step]));
  return {
    keeps: (node) => before.get(node.key)?.isKept ?? keeps?.(node) ?? true,
    known: knownSteps(before),
  };
}

/** The numbers that steps by key have come to, as far as they are kept. */
export function knownSteps(steps: ReadonlyMap<string, Step>): Known {
  return {
    has: (key) => steps.get(key)?.isKept === true,
    of(key) {
      const step = steps.get(key);
      if (!step) throw new RangeError(`no input or step is called "${key}"`);
      return step.output();
    },
  };
}

function nodeOf<Params>(
  op: Op<Params>,
  from: readonly Ref[],
  scope: Scope,
  description: DescriptionFor<Params>,
): Node {
  const { id, role, title, formula, axes, view, of, valuesOn, blocked, notes } = description;
  const params = description.params as Params;
  // Field by field: a sweep makes hundreds of thousands of nodes, and what is left of a description is slow to copy.
  return {
    key: keyIn(scope, id),
    id,
    scope,
    role,
    title,
    formula,
    op: op as Op<unknown>,
    params,
    inputs: from.map(({ key }) => key),
    shape: shapeOfResult(op, from, params),
    axes,
    view: view ?? "matrix",
    of: of?.key,
    valuesOn,
    blocked,
    notes: notes ?? [],
  };
}

type Statements = Pick<Recorder, "convention" | "result" | "fact" | "finding" | "overview" | "warn">;
type Stated = Pick<Trace, "conventions" | "results" | "facts" | "overview" | "warnings">;

/** What a run says beside its numbers; `stated` is all that has been said. */
function createStatements(given: Stated): Statements & { stated(): Stated } {
  const conventions: Convention[] = [...given.conventions];
  const results: Record<string, ResultKeys> = { ...given.results };
  const facts: Record<string, Fact> = { ...given.facts };
  const warnings: string[] = [...given.warnings];
  let { overview } = given;

  return {
    convention(name, value, text) {
      const convention = { name, value, ...(text && { text }) };
      const earlier = conventions.findIndex((one) => one.name === name);
      if (earlier < 0) conventions.push(convention);
      else conventions[earlier] = convention;
    },
    result(name, result) {
      results[name] = keysOf(result);
    },
    fact(name, value, text) {
      facts[name] = text === undefined ? { value } : { value, text };
    },
    finding(name, value, text) {
      facts[name] = { value, text, isFinding: true };
    },
    overview(other) {
      overview = other;
    },
    warn(text) {
      // The same thing is said once, though it may be so in every head.
      if (!warnings.includes(text)) warnings.push(text);
    },
    stated: () => ({ conventions, results, facts, warnings, ...(overview && { overview }) }),
  };
}

function keysOf(result: Result): ResultKeys {
  if (isRef(result)) return result.key;
  if (isList(result)) return result.map(keysOf);
  return Object.fromEntries(Object.entries(result).map(([name, part]) => [name, keysOf(part)]));
}

/** Names below a name may be "key" and "output", too; what they name is no text and no function. */
const isRef = (result: Result): result is Ref => "key" in result && typeof result.key === "string";

const isList = (result: Result): result is readonly Result[] => Array.isArray(result);
