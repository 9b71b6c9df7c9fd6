import { countTrue } from "../math/matrix.js";
import { add, scale as scaleOp, softcap } from "../trace/ops/elementwise.js";
import type { Recorder, Ref } from "../trace/recorder.js";
import type { CombinedMask } from "./masks/combine.js";
import type { MaskFill } from "./masks/fills.js";
import type { ResolvedScale } from "./scale.js";
import type { AttendSettings } from "./settings.js";
import { requireShapes } from "./shapes.js";

/** What happens to scores on their way to weights, resolved: see `resolveScale` and `combineMasks`. */
export interface Conditioning {
  readonly scale?: ResolvedScale | undefined;
  readonly softcap?: number | undefined;
  readonly mask?: CombinedMask | undefined;
  readonly fill: MaskFill;
  readonly emptyRow: AttendSettings["emptyRow"];
}

/**
 * Records scores → scaled → capped → biased → masked: each step only when it happens. n×m → n×m.
 * The order is ONNX's since 1.22.
 */
export function recordConditioning(
  recorder: Recorder,
  scores: Ref,
  { scale, softcap: cap, ...masking }: Conditioning,
  biases: readonly Ref[] = [],
): Ref {
  const { axes } = scores;
  let latest = scores;
  if (scale) {
    latest = recorder.step(scaleOp, [latest], scale, {
      id: "scaled-scores",
      title: "Scaled scores",
      formula: scale.formula,
      axes,
      notes: [`${scale.text} = ${Number(scale.factor.toPrecision(6))}`].filter(
        () => scale.text !== String(scale.factor),
      ),
    });
  }
  if (cap !== undefined) {
    latest = recorder.step(
      softcap,
      [latest],
      { cap },
      {
        id: "capped-scores",
        title: "Capped scores",
        formula: `${cap}·tanh(s / ${cap})`,
        axes,
      },
    );
  }
  if (biases.length > 0) {
    for (const bias of biases) {
      const { rows } = bias.output();
      requireShapes(
        ["scores", scores.output(), "n", "m"],
        ["bias", bias.output(), rows === 1 ? "1" : "n", "m"],
      );
    }
    latest = recorder.step(add, [latest, ...biases], undefined, {
      id: "biased-scores",
      title: "Biased scores",
      formula: biases.length === 1 ? "s + b" : "s + b₁ + b₂",
      axes,
    });
  }
  return recordMasked(recorder, latest, "scores", masking);
}

const MASKED = {
  scores: { id: "masked-scores", title: "Masked scores" },
  exponentials: { id: "masked-exponentials", title: "Masked exponentials" },
} as const;

/** Records how masked cells vanish, if that happens to `on`: to the scores, or to their exponentials. n×m → n×m. */
export function recordMasked(
  recorder: Recorder,
  from: Ref,
  on: MaskFill["on"],
  { mask, fill }: Pick<Conditioning, "mask" | "fill">,
): Ref {
  if (!mask || fill.on !== on) return from;
  return fill.record(recorder, from, mask, {
    ...MASKED[on],
    formula: `${fill.formula} where a query may not attend to a key`,
    axes: from.axes,
    blocked: mask.blocked,
    notes: [`masked: ${countTrue(mask.blocked)} of ${mask.blocked.data.length} cells`],
  });
}
