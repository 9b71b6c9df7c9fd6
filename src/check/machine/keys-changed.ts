import { setting } from "../../errors.js";
import { isBlocked } from "../../math/blocked.js";
import { sumOver, upTo } from "../../math/lists.js";
import type { MistakeText } from "../mistakes/mistake.js";
import { distanceTo, leastOf } from "./mistakes/sums.js";
import { powersOf, scoresOfRow } from "./row-scores.js";
import type { Task } from "./task.js";

// Rows that lack one or two of their keys, or that use one or two other keys, at any place.

export const keysOfTheirOwn: MistakeText = {
  id: "keys-of-their-own",
  step: "masked-scores",
  title: "The keys that were used differ from row to row without a rule.",
  formula: "o_i = Σ_{j ∈ J_i} e^s_ij v_j / Σ_{j ∈ J_i} e^s_ij",
  fix: `If you used a mask, dump it and give it with ${setting("mask")}. If not, look for keys that are lost or read twice.`,
};

/** The maximum number of keys: the number of pairs grows with its square. */
const MAX_KEYS = 256;

/** The minimum number of columns. With fewer columns, some pair of keys would fit by chance. */
const MIN_COLUMNS = 8;

/** The number of columns that the search compares. The caller then checks the result in all columns. */
const MAX_FEATURES = 16;

/**
 * Finds the one key, and the two keys, whose change brings a row closest to the dumped one. Let S be the changed keys
 * and o the dumped row. Then Σ e^s (v − o) over the expected keys is Σ_{j ∈ S} ±e^s_j (v_j − o), with + for keys that
 * are left out. Returns an empty list if there are too many keys or too few columns.
 */
export function nearestChanges(task: Task, row: number, got: Float64Array): readonly (readonly number[])[] {
  const { key, value, blocked } = task;
  if (key.rows > MAX_KEYS || value.cols < MIN_COLUMNS) return [];
  const features = Math.min(MAX_FEATURES, value.cols);
  const { powers } = powersOf(scoresOfRow({ ...task, blocked: undefined }, row));
  const rest = new Float64Array(features);
  const parts = Array.from(powers, (power, j) => {
    const part = Float64Array.from(
      { length: features },
      (_, c) => power * (value.data[j * value.cols + c] - got[c]),
    );
    if (blocked && isBlocked(blocked, row, j)) return part.map((own) => -own);
    for (let c = 0; c < features; c++) rest[c] += part[c];
    return part;
  });
  const nearest = (changes: readonly (readonly number[])[]) =>
    leastOf(changes, 1, (keys, limit) =>
      distanceTo(rest, features, (c) => sumOver(keys, (key) => parts[key][c]), limit),
    );
  const keys = upTo(parts.length);
  const pairs = keys.flatMap((first) => upTo(parts.length, first + 1).map((second) => [first, second]));
  return [...nearest(keys.map((key) => [key])), ...nearest(pairs)];
}
