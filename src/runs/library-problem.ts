import type { Problem } from "../attention/problem.js";
import { hasRole } from "../attention/steps.js";
import type { Trace } from "../trace/trace.js";
import type { LibraryProblem } from "./libraries/registry.js";

/** The parts of a run that are compared with a library's call. */
interface WorkedRun {
  readonly reading: Pick<Problem<unknown>, "matrices" | "mask">;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly trace: Trace;
}

/** Returns the weights of every head. */
export const weightSteps = ({ steps }: Trace) => steps.filter((step) => hasRole(step, "weights"));

/** Returns the facts about a run that decide how a library computes it. */
export function problemOf({ reading, settings, trace }: WorkedRun): LibraryProblem {
  const { matrices, mask } = reading;
  const weights = weightSteps(trace)[0]?.shape;
  return {
    settings: settings as LibraryProblem["settings"],
    hasScores: matrices.scores !== undefined,
    hasMask: mask !== undefined,
    hasBias: matrices.bias !== undefined || settings.alibi === true,
    pastKeys: matrices.pastKey?.rows ?? 0,
    hasOwnKey: matrices.biasK !== undefined || settings.addZeroAttention === true,
    queries: weights?.rows ?? 0,
    keys: weights?.cols ?? 0,
  };
}
