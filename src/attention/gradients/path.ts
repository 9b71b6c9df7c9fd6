import type { Ref } from "../../trace/op.js";
import { sameScope } from "../../trace/scope.js";
import type { Step } from "../../trace/trace.js";
import type { Recorder } from "../recorder.js";

/** The steps that lie between a result and the inputs by which gradients are wanted. */
export interface Path {
  /** From the result back. */
  readonly steps: readonly Step[];
  /** How many gradients come together at an input or step, by key: so often is it used on the way to the result. */
  readonly uses: ReadonlyMap<string, number>;
}

/** Finds the way back from the step `result` to the inputs that `isVariable` names. */
export function findPath(recorder: Recorder, result: string, isVariable: (input: string) => boolean): Path {
  const { inputs, steps } = recorder.trace();
  const wanted = new Set(inputs.map(({ name }) => name).filter(isVariable));
  const behind = (step: Step) => differentiatedIn(recorder, step).filter(({ key }) => wanted.has(key));
  for (const step of steps) if (behind(step).length > 0) wanted.add(step.key);
  const uses = new Map<string, number>();
  const path = [...steps].reverse().filter((step) => {
    if (!wanted.has(step.key) || (step.key !== result && !uses.has(step.key))) return false;
    for (const { key } of behind(step)) uses.set(key, (uses.get(key) ?? 0) + 1);
    return true;
  });
  return { steps: headsInOrder(path), uses };
}

/** The kinds of scope that heads stand in: those of a layer, and those of its attention to memory. */
const HEADS: readonly string[] = ["head", "cross-head"];

/** The heads of a layer, which know nothing of each other, from the first to the last. */
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

/** What a step gives gradients to; nothing where it does not change smoothly with anything. */
export function differentiatedIn(
  recorder: Recorder,
  { op, inputs }: Pick<Step, "op" | "inputs">,
): readonly Ref[] {
  if (!op.gradient) return [];
  const refs = inputs.map(recorder.ref);
  return op.gradientTo?.(refs, recorder.numbers.nodes) ?? refs;
}
