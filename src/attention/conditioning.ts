import { countBlocked } from "../math/blocked.js";
import { add, scale as scaleOp, softcap as softcapOp } from "../ops/elementwise.js";
import type { EmptyRows } from "../ops/softmax.js";
import type { AttendSettings } from "./attend-settings.js";
import type { CombinedMask } from "./masks/combine.js";
import type { MaskFill } from "./masks/fills.js";
import type { Recorder, Ref } from "./recorder.js";
import type { ResolvedScale } from "./scale.js";
import { requireQueryRows } from "./shapes.js";

/** What happens to scores on their way to weights, resolved: see `resolveScale` and `combineMasks`. */
export interface Conditioning {
  readonly scale?: ResolvedScale | undefined;
  readonly softcap?: number | undefined;
  readonly mask?: CombinedMask | undefined;
  readonly fill: MaskFill;
  readonly emptyRow: AttendSettings["emptyRow"];
}

/** What ops make of a row that may attend to nothing; where that is an error it has been thrown, or will be. */
export function emptyRowsOf(emptyRow: Conditioning["emptyRow"]): EmptyRows {
  return { emptyRow: emptyRow === "error" ? "zero" : emptyRow };
}

/**
 * Records scores → scaled → capped → biased → masked: each step only when it happens. n×m → n×m.
 * The order is ONNX's since 1.22. Throws SHAPE_MISMATCH for a bias that is neither n×m nor 1×m.
 */
export function recordConditioning(
  recorder: Recorder,
  scores: Ref,
  { scale, softcap, ...masking }: Conditioning,
  biases: readonly Ref[] = [],
): Ref {
  const scaled = scale ? recordScaledScores(recorder, scores, scale) : scores;
  const capped = softcap === undefined ? scaled : recordCappedScores(recorder, scaled, softcap);
  const biased = biases.length === 0 ? capped : recordBiasedScores(recorder, capped, biases);
  return recordMasked(recorder, biased, "scores", masking);
}

function recordScaledScores(recorder: Recorder, scores: Ref, scale: ResolvedScale): Ref {
  const { factor, text, formula } = scale;
  return recorder.record("scaled-scores", scaleOp, [scores], scale, {
    formula,
    notes: text === String(factor) ? [] : [`${text} = ${Number(factor.toPrecision(6))}`],
  });
}

function recordCappedScores(recorder: Recorder, scores: Ref, cap: number): Ref {
  return recorder.record(
    "capped-scores",
    softcapOp,
    [scores],
    { cap },
    { formula: `${cap}·tanh(s / ${cap})` },
  );
}

function recordBiasedScores(recorder: Recorder, scores: Ref, biases: readonly Ref[]): Ref {
  for (const bias of biases) requireQueryRows(scores.shape, "bias", bias.shape);
  return recorder.record("biased-scores", add, [scores, ...biases]);
}

/** Records how masked cells vanish, if that happens to `on`: to the scores, or to their exponentials. n×m → n×m. */
export function recordMasked(
  recorder: Recorder,
  from: Ref,
  on: MaskFill["on"],
  { mask, fill }: Pick<Conditioning, "mask" | "fill">,
): Ref {
  if (!mask || fill.on !== on) return from;
  const { rows, cols } = mask.blocked;
  return fill.record(
    recorder,
    from,
    { blocked: mask.blocked, reason: mask.reason },
    {
      formula: `${fill.formula} where a query may not attend to a key`,
      blocked: mask.cells,
      notes: [`masked: ${countBlocked(mask.blocked)} of ${rows * cols} cells`],
    },
  );
}
