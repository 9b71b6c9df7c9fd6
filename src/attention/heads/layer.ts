import { slice } from "../../ops/product.js";
import type { Recorder, Ref } from "../../trace/recorder.js";
import { recordScores } from "../alignment.js";
import { recordConditioning } from "../conditioning.js";
import { type InForce, settleConventions } from "../conventions.js";
import { recordOneQuery } from "../one-query.js";
import type { Problem } from "../problem.js";
import type { GivenRefs } from "../roles.js";
import { recordRowByRow } from "../row-by-row.js";
import { recordReading } from "../row-measures.js";
import { recordSoftmax, recordWeightedSum } from "../softmax.js";
import { isRowByRow, type Unscored } from "../unscored.js";
import { allKeysAxis, type ExtraKeys, findExtraKeys, recordAllKeys, recordOpenBias } from "./extra-keys.js";
import {
  type LayerSizes,
  recordAverage,
  recordConcatenation,
  recordOutput,
  stateCost,
} from "./joined-heads.js";
import { type HeadReading, recordHeadMeasures } from "./measures.js";
import type { MultiheadSettings } from "./multihead-settings.js";
import { type HeadPositions, recordHeadPositions } from "./positions.js";
import { type HeadSplit, kvHeadOf, recordHeadColumns, recordSplit, splitHeads, stateHeads } from "./split.js";

/** Query, key and value of a whole layer, before they are cut into heads. */
export interface Layer {
  readonly query: Ref;
  readonly key: Ref;
  readonly value: Ref;
}

/** What a layer has come to. */
export interface RecordedLayer {
  /** Of an attention row by row there are none. */
  readonly heads: readonly HeadReading[];
  /** n×m, when asked for. */
  readonly averageWeights?: Ref;
  /** n×d_out. */
  readonly output: Ref;
}

/**
 * Records a layer from its projections on: the split, every head in its scope, concatenation and output; with `ofQuery`
 * every step of that query, where the heads go row by row. Throws as recordMultihead does.
 */
export function recordLayer(
  recorder: Recorder,
  problem: Problem<MultiheadSettings>,
  refs: GivenRefs,
  layer: Layer,
  ofQuery?: number,
): RecordedLayer {
  const { settings } = problem;
  const context = prepareHeads(recorder, problem, refs, layer, ofQuery);
  const { split, sizes, queryStart } = context;
  const heads = Array.from({ length: split.numHeads }, (_, head) =>
    recorder.scoped(`head ${head}`, () => recordHead(recorder, head, context)),
  );
  const readings = heads.flatMap(({ reading }) => reading ?? []);
  if (readings.length > 0 && ofQuery === undefined) recordHeadMeasures(recorder, readings, queryStart);
  const weights = readings.map((reading) => reading.weights);
  const averageWeights = settings.averageWeights && recordAverage(recorder, weights);
  const contexts = heads.map((head) => head.context);
  const concat = recordConcatenation(recorder, contexts);
  const output = recordOutput(recorder, concat, refs, settings.layout);
  stateCost(recorder, split, refs, sizes);
  return { heads: readings, output, ...(averageWeights && { averageWeights }) };
}

/** What all heads of a layer have in common. */
interface HeadContext {
  readonly layer: Layer;
  readonly split: HeadSplit;
  readonly refs: GivenRefs;
  /** With a column for every key. */
  readonly bias: Ref | undefined;
  readonly extra: ExtraKeys;
  readonly sizes: LayerSizes;
  readonly inForce: InForce;
  /** Where query 0 stands among all keys. */
  readonly queryStart: number;
  readonly positions: HeadPositions;
  readonly settings: MultiheadSettings;
  readonly ofQuery: number | undefined;
}

/** Decides and records what all heads have in common: the split, the conventions, the tables of positions. */
function prepareHeads(
  recorder: Recorder,
  problem: Problem<MultiheadSettings>,
  refs: GivenRefs,
  layer: Layer,
  ofQuery: number | undefined,
): HeadContext {
  const { settings } = problem;
  const split = splitHeads(layer.query, layer.key, layer.value, settings);
  recordSplit(recorder, split);
  const extra = findExtraKeys(refs, split, settings);
  const { pastKeys, openKeys } = extra;
  const [numQueries, newKeys] = [layer.query.output().rows, layer.key.output().rows];
  const sizes = { numQueries, newKeys, allKeys: pastKeys + newKeys + openKeys };
  const inForce = settleConventions(recorder, problem, refs, {
    numQueries,
    numKeys: pastKeys + newKeys,
    openKeys,
    dK: split.headSize,
    ...(refs.pastKey && { pastKeys }),
  });
  stateHeads(recorder, split);
  const { mask } = inForce;
  const queryStart = mask?.isAligned ? mask.offset : pastKeys;
  const positions = recordHeadPositions(recorder, settings, {
    numQueries,
    newKeys,
    pastKeys,
    openKeys,
    queryStart,
    numHeads: split.numHeads,
    headSize: split.headSize,
    axes: [layer.query.axes[0], allKeysAxis(layer.key.axes[0], extra)],
  });
  const bias = refs.bias && recordOpenBias(recorder, refs.bias, pastKeys + newKeys, extra);
  return { layer, split, refs, bias, extra, sizes, inForce, queryStart, positions, settings, ofQuery };
}

/** What a head has come to, n×d_v; and its weights with what is read of them, unless it was worked row by row. */
interface RecordedHead {
  readonly context: Ref;
  readonly reading?: HeadReading;
}

/** Records one head in its scope: its columns, its scores to its weights, its context. */
function recordHead(recorder: Recorder, head: number, context: HeadContext): RecordedHead {
  const { layer, split, refs, bias, extra, inForce, positions, settings, ofQuery } = context;
  const kvHead = kvHeadOf(head, split);
  const columns = recordHeadColumns(recorder, layer.query, "q", head, split.headSize, "Q");
  const newKey = recordHeadColumns(recorder, layer.key, "k", kvHead, split.headSize, "K");
  const newValue = recordHeadColumns(recorder, layer.value, "v", kvHead, split.valueSize, "V");
  const query = positions.rotateQuery(columns);
  const turned = positions.rotateKey(newKey);
  const key = recordAllKeys(recorder, "keys", turned, [refs.pastKey, refs.biasK], kvHead, extra);
  const value = recordAllKeys(recorder, "values", newValue, [refs.pastValue, refs.biasV], kvHead, extra);
  const sizes = { rows: query.output().rows, axes: [query.axes[0], key.axes[0]] } as const;
  const given = bias ? [headBias(recorder, bias, head, split, sizes)] : [];
  const unscored: Unscored = {
    query,
    key,
    value,
    openKeys: extra.openKeys,
    weightsFor: settings.averageWeights ? "--average-weights" : undefined,
    biases: [...given, ...positions.recordBias(head)],
    recordScores: (into, of) => recordScores(into, { query: of, key }, refs, settings),
  };
  if (!isRowByRow(unscored, settings)) {
    return recordSteps(recorder, unscored, value, inForce);
  }
  if (ofQuery === undefined) return { context: recordRowByRow(recorder, unscored, inForce, CONTEXT).output };
  const { weights, output } = recordOneQuery(recorder, unscored, inForce, ofQuery, CONTEXT);
  return { context: output, reading: { weights, ...recordReading(recorder, weights) } };
}

const CONTEXT = { id: "context", title: "Context" };

/** Every step from the scores to the context. */
function recordSteps(recorder: Recorder, unscored: Unscored, value: Ref, inForce: InForce): RecordedHead {
  const scores = unscored.recordScores(recorder, unscored.query);
  const weights = recordSoftmax(
    recorder,
    recordConditioning(recorder, scores, inForce, unscored.biases),
    inForce,
  );
  const context = recordWeightedSum(recorder, weights, value, CONTEXT.id, CONTEXT.title);
  return { context, reading: { weights, ...recordReading(recorder, weights) } };
}

/** A bias for all heads is n×m or 1×m; one a head comes as their rows below each other. */
function headBias(
  recorder: Recorder,
  bias: Ref,
  head: number,
  { numHeads }: HeadSplit,
  scores: { readonly rows: number; readonly axes: Ref["axes"] },
): Ref {
  const { rows, cols } = bias.output();
  const perHead = rows / numHeads;
  const numQueries = scores.rows;
  if (rows === numQueries || rows === 1 || (perHead !== numQueries && perHead !== 1)) return bias;
  return recorder.step(
    slice,
    [bias],
    { firstRow: head * perHead, firstCol: 0, rows: perHead, cols },
    {
      id: "given-bias",
      title: "Given bias of this head",
      formula: `rows ${head * perHead} to ${(head + 1) * perHead - 1} of ${bias.key}`,
      axes: perHead === 1 ? [{ name: "bias" }, scores.axes[1]] : scores.axes,
    },
  );
}
