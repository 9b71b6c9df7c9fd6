import { UserError } from "../../errors.js";
import { add, same } from "../../ops/elementwise.js";
import { setting } from "../../setting-names.js";
import { recordProjected } from "../heads/multihead.js";
import { type RecordedHeads, recordHeads } from "../heads/record-heads.js";
import type { RecordOptions } from "../keeping.js";
import type { Problem } from "../problem.js";
import type { Recorder, Ref, Said } from "../recorder.js";
import type { GivenRefs } from "../roles.js";
import { recordCrossAttention } from "./cross-attention.js";
import { recordFeedForward } from "./feed-forward.js";
import type { LayerSettings } from "./layer-settings.js";
import { type Norm, recordNorm, stateNorm } from "./norm.js";

/** What a layer has come to. */
export interface RecordedLayer {
  readonly attention: RecordedHeads;
  readonly cross?: RecordedHeads | undefined;
  /** n×d_model */
  readonly output: Ref;
}

/** A layer while it is recorded. */
interface LayerContext {
  readonly recorder: Recorder;
  readonly problem: Problem<LayerSettings>;
  readonly refs: GivenRefs;
  readonly options: Pick<RecordOptions, "logSumExp">;
}

/**
 * Records one layer from its input on: self-attention, with memory also attention to that, and the feed-forward, each with
 * its norm and its residual sum (Vaswani et al. 2017, section 3.1), or both beside each other (`parallel`). `refs.x`:
 * n×d_model → n×d_model. Throws as recordMultihead does, and MISSING_INPUT, CONFLICTING_INPUTS and SHAPE_MISMATCH for the
 * rest of the layer.
 */
export function recordLayerSteps(
  recorder: Recorder,
  problem: Problem<LayerSettings>,
  refs: GivenRefs,
  options: Pick<RecordOptions, "logSumExp"> = {},
): RecordedLayer {
  const context: LayerContext = { recorder, problem, refs, options };
  const given = refs.x;
  if (!given) {
    throw new UserError(
      "MISSING_INPUT",
      "There is no x: a layer takes the rows of x.",
      "Give x, one row a token.",
    );
  }
  const x = recorder.record("input", same, [given]);
  stateLayer(context);
  return problem.settings.norm === "parallel" ? recordParallel(context, x) : recordInTurn(context, x);
}

/** Attention, attention to memory, and feed-forward, one behind the other. */
function recordInTurn(context: LayerContext, x: Ref): RecordedLayer {
  const { recorder, problem, refs, options } = context;
  let attention: RecordedHeads | undefined;
  let cross: RecordedHeads | undefined;
  const attended = recordSublayer(context, x, SUBLAYERS.attention, (input) => {
    attention = recordSelfAttention(context, input);
    return attention.output;
  });
  const { memory } = refs;
  const crossed = memory
    ? recordSublayer(context, attended, SUBLAYERS.cross, (input) => {
        cross = recordCrossAttention(recorder, { x: input, memory }, problem, refs, options);
        return cross.output;
      })
    : attended;
  const fed = recordSublayer(context, crossed, SUBLAYERS.feedForward, (input) =>
    recordFeedForward(recorder, input, refs, problem.settings),
  );
  if (!attention) throw new RangeError("a sublayer was not recorded");
  return { attention, cross, output: recordOutput(recorder, fed) };
}

/** x + attention(LN x) + f(LN x), with one norm for both (Wang and Komatsuzaki 2021; PaLM). */
function recordParallel(context: LayerContext, x: Ref): RecordedLayer {
  const { recorder, problem, refs } = context;
  if (refs.memory) {
    throw new UserError(
      "CONFLICTING_INPUTS",
      "A parallel layer has no place for memory.",
      `Say ${setting("norm")} post or ${setting("norm")} pre, or leave out memory.`,
    );
  }
  const { attention: first, feedForward } = SUBLAYERS;
  const normed = recordNorm(recorder, x, normOf(first, refs), problem.settings);
  const attention = recordSelfAttention(context, normed);
  const attended = recorder.record(first.residual, add, [x, attention.output]);
  const added = recordFeedForward(recorder, normed, refs, problem.settings);
  const fed = recorder.record(feedForward.residual, add, [attended, added]);
  return { attention, output: recordOutput(recorder, fed) };
}

/** What stands around a part of a layer: its norm, the input of the weight of that, and its residual sum. */
const SUBLAYERS = {
  attention: { norm: "norm-1", weight: "norm1", residual: "residual-1" },
  cross: { norm: "cross-norm", weight: "crossNorm", residual: "cross-residual" },
  feedForward: { norm: "norm-2", weight: "norm2", residual: "residual-2" },
} as const;

type Sublayer = (typeof SUBLAYERS)[keyof typeof SUBLAYERS];

/** f with its residual sum, and its norm before or after: x + f(LN x), or LN(x + f(x)). */
function recordSublayer(
  { recorder, refs, problem: { settings } }: LayerContext,
  x: Ref,
  sublayer: Sublayer,
  record: (input: Ref) => Ref,
): Ref {
  const normed = (rows: Ref) => recordNorm(recorder, rows, normOf(sublayer, refs), settings);
  const added = record(settings.norm === "pre" ? normed(x) : x);
  const sum = recorder.record(sublayer.residual, add, [x, added]);
  return settings.norm === "post" ? normed(sum) : sum;
}

const normOf = ({ norm, weight }: Sublayer, refs: GivenRefs): Norm => ({
  id: norm,
  weight: refs[weight],
  bias: refs[`${weight}Bias`],
});

function recordSelfAttention({ recorder, problem, refs, options }: LayerContext, x: Ref): RecordedHeads {
  const { memory: _, ...own } = refs;
  const projected = recordProjected(recorder, { ...own, x }, problem.settings);
  return recordHeads(recorder, problem, projected, {
    ...options,
    as: { name: "attention-output" },
  });
}

/** Records what came out last as the output. */
export const recordOutput = (recorder: Recorder, last: Ref, said?: Said): Ref =>
  recorder.record("layer-output", same, [last], undefined, said);

const PLACE_TEXT = {
  post: "behind each residual sum",
  pre: "before attention and feed-forward",
  parallel: "once before both, which stand beside each other",
} as const;

function stateLayer({ recorder, problem: { settings } }: LayerContext): void {
  const { norm } = settings;
  recorder.convention("norm", norm, norm === "none" ? "no norm" : undefined);
  if (norm !== "none") stateNorm(recorder, settings, PLACE_TEXT[norm]);
}
