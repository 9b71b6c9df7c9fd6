import type { Ref } from "../../trace/op.js";
import { sameScope } from "../../trace/scope.js";
import type { Step } from "../../trace/trace.js";
import type { Recorder } from "../recorder.js";

/** The steps between a result and the inputs whose gradients are wanted. */
export interface BackwardPath {
  /** From the result backwards. */
  readonly steps: readonly Step[];
  /**
   * How many gradients are added up at an input or step, by key: as many as there are uses on the way to the result.
   */
  readonly uses: ReadonlyMap<string, number>;
}

/** Finds the steps from `result` back to the inputs that `isVariable` selects. */
export function findPath(
  recorder: Recorder,
  result: string,
  isVariable: (input: string) => boolean,
): BackwardPath {
  const { inputs, steps } = recorder.trace();
  const wanted = new Set(inputs.map(({ name }) => name).filter(isVariable));
  const behind = (step: Step) => gradientTargets(recorder, step).filter(({ key }) => wanted.has(key));
  for (const step of steps) if (behind(step).length > 0) wanted.add(step.key);
  const uses = new Map<string, number>();
  const path = [...steps].reverse().filter((step) => {
    if (!wanted.has(step.key) || (step.key !== result && !uses.has(step.key))) return false;
    for (const { key } of behind(step)) uses.set(key, (uses.get(key) ?? 0) + 1);
    return true;
  });
  return { steps: headsInOrder(path), uses };
}

/** The kinds of scope that contain a head: of a layer, and of its cross-attention. */
const HEADS: readonly string[] = ["head", "cross-head"];

/** Orders the heads of a layer from first to last. They do not depend on each other. */
function headsInOrder(path: readonly Step[]): readonly Step[] {
  const runs: Step[][] = [];
  for (const step of path) {
    const last = runs.at(-1);
    if (last && sameScope(last[0].scope, step.scope)) last.push(step);
    else runs.push([step]);
  }
  const isHead = ([{ scope }]: readonly Step[]) => HEADS.includes(scope.at(-1)?.kind ?? "");
  const ordered: Step[] = [];
  let heads: Step[][] = [];
  for (const run of runs) {
    if (isHead(run)) heads = [run, ...heads];
    else {
      ordered.push(...heads.flat(), ...run);
      heads = [];
    }
  }
  return [...ordered, ...heads.flat()];
}

/** Returns what a step gives gradients to. Empty if the step does not depend smoothly on anything. */
export function gradientTargets(
  recorder: Recorder,
  { op, inputs }: Pick<Step, "op" | "inputs">,
): readonly Ref[] {
  if (!op.gradient) return [];
  const refs = inputs.map(recorder.ref);
  return op.gradientTo?.(refs, recorder.numbers.nodes) ?? refs;
}
