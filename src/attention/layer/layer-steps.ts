import { UserError } from "../../errors.js";
import { add, identity } from "../../ops/elementwise.js";
import { setting } from "../../setting-names.js";
import { recordProjected } from "../heads/multihead.js";
import { type RecordedHeads, recordHeads } from "../heads/record-heads.js";
import type { RecordOptions } from "../keeping.js";
import type { Problem } from "../problem.js";
import type { Recorder, Ref, StepOverrides } from "../recorder.js";
import type { GivenRefs } from "../roles.js";
import { recordCrossAttention } from "./cross-attention.js";
import { recordFeedForward } from "./feed-forward.js";
import type { LayerSettings } from "./layer-settings.js";
import { recordNorm, stateNorm } from "./norm.js";

/** The steps of a recorded layer. */
export interface RecordedLayer {
  readonly attention: RecordedHeads;
  readonly cross?: RecordedHeads | undefined;
  /** n×d_model */
  readonly output: Ref;
}

/**
 * Records one layer from its input on: self-attention, cross-attention if there is a memory, and the feed-forward. Each
 * has its norm and its residual sum (Vaswani et al. 2017, section 3.1). With `parallel`, attention and feed-forward
 * have the same input. `refs.x`: n×d_model → n×d_model. Throws like recordMultihead, and MISSING_INPUT,
 * CONFLICTING_INPUTS and SHAPE_MISMATCH for the rest of the layer.
 */
export function recordLayerSteps(
  recorder: Recorder,
  problem: Problem<LayerSettings>,
  refs: GivenRefs,
  options: Pick<RecordOptions, "logSumExp"> = {},
): RecordedLayer {
  const { settings } = problem;
  const { norm } = settings;
  const { x: given, memory, ...others } = refs;
  if (!given) {
    throw new UserError(
      "MISSING_INPUT",
      "There is no x: a layer takes the rows of x.",
      "Give x, one row a token.",
    );
  }
  const x = recorder.record("input", identity, [given]);
  recorder.convention("norm", norm, norm === "none" ? "no norm" : undefined);
  if (norm !== "none") stateNorm(recorder, settings, NORM_PLACEMENT[norm]);
  const normalise = ({ norm: id, weight }: Sublayer, rows: Ref) =>
    recordNorm(recorder, rows, { id, weight: refs[weight], bias: refs[`${weight}Bias`] }, settings);
  const attend = (input: Ref) => {
    const projected = recordProjected(recorder, { ...others, x: input }, settings);
    return recordHeads(recorder, problem, projected, { ...options, as: { name: "attention-output" } });
  };
  const feedForward = (input: Ref) => recordFeedForward(recorder, input, refs, settings);
  if (norm === "parallel") {
    // x + attention(LN x) + f(LN x), with one norm for both (Wang and Komatsuzaki 2021; PaLM).
    if (memory) {
      throw new UserError(
        "CONFLICTING_INPUTS",
        "A parallel layer has no place for memory.",
        `Say ${setting("norm")} post or ${setting("norm")} pre, or leave out memory.`,
      );
    }
    const input = normalise(SUBLAYERS.attention, x);
    const attention = attend(input);
    const attended = recorder.record("residual-1", add, [x, attention.output]);
    const summed = recorder.record("residual-2", add, [attended, feedForward(input)]);
    return { attention, output: recordLayerOutput(recorder, summed) };
  }
  // Records f with its residual sum, and its norm before or after: x + f(LN x), or LN(x + f(x)).
  const recordSublayer = <Part extends { readonly output: Ref }>(
    sublayer: Sublayer,
    rows: Ref,
    record: (input: Ref) => Part,
  ) => {
    const part = record(norm === "pre" ? normalise(sublayer, rows) : rows);
    const sum = recorder.record(sublayer.residual, add, [rows, part.output]);
    return { part, rows: norm === "post" ? normalise(sublayer, sum) : sum };
  };
  const attended = recordSublayer(SUBLAYERS.attention, x, attend);
  const crossed =
    memory &&
    recordSublayer(SUBLAYERS.cross, attended.rows, (input) =>
      recordCrossAttention(recorder, { x: input, memory }, problem, refs, options),
    );
  const feedForwardPart = recordSublayer(SUBLAYERS.feedForward, (crossed ?? attended).rows, (input) => ({
    output: feedForward(input),
  }));
  return {
    attention: attended.part,
    cross: crossed?.part,
    output: recordLayerOutput(recorder, feedForwardPart.rows),
  };
}

/** For each part of a layer: its norm, the input with the norm's weight, and its residual sum. */
const SUBLAYERS = {
  attention: { norm: "norm-1", weight: "norm1", residual: "residual-1" },
  cross: { norm: "cross-norm", weight: "crossNorm", residual: "cross-residual" },
  feedForward: { norm: "norm-2", weight: "norm2", residual: "residual-2" },
} as const;

type Sublayer = (typeof SUBLAYERS)[keyof typeof SUBLAYERS];

/** Records the last step as the output. */
export const recordLayerOutput = (recorder: Recorder, last: Ref, overrides?: StepOverrides): Ref =>
  recorder.record("layer-output", identity, [last], undefined, overrides);

const NORM_PLACEMENT = {
  post: "behind each residual sum",
  pre: "before attention and feed-forward",
  parallel: "once before both, which stand beside each other",
} as const;
