import { tabulate } from "../../math/lists.js";
import { mean } from "../../ops/elementwise.js";
import { joinColumns } from "../../ops/parts.js";
import { setting } from "../../setting-names.js";
import { recordAttention } from "../attention.js";
import { settleConventions } from "../conventions.js";
import { settleDropout } from "../dropout.js";
import type { RecordOptions } from "../keeping.js";
import { recordNorm } from "../layer/norm.js";
import type { Problem } from "../problem.js";
import type { Recorder, Ref } from "../recorder.js";
import type { GivenRefs } from "../roles.js";
import { recordScores } from "../scored.js";
import { allKeysAxis, findExtraKeys, recordAllKeys, recordOpenBias, recordSinkBias } from "./extra-keys.js";
import { type OutputName, recordOutput, stateCost } from "./joined-heads.js";
import { type MeasuredHead, recordHeadMeasures } from "./measures.js";
import type { MultiheadSettings } from "./multihead-settings.js";
import { recordHeadPositions } from "./positions.js";
import { kvHeadOf, recordSplit, splitHeads, stateHeads } from "./split.js";

/** What was given to heads, with query, key and value as they are projected, before they are cut into heads. */
export type Projected = GivenRefs & Readonly<Record<"query" | "key" | "value", Ref>>;

/** How heads are recorded together. */
interface HeadsOptions extends Pick<RecordOptions, "logSumExp"> {
  /** What the output is called where it goes on into something else. */
  readonly as?: OutputName;
}

/** One head, whether its weights are kept or not. */
export interface HeadRefs {
  /** All keys that it sees, turned by their positions, m×d_k. */
  readonly keys: Ref;
  /** m×d_v */
  readonly values: Ref;
  /** n×m */
  readonly weights: Ref;
}

/** What heads together have come to. */
export interface RecordedHeads {
  readonly all: readonly HeadRefs[];
  /** None when weights are not kept. */
  readonly heads: readonly MeasuredHead[];
  /** A plain sentence a head. */
  readonly findings: readonly string[];
  /** n×m, when asked for. */
  readonly averageWeights?: Ref | undefined;
  /** n×d_out. */
  readonly output: Ref;
  /** Of all matrix products. */
  readonly multiplyAdds: number;
}

/**
 * Records many heads from their projections on: the split, every head in its scope, concatenation and output. Throws as
 * recordMultihead does.
 */
export function recordHeads(
  recorder: Recorder,
  problem: Problem<MultiheadSettings>,
  refs: Projected,
  options: HeadsOptions = {},
): RecordedHeads {
  const { settings } = problem;
  const { split, sizes, queryStart, recordHead } = prepareHeads(recorder, problem, refs, options);
  const heads = tabulate(split.numHeads, (index) =>
    recorder.scoped({ kind: "head", index }, () => recordHead(index)),
  );
  const measured = heads.flatMap((head) => head.measured ?? []);
  const findings = measured.length > 0 ? recordHeadMeasures(recorder, measured, queryStart) : [];
  const weights = measured.map((head) => head.weights);
  const averageWeights = settings.averageWeights
    ? recorder.record("average-weights", mean, weights)
    : undefined;
  const contexts = heads.map((head) => head.context);
  const concat = recorder.record("concat", joinColumns, contexts);
  const output = recordOutput(recorder, concat, refs, settings.layout, options.as);
  const multiplyAdds = stateCost(recorder, split, refs, sizes);
  return {
    all: heads,
    heads: measured,
    findings,
    output,
    multiplyAdds,
    averageWeights,
  };
}

/** Why every n×m step of heads is needed, where that is so. */
export const obstacleInHeads = ({ averageWeights }: MultiheadSettings): string | undefined =>
  averageWeights ? `${setting("averageWeights")} needs all weights` : undefined;

/** Decides and records what all heads have in common: the split, the conventions, the tables of positions. Gives what records a head. */
function prepareHeads(
  recorder: Recorder,
  problem: Problem<MultiheadSettings>,
  refs: Projected,
  { logSumExp }: HeadsOptions,
) {
  const { settings } = problem;
  const split = splitHeads(refs.query, refs.key, refs.value, settings);
  recordSplit(recorder, split);
  const extra = findExtraKeys(refs, split, settings);
  const { pastKeys, openKeys } = extra;
  const [numQueries, newKeys] = [refs.query.shape.rows, refs.key.shape.rows];
  const keys = { placed: pastKeys + newKeys, axis: allKeysAxis(refs.key.axes[0], extra) };
  const sizes = { numQueries, newKeys, allKeys: keys.placed + openKeys };
  const conventions = settleConventions(recorder, problem, refs, {
    numQueries,
    numKeys: keys.placed,
    openKeys,
    dK: split.headSize,
    pastKeys: refs.pastKey && pastKeys,
  });
  stateHeads(recorder, split);
  stateHeadNorms(recorder, refs, settings.eps);
  if (refs.sinks)
    recorder.convention(
      "sinks",
      true,
      "sinks: each row's sum has e^sink of its head, which no value follows",
    );
  const { mask } = conventions;
  const queryStart = mask?.isAligned ? mask.offset : pastKeys;
  const positions = recordHeadPositions(recorder, settings, {
    numQueries,
    newKeys,
    pastKeys,
    queryStart,
    numHeads: split.numHeads,
    headSize: split.headSize,
    axes: [refs.query.axes[0], allKeysAxis(refs.key.axes[0], { ...extra, labels: [] })],
  });
  const bias = refs.bias && recordOpenBias(recorder, refs.bias, keys, extra);
  const dropout = settleDropout(recorder, refs.dropoutMask, settings);

  /** Records one head in its scope: its columns, its scores to its weights, its context. */
  const recordHead = (head: number): RecordedHead => {
    const kvHead = kvHeadOf(head, split);
    const columns = (letter: "q" | "k" | "v", of: Ref, index: number, size: number) =>
      recorder.cut(`head-${letter}`, of, "cols", index * size, size, {
        formula: `columns ${index * size} to ${(index + 1) * size - 1} of ${letter.toUpperCase()}`,
      });
    const turned = (letter: "q" | "k", own: Ref, weight: Ref | undefined) => {
      const norm = { id: `${letter}-norm`, weight, width: "d_k" } as const;
      const rms = { normKind: "rms", eps: settings.eps } as const;
      return positions.rotate(weight ? recordNorm(recorder, own, norm, rms) : own, letter);
    };
    const ownQuery = columns("q", refs.query, head, split.headSize);
    const ownKey = columns("k", refs.key, kvHead, split.headSize);
    const ownValue = columns("v", refs.value, kvHead, split.valueSize);
    const query = turned("q", ownQuery, refs.queryNorm);
    const newKey = turned("k", ownKey, refs.keyNorm);
    const key = recordAllKeys(recorder, "keys", newKey, [refs.pastKey, refs.biasK], kvHead, extra);
    const value = recordAllKeys(recorder, "values", ownValue, [refs.pastValue, refs.biasV], kvHead, extra);
    const axes = [query.axes[0], key.axes[0]] as const;
    /** A bias or dropout mask for all heads is n×m or 1×m; one a head comes as their rows below each other. */
    const ownRows = (name: "given-bias" | "dropout-mask", all: Ref, rows: string): Ref => {
      const each = all.shape.rows / split.numHeads;
      if ([numQueries, 1].includes(all.shape.rows) || ![numQueries, 1].includes(each)) return all;
      return recorder.cut(name, all, "rows", head * each, each, {
        axes: each === 1 ? [{ name: rows }, axes[1]] : axes,
      });
    };
    const given = bias ? [ownRows("given-bias", bias, "bias")] : [];
    const ownDropout = dropout && { ...dropout, mask: ownRows("dropout-mask", dropout.mask, "dropout") };
    const sink = recordSinkBias(recorder, refs.sinks, head, key.axes[0], key.shape.rows);
    const ofDistance = positions.recordBias(head).map((own) => recordOpenBias(recorder, own, keys, extra));
    const { weights, output, measures } = recordAttention(recorder, {
      biases: [...given, ...ofDistance, ...sink],
      scores: recordScores(recorder, { query, key }, refs, settings),
      value,
      conventions,
      dropout: ownDropout,
      settings,
      logSumExp,
      as: "context",
    });
    const { columnSums } = measures;
    return {
      keys: key,
      values: value,
      weights,
      context: output,
      measured: columnSums && { weights, ...measures, columnSums },
    };
  };
  return { split, sizes, queryStart, recordHead };
}

/** States what is normed in each head, and by which ε (Qwen3). */
function stateHeadNorms(recorder: Recorder, { queryNorm, keyNorm }: GivenRefs, eps: number): void {
  if (!queryNorm && !keyNorm) return;
  const what = queryNorm && keyNorm ? "queries and keys" : queryNorm ? "queries" : "keys";
  recorder.convention("headNorm", eps, `RMS norm of each head's ${what}, ε = ${eps}`);
}

/** What a head has come to, n×d_v; and its weights with what is known of their rows, when they are kept. */
interface RecordedHead extends HeadRefs {
  readonly context: Ref;
  readonly measured?: MeasuredHead | undefined;
}
