import { refuseAs, setting } from "../../errors.js";
import { tabulate } from "../../math/lists.js";
import { cellOf, type Matrix } from "../../math/matrix.js";
import { subtract } from "../../ops/elementwise.js";
import { columnsOfPair, type Pairing, shiftRotation } from "../../ops/pairs.js";
import { matmulTransposed } from "../../ops/product.js";
import { numbersOf, type Ref, record, recorder } from "../recorder.js";
import { columnsOf, type PositionContext, type PositionKind } from "./kind.js";
import { ROTARY_SETTINGS, type RotarySettings } from "./kind-settings.js";
import {
  describeRotary,
  type RotaryTables,
  recordRotaryFrequencies,
  recordRotaryWaves,
  recordRotated,
} from "./rotary.js";
import { laterText, maxAbs, positionsText, recordMapped, shortNumber, showProofFirst } from "./shift.js";

/** Vectors rotated by angles that grow with the position (Su et al. 2021, eq. 34). */
export const rope: PositionKind = {
  title: "rotary position embedding",
  source: "Su et al. 2021, eq. 34",
  rotatesHeads: true,
  settings: ["dModel", "pairs", "shift", ...(Object.keys(ROTARY_SETTINGS) as (keyof RotarySettings)[])],
  record(context) {
    const { settings, positions, axis, x } = context;
    if (settings.shift !== undefined && !x)
      refuseAs(
        "MISSING_INPUT",
        `${setting("shift")} with rope needs vectors to rotate.`,
        `Give ${setting("x")}, for example ${setting("x")} '1 0 1 0; 0 1 1 1'.`,
      );

    const headSize = columnsOf(context);
    const frequencies = recordRotaryFrequencies(settings, headSize, positions);
    const tables = recordRotaryWaves(frequencies, positions, axis);
    const { pairs = "interleaved" } = settings;
    const { size, base, attentionFactor } = tables;
    const text = describeRotary(pairs, size, { ...settings, base });
    recorder.convention("pairs", pairs, text);
    recorder.convention("rotarySize", size);
    recorder.convention("base", base);
    if (settings.scaling) recorder.convention("scaling", settings.scaling);
    recorder.convention("angles", "radians", "angles in radians");
    recorder.fact(
      "attentionFactor",
      attentionFactor,
      attentionFactor === 1 ? undefined : `cos and sin are multiplied by ${attentionFactor}.`,
    );
    const rotated = x && recordRotated("rotated", x, tables, pairs);
    recorder.result("output", rotated ?? tables.angles);
    if (!x || !rotated) return;
    if (settings.pairs === undefined) {
      recordRotated("rotated-half-split", x, tables, "half-split", {
        notes: [
          `the pairing was not stated; weights for one give nonsense with the other: ${setting("pairs")} interleaved or half-split`,
        ],
      });
    }
    if (settings.shift !== undefined) recordRotaryShift(context, x, rotated, tables, pairs, settings.shift);
  },
};

/**
 * Records that rotating by k more positions is the same rotation for all vectors (`rotation`, `shifted`, `mapped`,
 * `difference`), and that scores do not change: `scores`, `shifted-scores` and `score-difference`.
 */
function recordRotaryShift(
  { positions, axis }: PositionContext,
  x: Ref,
  rotated: Ref,
  tables: RotaryTables,
  pairing: Pairing,
  k: number,
) {
  const rotation = recordShiftRotation(x, tables, pairing, k);
  const moved = positions.map((position) => position + k);
  const later = recordRotaryWaves(tables, moved, axis, "shifted-");
  const shifted = recordRotated("shifted", x, later, pairing, {
    title: "Rotated, shifted",
    formula: `x turned at ${laterText(k)}`,
  });
  const maxDifference = recordMapped(rotated, rotation, shifted, "M·(x rotated at pos)");
  const score = (name: "rotated-scores" | "shifted-scores", rows: Ref) =>
    record(name, matmulTransposed, [rows, rows], undefined, { axes: [axis, axis] });
  const scores = score("rotated-scores", rotated);
  const scoreDifference = record("score-difference", subtract, [score("shifted-scores", shifted), scores]);
  showProofFirst(rotation, x);
  const maxScoreDifference = maxAbs(scoreDifference);
  recorder.finding(
    "shift",
    {
      k,
      maxDifference,
      maxScoreDifference,
      coefficients: blocksOf(numbersOf(rotation), tables.size / 2, pairing),
    },
    `Every vector rotated at ${laterText(k)} is M times the vector rotated at pos: largest difference ${shortNumber(maxDifference)}. Scores depend on the distance only: with all positions moved by ${k} they differ by at most ${shortNumber(maxScoreDifference)}.`,
  );
}

/** Records `rotation`, d×d: the rotation of every vector if its position grows by k. */
function recordShiftRotation(x: Ref, { ref, exact, size }: RotaryTables, pairing: Pairing, k: number) {
  const [, column] = x.axes;
  return record(
    "rotation",
    shiftRotation,
    [ref],
    { pairing, pairs: size / 2, cols: x.shape.cols, shift: k, frequencies: exact, of: "vectors" },
    {
      title: `Rotation by ${positionsText(k)}`,
      formula: "M: for each pair the block [cos kω, −sin kω; sin kω, cos kω]",
      axes: [column, column],
      notes: [
        "the same block that shifts the sinusoid: RoPE applies it to q and k instead of adding a table",
      ],
    },
  );
}

/** Returns cos kω and sin kω of each pair, from the first column of its block. */
function blocksOf(rotation: Matrix, pairs: number, pairing: Pairing) {
  return tabulate(pairs, (pair) => {
    const [first, second] = columnsOfPair(pair, { pairing, pairs });
    return [cellOf(rotation, first, first), cellOf(rotation, second, first)];
  });
}
