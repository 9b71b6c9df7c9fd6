import { tabulate } from "../../math/lists.js";
import { distances, slopeBias, slopes } from "../../ops/distances.js";
import type { Axes } from "../../trace/trace.js";
import { type Ref, record, recorder } from "../recorder.js";
import { type PositionKind, pairAxes } from "./kind.js";
import type { AlibiSettings } from "./kind-settings.js";

// Attention with linear biases (Press et al. 2022): the farther a key is before the query, the lower its score.

/**
 * Records `slopes` (H×1) and `distance` (n×m, i − j). Returns a function that records the `bias` of a head, n×m, in the
 * current scope.
 */
export function recordAlibi(
  numHeads: number,
  queries: Float64Array,
  keys: Float64Array,
  axes: Axes,
  { biasMax, symmetric }: AlibiSettings,
): (head: number) => Ref {
  const formula = Number.isInteger(Math.log2(numHeads))
    ? `m_h = 2^(−${biasMax}·h/H), h = 1 … H`
    : `m_h of the power of two below H, then every second one of twice that`;
  const slopesRef = record("slopes", slopes, [], { numHeads, biasMax }, formula);
  const distance = record("distance", distances, [], { queries, keys, sign: "i − j" }, { axes });
  const ofHead = symmetric ? "−m·|i − j|" : "−m·(i − j)";
  return (head) => record("bias", slopeBias, [slopesRef, distance], { head, isSymmetric: symmetric }, ofHead);
}

/** Biases that fall with the distance, with a different slope in each head. */
export const alibi: PositionKind = {
  title: "attention with linear biases",
  source: "Press et al. 2022",
  settings: ["heads", "biasMax", "symmetric"],
  record({ settings, positions, axis }) {
    const { heads: numHeads, biasMax, symmetric } = settings;
    const recordBias = recordAlibi(numHeads, positions, positions, pairAxes(axis), settings);
    recorder.convention("heads", numHeads, `${numHeads} heads`);
    recorder.convention("biasMax", biasMax);
    recorder.convention(
      "symmetric",
      symmetric,
      symmetric
        ? "keys after the query count as those before"
        : "keys after the query get a positive bias: mask them",
    );
    const biases = tabulate(numHeads, (head) =>
      recorder.scoped({ kind: "head", index: head }, () => recordBias(head)),
    );
    recorder.result("output", biases);
    const scopes = biases.map((_, index) => [{ kind: "head", index }]);
    recorder.overview({ scopes, ids: ["bias"], steps: ["slopes"] });
  },
};
