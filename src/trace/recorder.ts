import { type BooleanMatrix, type Matrix, rowsOf } from "../math/matrix.js";
import { isStored } from "../math/stored-matrix.js";
import type { Op, Ref } from "./op.js";
import { inputRef, stepRef } from "./ref.js";
import { keyIn, type Scope, type ScopePart } from "./scope.js";
import type { Shelf } from "./shelves.js";
import type {
  Axis,
  Convention,
  Fact,
  FactValue,
  Input,
  Overview,
  ResultKeys,
  Step,
  Trace,
  View,
} from "./trace.js";

export type { Ref } from "./op.js";

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
  readonly role?: string | undefined;
  /** False for a step whose numbers are too many to keep. */
  readonly isKept?: boolean;
}

/** A description with the parameters of the op, where it has any. */
export type DescriptionFor<Params> = StepDescription &
  (undefined extends Params ? { readonly params?: Params } : { readonly params: Params });

export type Result = Ref | readonly Result[] | { readonly [name: string]: Result };

/** Writes down a computation as it goes: everything that was given, every step, and what is to be said of them. */
export interface Recorder {
  input(name: string, matrix: Matrix, axes: readonly [Axis, Axis]): Ref;
  step<Params>(op: Op<Params>, inputs: readonly Ref[], description: DescriptionFor<Params>): Ref;
  /** Records what `body` records one level further in: in head 0 of the layer that is open. */
  scoped<T>(part: ScopePart, body: () => T): T;
  /** Records what `body` records in this scope, whichever one is open. */
  within<T>(scope: Scope, body: () => T): T;
  /** Records what `body` records as steps whose numbers lie on this shelf: let go, they are worked out anew for who asks. */
  shelved<T>(shelf: Shelf, body: () => T): T;
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

/** How each step is worked out where that is not as its op says: rounded as on paper, or as a machine does. */
export type Arithmetic = (step: Pick<Step, "key" | "id" | "role" | "op">) => Op<unknown>["compute"];

/** Starts a recording. Steps are worked out when their numbers are first asked for. */
export function createRecorder(command: string, arithmetic?: Arithmetic): Recorder {
  const nothing = { inputs: [], steps: [], conventions: [], results: {}, facts: {}, warnings: [] };
  return resumeRecorder({ command, ...nothing }, arithmetic);
}

/** Goes on with what was recorded, which is left as it is. */
export function resumeRecorder(trace: Trace, arithmetic?: Arithmetic): Recorder {
  const { command } = trace;
  const inputs: Input[] = [...trace.inputs];
  const steps: Step[] = [...trace.steps];
  const keys = new Set(steps.map(({ key }) => key));
  const refs = refsOf(trace, arithmetic);
  const { stated, ...statements } = createStatements(trace);
  let scope: Scope = [];
  let shelf: Shelf | undefined;
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
    input(name, matrix, axes) {
      inputs.push({ name, matrix, axes, ...(isStored(matrix) && { isStored: true }) });
      const ref = inputRef({ key: name, axes }, matrix);
      refs.set(name, ref);
      return ref;
    },
    step<Params>(op: Op<Params>, from: readonly Ref[], description: DescriptionFor<Params>) {
      const { params, id, title, formula, axes, of, valuesOn, blocked, role } =
        description as StepDescription & { readonly params: Params };
      const { view = "matrix", notes = [], isKept = true } = description;
      const key = keyIn(scope, id);
      if (keys.has(key)) throw new RangeError(`"${key}" is recorded twice`);
      keys.add(key);
      const compute = arithmetic?.({ key, id, role, op: op as Op<unknown> });
      const ref = stepRef({ key, axes }, { op, inputs: from, params, isKept, shelf, compute });
      steps.push({
        key,
        id,
        scope,
        title,
        formula,
        axes,
        view,
        of: of?.key,
        valuesOn,
        blocked,
        notes,
        role,
        isKept,
        params,
        op: op as Op<unknown>,
        inputs: from.map((input) => input.key),
        shape: ref.shape,
        output: ref.output,
      });
      refs.set(key, ref);
      return ref;
    },
    scoped: (part, body) => within([...scope, part], body),
    within,
    shelved(own, body) {
      const outer = shelf;
      shelf = own;
      try {
        return body();
      } finally {
        shelf = outer;
      }
    },
    ref(key) {
      const ref = refs.get(key);
      if (!ref) throw new RangeError(`no input or step is called "${key}"`);
      return ref;
    },
    trace: () => ({ command, inputs, steps, ...stated() }),
  };
}

/** What was recorded, with the numbers that it has come to. Those that are not kept are worked out in blocks of rows here, too. */
function refsOf({ inputs, steps }: Trace, arithmetic: Arithmetic | undefined): Map<string, Ref> {
  const refs = new Map<string, Ref>();
  for (const { name, axes, matrix } of inputs) refs.set(name, inputRef({ key: name, axes }, matrix));
  for (const step of steps) {
    const { key, axes, shape, op, params, isKept } = step;
    const made = { op, params, inputs: step.inputs.flatMap((input) => refs.get(input) ?? []), isKept };
    if (!isKept) {
      refs.set(key, stepRef({ key, axes }, { ...made, compute: arithmetic?.(step) }));
      continue;
    }
    // The step holds its numbers, for as long as there is room for them.
    const { output } = step;
    refs.set(key, { key, axes, shape, made, output, rows: (range) => rowsOf(output(), range) });
  }
  return refs;
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
