import { type KernelMistake, type SearchContext, type Variant, withWeighting } from "./kernel-mistake.js";
import { kept, TILES, withTileError } from "./online.js";
import { listLoops } from "./some-cells.js";

// Kernels often have two loops over tiles: one for whole tiles, and one for those that need a mask.

/** What is not rescaled in one of the loops. */
const FORGOTTEN = {
  "values and sum": { accumulator: kept, sum: kept },
  values: { accumulator: kept },
  sum: { sum: kept },
} as const;

function* inOneLoop({ tasks: [{ key }] }: SearchContext): Generator<Variant> {
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

export const rescaledInOneLoop: KernelMistake = {
  id: "rescaled-in-one-loop",
  step: "output",
  isFree: true,
  title: "The running sums were rescaled in one loop over tiles, but not in the other.",
  formula: "with a new maximum m′, the running sums are multiplied by e^(m − m′)",
  fix: "Rescale both sums in the loop of the tiles that need a mask, too: the maximum may rise there as well.",
  variants: inOneLoop,
};
