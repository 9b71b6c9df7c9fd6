import type { RowsBack } from "../rows-back.js";
import {
  type Changed,
  cells,
  type GradientMistake,
  type GradientSuspicion,
  type GradientVariant,
  gradientMistakes,
  type ReplayedGradients,
} from "./gradient-mistake.js";

// Tiles that are lost, counted twice or not written.

const tiled = gradientMistakes(
  "d-query",
  "dQ_i = scale · Σ_j dS_ij k_j over all keys, dK and dV over all queries",
);

const TILES = [8, 16, 32, 64, 128] as const;

type Counts = (row: number, key: number) => number;

/** dS that counts so often in dQ, and in dK and dV. */
function counted(rows: RowsBack, ofQuery: Counts | undefined, ofKey: Counts | undefined): Changed {
  const { dScaled, kept, first } = rows;
  const by = (counts: Counts, of: typeof dScaled) =>
    cells(of, (at, row, key) => of.data[at] * counts(first + row, key));
  return {
    ...(ofQuery && { ofQuery: by(ofQuery, dScaled) }),
    ...(ofKey && { ofKey: by(ofKey, dScaled), ofValue: by(ofKey, kept) }),
  };
}

/** The first row of the last tile of so many. */
const lastTile = (count: number, tile: number) => Math.floor((count - 1) / tile) * tile;

const sizesOf = ({ heads }: GradientSuspicion) => {
  const { query, key } = heads[0].task;
  return { rows: query.rows, keys: key.rows };
};

/** One variant for each tile that is no larger than what it is a part of. */
const forTiles =
  (
    count: (sizes: { readonly rows: number; readonly keys: number }) => number,
    make: (tile: number, sizes: { readonly rows: number; readonly keys: number }) => GradientVariant,
  ): GradientMistake["variants"] =>
  (suspicion) => {
    const sizes = sizesOf(suspicion);
    return TILES.filter((tile) => tile <= count(sizes)).map((tile) => make(tile, sizes));
  };

/** Every tile of so many rows and keys that the wrong rows of dQ may be of. */
function tilesOfRows({ wrongRows, ...suspicion }: GradientSuspicion): readonly Tile[] {
  const { rows, keys } = sizesOf({ ...suspicion, wrongRows });
  const [first] = wrongRows;
  if (first === undefined) return [];
  return TILES.filter((tile) => tile <= Math.max(rows, keys)).flatMap((tile) => {
    const start = Math.floor(first / tile) * tile;
    if (wrongRows.some((row) => row >= start + tile)) return [];
    return starts(keys, tile).map((key) => ({ tile, row: start, key }));
  });
}

function tilesOfKeys({ wrongKeys, ...suspicion }: GradientSuspicion): readonly Tile[] {
  const { rows, keys } = sizesOf({ ...suspicion, wrongKeys });
  const [first] = wrongKeys;
  if (first === undefined) return [];
  return TILES.filter((tile) => tile <= Math.max(rows, keys)).flatMap((tile) => {
    const start = Math.floor(first / tile) * tile;
    if (wrongKeys.some((key) => key >= start + tile)) return [];
    return starts(rows, tile).map((row) => ({ tile, row, key: start }));
  });
}

const starts = (count: number, tile: number) =>
  Array.from({ length: Math.ceil(count / tile) }, (_, at) => at * tile);

interface Tile {
  readonly tile: number;
  readonly row: number;
  readonly key: number;
}

const isIn = ({ tile, row, key }: Tile, i: number, j: number) =>
  i >= row && i < row + tile && j >= key && j < key + tile;

const saidOf = ({ tile, row, key }: Tile) => ({ tile, "first query": row, "first key": key });

export const GRADIENT_TILES: readonly GradientMistake[] = [
  tiled({
    id: "keys-dropped",
    step: "d-key",
    title: "The last tile of keys was left out.",
    fix: "Round the number of tiles up, and mask what is beyond the last key.",
    variants: forTiles(
      ({ keys }) => keys,
      (tile, { keys }) => {
        const kept: Counts = (_, key) => (key < lastTile(keys, tile) ? 1 : 0);
        return { parameters: { tile }, change: (rows) => counted(rows, kept, kept) };
      },
    ),
  }),
  tiled({
    id: "queries-dropped",
    step: "d-key",
    title: "The last tile of queries was left out of dK and dV.",
    fix: "Round the number of tiles up, and mask what is beyond the last query.",
    variants: (suspicion) =>
      (["both", "dK alone", "dV alone"] as const).flatMap((where) =>
        forTiles(
          ({ rows }) => rows,
          (tile, { rows: count }) => ({
            parameters: { tile, ...(where !== "both" && { of: where }) },
            change(rows) {
              const all = counted(rows, undefined, (row) => (row < lastTile(count, tile) ? 1 : 0));
              const { ofKey, ofValue } = all;
              if (where === "dK alone" && ofKey) return { ofKey };
              return where === "dV alone" && ofValue ? { ofValue } : all;
            },
          }),
        )(suspicion),
      ),
  }),
  tiled({
    id: "diagonal-tile-dropped",
    title: "The tiles on the diagonal were left out of dQ.",
    fix: "A tile in which the query sees a part of the keys has to be worked, with the mask in it.",
    variants: forTiles(
      ({ rows, keys }) => Math.max(rows, keys),
      (tile) => ({
        parameters: { tile },
        change: (rows) =>
          counted(rows, (row, key) => (Math.floor(row / tile) === Math.floor(key / tile) ? 0 : 1), undefined),
      }),
    ),
  }),
  tiled({
    id: "tile-lost",
    title: "One tile is missing in dQ: its sum was lost, or overwritten.",
    fix: "Add to dQ with atomics, or let one block own the rows.",
    variants: (suspicion) =>
      tilesOfRows(suspicion).map((tile) => ({
        parameters: saidOf(tile),
        change: (rows) => counted(rows, (row, key) => (isIn(tile, row, key) ? 0 : 1), undefined),
      })),
  }),
  tiled({
    id: "tile-twice",
    title: "One tile is in dQ twice.",
    fix: "Look for a tile that two blocks work, or a split that overlaps.",
    variants: (suspicion) =>
      tilesOfRows(suspicion).map((tile) => ({
        parameters: saidOf(tile),
        change: (rows) => counted(rows, (row, key) => (isIn(tile, row, key) ? 2 : 1), undefined),
      })),
  }),
  tiled({
    id: "tile-lost-in-dk",
    step: "d-key",
    title: "One tile is missing in dK and dV.",
    fix: "Look at the bounds of the loop over the queries.",
    variants: (suspicion) =>
      tilesOfKeys(suspicion).map((tile) => ({
        parameters: saidOf(tile),
        change: (rows) => counted(rows, undefined, (row, key) => (isIn(tile, row, key) ? 0 : 1)),
      })),
  }),
  tiled({
    id: "rows-missing",
    title: "The last rows of dQ were not written.",
    fix: "Look at the bounds with which dQ is stored.",
    variants: forTiles(
      ({ rows }) => rows,
      (tile, { rows }) => ({
        parameters: { tile },
        finish: onQueries((row) => (row < lastTile(rows, tile) ? row : undefined)),
      }),
    ),
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
