import { type Places, shares } from "../../ops/shares.js";
import { tiles } from "../../ops/tiles.js";
import type { Recorder, Ref } from "../../trace/recorder.js";

/** What a head may do, each with the words for it. `broad` is none of the others. */
export const HEAD_PATTERNS = {
  previous: "previous token",
  first: "first token",
  itself: "itself",
  "same-token": "same token",
  induction: "induction",
  broad: "broad",
} as const;

export type HeadPattern = keyof typeof HEAD_PATTERNS;

type Placed = Exclude<HeadPattern, "broad">;

/** From this share of its weight on a head does what its name says. */
const ENOUGH = 0.4;

/** Where the weight of a head lies, for each query that has such a key; the first query of a text has no choice. */
const COLUMNS_OF: Readonly<Record<Placed, (ids: readonly number[], row: number) => readonly number[]>> = {
  previous: (_, row) => [row - 1],
  first: () => [0],
  itself: (_, row) => [row],
  "same-token": (ids, row) => placesOf(ids, row, (at) => at < row && ids[at] === ids[row]),
  // What followed the same token before (Olsson et al. 2022).
  induction: (ids, row) => placesOf(ids, row, (at) => at > 0 && at < row && ids[at - 1] === ids[row]),
};

function placesOf(ids: readonly number[], row: number, isMeant: (at: number) => boolean): readonly number[] {
  return ids.slice(0, row).flatMap((_, at) => (isMeant(at) ? [at] : []));
}

const PLACED = Object.keys(COLUMNS_OF) as readonly Placed[];

/** Records how much of each head's weight lies on the keys that patterns are named after, H×patterns. */
function recordHeadShares(recorder: Recorder, weights: readonly Ref[], ids: readonly number[]): Ref {
  const places = PLACED.map((pattern): Places => {
    const columns = ids.map((_, row) => (row === 0 ? [] : COLUMNS_OF[pattern](ids, row)));
    return { name: `a key for "${HEAD_PATTERNS[pattern]}"`, columns };
  });
  return recorder.step(
    shares,
    weights,
    { places },
    {
      ...{
        id: "head-shares",
        title: "What the heads look at",
        formula: "mean over the queries of Σ α_ij on such keys",
      },
      axes: [
        { name: "head", labels: weights.map((_, head) => String(head)) },
        { name: "share", labels: PLACED.map((pattern) => HEAD_PATTERNS[pattern]) },
      ],
    },
  );
}

/** What a head does, and the share of its weight that lies there; of a broad one the largest share there is. */
export interface NamedHead {
  readonly pattern: HeadPattern;
  readonly share: number;
}

/** Names what each head does after the largest of its shares, where that is large enough. */
function nameHeads(headShares: Ref): readonly NamedHead[] {
  const { rows, cols, data } = headShares.output();
  return Array.from({ length: rows }, (_, head) => {
    const own = Array.from(data.subarray(head * cols, (head + 1) * cols), (share) => share || 0);
    const share = Math.max(...own);
    return { pattern: share >= ENOUGH ? PLACED[own.indexOf(share)] : "broad", share };
  });
}

/** Records what each head of a layer looks at, from its weights, and names it. */
export function recordHeadPatterns(
  recorder: Recorder,
  index: number,
  weights: readonly Ref[],
  ids: readonly number[],
): readonly NamedHead[] {
  return recorder.scoped({ kind: "layer", index }, () => nameHeads(recordHeadShares(recorder, weights, ids)));
}

/** Records in one picture the weights of all heads, a list for each layer, where they are kept. */
export function recordAllWeights(
  recorder: Recorder,
  kept: readonly (readonly Ref[])[],
  ids: readonly number[],
): void {
  if (kept.some((heads) => heads.length === 0)) return;
  const side = (name: string, count: number) => ({
    name,
    labels: Array.from(
      { length: count * ids.length },
      (_, at) => `${Math.floor(at / ids.length)}:${at % ids.length}`,
    ),
  });
  recorder.step(
    tiles,
    kept.flat(),
    { perRow: kept[0].length },
    {
      ...{ id: "all-weights", title: "Weights of all heads", view: "distribution" },
      formula: "a tile for each head: layers below each other, heads beside each other",
      axes: [side("layer", kept.length), side("head", kept[0].length)],
    },
  );
}
