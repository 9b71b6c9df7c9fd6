import { FLOAT_TYPES } from "../../float-types.js";
import { type GradientSearchContext, gradientMistakes, TILES } from "./gradient-mistake.js";

// Accumulators of a type that is too short for the sums over tiles. The rounding after each tile is replayed.

const summed = gradientMistakes("d-query", "products of short numbers are summed in float32");

const TYPES = ["bfloat16", "float16"] as const;

/** A gradient of a single tile is rounded once, like any that is stored, so it cannot show this mistake. */
function tileSizesOf({ heads, wrongParts }: GradientSearchContext): readonly number[] {
  const { query, key } = heads[0].task;
  const count = wrongParts.includes("query") ? key.rows : query.rows;
  return TILES.filter((tile) => tile < count);
}

export const ACCUMULATORS = [
  summed({
    id: "accumulated-short",
    title: "The sums over the tiles were kept in a short type, and rounded after each tile.",
    fix: "Keep the accumulators of dQ, dK and dV in float32, and round once at the end.",
    variants: (context) =>
      TYPES.flatMap((name) =>
        tileSizesOf(context).map((tile) => ({
          parameters: { type: name, tile },
          sums: { type: FLOAT_TYPES[name], tile, parts: context.wrongParts },
        })),
      ),
  }),
];
