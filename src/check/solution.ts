import type { Matrix } from "../math/matrix.js";
import { remember } from "../math/remember.js";
import { Evaluation } from "../trace/evaluate/evaluation.js";
import { Graph } from "../trace/graph.js";
import type { Node } from "../trace/op.js";
import type { Trace } from "../trace/trace.js";

/** What every step of a solution comes to, by key. Each is worked out when it is first asked for, from what it uses. */
export interface Solution {
  /** What the step makes of what it uses. */
  computed(key: string): Matrix | undefined;
  /** What later steps use of it; of an input, its numbers. */
  used(key: string): Matrix | undefined;
  readonly sources: Sources;
}

/** Where numbers come from. */
export type Sources = Graph;

/** What is made of a step's numbers before the next step uses them: rounding, or a person's answers in their place. */
export type Finish = (matrix: Matrix, step: Node) => Matrix;

export const sourcesOf = (trace: Trace): Sources =>
  remember(sourcesBy, trace, () => new Graph(trace.inputs, trace.steps));

const sourcesBy = new WeakMap<Trace, Sources>();

/** What was recorded: the numbers of a solution that nobody rounded or altered. */
export function recordedNumbers(trace: Trace): Solution {
  const sources = sourcesOf(trace);
  const steps = new Map(trace.steps.map((step) => [step.key, step]));
  const known = new Map<string, Matrix>();
  const numbersOf = (key: string): Matrix | undefined => {
    const step = steps.get(key);
    // A step that is not kept would be worked out again and again.
    return step ? remember(known, key, step.output) : sources.input(key)?.matrix;
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
  const computed = (key: string): Matrix | undefined => {
    const node = sources.node(key);
    return (
      node &&
      remember(made, key, () => {
        const same = shared.find(({ isComputed }) => isComputed(key))?.numbers.computed(key);
        return same ?? node.op.compute(numbers.inputsOf(node), node.params);
      })
    );
  };
  const usedBefore = (key: string) => shared.find(({ isUsed }) => isUsed(key));
  const numbers = new Evaluation(sources, {
    known: {
      has: (key) => sources.node(key) !== undefined && usedBefore(key) !== undefined,
      of: (key) => usedBefore(key)?.numbers.used(key) ?? missing(key),
    },
    arithmetic: (node) => () => finish(computed(node.key) ?? missing(node.key), node),
  });
  return { computed, used: (key) => (sources.has(key) ? numbers.of({ key }) : undefined), sources };
}

/** Whether the same stands under a key in two graphs. */
export const isSame = (one: Sources, other: Sources, key: string): boolean =>
  one.node(key) === other.node(key) && one.input(key)?.matrix === other.input(key)?.matrix;

/**
 * What an altered solution has in common with others that are finished in the same way, for each of them: all that depends
 * on no step done differently. What is used of a settled step is the same, however it is done. They are of one recording.
 */
export function shareUnaltered(
  sources: Sources,
  solutions: readonly Solution[],
  isSettled: (key: string) => boolean = () => false,
): readonly Shared[] {
  const isUnaltered = (key: string) => isSame(sources, solutions[0].sources, key);
  const isUsed = followBack(sources, isUnaltered, isSettled);
  const isComputed = (key: string) => isUnaltered(key) && inputsOf(sources, key).every(isUsed);
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
  return sources.node(key)?.inputs ?? [];
}

function missing(key: string): never {
  throw new RangeError(`"${key}" is used but not recorded`);
}
