import { rowOf } from "../../math/matrix.js";
import { shares } from "../../ops/heads.js";
import { numbersOf, type Ref, record } from "../recorder.js";

/** The patterns of heads and how they are printed. `broad` means none of the others. */
const HEAD_PATTERNS = {
  previous: "previous token",
  first: "first token",
  itself: "itself",
  "same-place": "same place",
  "same-token": "same token",
  induction: "induction",
  broad: "broad",
} as const;

/** A pattern defined by certain keys. */
type PlacedPattern = Exclude<keyof typeof HEAD_PATTERNS, "broad">;

/** The minimum share of a head's weight on the keys of a pattern. */
const MIN_SHARE = 0.4;

/** Returns the keys of a pattern for a query. Tokens are the same if their ids are equal. */
type ColumnsOf = (queries: readonly number[], keys: readonly number[], row: number) => readonly number[];

const keysWhere = (keys: readonly number[], matches: (at: number) => boolean) =>
  keys.flatMap((_, at) => (matches(at) ? [at] : []));

/** The keys of each pattern within one text. */
const SELF_PATTERNS: Readonly<Partial<Record<PlacedPattern, ColumnsOf>>> = {
  previous: (_, __, row) => [row - 1],
  first: () => [0],
  itself: (_, __, row) => [row],
  "same-token": (ids, _, row) => keysWhere(ids, (at) => at < row && ids[at] === ids[row]),
  // The token after an earlier occurrence of the same token (Olsson et al. 2022).
  induction: (ids, _, row) => keysWhere(ids, (at) => at > 0 && at < row && ids[at - 1] === ids[row]),
};

/** The keys of each pattern between a text and its source. */
const CROSS_PATTERNS: Readonly<Partial<Record<PlacedPattern, ColumnsOf>>> = {
  first: () => [0],
  "same-place": (_, keys, row) => (row < keys.length ? [row] : []),
  "same-token": (queries, keys, row) => keysWhere(keys, (at) => keys[at] === queries[row]),
};

/** Between which tokens the heads of a layer attend. */
export interface HeadTokens {
  /** In a model of two stacks: which attention it is. */
  readonly attention?: "encoder" | "decoder" | "cross" | undefined;
  readonly queryIds: readonly number[];
  readonly keyIds: readonly number[];
}

/**
 * Records what each head of a layer looks at, from its weights. Names its pattern, and the share of its weight on those
 * keys; for a broad head its largest share.
 */
export function recordHeadPatterns(
  layer: number,
  weights: readonly Ref[],
  { attention, queryIds, keyIds }: HeadTokens,
) {
  // Within one text the first query is left out: in a causal model it has only one key.
  const [patterns, firstRow] = attention === "cross" ? [CROSS_PATTERNS, 0] : [SELF_PATTERNS, 1];
  const names = Object.keys(patterns) as readonly PlacedPattern[];
  const places = names.map((name) => {
    const columns = queryIds.map((_, row) =>
      row < firstRow ? [] : (patterns[name]?.(queryIds, keyIds, row) ?? []),
    );
    return { name: `a key for "${HEAD_PATTERNS[name]}"`, columns };
  });
  const headShares = record(
    attention === "cross" ? "cross-head-shares" : "head-shares",
    shares,
    weights,
    { places },
    {
      axes: [
        { name: "head", labels: weights.map((_, head) => String(head)) },
        { name: "share", labels: names.map((name) => HEAD_PATTERNS[name]) },
      ],
    },
  );
  const matrix = numbersOf(headShares);
  return weights.map((_, head) => {
    const patternShares = Array.from(rowOf(matrix, head), (share) => share || 0);
    const share = Math.max(...patternShares);
    // The pattern with the largest share, if that is large enough.
    const pattern = share >= MIN_SHARE ? names[patternShares.indexOf(share)] : "broad";
    return { layer, head, pattern, share, ...(attention && { attention }) };
  });
}
