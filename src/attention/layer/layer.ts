import { refuseAs, setting, UserError } from "../../errors.js";
import { sumOver } from "../../math/lists.js";
import { add, identity } from "../../ops/elementwise.js";
import { scopeText, type Trace } from "../../trace/trace.js";
import { recordEmbedded } from "../embedding/embedded.js";
import { recordGradients } from "../gradients/backward.js";
import { MULTIHEAD_INPUTS, recordProjected } from "../heads/multihead.js";
import { type RecordedHeads, recordHeads, settleLayer } from "../heads/record-heads.js";
import { HEAD_WEIGHTS, sizeOf } from "../heads/split.js";
import type { InputName } from "../inputs.js";
import type { Problem } from "../problem.js";
import {
  type RecordOptions,
  type Ref,
  record,
  recorder,
  recordRecipe,
  recordWith,
  type StepOverrides,
} from "../recorder.js";
import { type GivenRefs, recordInputs } from "../roles.js";
import { requireShapes } from "../shapes.js";
import { CROSSED, crossName } from "./cross-names.js";
import { recordFeedForward } from "./feed-forward.js";
import type { LayerSettings } from "./layer-settings.js";
import { recordNorm, stateNorm } from "./norm.js";

const FEED_FORWARD_INPUTS = ["w1", "b1", "w2", "b2", "w3", "b3"] as const;
const FEED_FORWARD_NORM = ["norm2", "norm2Bias"] as const;
const CROSS_INPUTS = CROSSED.map(crossName);
const CROSS_NORM = ["crossNorm", "crossNormBias"] as const;
/** The weights and biases of the norms of a layer. */
export const NORM_INPUTS = ["norm1", "norm1Bias", ...FEED_FORWARD_NORM, ...CROSS_NORM] as const;

/** The inputs of a layer in addition to those of its attention. */
const AROUND_ATTENTION = [...FEED_FORWARD_INPUTS, ...NORM_INPUTS, ...CROSS_INPUTS] as const;

/** The inputs that `layer` takes. */
export const LAYER_INPUTS: readonly InputName[] = [...MULTIHEAD_INPUTS, "sublayer", ...AROUND_ATTENTION];

/** The learned parameters of a layer. */
const WEIGHTS = [...HEAD_WEIGHTS, "wqkv", "bqkv", ...AROUND_ATTENTION] as const;

/**
 * Records one layer of a transformer (Vaswani et al. 2017, section 3.1): attention, cross-attention if there is a
 * memory, and feed-forward, each with its norm and residual sum. Throws UserError: those of multihead, and
 * MISSING_INPUT, CONFLICTING_INPUTS and SHAPE_MISMATCH for the rest of the layer.
 */
export function recordLayer(problem: Problem<LayerSettings>, options: RecordOptions = {}): Trace {
  const { settings } = problem;
  return recordRecipe("layer", settleLayer(settings, options), () => {
    const given = recordInputs(problem);
    requireParts(given, settings);
    const { memory, ...withoutMemory } = given;
    const refs = recordEmbedded(problem, withoutMemory);
    if (settings.part) {
      const output = recordPart(settings.part, refs, settings);
      recorder.result("output", output);
      recordGradients(output, refs, settings);
      return;
    }
    const layer = recordLayerSteps(problem, { ...refs, memory }, options);
    const { attention, cross, output } = layer;
    recorder.result("weights", attention.keptWeights);
    recorder.result("crossWeights", cross?.keptWeights);
    recorder.result("averageWeights", attention.averageWeights);
    recorder.result("output", output);
    showSummaryFirst(layer);
    stateLayerCost(given, layer);
    recordGradients(output, refs, settings);
  });
}

/** Records the norm or the feed-forward of the rows of x alone. n×d_model → n×d_model. */
function recordPart(part: NonNullable<LayerSettings["part"]>, refs: GivenRefs, settings: LayerSettings) {
  const x = requireX(refs);
  if (part === "feed-forward") return recordFeedForward(x, refs, settings);
  stateNorm(settings, "of the rows of x");
  return recordNorm(x, "norm-1", settings, refs.norm1, refs.norm1Bias);
}

function requireX({ x }: GivenRefs): Ref {
  return (
    x ?? refuseAs("MISSING_INPUT", "There is no x: a layer takes the rows of x.", "Give x, one row a token.")
  );
}

/** Shows first the output and the residual sums of a layer, and what its heads look at. */
function showSummaryFirst({ attention, cross, output }: RecordedLayer) {
  const { steps } = recorder.trace();
  const findings = [...attention.findings, ...(cross?.findings.map((text) => `To memory: ${text}`) ?? [])];
  const scopes = new Map(steps.map(({ scope }) => [scopeText(scope), scope]));
  scopes.delete("");
  const residuals = steps.filter((step) => step.role === "residual" && step.scope.length === 0);
  recorder.overview({
    findings,
    scopes: [...scopes.values()],
    ids: ["weights"],
    steps: [output.key, ...residuals.map(({ key }) => key)],
  });
}

/** Throws CONFLICTING_INPUTS for inputs of parts that this layer does not have. */
function requireParts(refs: GivenRefs, { norm, memoryLength }: LayerSettings) {
  const find = (names: readonly (keyof GivenRefs)[]) => names.find((name) => refs[name]);
  const ofCross = refs.memory ? undefined : find([...CROSS_INPUTS, ...CROSS_NORM]);
  if (ofCross) throw conflictError(`${ofCross} is about the attention to memory, but there is no memory.`);
  if (memoryLength !== undefined && !refs.memory)
    throw conflictError(`${setting("memoryLength")} is given, but there is no memory.`);
  const ofNorm =
    norm === "none" ? find(NORM_INPUTS) : norm === "parallel" ? find(FEED_FORWARD_NORM) : undefined;
  if (ofNorm) throw conflictError(`${ofNorm} is given, but ${setting("norm")} ${norm} has no place for it.`);
  if (refs.query && (norm === "pre" || norm === "parallel"))
    throw conflictError(`query is given, but ${setting("norm")} ${norm} computes it from x.`);
}

const conflictError = (message: string) =>
  new UserError("CONFLICTING_INPUTS", message, "Leave one of them out.");

/** States the number of parameters of the whole layer, and the multiply-adds of its matrix products. */
function stateLayerCost(refs: GivenRefs, { ofAttention, ofFeedForward }: RecordedLayer) {
  const parameters = sumOver(WEIGHTS, (name) => sizeOf(refs[name]));
  recorder.fact("parameters", parameters, `${parameters} parameters in the layer`);
  recorder.fact(
    "multiplyAdds",
    ofAttention + ofFeedForward,
    ofFeedForward === 0
      ? `${ofAttention} multiply-adds in attention`
      : `${ofAttention + ofFeedForward} multiply-adds: ${ofAttention} in attention, ${ofFeedForward} in the feed-forward`,
  );
}

/** The steps of a recorded layer, and the multiply-adds of its matrix products. */
export type RecordedLayer = ReturnType<typeof recordLayerSteps>;

/**
 * Records one layer from its input on: self-attention, cross-attention if there is a memory, and the feed-forward if
 * one of its matrices is given. Each has its norm and its residual sum (Vaswani et al. 2017, section 3.1). With `parallel`, attention and feed-forward
 * have the same input. `refs.x`: n×d_model → n×d_model. Throws like recordMultihead, and MISSING_INPUT,
 * CONFLICTING_INPUTS and SHAPE_MISMATCH for the rest of the layer.
 */
export function recordLayerSteps(
  problem: Problem<LayerSettings>,
  refs: GivenRefs,
  options: RecordOptions = {},
) {
  const { settings } = problem;
  const { norm } = settings;
  const { x: _, memory, ...others } = refs;
  const x = record("input", identity, [requireX(refs)]);
  recorder.convention("norm", norm, norm === "none" ? "no norm" : undefined);
  if (norm !== "none") stateNorm(settings, NORM_PLACEMENT[norm]);
  const normalise = ({ norm: id, weight }: Sublayer, rows: Ref) =>
    recordNorm(rows, id, settings, refs[weight], refs[`${weight}Bias`]);
  const attend = (input: () => Ref) => {
    if (refs.sublayer) return givenAttention(refs.sublayer, x);
    const projected = recordProjected(refs.query ? others : { ...others, x: input() }, settings);
    return recordHeads(problem, projected, { ...options, as: { name: "attention-output" } });
  };
  // Without all inputs of the feed-forward and of its norm, the layer ends with its attention.
  const hasFeedForward = [...FEED_FORWARD_INPUTS, ...FEED_FORWARD_NORM].some((name) => refs[name]);
  if (!hasFeedForward)
    recorder.convention("feedForward", "none", "no feed-forward, because w1 and w2 are missing");
  if (norm === "parallel" && memory)
    refuseAs(
      "CONFLICTING_INPUTS",
      "A parallel layer has no place for memory.",
      `Say ${setting("norm")} post or ${setting("norm")} pre, or leave out memory.`,
    );

  // x + attention(LN x) + f(LN x), with one norm for both (Wang and Komatsuzaki 2021; PaLM).
  const shared = norm === "parallel" ? normalise(SUBLAYERS.attention, x) : undefined;
  // Records f with its residual sum, and its norm before or after: x + f(LN x), or LN(x + f(x)). An f that is given needs
  // no norm before it.
  const recordSublayer = <Part extends { readonly output: Ref }>(
    sublayer: Sublayer,
    rows: Ref,
    body: (input: () => Ref) => Part,
  ) => {
    const part = body(() => shared ?? (norm === "pre" ? normalise(sublayer, rows) : rows));
    const sum = record(sublayer.residual, add, [rows, part.output]);
    return { part, rows: norm === "post" ? normalise(sublayer, sum) : sum };
  };
  const attended = recordSublayer(SUBLAYERS.attention, x, attend);
  const crossed =
    memory &&
    recordSublayer(SUBLAYERS.cross, attended.rows, (input) =>
      recordCrossAttention(input(), memory, problem, refs, options),
    );
  let { rows } = crossed ?? attended;
  if (hasFeedForward) {
    const feedForward = (input: () => Ref) => ({ output: recordFeedForward(input(), refs, settings) });
    ({ rows } = recordSublayer(SUBLAYERS.feedForward, rows, feedForward));
  }
  const [attention, cross] = [attended.part, crossed?.part];
  return {
    attention,
    cross,
    /** n×d_model */
    output: recordLayerOutput(rows),
    ofAttention: attention.multiplyAdds + (cross?.multiplyAdds ?? 0),
    ofFeedForward: x.shape.rows * sumOver([refs.w1, refs.w2, refs.w3], sizeOf),
  };
}

/** Returns an attention of which only the output is known, n×d_model like x. Throws SHAPE_MISMATCH. */
function givenAttention(output: Ref, x: Ref): RecordedHeads {
  requireShapes([x, "n", "d_model"], [output, "n", "d_model"]);
  return { output, heads: [], findings: [], keptWeights: [], averageWeights: undefined, multiplyAdds: 0 };
}

/** For each part of a layer: its norm, the input with the norm's weight, and its residual sum. */
const SUBLAYERS = {
  attention: { norm: "norm-1", weight: "norm1", residual: "residual-1" },
  cross: { norm: "cross-norm", weight: "crossNorm", residual: "cross-residual" },
  feedForward: { norm: "norm-2", weight: "norm2", residual: "residual-2" },
} as const;

type Sublayer = (typeof SUBLAYERS)[keyof typeof SUBLAYERS];

/** Records the last step as the output. */
export const recordLayerOutput = (last: Ref, overrides?: StepOverrides): Ref =>
  record("layer-output", identity, [last], undefined, overrides);

const NORM_PLACEMENT = {
  post: "behind each residual sum",
  pre: "before attention and feed-forward",
  parallel: "once before both, which stand beside each other",
} as const;

/**
 * Records how the rows of x attend to memory, the output of an encoder (Vaswani et al. 2017, section 3.2.3). The steps
 * are those of a multi-head attention, with `cross-` before their ids and before the scopes of their heads. Every row
 * of memory may be attended to, except those after `memoryLength`. x: n×d, memory: m×d → n×d. Throws like
 * recordMultihead.
 */
function recordCrossAttention(
  x: Ref,
  memory: Ref,
  problem: Problem<LayerSettings>,
  refs: GivenRefs,
  options: RecordOptions,
) {
  const weights = Object.fromEntries(CROSSED.map((name) => [name, refs[crossName(name)]]));
  const settings = crossSettings(problem.settings);
  return recordWith(crossRecorder(), () => {
    const projected = recordProjected({ ...weights, x, memory }, settings);
    return recordHeads({ matrices: {}, settings }, projected, {
      ...options,
      as: { name: "attention-output" },
    });
  });
}

/** Returns the settings for the cross-attention, without those that depend on the order of the rows of x. */
function crossSettings({ memoryLength, ...settings }: LayerSettings) {
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
function crossRecorder(): typeof recorder {
  const outer = recorder;
  const within: typeof recorder = {
    ...outer,
    convention(name, value, text) {
      const crossText = text && REPEATED_CONVENTIONS.includes(name) ? `cross-attention: ${text}` : undefined;
      outer.convention(crossName(name), value, crossText);
    },
    // The parameters and costs are stated by the layer.
    fact: () => undefined,
  };
  return {
    ...within,
    step: (op, inputs, overrides) => outer.step(op, inputs, { ...overrides, id: `cross-${overrides.id}` }),
    scoped: (part, body) =>
      outer.scoped({ ...part, kind: `cross-${part.kind}` }, () => recordWith(within, body)),
  };
}

/** Conventions that may differ between the cross-attention and the self-attention. */
const REPEATED_CONVENTIONS = ["roles", "maskTrue"];
