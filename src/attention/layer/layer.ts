import { setting, UserError } from "../../errors.js";
import { sumOver } from "../../math/lists.js";
import { scopeText, type Trace } from "../../trace/trace.js";
import { recordEmbedded } from "../embedding/embedded.js";
import { GRADIENT_INPUTS, recordGradients } from "../gradients/backward.js";
import { sizeOf } from "../heads/joined-heads.js";
import { MULTIHEAD_INPUTS } from "../heads/multihead.js";
import { obstacleInHeads } from "../heads/record-heads.js";
import type { InputName } from "../inputs.js";
import type { Problem } from "../problem.js";
import { createRecorder, type Recorder, type RecordOptions, settleEvaluation } from "../recorder.js";
import { type GivenRefs, recordInputs } from "../roles.js";
import type { LayerSettings } from "./layer-settings.js";
import { CROSS_INPUTS, type RecordedLayer, recordLayerSteps } from "./layer-steps.js";

const FEED_FORWARD_INPUTS = ["w1", "b1", "w2", "b2", "w3", "b3"] as const;
const CROSS_NORM_INPUTS = ["crossNorm", "crossNormBias"] as const;
const NORM_INPUTS = ["norm1", "norm1Bias", "norm2", "norm2Bias", ...CROSS_NORM_INPUTS] as const;

/** Inputs of an attention that a layer does not take. Its queries, keys and values come from x. */
const EXCLUDED_INPUTS: readonly InputName[] = ["query", "key", "value"];

/** The inputs that `layer` takes. */
export const LAYER_INPUTS: readonly InputName[] = [
  ...MULTIHEAD_INPUTS.filter((name) => !EXCLUDED_INPUTS.includes(name)),
  ...FEED_FORWARD_INPUTS,
  ...NORM_INPUTS,
  ...CROSS_INPUTS,
];

/**
 * Records one layer of a transformer (Vaswani et al. 2017, section 3.1): attention, cross-attention if there is a
 * memory, and feed-forward, each with its norm and residual sum. Throws UserError: those of multihead, and
 * MISSING_INPUT, CONFLICTING_INPUTS and SHAPE_MISMATCH for the rest of the layer.
 */
export function recordLayer(problem: Problem<LayerSettings>, options: RecordOptions = {}): Trace {
  const recorder = createRecorder(
    "layer",
    settleEvaluation(problem.settings, options, obstacleInHeads(problem.settings)),
  );
  const given = recordInputs(recorder, problem);
  requireParts(given, problem.settings);
  const { memory, ...withoutMemory } = given;
  const refs = recordEmbedded(recorder, problem, withoutMemory);
  const layer = recordLayerSteps(recorder, problem, { ...refs, memory }, options);
  const { attention, cross, output } = layer;
  const { keptWeights } = attention;
  if (keptWeights.length > 0) recorder.result("weights", keptWeights);
  if (cross && cross.keptWeights.length > 0) recorder.result("crossWeights", cross.keptWeights);
  if (attention.averageWeights) recorder.result("averageWeights", attention.averageWeights);
  recorder.result("output", output);
  showSummaryFirst(recorder, layer);
  stateLayerCost(recorder, given, layer);
  recordGradients(recorder, output, refs, problem.settings);
  return recorder.trace();
}

/** Shows first the output and the residual sums of a layer, and what its heads look at. */
function showSummaryFirst(recorder: Recorder, { attention, cross, output }: RecordedLayer): void {
  const { steps } = recorder.trace();
  const findings = [
    ...attention.findings,
    ...(cross ? cross.findings.map((text) => `To memory: ${text}`) : []),
  ];
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
function requireParts(refs: GivenRefs, { norm, memoryLength }: LayerSettings): void {
  const find = (names: readonly (keyof GivenRefs)[]) => names.find((name) => refs[name]);
  const ofCross = refs.memory ? undefined : find([...CROSS_INPUTS, ...CROSS_NORM_INPUTS]);
  if (ofCross) throw conflictError(`${ofCross} is about the attention to memory, but there is no memory.`);
  if (memoryLength !== undefined && !refs.memory)
    throw conflictError(`${setting("memoryLength")} is given, but there is no memory.`);
  const ofNorm =
    norm === "none" ? find(NORM_INPUTS) : norm === "parallel" ? find(["norm2", "norm2Bias"]) : undefined;
  if (ofNorm) throw conflictError(`${ofNorm} is given, but ${setting("norm")} ${norm} has no place for it.`);
}

const conflictError = (message: string) =>
  new UserError("CONFLICTING_INPUTS", message, "Leave one of them out.");

/** States the number of parameters of the whole layer, and the multiply-adds of its matrix products. */
function stateLayerCost(
  recorder: Recorder,
  refs: GivenRefs,
  { ofAttention, ofFeedForward }: RecordedLayer,
): void {
  const weights = LAYER_INPUTS.filter((name) => !NO_PARAMETERS.includes(name));
  const parameters = sumOver(weights, (name) => sizeOf(name === "mask" ? undefined : refs[name]));
  recorder.fact("parameters", parameters, `${parameters} parameters in the layer`);
  recorder.fact(
    "multiplyAdds",
    ofAttention + ofFeedForward,
    ofFeedForward === 0
      ? `${ofAttention} multiply-adds in attention`
      : `${ofAttention + ofFeedForward} multiply-adds: ${ofAttention} in attention, ${ofFeedForward} in the feed-forward`,
  );
}

/** Inputs of a layer that are not learned parameters. */
const NO_PARAMETERS: readonly InputName[] = [
  "x",
  "memory",
  "pastKey",
  "pastValue",
  "mask",
  "bias",
  "table",
  "segmentTable",
  "segments",
  ...GRADIENT_INPUTS,
];
