import { UserError } from "../../errors.js";
import { add, same } from "../../ops/elementwise.js";
import type { Recorder, Ref } from "../../trace/recorder.js";
import { recordProjected } from "../heads/multihead.js";
import { type RecordedHeads, recordHeads } from "../heads/record-heads.js";
import type { RecordOptions } from "../keeping.js";
import type { Problem } from "../problem.js";
import type { GivenRefs } from "../roles.js";
import { recordCrossAttention } from "./cross-attention.js";
import { recordFeedForward } from "./feed-forward.js";
import type { LayerSettings } from "./layer-settings.js";
import { type Norm, recordNorm, stateNorm } from "./norm.js";

/** What a layer has come to. */
export interface RecordedLayer {
  readonly attention: RecordedHeads;
  readonly cross?: RecordedHeads;
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
    throw new UserError("MISSING_INPUT", "There is no x: a layer takes the rows of x.", {
      hint: "Give x, one row a token.",
    });
  }
  const x = recorder.step(same, [given], {
    id: "input",
    role: "layer-input",
    title: "Input",
    formula: "x",
    axes: given.axes,
  });
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
  return { attention, ...(cross && { cross }), output: recordOutput(recorder, fed) };
}

/** x + attention(LN x) + f(LN x), with one norm for both (Wang and Komatsuzaki 2021; PaLM). */
function recordParallel(context: LayerContext, x: Ref): RecordedLayer {
  const { recorder, problem, refs } = context;
  if (refs.memory) {
    throw new UserError("CONFLICTING_INPUTS", "A parallel layer has no place for memory.", {
      hint: "Say --norm post or --norm pre, or leave out memory.",
    });
  }
  const { norm, residual } = SUBLAYERS.attention;
  const normed = recordNorm(recorder, x, normOf(norm, refs), problem.settings);
  const attention = recordSelfAttention(context, normed);
  const attended = recordResidual(recorder, x, attention.output, residual);
  const added = recordFeedForward(recorder, normed, refs, problem.settings);
  const fed = recordResidual(recorder, attended, added, SUBLAYERS.feedForward.residual);
  return { attention, output: recordOutput(recorder, fed) };
}

/** What stands around a part of a layer: its norm, with the input of its weight, and the id of its residual sum. */
interface Sublayer {
  readonly norm: Pick<Norm, "id" | "title"> & { readonly weight: "norm1" | "norm2" | "crossNorm" };
  readonly residual: string;
}

const SUBLAYERS = {
  attention: {
    norm: { id: "norm-1", title: "Norm 1", weight: "norm1" },
    residual: "residual-1",
  },
  cross: {
    norm: { id: "cross-norm", title: "Norm of the cross-attention", weight: "crossNorm" },
    residual: "cross-residual",
  },
  feedForward: {
    norm: { id: "norm-2", title: "Norm 2", weight: "norm2" },
    residual: "residual-2",
  },
} as const satisfies Record<string, Sublayer>;

/** f with its residual sum, and its norm before or after: x + f(LN x), or LN(x + f(x)). */
function recordSublayer(
  { recorder, refs, problem: { settings } }: LayerContext,
  x: Ref,
  { norm, residual }: Sublayer,
  record: (input: Ref) => Ref,
): Ref {
  const normed = (rows: Ref) => recordNorm(recorder, rows, normOf(norm, refs), settings);
  const added = record(settings.norm === "pre" ? normed(x) : x);
  const sum = recordResidual(recorder, x, added, residual);
  return settings.norm === "post" ? normed(sum) : sum;
}

const normOf = ({ id, title, weight }: Sublayer["norm"], refs: GivenRefs): Norm => ({
  id,
  title,
  weight: refs[weight],
  bias: refs[`${weight}Bias`],
});

function recordSelfAttention({ recorder, problem, refs, options }: LayerContext, x: Ref): RecordedHeads {
  const { memory: _, ...own } = refs;
  const { refs: parts, projected } = recordProjected(recorder, { ...own, x }, problem.settings);
  const as = { id: "attention-output", title: "Attention output" };
  return recordHeads(recorder, problem, parts, projected, { ...options, as });
}

function recordResidual(recorder: Recorder, x: Ref, added: Ref, id: string): Ref {
  const name = (ref: Ref) => ref.key.slice(ref.key.lastIndexOf("/") + 1);
  return recorder.step(add, [x, added], {
    id,
    role: "residual",
    title: "Residual sum",
    formula: `${name(x)} + ${name(added)}`,
    axes: x.axes,
  });
}

/** Records what came out last as the output. */
export function recordOutput(
  recorder: Recorder,
  last: Ref,
  said = { title: "Output of the layer", formula: "what the last step gives" },
): Ref {
  return recorder.step(same, [last], { id: "output", role: "layer-output", ...said, axes: last.axes });
}

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
