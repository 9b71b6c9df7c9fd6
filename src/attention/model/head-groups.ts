import { tiles } from "../../ops/tiles.js";
import type { Recorder, Ref } from "../../trace/recorder.js";
import { keyIn, type Scope } from "../../trace/scope.js";
import type { RecordedHeads } from "../heads/record-heads.js";
import {
  CROSS_PATTERNS,
  type HeadPattern,
  nameHeads,
  OWN_PATTERNS,
  recordHeadShares,
} from "./head-patterns.js";
import type { RecordedStack } from "./stack.js";

/** The heads of all layers that attend from the same rows to the same rows. */
export interface HeadGroup {
  /** In a model of two stacks: who attends. */
  readonly attention?: "encoder" | "decoder" | "cross";
  readonly scope: Scope;
  readonly layers: readonly RecordedHeads[];
  readonly queryIds: readonly number[];
  readonly keyIds: readonly number[];
}

/** What one head of a model does. */
export interface NamedModelHead {
  readonly layer: number;
  readonly head: number;
  readonly attention?: HeadGroup["attention"];
  readonly pattern: HeadPattern;
  readonly share: number;
}

/** The groups of heads of stacks: those within each, and those from a decoder to its source. */
export function groupHeads(stacks: readonly RecordedStack[]): readonly HeadGroup[] {
  if (stacks.length === 1) return [ownHeads(stacks[0])];
  const [encoder, decoder] = stacks;
  const crossing = decoder.layers.flatMap(({ cross }) => cross ?? []);
  return [
    { ...ownHeads(encoder), attention: "encoder" },
    { ...ownHeads(decoder), attention: "decoder" },
    {
      ...ownHeads(decoder),
      ...{ attention: "cross", layers: crossing, keyIds: encoder.stack.ids },
    },
  ];
}

const ownHeads = ({ layers, stack: { scope, ids } }: RecordedStack): HeadGroup => ({
  ...{ scope, layers: layers.map(({ attention }) => attention), queryIds: ids, keyIds: ids },
});

/** Records what each head looks at, and in one picture the weights of all that are kept. */
export function recordHeadGroup(recorder: Recorder, group: HeadGroup): readonly NamedModelHead[] {
  const { attention, layers, queryIds, keyIds, scope } = group;
  const isCross = attention === "cross";
  const named = layers.flatMap((heads, index) =>
    recorder.within([...scope, { kind: "layer", index }], () => {
      const patterns = isCross ? CROSS_PATTERNS : OWN_PATTERNS;
      const weights = heads.all.map((head) => head.weights);
      const id = isCross ? "cross-head-shares" : "head-shares";
      const shares = recordHeadShares(recorder, weights, { id, patterns, queryIds, keyIds });
      return nameHeads(shares, patterns).map((own, head) => ({
        ...{ layer: index, head, ...(attention && { attention }) },
        ...own,
      }));
    }),
  );
  recorder.within(scope, () => recordPicture(recorder, group, isCross ? "all-cross-weights" : "all-weights"));
  return named;
}

function recordPicture(recorder: Recorder, { layers, queryIds, keyIds }: HeadGroup, id: string): void {
  const kept = layers.map(({ heads }) => heads.map(({ weights }) => weights));
  if (kept.some((heads) => heads.length === 0)) return;
  const side = (name: string, count: number, each: number) => ({
    name,
    labels: Array.from({ length: count * each }, (_, at) => `${Math.floor(at / each)}:${at % each}`),
  });
  recorder.step(
    tiles,
    kept.flat(),
    { perRow: kept[0].length },
    {
      ...{ id, title: "Weights of all heads", view: "distribution" },
      formula: "a tile for each head: layers below each other, heads beside each other",
      axes: [side("layer", kept.length, queryIds.length), side("head", kept[0].length, keyIds.length)],
    },
  );
}

/** Names the weights of all heads, where they are kept: a list a layer, in a model of two stacks one for each attention. */
export function nameWeights(recorder: Recorder, groups: readonly HeadGroup[]): void {
  const weightsOf = ({ layers }: HeadGroup): readonly (readonly Ref[])[] =>
    layers.map(({ heads }) => heads.map(({ weights }) => weights));
  if (groups.some((group) => weightsOf(group).some((heads) => heads.length === 0))) return;
  const [only, ...others] = groups;
  if (others.length === 0) recorder.result("weights", weightsOf(only));
  else {
    const parts = groups.map((group) => [group.attention ?? keyIn(group.scope, ""), weightsOf(group)]);
    recorder.result("weights", Object.fromEntries(parts));
  }
}
