import type { Matrix } from "../math/matrix.js";
import { remember } from "../math/remember.js";
import { computeStep, keyOf, type Step, type Trace } from "../trace/trace.js";

/** What every step of a solution comes to, by key. Each is worked out when it is first asked for, from what it uses. */
export interface Solution {
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

export function sourcesOf(trace: Trace): Sources {
  return remember(
    sourcesBy,
    trace,
    () =>
      new Map<string, Matrix | Step>([
        ...trace.inputs.map(({ name, matrix }) => [name, matrix] as const),
        ...trace.steps.map((step) => [keyOf(step), step] as const),
      ]),
  );
}

const sourcesBy = new WeakMap<Trace, Sources>();

/** What was recorded: the numbers of a solution that nobody rounded or altered. */
export function recordedNumbers(trace: Trace): Solution {
  const sources = sourcesOf(trace);
  const known = new Map<string, Matrix>();
  const numbersOf = (key: string): Matrix | undefined => {
    const source = sources.get(key);
    if (source === undefined || "data" in source) return source;
    // A step that is not kept would be worked out again and again.
    return remember(known, key, source.output);
  };
  return { computed: numbersOf, used: numbersOf, sources };
}

/** Other numbers that are the same for some steps, so that these need not be worked out again. */
export interface Shared {
  readonly numbers: Solution;
  isComputed(key: string): boolean;
  isUsed(key: string): boolean;
}

/** The numbers of a solution, each step finished before the next. */
export function createSolution(sources: Sources, finish: Finish, shared: readonly Shared[] = []): Solution {
  const made = new Map<string, Matrix>();
  const finished = new Map<string, Matrix>();
  const computed = (key: string): Matrix | undefined => {
    const step = sources.get(key);
    if (step === undefined || "data" in step) return undefined;
    return remember(made, key, () => {
      const same = shared.find(({ isComputed }) => isComputed(key))?.numbers.computed(key);
      return same ?? computeStep(step, step.inputs.map(needed));
    });
  };
  const used = (key: string): Matrix | undefined => {
    const source = sources.get(key);
    if (source === undefined || "data" in source) return source;
    return remember(finished, key, () => {
      const same = shared.find(({ isUsed }) => isUsed(key))?.numbers.used(key);
      return same ?? finish(computed(key) ?? missing(key), source);
    });
  };
  const needed = (key: string): Matrix => used(key) ?? missing(key);
  return { computed, used, sources };
}

/**
 * What an altered solution has in common with others that are finished in the same way, for each of them: all that depends
 * on no step done differently. What is used of a settled step is the same, however it is done. They are of one recording.
 */
export function shareUnaltered(
  sources: Sources,
  solutions: readonly Solution[],
  isSettled: (key: string) => boolean = () => false,
): readonly Shared[] {
  const isSame = (key: string) => sources.get(key) === solutions[0].sources.get(key);
  const isUsed = followBack(sources, isSame, isSettled);
  const isComputed = (key: string) => isSame(key) && inputsOf(sources, key).every(isUsed);
  return solutions.map((numbers) => ({ numbers, isUsed, isComputed }));
}

/** What does not depend on any of these steps, in each of several solutions of one recording: the person's own numbers are the right ones there. */
export function shareBefore(
  answered: ReadonlyMap<string, unknown>,
  solutions: readonly Solution[],
): readonly Shared[] {
  const [{ sources }] = solutions;
  const isUsed = followBack(sources, (key) => !answered.has(key));
  const isComputed = (key: string) => inputsOf(sources, key).every(isUsed);
  return solutions.map((numbers) => ({ numbers, isUsed, isComputed }));
}

/** Whether something holds for a key and for all that it depends on; what lies behind an end is not looked at. */
function followBack(
  sources: Sources,
  holds: (key: string) => boolean,
  isEnd: (key: string) => boolean = () => false,
): (key: string) => boolean {
  const known = new Map<string, boolean>();
  const holdsBack = (key: string): boolean =>
    remember(known, key, () => isEnd(key) || (holds(key) && inputsOf(sources, key).every(holdsBack)));
  return holdsBack;
}

/** A step and every other that leads to it, by key, without those behind an end. */
export function stepsLeadingTo(
  sources: Sources,
  key: string,
  isEnd: (key: string) => boolean = () => false,
): ReadonlySet<string> {
  const found = new Set([key]);
  // What is added on the way is visited as well.
  for (const reached of found)
    for (const input of inputsOf(sources, reached)) if (!isEnd(input)) found.add(input);
  return found;
}

function inputsOf(sources: Sources, key: string): readonly string[] {
  const source = sources.get(key);
  return source === undefined || "data" in source ? [] : source.inputs;
}

function missing(key: string): never {
  throw new RangeError(`"${key}" is used but not recorded`);
}
