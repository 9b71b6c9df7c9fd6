import type { Matrix } from "../math/matrix.js";
import { keyOf, type Step, type Trace } from "../trace/trace.js";

/** What every step of a solution comes to, by key. Each is worked out when it is first asked for, from what it uses. */
export interface Numbers {
  /** What the step makes of what it uses. */
  computed(key: string): Matrix | undefined;
  /** What later steps use of it; of an input, its numbers. */
  used(key: string): Matrix | undefined;
  readonly sources: Sources;
}

/** Where numbers come from: inputs and steps by key. */
export type Sources = ReadonlyMap<string, Matrix | Step>;

/** What is made of a step's numbers before the next step uses them: rounding, or a person's answers in their place. */
export type Finish = (matrix: Matrix, step: Step) => Matrix;

export function sourcesOf({ inputs, steps }: Trace): Sources {
  return new Map<string, Matrix | Step>([
    ...inputs.map(({ name, matrix }) => [name, matrix] as const),
    ...steps.map((step) => [keyOf(step), step] as const),
  ]);
}

/**
 * The numbers of a solution, each step finished before the next. What does not depend on a step that `base` does
 * differently is taken from there; `base` must have been finished in the same way.
 */
export function createNumbers(sources: Sources, finish: Finish, base?: Numbers): Numbers {
  const isShared = base ? createSharing(sources, base.sources) : () => false;
  const made = new Map<string, Matrix>();
  const finished = new Map<string, Matrix>();
  const computed = (key: string): Matrix | undefined => {
    const step = sources.get(key);
    if (step === undefined || "data" in step) return undefined;
    if (isShared(key)) return base?.computed(key);
    return remember(made, key, () => step.compute(step.inputs.map(needed)));
  };
  const used = (key: string): Matrix | undefined => {
    const source = sources.get(key);
    if (source === undefined || "data" in source) return source;
    if (isShared(key)) return base?.used(key);
    return remember(finished, key, () => finish(computed(key) ?? missing(key), source));
  };
  const needed = (key: string): Matrix => used(key) ?? missing(key);
  return { computed, used, sources };
}

/** Whether a key has the same source in both, and so have all that it depends on. */
function createSharing(sources: Sources, others: Sources): (key: string) => boolean {
  const known = new Map<string, boolean>();
  const isShared = (key: string): boolean =>
    remember(known, key, () => {
      const source = sources.get(key);
      if (source === undefined || source !== others.get(key)) return false;
      return "data" in source || source.inputs.every(isShared);
    });
  return isShared;
}

function remember<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const before = known.get(key);
  if (before !== undefined) return before;
  const value = make();
  known.set(key, value);
  return value;
}

function missing(key: string): never {
  throw new RangeError(`"${key}" is used but not recorded`);
}
