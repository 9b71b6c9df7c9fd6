import { scoresOfRow } from "../row-scores.js";
import { type SearchContext, withWeighting } from "./kernel-mistake.js";
import { kept, rescaling, startsOf, TILES, withTileError } from "./online.js";
import { flipped, turnedBy } from "./orders.js";
import { listLoops } from "./some-cells.js";
import { nearestOf } from "./sums.js";

// Running sums that are rescaled in some tiles only, or by the factors of other rows.

// Kernels often have two loops over tiles: one for whole tiles, and one for those that need a mask.

/** What is not rescaled in one of the loops. */
const FORGOTTEN = {
  "values and sum": { accumulator: kept, sum: kept },
  values: { accumulator: kept },
  sum: { sum: kept },
} as const;

function* inOneLoop({ tasks: [{ key }] }: SearchContext) {
  for (const [{ tile: block, keys }, isAt] of listLoops(key.rows))
    for (const tile of TILES.filter((size) => size >= MIN_TILE && block % size === 0))
      for (const [of, forgotten] of Object.entries(FORGOTTEN))
        yield withWeighting(withTileError(tile, { ...forgotten, isAt }), {
          tile,
          "not rescaled": of,
          in: block === tile ? keys : `${keys} of ${block}`,
        });
}

/** Fewer keys are not worth a loop. */
const MIN_TILE = 8;

export const rescaledInOneLoop = rescaling({
  id: "rescaled-in-one-loop",
  isFree: true,
  title: "The running sums were rescaled in one loop over tiles, but not in the other.",
  fix: "Rescale both sums in the loop of the tiles that need a mask, too: the maximum may rise there as well.",
  variants: inOneLoop,
});

// A thread holds numbers of several rows, of which each has its own factor.

/** Returns the factor of a row at each tile, by its first key. */
function factorsOf(scores: Float64Array, tile: number): ReadonlyMap<number, number> {
  let maximum = Number.NEGATIVE_INFINITY;
  return new Map(
    startsOf(scores.length, tile).map((first) => {
      const most = Math.max(maximum, ...scores.subarray(first, first + tile));
      const factor = most === Number.NEGATIVE_INFINITY ? 1 : Math.exp(maximum - most);
      maximum = most;
      return [first, factor];
    }),
  );
}

function* byFactorsOfOthers({ tasks: [{ key, query }] }: SearchContext) {
  const bits = [1, 2, 4, 8, 16, 32].filter((bit) => bit < query.rows);
  const orders = [
    ...bits.map((bit) => ({ said: `i xor ${bit}`, order: flipped(bit) })),
    ...[1, -1].map((by) => ({ said: `i ${by < 0 ? "−" : "+"} 1`, order: turnedBy(by) })),
  ];
  for (const tile of TILES.filter((size) => size >= MIN_TILE && size < key.rows))
    for (const { said, order } of orders)
      for (const [of, parts] of Object.entries(RESCALED))
        yield withWeighting(
          (scores, powers, row, task) => {
            const factors = factorsOf(scoresOfRow(task, order(row, task.query.rows)), tile);
            const other = (right: number, _: number, __: number, first: number) =>
              factors.get(first) ?? right;
            const error = Object.fromEntries(parts.map((part) => [part, other]));
            return withTileError(tile, error)(scores, powers, row, task);
          },
          { tile, row: said, of },
        );
}

const RESCALED = { values: ["accumulator"], sum: ["sum"], "values and sum": ["accumulator", "sum"] } as const;

export const rescaledByAnotherRow = rescaling({
  id: "rescaled-by-another-row",
  isFree: true,
  title: "The running sums were multiplied by the factors of another row.",
  formula: "with a new maximum m′ of the row, its running sums are multiplied by e^(m − m′)",
  fix: "Look at which rows a thread holds in a fragment of a matrix product: often i and i + 8. Each has its own factor.",
  variants: nearestOf(byFactorsOfOthers),
});
