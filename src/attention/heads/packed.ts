import { UserError } from "../../errors.js";
import { shapeText } from "../../math/matrix.js";
import { setting } from "../../setting-names.js";
import type { Recorder, Ref } from "../recorder.js";
import type { GivenRefs } from "../roles.js";
import type { MultiheadSettings } from "./multihead-settings.js";

const WEIGHTS = ["wq", "wk", "wv"] as const;
const BIASES = ["bq", "bk", "bv"] as const;

/**
 * Splits a packed W^QKV (and b^QKV) into W^Q, W^K, W^V: H·d, G·d and G·d columns (rows if stored out × in), one after
 * the other. They are recorded as the steps `wq`, `wk`, `wv`, `bq`, `bk`, `bv`. b^QKV may also come with separate W^Q,
 * W^K and W^V, as in torch if key and value have their own widths (kdim, vdim). Throws CONFLICTING_INPUTS if W^Q is
 * given too, SHAPE_MISMATCH if the sizes do not divide evenly.
 */
export function unpackProjections(
  recorder: Recorder,
  refs: GivenRefs,
  { heads: numHeads, kvHeads: numKvHeads = numHeads, layout }: MultiheadSettings,
): GivenRefs {
  const { wqkv, bqkv } = refs;
  if (bqkv && !wqkv && !WEIGHTS.every((name) => refs[name]))
    throw new UserError(
      "MISSING_INPUT",
      "bqkv is given, but neither wqkv nor all of wq, wk and wv.",
      "Leave it out, or give the matrices of this bias.",
    );
  const shares = [numHeads, numKvHeads, numKvHeads];
  const parts = numHeads + 2 * numKvHeads;
  const unpacked: Record<string, Ref> = {};
  const unpack = (packed: Ref, letter: "W" | "b", side: "rows" | "cols") => {
    const { key, shape } = packed;
    const names = letter === "W" ? WEIGHTS : BIASES;
    const separate = names.find((name) => refs[name]);
    if (separate) {
      throw new UserError(
        "CONFLICTING_INPUTS",
        `Both ${letter === "W" ? "wqkv" : "bqkv"} and ${separate} are given.`,
        `A packed ${letter} holds ${letter}^Q, ${letter}^K and ${letter}^V; give one or the other.`,
      );
    }
    if (shape[side] % parts !== 0) {
      throw new UserError(
        "SHAPE_MISMATCH",
        `${key} is ${shapeText(shape)}: ${shape[side]} ${side === "rows" ? "rows" : "columns"} cannot be divided among ${parts} heads of q, k and v.`,
        `Check ${setting("heads")}, ${setting("kvHeads")} and ${setting("layout")}.`,
        key,
      );
    }
    let first = 0;
    for (const [index, name] of names.entries()) {
      const size = (shares[index] * shape[side]) / parts;
      unpacked[name] = recorder.cut(name, packed, side, first, size);
      first += size;
    }
  };
  if (wqkv) unpack(wqkv, "W", layout === "out-in" ? "rows" : "cols");
  if (bqkv) unpack(bqkv, "b", "cols");
  return { ...refs, ...unpacked };
}
