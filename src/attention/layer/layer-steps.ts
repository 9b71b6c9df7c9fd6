import { setting, UserError } from "../../errors.js";
import { sumOver } from "../../math/lists.js";
import { add, identity } from "../../ops/elementwise.js";
import type { Scope, ScopePart } from "../../trace/trace.js";
import { sizeOf } from "../heads/joined-heads.js";
import { recordProjected } from "../heads/multihead.js";
import { type RecordedHeads, recordHeads } from "../heads/record-heads.js";
import type { Problem } from "../problem.js";
import {
  type Recorder,
  type RecordOptions,
  type Ref,
  type StepOverrides,
  withCatalogue,
} from "../recorder.js";
import type { GivenRefs } from "../roles.js";
import { CROSS_NAMES } from "./cross-names.js";
import { recordFeedForward } from "./feed-forward.js";
import type { LayerSettings } from "./layer-settings.js";
import { recordNorm, stateNorm } from "./norm.js";

/** The steps of a recorded layer. */
export interface RecordedLayer {
  readonly attention: RecordedHeads;
  readonly cross?: RecordedHeads | undefined;
  /** n×d_model */
  readonly output: Ref;
  /** The multiply-adds of the matrix products. */
  readonly ofAttention: number;
  readonly ofFeedForward: number;
}

/**
 * Records one layer from its input on: self-attention, cross-attention if there is a memory, and the feed-forward if
 * one of its matrices is given. Each has its norm and its residual sum (Vaswani et al. 2017, section 3.1). With `parallel`, attention and feed-forward
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
  const hasFeedForward = FEED_FORWARD_PARTS.some((name) => refs[name]);
  if (!hasFeedForward)
    recorder.convention("feedForward", "none", "no feed-forward, because w1 and w2 are missing");
  const finish = (last: Ref, attention: RecordedHeads, cross?: RecordedHeads) => ({
    attention,
    cross,
    output: recordLayerOutput(recorder, last),
    ofAttention: attention.multiplyAdds + (cross?.multiplyAdds ?? 0),
    ofFeedForward: x.shape.rows * sumOver([refs.w1, refs.w2, refs.w3], sizeOf),
  });
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
    if (!hasFeedForward) return finish(attended, attention);
    const summed = recorder.record("residual-2", add, [attended, feedForward(input)]);
    return finish(summed, attention);
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
  const { rows } = crossed ?? attended;
  if (!hasFeedForward) return finish(rows, attended.part, crossed?.part);
  const feedForwardPart = recordSublayer(SUBLAYERS.feedForward, rows, (input) => ({
    output: feedForward(input),
  }));
  return finish(feedForwardPart.rows, attended.part, crossed?.part);
}

/** The inputs of the feed-forward and of its norm. Without all of them, the layer ends with its attention. */
const FEED_FORWARD_PARTS = ["w1", "b1", "w2", "b2", "w3", "b3", "norm2", "norm2Bias"] as const;

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

/** The inputs of a cross-attention. */
export const CROSS_INPUTS = Object.values(CROSS_NAMES);

/**
 * Records how the rows of x attend to memory, the output of an encoder (Vaswani et al. 2017, section 3.2.3). The steps
 * are those of a multi-head attention, with `cross-` before their ids and before the scopes of their heads. Every row
 * of memory may be attended to, except those after `memoryLength`. x: n×d, memory: m×d → n×d. Throws like
 * recordMultihead.
 */
function recordCrossAttention(
  outer: Recorder,
  { x, memory }: { readonly x: Ref; readonly memory: Ref },
  { settings }: Problem<LayerSettings>,
  refs: GivenRefs,
  options: Pick<RecordOptions, "logSumExp">,
): RecordedHeads {
  const recorder = crossRecorder(outer);
  const crossRefs: GivenRefs = {
    x,
    memory,
    ...Object.fromEntries(
      Object.entries(CROSS_NAMES).flatMap(([own, name]) => (refs[name] ? [[own, refs[name]]] : [])),
    ),
  };
  const ownSettings = crossSettings(settings);
  const projected = recordProjected(recorder, crossRefs, ownSettings);
  return recordHeads(recorder, { matrices: {}, settings: ownSettings }, projected, {
    ...options,
    as: { name: "attention-output" },
  });
}

/** Returns the settings for the cross-attention, without those that depend on the order of the rows of x. */
function crossSettings({ memoryLength, ...settings }: LayerSettings): LayerSettings {
  const {
    align: _,
    queryOffset,
    window,
    windowLeft,
    windowRight,
    keyLength,
    rope,
    offset,
    ...kept
  } = settings;
  return {
    ...kept,
    causal: false,
    alibi: false,
    averageWeights: false,
    addZeroAttention: false,
    ...(memoryLength !== undefined && { keyLength: memoryLength }),
  };
}

/** Returns a recorder that puts `cross-` before the ids and scopes of the current level. */
function crossRecorder(recorder: Recorder): Recorder {
  let depth = 0;
  return withCatalogue({
    ...recorder,
    step: (op, inputs, overrides) =>
      recorder.step(op, inputs, depth > 0 ? overrides : { ...overrides, id: `cross-${overrides.id}` }),
    scoped(part, body) {
      depth++;
      try {
        return recorder.scoped(depth > 1 ? part : crossPart(part), body);
      } finally {
        depth--;
      }
    },
    convention(name, value, text) {
      const crossText = text && REPEATED_CONVENTIONS.includes(name) ? `cross-attention: ${text}` : undefined;
      recorder.convention(`cross${name[0].toUpperCase()}${name.slice(1)}`, value, crossText);
    },
    // The parameters and costs are stated by the layer.
    fact: () => undefined,
  });
}

/** Conventions that may differ between the cross-attention and the self-attention. */
const REPEATED_CONVENTIONS = ["roles", "maskTrue"];

const crossPart = (part: ScopePart): Scope[number] => ({ ...part, kind: `cross-${part.kind}` });
