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

/** Reads the lost or doubled ranges off the wrong gradients. Returns none if one of these gradients shows none. */
function readLost(given: GradientSearchContext): readonly GradientVariant[] {
  const { wrongParts, wrongRows, wrongKeys } = given;
  const byQueries = wrongParts.filter((part) => part !== "query");
  const keys = wrongParts.includes("query") ? readRange(given, ["query"]) : undefined;
  const queries = byQueries.length > 0 ? readRange(given, byQueries) : undefined;
  const isRead = (keys !== undefined) === wrongParts.includes("query");
  if (!isRead || (queries !== undefined) !== byQueries.length > 0) return [];
  // Rows of zeros in one gradient were not written.
  if (keys?.isAll || (queries?.isAll && byQueries.length === 1)) return [];
  const [rows, own] = [new Set(wrongRows), new Set(wrongKeys)];
  const counts = (part: Part, row: number, key: number) => {
    if (part === "query") return rows.has(row) ? timesIn(keys, key) : 1;
    return own.has(key) ? timesIn(queries, row) : 1;
  };
  const names = namesOf(wrongParts);
  const variant = counted(wrongParts, counts, {
    ...(keys && { keys: textOf(keys) }),
    ...(queries && { queries: textOf(queries) }),
    ...([keys, queries].some((range) => range?.times === 2) && { added: "twice" }),
    of: wrongParts.length === 1 ? `${names} alone` : names,
  });
  return [variant];
}

const timesIn = (range: CountedRange | undefined, at: number) =>
  range && at >= range.first && at < range.last ? range.times : 1;

const textOf = ({ first, last }: CountedRange) =>
  last - first === 1 ? String(first) : `${first}–${last - 1}`;

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

export const GRADIENT_TILES: readonly GradientMistake[] = [
  gradientMistakes(
    "d-query",
    "dQ_i = scale · Σ_j dS_ij k_j over all keys, dK and dV over all queries",
  )({
    id: "tiles-miscounted",
    title: "Tiles of keys or queries were left out of gradients, or added twice.",
    fix: "Add each tile to its gradient (+=): an assignment leaves the last one alone. Look at the bounds of the loops: ⌈m / tile⌉ tiles, with the last one and those on the diagonal. Add to dQ with atomics, or let one block own its rows; splits must not overlap.",
    variants: (given) => [
      ...readLost(given),
      ...withoutTiles(given, "the diagonal tile"),
      // Each tile overwrote the sums before it.
      ...withoutTiles(given, "all but the diagonal tile"),
    ],
  }),
];
