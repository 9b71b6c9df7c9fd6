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
  const conventions: Convention[] = [];
  const warnings: string[] = [];
  const results: Record<string, ResultKeys> = {};
  const facts: Record<string, Fact> = {};
  let scope = "";
  let overview: Overview | undefined;

  return {
    input(name, matrix, axes) {
      inputs.push({ name, matrix, axes });
      return { key: name, axes, output: () => matrix };
    },

    step(op, refs, params, { view = "matrix", of, notes = [], ...description }) {
      const matrices = () => refs.map((ref) => ref.output());
      const key = keyOf({ scope, id: description.id });
      const compute = () => op.compute(matrices(), params);
      const output = keep(key) ? once(compute) : compute;
      const { valuesOn, blocked, ...named } = description;
      steps.push({
        ...named,
        scope,
        op: op.name,
        inputs: refs.map((ref) => ref.key),
        view,
        notes,
        ...(of && { of: of.key }),
        ...(valuesOn && { valuesOn }),
        ...(blocked && { blocked }),
        compute: (given) => op.compute(given, params),
        explainCell: (given, row, col) => op.explainCell(given, params, row, col),
        output,
      });
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
    // The same thing is said once, though it may be so in every head.
    warn: (text) => void (warnings.includes(text) || warnings.push(text)),
    trace: () => ({
      command,
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
