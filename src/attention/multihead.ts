import { UserError } from "../errors.js";
import { slice } from "../trace/ops/product.js";
import { createRecorder, type Recorder, type Ref } from "../trace/recorder.js";
import type { Trace } from "../trace/trace.js";
import { recordScores } from "./attend.js";
import { recordConditioning } from "./conditioning.js";
import { type InForce, settleConventions } from "./conventions.js";
import { type ExtraKeys, findExtraKeys, recordAllKeys } from "./extra-keys.js";
import { type HeadReading, recordHeadMeasures } from "./head-measures.js";
import { type HeadSplit, kvHeadOf, recordHeadColumns, recordSplit, splitHeads } from "./head-split.js";
import type { InputName } from "./inputs.js";
import { recordAverage, recordConcatenation, recordOutput, stateCost } from "./joined-heads.js";
import type { MultiheadSettings } from "./multihead-settings.js";
import type { Problem } from "./problem.js";
import { recordReading } from "./reading.js";
import { assignRoles, type GivenRefs, recordGiven, recordProjections, requireValuePerKey } from "./roles.js";
import { recordSoftmax, recordWeightedSum } from "./softmax.js";

/** The inputs that `multihead` takes. */
export const MULTIHEAD_INPUTS: readonly InputName[] = [
  ...(["query", "key", "value", "x", "memory", "wq", "wk", "wv", "wo", "bq", "bk", "bv", "bo"] as const),
  ...(["pastKey", "pastValue", "biasK", "biasV", "mask", "bias", "wa", "ua", "va"] as const),
];

/** Query, key and value of a whole layer, before they are cut into heads. */
interface Layer {
  readonly query: Ref;
  readonly key: Ref;
  readonly value: Ref;
}

/**
 * One multi-head attention layer (Vaswani et al. 2017, section 3.2.2): projections, heads, concatenation, output
 * projection; fewer kv heads than heads for GQA (Ainslie et al. 2023) and MQA (Shazeer 2019).
 * Throws UserError: those of attend, and SHAPE_MISMATCH or BAD_VALUE when the columns cannot be shared out.
 */
export function recordMultihead(problem: Problem<MultiheadSettings>): Trace {
  const { settings } = problem;
  const layout = settings.layout ?? "in-out";
  const recorder = createRecorder("multihead");
  const refs = recordGiven(recorder, problem);
  const given = assignRoles(refs);
  requireValuePerKey(given);
  const layer = requireLayer(recordProjections(recorder, given, refs, layout));
  const split = splitHeads(layer.query, layer.key, layer.value, settings);
  recordSplit(recorder, split);
  const extra = findExtraKeys(refs, split, settings);
  const inForce = settleConventions(recorder, problem, refs, {
    numQueries: layer.query.output().rows,
    numKeys: extra.pastKeys + layer.key.output().rows,
    ...(refs.pastKey && { pastKeys: extra.pastKeys }),
    openKeys: extra.openKeys,
    dK: split.headSize,
  });
  stateHeads(recorder, split);
  const heads = Array.from({ length: split.numHeads }, (_, head) =>
    recorder.scoped(`head ${head}`, () =>
      recordHead(recorder, head, { layer, split, refs, extra, inForce, settings }),
    ),
  );
  const weights = heads.map((head) => head.weights);
  const { mask } = inForce;
  recordHeadMeasures(recorder, heads, mask?.isAligned ? mask.offset : extra.pastKeys);
  recorder.result("weights", weights);
  if (settings.averageWeights) recorder.result("averageWeights", recordAverage(recorder, weights));
  const contexts = heads.map((head) => head.context);
  recorder.result("output", recordOutput(recorder, recordConcatenation(recorder, contexts), refs, layout));
  const newKeys = layer.key.output().rows;
  stateCost(recorder, split, refs, {
    ...{ numQueries: layer.query.output().rows, newKeys },
    allKeys: extra.pastKeys + newKeys + extra.openKeys,
  });
  return recorder.trace();
}

function requireLayer({ query, key, value }: Partial<Layer>): Layer {
  if (query && key && value) return { query, key, value };
  const absent = query ? (key ? "value" : "key") : "query";
  throw new UserError("MISSING_INPUT", `There is no ${absent}.`, {
    hint: "Give query, key and value, or x for self-attention, or x and memory.",
  });
}

interface HeadContext {
  readonly layer: Layer;
  readonly split: HeadSplit;
  readonly refs: GivenRefs;
  readonly extra: ExtraKeys;
  readonly inForce: InForce;
  readonly settings: Partial<MultiheadSettings>;
}

/** Records one head in its scope: its columns, its scores to its weights, its context. */
function recordHead(
  recorder: Recorder,
  head: number,
  context: HeadContext,
): HeadReading & { readonly context: Ref } {
  const { layer, split, refs, extra, inForce, settings } = context;
  const kvHead = kvHeadOf(head, split);
  const query = recordHeadColumns(recorder, layer.query, "q", head, split.headSize, "Q");
  const newKey = recordHeadColumns(recorder, layer.key, "k", kvHead, split.headSize, "K");
  const newValue = recordHeadColumns(recorder, layer.value, "v", kvHead, split.valueSize, "V");
  const key = recordAllKeys(recorder, "keys", newKey, [refs.pastKey, refs.biasK], kvHead, extra);
  const value = recordAllKeys(recorder, "values", newValue, [refs.pastValue, refs.biasV], kvHead, extra);
  const scores = recordScores(recorder, { query, key }, refs, settings);
  const biases = refs.bias ? [headBias(recorder, refs.bias, head, split, scores)] : [];
  const weights = recordSoftmax(recorder, recordConditioning(recorder, scores, inForce, biases), inForce);
  const contextRef = recordWeightedSum(recorder, weights, value, "context", "Context");
  return { weights, context: contextRef, ...recordReading(recorder, weights) };
}

/** A bias for all heads is n×m or 1×m; one a head comes as their rows below each other. */
function headBias(recorder: Recorder, bias: Ref, head: number, { numHeads }: HeadSplit, scores: Ref): Ref {
  const { rows, cols } = bias.output();
  const perHead = rows / numHeads;
  const numQueries = scores.output().rows;
  if (rows === numQueries || rows === 1 || (perHead !== numQueries && perHead !== 1)) return bias;
  return recorder.step(
    slice,
    [bias],
    { firstRow: head * perHead, firstCol: 0, rows: perHead, cols },
    {
      id: "bias",
      title: "Bias of this head",
      formula: `rows ${head * perHead} to ${(head + 1) * perHead - 1} of bias`,
      axes: perHead === 1 ? [{ name: "bias" }, scores.axes[1]] : scores.axes,
    },
  );
}

function stateHeads(recorder: Recorder, { numHeads, numKvHeads, headSize }: HeadSplit): void {
  const shared = numHeads === numKvHeads ? "" : `, ${numKvHeads} kv head${numKvHeads === 1 ? "" : "s"}`;
  const text = `${numHeads} head${numHeads === 1 ? "" : "s"} of ${headSize} columns${shared}`;
  recorder.convention({ name: "heads", value: numHeads, text });
  recorder.convention({ name: "kvHeads", value: numKvHeads });
  recorder.convention({ name: "headSize", value: headSize });
}
