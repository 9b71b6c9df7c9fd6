import { over, softmaxOf, type Weighting } from "../rows.js";
import { type KernelMistake, type Variant, withWeighting } from "./kernel-mistake.js";
import { TILES } from "./online.js";

// Values that are loaded one tile too late or too early: a buffer for two tiles, of which the wrong one is read.

/** Each tile weighs the values of the tile beside it; at the end where there is none, its own or none. */
const besides =
  (tile: number, by: 1 | -1, end: "its own" | "zeros"): Weighting =>
  (scores, powers, row) => {
    const weights = softmaxOf(scores, powers, row);
    const moved = new Float64Array(weights.length);
    for (let j = 0; j < weights.length; j++) {
      const from = j + by * tile;
      if (from >= 0 && from < weights.length) moved[from] += weights[j];
      else if (end === "its own") moved[j] += weights[j];
    }
    return moved;
  };

export const valueTileBehind: KernelMistake = {
  id: "value-tile-behind",
  step: "output",
  title: "Each tile of keys weighed the values of the tile beside it.",
  formula: "o_i = Σ_j α_ij v_j, with the values of the keys that are weighed",
  fix: "Read the buffer that was just filled: wait for the load, and take its number, not that of the tile before.",
  *variants({ tasks: [{ key }] }): Generator<Variant> {
    for (const tile of TILES) {
      if (tile >= key.rows) continue;
      for (const by of [-1, 1] as const)
        for (const end of ["its own", "zeros"] as const)
          yield withWeighting(besides(tile, by, end), {
            tile,
            which: by < 0 ? "the one before" : "the next",
            "at the end": end,
          });
    }
  },
};

/** How far the maximum has to rise before kernels rescale what was summed, as a power of e. */
const RISES = [8 * Math.LN2, 8, 4, 2, 1, 0.5, 0.1] as const;

/** Rescaled only when the maximum rises by more, or by less, than some amount. */
const onCondition =
  (tile: number, rise: number, which: "more" | "less", both: boolean): Weighting =>
  (scores) => {
    const coefficients = new Float64Array(scores.length);
    let [maximum, total] = [Number.NEGATIVE_INFINITY, 0];
    for (let first = 0; first < scores.length; first += tile) {
      const last = Math.min(scores.length, first + tile);
      let most = maximum;
      for (let j = first; j < last; j++) most = Math.max(most, scores[j]);
      if (most === Number.NEGATIVE_INFINITY) continue;
      const isMore = most - maximum > rise;
      const right = Math.exp(maximum - most);
      const factor = (which === "more") === isMore ? right : maximum === Number.NEGATIVE_INFINITY ? 0 : 1;
      total *= both ? factor : right;
      for (let j = 0; j < first; j++) coefficients[j] *= factor;
      for (let j = first; j < last; j++) {
        coefficients[j] = Math.exp(scores[j] - most);
        total += coefficients[j];
      }
      maximum = most;
    }
    return over(coefficients, total);
  };

export const rescaledOnCondition: KernelMistake = {
  id: "rescaled-on-condition",
  step: "output",
  title:
    "What was summed before was rescaled only when the maximum rose by more than some amount, but the new maximum was taken all the same.",
  formula: "with a new maximum m′, what was summed before is multiplied by e^(m − m′)",
  fix: "Who does not rescale keeps the old maximum, too.",
  *variants({ tasks: [{ key }] }): Generator<Variant> {
    for (const tile of TILES) {
      if (tile >= key.rows || tile < 8) continue;
      for (const rise of RISES)
        for (const which of ["more", "less"] as const)
          for (const both of [true, false])
            yield withWeighting(onCondition(tile, rise, which, both), {
              tile,
              [`rises by ${which} than`]: Number(rise.toPrecision(3)),
              ...(!both && { which: "values alone" }),
            });
    }
  },
};
