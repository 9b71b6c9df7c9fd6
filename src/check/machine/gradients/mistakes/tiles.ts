import { remember } from "../../../../math/remember.js";
import { expectedRange } from "../../keys-used.js";
import { listLoops } from "../../mistakes/some-cells.js";
import type { Part } from "../backward-rows.js";
import { type CountedRange, readRange } from "../counted-ranges.js";
import {
  cells,
  type GradientMistake,
  type GradientSearchContext,
  type GradientVariant,
  gradientMistakes,
  namesOf,
} from "./gradient-mistake.js";

// Tiles that a backward pass leaves out or adds twice. Which keys or queries these are is read off the wrong rows
// (`../counted-ranges.ts`).

const tiled = gradientMistakes(
  "d-query",
  "dQ_i = scale · Σ_j dS_ij k_j over all keys, dK and dV over all queries",
);

/** Multiplies dZ and P by how often each pair of query and key counts, in some gradients. */
const counted = (
  parts: readonly Part[],
  counts: (part: Part, row: number, key: number) => number,
  parameters: GradientVariant["parameters"],
): GradientVariant => ({
  parameters,
  change({ dScaled, kept, first }) {
    const pairsOf = (part: Part) => {
      const pairs = part === "value" ? kept : dScaled;
      return cells(pairs, (at, row, key) => pairs.data[at] * counts(part, first + row, key));
    };
    return { pairs: Object.fromEntries(parts.map((part) => [part, pairsOf(part)])) };
  },
});

/** The keys that the wrong rows of dQ leave out or add twice, and the queries that the wrong rows of dK and dV do. */
interface Lost {
  readonly keys?: CountedRange | undefined;
  readonly queries?: CountedRange | undefined;
  readonly variant: GradientVariant;
}

/** Reads the lost or doubled ranges off the wrong gradients. Returns undefined if one of these gradients shows none. */
function readLost(given: GradientSearchContext): Lost | undefined {
  const { wrongParts, wrongRows, wrongKeys } = given;
  const byQueries = wrongParts.filter((part) => part !== "query");
  const keys = wrongParts.includes("query") ? readRange(given, ["query"]) : undefined;
  const queries = byQueries.length > 0 ? readRange(given, byQueries) : undefined;
  const isRead = (keys !== undefined) === wrongParts.includes("query");
  if (!isRead || (queries !== undefined) !== byQueries.length > 0) return undefined;
  const [rows, own] = [new Set(wrongRows), new Set(wrongKeys)];
  const counts = (part: Part, row: number, key: number) => {
    if (part === "query") return rows.has(row) ? timesIn(keys, key) : 1;
    return own.has(key) ? timesIn(queries, row) : 1;
  };
  const names = namesOf(wrongParts);
  const variant = counted(wrongParts, counts, {
    ...(keys && { keys: textOf(keys) }),
    ...(queries && { queries: textOf(queries) }),
    of: wrongParts.length === 1 ? `${names} alone` : names,
  });
  return { keys, queries, variant };
}

const timesIn = (range: CountedRange | undefined, at: number) =>
  range && at >= range.first && at < range.last ? range.times : 1;

const textOf = ({ first, last }: CountedRange) =>
  last - first === 1 ? String(first) : `${first}–${last - 1}`;

/** Whether a tile of keys was left out. Then its rows of dK and dV are all 0, and dQ lacks its terms, if that shows. */
const areKeysLost = ({ keys, queries }: Lost, { wrongParts }: GradientSearchContext) =>
  queries?.isAll === true && !keys?.isAll && wrongParts.includes("key") && wrongParts.includes("value");

/** Whether a tile of queries was left out for all of the keys that it sees, or for most of them. */
function areQueriesLost(
  { keys, queries }: Lost,
  { heads: [{ task }], wrongKeys }: GradientSearchContext,
): boolean {
  if (queries?.times !== 0 || queries.isAll) return false;
  const { low, high } = expectedRange(task, queries.last - 1);
  return keys ? keys.isAll : 2 * wrongKeys.length > high - low;
}

const known = new WeakMap<GradientSearchContext, { readonly found: Lost | undefined }>();

/** Returns the variant that is read off the wrong gradients, if it is of this kind. */
const lost =
  (isOfKind: (one: Lost, given: GradientSearchContext) => boolean): GradientMistake["variants"] =>
  (given) => {
    const { found } = remember(known, given, () => ({ found: readLost(given) }));
    return found && isOfKind(found, given) ? [found.variant] : [];
  };

/**
 * Returns variants whose sums lack some tiles, in all wrong gradients: tiles of keys in dQ, and of queries in dK and dV.
 */
function withoutTiles(
  { heads: [{ task }], wrongParts }: GradientSearchContext,
  which: "the diagonal tile" | "all but the diagonal tile",
): readonly GradientVariant[] {
  const { query, key } = task;
  const offset = Math.max(0, key.rows - query.rows);
  const loops = Array.from(listLoops(Math.max(query.rows, key.rows))).filter(([{ keys }]) => keys === which);
  return loops.map(([{ tile }, isIn]) =>
    counted(wrongParts, (_, row, own) => (isIn(own, row + offset) ? 0 : 1), {
      tile,
      lost: which,
      of: namesOf(wrongParts),
    }),
  );
}

/** Returns sums that each tile overwrote, so that they hold the diagonal tile only. */
const overwritten = (given: GradientSearchContext) => withoutTiles(given, "all but the diagonal tile");

export const GRADIENT_TILES: readonly GradientMistake[] = [
  tiled({
    id: "keys-dropped",
    step: "d-key",
    title: "A tile of keys was left out.",
    fix: "Round the number of tiles up, and mask the columns after the last key.",
    variants: lost(areKeysLost),
  }),
  tiled({
    id: "queries-dropped",
    step: "d-key",
    title: "A tile of queries was left out of dK and dV.",
    fix: "Round the number of tiles up, and mask the rows after the last query.",
    variants: lost(areQueriesLost),
  }),
  tiled({
    id: "diagonal-tile-dropped",
    title: "The tiles on the diagonal were left out.",
    fix: "Compute a tile with some visible keys, and apply the mask inside it.",
    variants: (given) => withoutTiles(given, "the diagonal tile"),
  }),
  tiled({
    id: "tile-lost",
    title: "A tile is missing in dQ: it was left out, or its sum was lost or overwritten.",
    fix: "Look at the bounds of the loops; add to dQ with atomics, or let one block own the rows.",
    variants: (given) => [
      ...lost((one) => {
        const [{ keys }, all] = [one, given.heads[0].task.key.rows];
        return keys?.times === 0 && keys.last - keys.first < all && !areKeysLost(one, given);
      })(given),
      ...(given.wrongParts.includes("query") ? overwritten(given) : []),
    ],
  }),
  tiled({
    id: "tile-twice",
    title: "A tile was added twice.",
    fix: "Look for a tile that two blocks compute, or for splits that overlap.",
    variants: lost(({ keys, queries }) => keys?.times === 2 || queries?.times === 2),
  }),
  tiled({
    id: "tile-lost-in-dk",
    step: "d-key",
    title: "A tile is missing in dK and dV.",
    fix: "Look at the bounds of the loop over the queries.",
    variants: (given) => [
      ...lost((one) => {
        const { keys, queries } = one;
        if (keys || queries?.times !== 0 || queries.isAll) return false;
        return given.wrongKeys.length <= queries.last - queries.first || !areQueriesLost(one, given);
      })(given),
      ...(given.wrongParts.includes("query") ? [] : overwritten(given)),
    ],
  }),
];
