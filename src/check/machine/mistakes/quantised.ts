import { greatest, upTo } from "../../../math/lists.js";
import { type Matrix, mapCells } from "../../../math/matrix.js";
import { FP8, roundShort } from "../float-types.js";
import { kvReaders } from "./heads.js";
import {
  type KernelMistake,
  PARTS,
  replacing,
  type SearchContext,
  takenFromOthers,
} from "./kernel-mistake.js";
import { tilesBelow } from "./online.js";
import type { Order } from "./orders.js";
import { nearestOf } from "./sums.js";

// Numbers in 8 bits have a scale: the largest number of their tile, or of their head, is the largest of the type. A
// kernel that takes the scale of another place multiplies them by the ratio of two largest numbers.

/** How a number from −1 to 1 is rounded, by the name of the type. */
const TYPES: Readonly<Record<string, (share: number) => number>> = {
  int8: (share) => Math.round(share * 127) / 127,
  e4m3: (share) => roundShort(FP8.e4m3, share * FP8.e4m3.largest) / FP8.e4m3.largest,
  "not rounded": (share) => share,
};

/** Returns a matrix whose rows were divided by one number, rounded, and multiplied by another one. */
const rescaled = (
  matrix: Matrix,
  round: (share: number) => number,
  own: (row: number) => number,
  taken = own,
): Matrix => mapCells(matrix, (number, row) => (number === 0 ? 0 : round(number / own(row)) * taken(row)));

/** Returns the largest size of a number in each block of rows. */
const largestOfBlocks = ({ rows, cols, data }: Matrix, size: number): readonly number[] =>
  upTo(Math.ceil(rows / size)).map((at) =>
    greatest(data.subarray(at * size * cols, (at + 1) * size * cols), Math.abs),
  );

/** Whose scale is taken for that of a tile. */
const OTHER_TILES: Readonly<Record<string, Order>> = {
  "the one before": (at) => Math.max(0, at - 1),
  "the one before, around the end": (at, count) => (at + count - 1) % count,
  "the one before, and for the first the next": (at) => Math.abs(at - 1),
  "the next": (at, count) => Math.min(count - 1, at + 1),
  "the first": () => 0,
};

/** Of how many rows of queries each block has a scale, if queries are rounded, too. */
const QUERY_BLOCKS = (tile: number) => ({ "as they are": undefined, "each row": 1, "each tile": tile });

function* ofOtherTiles({ tasks: [{ key }] }: SearchContext) {
  for (const tile of tilesBelow(key.rows).filter((size) => size >= MIN_TILE))
    for (const [type, round] of Object.entries(TYPES))
      for (const [scale, order] of Object.entries(OTHER_TILES))
        for (const [queries, size] of Object.entries(QUERY_BLOCKS(tile)))
          for (const which of ["keys alone", "values alone"] as const) {
            if (size && (which === "values alone" || type === "not rounded")) continue;
            const parameters = { which, tile, type, scale, ...(size && { "queries rounded": queries }) };
            yield replacing(
              size ? PARTS["queries and keys"] : PARTS[which],
              (task, part) => {
                const block = part === "query" ? (size ?? 1) : tile;
                const largest = largestOfBlocks(task[part], block);
                const own = (row: number) => largest[Math.floor(row / block)];
                if (part === "query") return rescaled(task[part], round, own);
                const taken = (row: number) => largest[order(Math.floor(row / block), largest.length)];
                return rescaled(task[part], round, own, taken);
              },
              parameters,
            );
          }
}

/** Fewer keys have no scale of their own. */
const MIN_TILE = 8;

function* ofOtherHeads({ tasks, allBatches = [] }: SearchContext) {
  const readers = kvReaders(tasks);
  const { length: count } = readers;
  const ownOf = (head: number) => Math.floor((head * count) / tasks.length);
  const heads = [
    ...(count > 1 ? [{ parameters: { "kv head": "h mod G" }, of: (head: number) => head % count }] : []),
    ...takenFromOthers(upTo(count), "kv head").map(({ parameters, of }) => ({
      parameters,
      of: (head: number) => of(ownOf(head)),
    })),
  ];
  for (const which of ["keys alone", "values alone"] as const) {
    const [part] = PARTS[which];
    const sizes = (all: readonly { readonly tasks: typeof tasks }[]) =>
      upTo(count).map((at) =>
        Math.max(...all.map((one) => greatest(kvReaders(one.tasks)[at][part].data, Math.abs))),
      );
    for (const all of allBatches.length > 1 ? [[{ tasks }], allBatches] : [[{ tasks }]]) {
      const largest = sizes(all);
      for (const [type, round] of Object.entries(TYPES))
        for (const { parameters, of } of heads)
          yield replacing(
            [part],
            (task) =>
              rescaled(
                task[part],
                round,
                () => largest[ownOf(task.head)],
                () => largest[of(task.head)],
              ),
            { which, type, ...(all.length > 1 && { "one scale": "for all batches" }), ...parameters },
          );
    }
  }
}

export const scaleOfAnotherTile: KernelMistake = {
  id: "scale-of-another-tile",
  step: "k",
  isFree: true,
  title: "Keys or values in 8 bits were multiplied by the scale of another tile or head.",
  formula: "k = scale · k₈, with the scale of the tile or the head of k₈",
  fix: "Load the scale of the same tile as its numbers, and take that of the kv head, not of the query head.",
  variants: nearestOf((given) => [...ofOtherTiles(given), ...ofOtherHeads(given)]),
};
