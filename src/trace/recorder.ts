import type { BooleanMatrix, Matrix } from "../math/matrix.js";
import type { Op } from "./op.js";
import {
  type Axis,
  type Convention,
  type Fact,
  type FactValue,
  type Input,
  keyOf,
  type Overview,
  type ResultKeys,
  type Step,
  type Trace,
  type View,
} from "./trace.js";

/** Something recorded that later steps can build on: an input or a step. */
export interface Ref {
  readonly key: string;
  readonly axes: readonly [Axis, Axis];
  output(): Matrix;
}

/** What a step says of itself beyond its op. */
export interface StepDescription {
  readonly id: string;
  readonly title: string;
  readonly formula: string;
  readonly axes: readonly [Axis, Axis];
  readonly view?: View;
  readonly of?: Ref;
  readonly valuesOn?: Axis | undefined;
  readonly blocked?: BooleanMatrix | undefined;
  readonly notes?: readonly string[];
}

export type Result = Ref | readonly Ref[] | { readonly [name: string]: Result };

/** Writes down a computation as it goes: everything that was given, every step, and what is to be said of them. */
export interface Recorder {
  input(name: string, matrix: Matrix, axes: readonly [Axis, Axis]): Ref;
  step<Params>(op: Op<Params>, inputs: readonly Ref[], params: Params, description: StepDescription): Ref;
  /** Records what `body` records in the scope `name` ("head 0"), inside the scope that is open ("2 heads/head 0"). */
  scoped<T>(name: string, body: () => T): T;
  /** States a convention; of two with one name the later holds. */
  convention(convention: Convention): void;
  /** Names what the run is for; a list when there is one a head, names below the name when there are several parts. */
  result(name: string, result: Result): void;
  fact(name: string, value: FactValue, text?: string): void;
  /** Says what is shown of scopes that hold the same steps, when nobody asks for all. */
  overview(overview: Overview): void;
  warn(text: string): void;
  trace(): Trace;
}

/**
 * Starts a recording. Steps are computed when their numbers are first asked for, and kept; those that
 * `keep` declines are computed anew each time.
 */
export function createRecorder(command: string, keep: (key: string) => boolean = () => true): Recorder {
  const inputs: Input[] = [];
  const steps: Step[] = [];
  const { stated, ...statements } = createStatements();
  let scope = "";

  return {
    ...statements,
    input(name, matrix, axes) {
      inputs.push({ name, matrix, axes });
      return { key: name, axes, output: () => matrix };
    },
    step(op, refs, params, description) {
      const key = keyOf({ scope, id: description.id });
      const compute = () =>
        op.compute(
          refs.map((ref) => ref.output()),
          params,
        );
      const output = keep(key) ? once(compute) : compute;
      steps.push(createStep(scope, op, refs, params, description, output));
      return { key, axes: description.axes, output };
    },
    scoped(name, body) {
      const outer = scope;
      scope = keyOf({ scope, id: name });
      try {
        return body();
      } finally {
        scope = outer;
      }
    },
    trace: () => ({ command, inputs, steps, ...stated() }),
  };
}

/** The step as readers see it: what it says of itself, and its op with the parameters bound. */
function createStep<Params>(
  scope: string,
  op: Op<Params>,
  refs: readonly Ref[],
  params: Params,
  { id, title, formula, axes, view = "matrix", of, valuesOn, blocked, notes = [] }: StepDescription,
  output: () => Matrix,
): Step {
  return {
    id,
    scope,
    title,
    formula,
    op: op.name,
    inputs: refs.map(({ key }) => key),
    axes,
    view,
    of: of?.key,
    valuesOn,
    blocked,
    notes,
    compute: (given) => op.compute(given, params),
    explainCell: (given, row, col) => op.explainCell(given, params, row, col),
    output,
  };
}

type Statements = Pick<Recorder, "convention" | "result" | "fact" | "overview" | "warn">;
type Stated = Pick<Trace, "conventions" | "results" | "facts" | "overview" | "warnings">;

/** What a run says beside its numbers; `stated` is all that has been said. */
function createStatements(): Statements & { stated(): Stated } {
  const conventions: Convention[] = [];
  const results: Record<string, ResultKeys> = {};
  const facts: Record<string, Fact> = {};
  const warnings: string[] = [];
  let overview: Overview | undefined;

  return {
    convention(convention) {
      const earlier = conventions.findIndex(({ name }) => name === convention.name);
      if (earlier < 0) conventions.push(convention);
      else conventions[earlier] = convention;
    },
    result(name, result) {
      results[name] = keysOf(result);
    },
    fact(name, value, text) {
      facts[name] = text === undefined ? { value } : { value, text };
    },
    overview(given) {
      overview = given;
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
  if (isList(result)) return result.map(({ key }) => key);
  return Object.fromEntries(Object.entries(result).map(([name, part]) => [name, keysOf(part)]));
}

/** Names below a name may be "key" and "output", too; what they name is no text and no function. */
const isRef = (result: Result): result is Ref => "key" in result && typeof result.key === "string";

const isList = (result: Result): result is readonly Ref[] => Array.isArray(result);

function once<T>(compute: () => T): () => T {
  let kept: { readonly value: T } | undefined;
  return () => {
    kept ??= { value: compute() };
    return kept.value;
  };
}
