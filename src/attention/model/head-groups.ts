import { tabulate } from "../../math/lists.js";
import { tiles } from "../../ops/parts.js";
import type { Scope } from "../../trace/trace.js";
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
function groupHeads({ layers, stack }: RecordedStack): readonly HeadGroup[] {
  const { scope, attention, ids, memoryIds } = stack;
  const own = layers.map((layer) => layer.attention.keptWeights);
  const crossing = layers.flatMap(({ cross }) => (cross ? [cross.keptWeights] : []));
  const within: HeadGroup = { scope, attention, weights: own, queryIds: ids, keyIds: ids };
  if (!memoryIds) return [within];
  return [within, { ...within, attention: "cross", weights: crossing, keyIds: memoryIds }];
}

/**
 * Records the weights of all heads of each group as one picture, and names them as a result, if they are kept: one list
 * per layer. In a model of two stacks there are such lists for each kind of attention.
 */
export function recordAllWeights(recorder: Recorder, stacks: readonly RecordedStack[]): void {
  const groups = stacks.flatMap(groupHeads);
  const areKept = ({ weights }: HeadGroup) => weights.every((heads) => heads.length > 0);
  for (const group of groups.filter(areKept)) recordPicture(recorder, group);
  if (!groups.every(areKept)) return;
  const parts = groups.map(({ attention, weights }) => [attention, weights]);
  recorder.result("weights", groups.length === 1 ? groups[0].weights : Object.fromEntries(parts));
}

function recordPicture(recorder: Recorder, { attention, weights, queryIds, keyIds, scope }: HeadGroup): void {
  const [{ length: perRow }] = weights;
  const side = (name: string, count: number, each: number) => ({
    name,
    labels: tabulate(count * each, (at) => `${Math.floor(at / each)}:${at % each}`),
  });
  const axes = [side("layer", weights.length, queryIds.length), side("head", perRow, keyIds.length)] as const;
  const id = attention === "cross" ? "all-cross-weights" : "all-weights";
  recorder.within(scope, () => recorder.record(id, tiles, weights.flat(), { perRow }, { axes }));
}
