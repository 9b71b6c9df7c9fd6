import { countBlocked } from "../math/blocked.js";
import { add, scale as scaleOp, softcap as softcapOp } from "../ops/elementwise.js";
import type { EmptyRows } from "../ops/softmax.js";
import type { AttendSettings } from "./attend-settings.js";
import type { CombinedMask } from "./masks/combine.js";
import type { MaskFill } from "./masks/fills.js";
import type { Recorder, Ref } from "./recorder.js";
import type { ResolvedScale } from "./scale.js";
import { requireQueryRows } from "./shapes.js";

/** The operations between scores and weights, as resolved by `resolveScale` and `combineMasks`. */
export interface Conditioning {
  readonly scale?: ResolvedScale | undefined;
  readonly softcap?: number | undefined;
  readonly mask?: CombinedMask | undefined;
  readonly fill: MaskFill;
  readonly emptyRow: AttendSettings["emptyRow"];
}

/**
 * Returns the policy that ops use for rows that may attend to no key. The policy "error" throws elsewhere, so ops use
 * "zero" for it.
 */
export function emptyRowsOf(emptyRow: Conditioning["emptyRow"]): EmptyRows {
  return { emptyRow: emptyRow === "error" ? "zero" : emptyRow };
}

/**
 * Records scores → scaled → capped → biased → masked. A step is recorded only if it is needed. n×m → n×m. The order is
 * that of ONNX since 1.22. Throws SHAPE_MISMATCH for a bias that is neither n×m nor 1×m.
 */
export function recordConditioning(
  recorder: Recorder,
  scores: Ref,
  { scale, softcap, ...masking }: Conditioning,
  biases: readonly Ref[] = [],
): Ref {
  const scaled = scale
    ? recorder.record("scaled-scores", scaleOp, [scores], scale, {
        formula: scale.formula,
        notes:
          scale.text === String(scale.factor)
            ? []
            : [`${scale.text} = ${Number(scale.factor.toPrecision(6))}`],
      })
    : scores;
  const capped =
    softcap === undefined
      ? scaled
      : recorder.record(
          "capped-scores",
          softcapOp,
          [scaled],
          { cap: softcap },
          { formula: `${softcap}·tanh(s / ${softcap})` },
        );
  for (const bias of biases) requireQueryRows(scores.shape, bias);
  const biased = biases.length === 0 ? capped : recorder.record("biased-scores", add, [capped, ...biases]);
  return recordMasked(recorder, biased, "scores", masking);
}

/** Records the masking of `from`, if this fill applies to `on`: to the scores, or to their exponentials. n×m → n×m. */
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
      formula: `${fill.formula} if a query may not attend to a key`,
      blocked: mask.cells,
      notes: [`masked: ${countBlocked(mask.blocked)} of ${rows * cols} cells`],
    },
  );
}
