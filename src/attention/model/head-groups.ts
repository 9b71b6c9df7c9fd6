import { tabulate } from "../../math/lists.js";
import { tiles } from "../../ops/parts.js";
import type { Scope } from "../../trace/scope.js";
import type { Recorder, Ref } from "../recorder.js";
import type { HeadTokens } from "./head-patterns.js";
import type { RecordedStack } from "./stack.js";

/** All heads of a model whose queries come from the same rows and whose keys come from the same rows. */
interface HeadGroup extends HeadTokens {
  readonly scope: Scope;
  /** n×m each, one list per layer. The lists are empty if weights are not kept. */
  readonly weights: readonly (readonly Ref[])[];
}

/** Returns the groups of heads of a stack: within the stack, and from a decoder to its source. */
export function groupHeads({ layers, stack }: RecordedStack): readonly HeadGroup[] {
  const { scope, attention, ids, memoryIds } = stack;
  const own = layers.map((layer) => layer.attention.keptWeights);
  const crossing = layers.flatMap(({ cross }) => (cross ? [cross.keptWeights] : []));
  const within: HeadGroup = { scope, attention, weights: own, queryIds: ids, keyIds: ids };
  if (!memoryIds) return [within];
  return [within, { ...within, attention: "cross", weights: crossing, keyIds: memoryIds }];
}

/** Records the weights of all heads of a group as one picture, if they are kept. */
export function recordAllWeights(
  recorder: Recorder,
  { attention, weights, queryIds, keyIds, scope }: HeadGroup,
): void {
  if (weights.some((heads) => heads.length === 0)) return;
  const side = (name: string, count: number, each: number) => ({
    name,
    labels: tabulate(count * each, (at) => `${Math.floor(at / each)}:${at % each}`),
  });
  const id = attention === "cross" ? "all-cross-weights" : "all-weights";
  recorder.within(scope, () =>
    recorder.record(
      id,
      tiles,
      weights.flat(),
      { perRow: weights[0].length },
      {
        axes: [
          side("layer", weights.length, queryIds.length),
          side("head", weights[0].length, keyIds.length),
        ],
      },
    ),
  );
}

/**
 * Names the weights of all heads as a result, if they are kept: one list per layer. In a model of two stacks there are
 * such lists for each kind of attention.
 */
export function nameWeights(recorder: Recorder, groups: readonly HeadGroup[]): void {
  if (groups.some(({ weights }) => weights.some((heads) => heads.length === 0))) return;
  const [only, ...others] = groups;
  if (others.length === 0) recorder.result("weights", only.weights);
  else {
    const parts = groups.map((group) => [group.attention, group.weights]);
    recorder.result("weights", Object.fromEntries(parts));
  }
}
