import { UserError } from "../../errors.js";
import { shapeText } from "../../math/matrix.js";
import { setting } from "../../setting-names.js";
import type { Recorder, Ref } from "../recorder.js";
import type { GivenRefs } from "../roles.js";
import type { MultiheadSettings } from "./multihead-settings.js";

const WEIGHTS = ["wq", "wk", "wv"] as const;
const BIASES = ["bq", "bk", "bv"] as const;

/**
 * Cuts a packed W^QKV (and b^QKV) into W^Q, W^K, W^V: H·d, G·d and G·d columns (rows when stored out × in), one after
 * the other, recorded as the steps `wq`, `wk`, `wv`, `bq`, `bk`, `bv`. b^QKV may also stand beside a W^Q, W^K and W^V
 * of their own, as in torch when key and value have widths of their own (kdim, vdim).
 * Throws CONFLICTING_INPUTS when W^Q is given too, SHAPE_MISMATCH when the sizes do not come out even.
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
      "Leave it out, or give the matrices that it belongs to.",
    );
  const shares = [numHeads, numKvHeads, numKvHeads];
  const unpacked: Record<string, Ref> = {};
  if (wqkv) {
    refuseRivals("wqkv", "A packed W holds W^Q, W^K and W^V", WEIGHTS, refs);
    cut(recorder, wqkv, WEIGHTS, shares, layout === "out-in" ? "rows" : "cols", unpacked);
  }
  if (bqkv) {
    refuseRivals("bqkv", "A packed b holds b^Q, b^K and b^V", BIASES, refs);
    cut(recorder, bqkv, BIASES, shares, "cols", unpacked);
  }
  return { ...refs, ...unpacked };
}

function refuseRivals(
  packed: string,
  what: string,
  parts: typeof WEIGHTS | typeof BIASES,
  refs: GivenRefs,
): void {
  const rival = parts.find((name) => refs[name]);
  if (!rival) return;
  throw new UserError(
    "CONFLICTING_INPUTS",
    `Both ${packed} and ${rival} are given.`,
    `${what}; give one or the other.`,
  );
}

function cut(
  recorder: Recorder,
  packed: Ref,
  names: typeof WEIGHTS | typeof BIASES,
  shares: readonly number[],
  side: "rows" | "cols",
  unpacked: Record<string, Ref>,
): void {
  const { shape } = packed;
  const parts = shares.reduce((sum, share) => sum + share, 0);
  if (shape[side] % parts !== 0) {
    throw new UserError(
      "SHAPE_MISMATCH",
      `${packed.key} is ${shapeText(shape)}: ${shape[side]} ${side === "rows" ? "rows" : "columns"} cannot be shared out among ${parts} heads of q, k and v.`,
      `Check ${setting("heads")}, ${setting("kvHeads")} and ${setting("layout")}.`,
      packed.key,
    );
  }
  const unit = shape[side] / parts;
  let first = 0;
  for (const [index, name] of names.entries()) {
    const size = shares[index] * unit;
    unpacked[name] = recorder.cut(name, packed, side, first, size);
    first += size;
  }
}
