import { leastOf } from "../../mistakes/sums.js";
import { spread } from "../../where.js";
import { type RowsBack, rowsBack } from "../rows-back.js";
import {
  type Changed,
  cells,
  type GradientMistake,
  type GradientSuspicion,
  type GradientVariant,
  gradientMistakes,
  type Part,
  type ReplayedGradients,
} from "./gradient-mistake.js";

// Tiles that are lost, counted twice or not written.

const tiled = gradientMistakes(
  "d-query",
  "dQ_i = scale · Σ_j dS_ij k_j over all keys, dK and dV over all queries",
);

const TILES = [8, 16, 32, 64, 128] as const;

/** A tile of queries, of keys, or where one of each meet. */
interface Region {
  readonly tile: number;
  readonly query?: number;
  readonly key?: number;
}

type Counts = (row: number, key: number) => number;

/** dS and P that count so often in some gradients. */
const counted = (counts: Counts, parts: readonly Part[], parameters: GradientVariant["parameters"]) => ({
  parameters,
  change({ dScaled, kept, first }: RowsBack): Changed {
    const by = (of: typeof dScaled) => cells(of, (at, row, key) => of.data[at] * counts(first + row, key));
    const [changes, values] = [by(dScaled), by(kept)];
    return {
      ...(parts.includes("query") && { ofQuery: changes }),
      ...(parts.includes("key") && { ofKey: changes }),
      ...(parts.includes("value") && { ofValue: values }),
    };
  },
});

const isIn = (tile: number, first: number | undefined, at: number) =>
  first === undefined || (at >= first && at < first + tile);

/** What a region gives counts so often. */
const times = (times: 0 | 2, parts: readonly Part[], { tile, query, key }: Region, more?: object) =>
  counted((i, j) => (isIn(tile, query, i) && isIn(tile, key, j) ? times : 1), parts, {
    tile,
    ...(query !== undefined && { "first query": query }),
    ...(key !== undefined && { "first key": key }),
    ...more,
  });

/** The first row of the last tile of so many. */
const lastTile = (count: number, tile: number) => Math.floor((count - 1) / tile) * tile;

const sizesOf = ({ heads }: Pick<GradientSuspicion, "heads">) => {
  const { query, key } = heads[0].task;
  return { rows: query.rows, keys: key.rows };
};

const starts = (count: number, tile: number) =>
  Array.from({ length: Math.ceil(count / tile) }, (_, at) => at * tile);

const tilesUpTo = (count: number) => TILES.filter((tile) => tile <= count);

/** Of each size the tile that holds all rows that are wrong, if one does. */
const tilesAround = (wrong: readonly number[], count: number) =>
  tilesUpTo(count).flatMap((tile) => {
    const first = Math.floor(wrong[0] / tile) * tile;
    return wrong.length > 0 && wrong.every((at) => isIn(tile, first, at)) ? [{ tile, first }] : [];
  });

/** Where a tile of wrong queries meets each tile of keys; the tiles of keys where wrong queries are not of one tile. */
function blocksOfQueries(all: GradientSuspicion): readonly Region[] {
  const { rows, keys } = sizesOf(all);
  const around = tilesAround(all.wrongRows, Math.max(rows, keys));
  const withKeys = (tile: number, query?: number) =>
    starts(keys, tile).map((key) => ({ tile, key, ...(query !== undefined && { query }) }));
  return around.length > 0
    ? around.flatMap(({ tile, first }) => withKeys(tile, first))
    : tilesUpTo(keys - 1).flatMap((tile) => withKeys(tile));
}

const blocksOfKeys = (all: GradientSuspicion): readonly Region[] => {
  const { rows, keys } = sizesOf(all);
  return tilesAround(all.wrongKeys, Math.max(rows, keys)).flatMap(({ tile, first }) =>
    starts(rows, tile).map((query) => ({ tile, query, key: first })),
  );
};

/** What so many queries give to keys is added up first. */
const STRIP = 8;
const [KEYS_READ, MOST_TRIED] = [8, 2];

/** The tiles of queries without which dK, or dV, of a kv head comes closest to what was dumped; where that cannot be read, the last ones. */
function nearestQueries(all: GradientSuspicion): readonly Region[] {
  const { rows } = sizesOf(all);
  const tiles = tilesUpTo(rows);
  const part = all.wrongParts.includes("key") ? "key" : "value";
  const got = all.hasRope ? undefined : all.dumped(part, 0)?.got;
  if (!got) return tiles.map((tile) => ({ tile, query: lastTile(rows, tile) }));
  const read = spread(all.wrongKeys, KEYS_READ);
  const strips = starts(rows, STRIP).map(() => new Float64Array(read.length * got.cols));
  for (const head of all.heads.filter((_, at) => all.kvOf[at] === 0)) {
    const by = part === "key" ? head.task.query : head.gradient;
    for (const { first, count, dScaled, kept } of rowsBack(head)) {
      const { cols, data } = part === "key" ? dScaled : kept;
      for (let row = 0; row < count; row++) {
        const strip = strips[Math.floor((first + row) / STRIP)];
        for (const [at, key] of read.entries()) {
          const share = data[row * cols + key] * (part === "key" ? head.task.scale : 1);
          for (let c = 0; c < by.cols; c++)
            strip[at * by.cols + c] += share * by.data[(first + row) * by.cols + c];
        }
      }
    }
  }
  const dumped = read.flatMap((key) => Array.from(got.data.subarray(key * got.cols, (key + 1) * got.cols)));
  const missing = dumped.map((value, at) => strips.reduce((sum, strip) => sum + strip[at], 0) - value);
  const regions = tiles.flatMap((tile) => starts(rows, tile).map((query) => ({ tile, query })));
  return leastOf(regions, MOST_TRIED, ({ tile, query }) => {
    const own = strips.slice(query / STRIP, (query + tile) / STRIP);
    return missing.reduce(
      (sum, value, at) => sum + (value - own.reduce((total, strip) => total + strip[at], 0)) ** 2,
      0,
    );
  });
}

export const GRADIENT_TILES: readonly GradientMistake[] = [
  tiled({
    id: "keys-dropped",
    step: "d-key",
    title: "A tile of keys was left out.",
    fix: "Round the number of tiles up, and mask what is beyond the last key.",
    variants: (all) =>
      tilesAround(all.wrongKeys, sizesOf(all).keys).map(({ tile, first }) =>
        times(0, ["query", "key", "value"], { tile, key: first }),
      ),
  }),
  tiled({
    id: "queries-dropped",
    step: "d-key",
    title: "A tile of queries was left out of dK and dV.",
    fix: "Round the number of tiles up, and mask what is beyond the last query.",
    variants: (all) =>
      nearestQueries(all).flatMap((region) => [
        times(0, ["key", "value"], region),
        times(0, ["key"], region, { of: "dK alone" }),
        times(0, ["value"], region, { of: "dV alone" }),
      ]),
  }),
  tiled({
    id: "diagonal-tile-dropped",
    title: "The tiles on the diagonal were left out.",
    fix: "A tile in which the query sees a part of the keys has to be worked, with the mask in it.",
    variants: (all) =>
      tilesUpTo(Math.max(...Object.values(sizesOf(all)))).flatMap((tile) => {
        const counts: Counts = (row, key) => (Math.floor(row / tile) === Math.floor(key / tile) ? 0 : 1);
        return [
          counted(counts, ["query"], { tile, of: "dQ alone" }),
          counted(counts, ["query", "key", "value"], { tile }),
        ];
      }),
  }),
  tiled({
    id: "tile-lost",
    title: "One tile is missing in dQ: its sum was lost, or overwritten.",
    fix: "Add to dQ with atomics, or let one block own the rows.",
    variants: (all) => blocksOfQueries(all).map((region) => times(0, ["query"], region)),
  }),
  tiled({
    id: "tile-twice",
    title: "One tile is in dQ twice.",
    fix: "Look for a tile that two blocks work, or a split that overlaps.",
    variants: (all) => blocksOfQueries(all).map((region) => times(2, ["query"], region)),
  }),
  tiled({
    id: "tile-lost-in-dk",
    step: "d-key",
    title: "One tile is missing in dK and dV.",
    fix: "Look at the bounds of the loop over the queries.",
    variants: (all) => blocksOfKeys(all).map((region) => times(0, ["key", "value"], region)),
  }),
  tiled({
    id: "rows-missing",
    title: "The last rows of dQ were not written.",
    fix: "Look at the bounds with which dQ is stored.",
    variants: (all) => {
      const { rows } = sizesOf(all);
      return tilesUpTo(rows).map((tile) => ({
        parameters: { tile },
        finish: onQueries((row) => (row < lastTile(rows, tile) ? row : undefined)),
      }));
    },
  }),
  tiled({
    id: "rows-shifted",
    title: "The rows of dQ stand one row too far down or up.",
    fix: "Look at the address at which dQ is stored.",
    variants: (suspicion) =>
      [1, -1].map((shift) => {
        const { rows } = sizesOf(suspicion);
        return { parameters: { shift }, finish: onQueries((row) => (row - shift + rows) % rows) };
      }),
  }),
];

/** dQ with other rows in its places; zeros where there is none. */
const onQueries =
  (from: (row: number) => number | undefined) =>
  (gradients: ReplayedGradients): ReplayedGradients => ({
    ...gradients,
    query: gradients.query.map((matrix) =>
      cells(matrix, (_, row, col) => {
        const source = from(row);
        return source === undefined ? 0 : matrix.data[source * matrix.cols + col];
      }),
    ),
  });
