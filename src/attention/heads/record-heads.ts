import { setting } from "../../errors.js";
import { present, tabulate } from "../../math/lists.js";
import { mean } from "../../ops/elementwise.js";
import { joinColumns } from "../../ops/parts.js";
import type { Axes, Axis } from "../../trace/trace.js";
import { recordAttention, recordScores } from "../attention.js";
import { settleConventions, settleDropout } from "../conventions.js";
import { recordNorm } from "../layer/norm.js";
import { recordAlibi } from "../positions/alibi.js";
import { countPositions } from "../positions/kind.js";
import {
  describeRotary,
  recordRotaryFrequencies,
  recordRotaryWaves,
  recordRotated,
} from "../positions/rotary.js";
import type { Problem } from "../problem.js";
import { cut, type RecordOptions, type Ref, record, recorder, settleEvaluation } from "../recorder.js";
import type { GivenRefs } from "../roles.js";
import { findKeys, type LayerKeys, recordAllKeys, recordPaddedBias, recordSinkBias } from "./extra-keys.js";
import { recordHeadMeasures } from "./measures.js";
import type { MultiheadSettings } from "./multihead-settings.js";
import {
  type HeadSplit,
  kvHeadOf,
  type OutputName,
  type Projected,
  recordOutputProjection,
  recordSplit,
  splitHeads,
  stateCost,
  stateHeads,
} from "./split.js";

/** How the heads are recorded. */
interface HeadsOptions extends RecordOptions {
  /** The name of the output, if it is used by further steps. */
  readonly as?: OutputName;
}

/** The steps of all heads, and the multiply-adds of all matrix products. */
export type RecordedHeads = ReturnType<typeof recordHeads>;

/**
 * Records many heads after their projections: the split, every head in its scope, concatenation and output. Throws like
 * recordMultihead.
 */
export function recordHeads(
  problem: Problem<MultiheadSettings>,
  refs: Projected,
  options: HeadsOptions = {},
) {
  const { settings } = problem;
  const { split, keys, queryStart, recordHead } = prepareHeads(problem, refs, options);
  const heads = tabulate(split.numHeads, (index) =>
    recorder.scoped({ kind: "head", index }, () => recordHead(index)),
  );
  const measured = heads.flatMap((head) => head.measured ?? []);
  const findings = measured.length > 0 ? recordHeadMeasures(measured, queryStart) : [];
  const keptWeights = measured.map(({ weights }) => weights);
  const averageWeights = settings.averageWeights ? record("average-weights", mean, keptWeights) : undefined;
  const contexts = heads.map((head) => head.context);
  const concat = record("concat", joinColumns, contexts);
  const output = recordOutputProjection(concat, refs, settings.layout, options.as);
  const multiplyAdds = stateCost(split, refs, keys);
  return {
    heads,
    /** The weights of each head, if they are kept; otherwise empty. */
    keptWeights,
    /** One sentence per head. */
    findings,
    /** n×m, if asked for. */
    averageWeights,
    /** n×d_out. */
    output,
    multiplyAdds,
  };
}

/** Decides which steps of a layer with heads are kept. Throws BAD_VALUE if `stream` is set but all weights are needed. */
export const settleLayer = (settings: MultiheadSettings, options: RecordOptions) =>
  settleEvaluation(
    settings,
    options,
    settings.averageWeights ? `${setting("averageWeights")} needs all weights` : undefined,
  );

/**
 * Decides and records what all heads share: the split, the conventions, the tables of positions. Returns the function
 * that records one head.
 */
function prepareHeads(problem: Problem<MultiheadSettings>, refs: Projected, { logSumExp }: HeadsOptions) {
  const { settings } = problem;
  const split = splitHeads(refs, settings);
  recordSplit(split);
  const keys = findKeys(refs, split, settings);
  const conventions = settleConventions(problem, refs, {
    numQueries: keys.numQueries,
    numKeys: keys.positioned,
    unmaskedKeys: keys.extra.length,
    dK: split.headSize,
    pastKeys: refs.pastKey && keys.pastKeys,
  });
  stateHeads(split);
  stateHeadNorms(refs, settings.eps);
  if (refs.sinks)
    recorder.convention(
      "sinks",
      true,
      "sinks: each row's sum contains e^sink of its head, but a sink has no value",
    );
  const queryStart = conventions.mask?.alignment ?? keys.pastKeys;
  const positions = recordHeadPositions(settings, split, keys, queryStart, refs.query.axes[0]);
  const bias = refs.bias && recordPaddedBias(refs.bias, keys);
  const dropout = settleDropout(refs.dropoutMask, settings);

  /** Records one head in its scope, from its columns to its context. */
  const recordHead = (head: number) => {
    const kvHead = kvHeadOf(head, split);
    const columns = (letter: "q" | "k" | "v", of: Ref, index: number, size: number) =>
      cut(
        `head-${letter}`,
        of,
        "cols",
        index * size,
        size,
        `columns ${index * size} to ${(index + 1) * size - 1} of ${letter.toUpperCase()}`,
      );
    const rotated = (letter: "q" | "k", vectors: Ref, weight: Ref | undefined) => {
      const rms = { normKind: "rms", eps: settings.eps } as const;
      const normed = weight && recordNorm(vectors, `${letter}-norm`, rms, weight, undefined, "d_k");
      return positions.rotate(normed ?? vectors, letter);
    };
    const ownQuery = columns("q", refs.query, head, split.headSize);
    const ownKey = columns("k", refs.key, kvHead, split.headSize);
    const ownValue = columns("v", refs.value, kvHead, split.valueSize);
    const query = rotated("q", ownQuery, refs.queryNorm);
    const newKey = rotated("k", ownKey, refs.keyNorm);
    const key = recordAllKeys("keys", newKey, [refs.pastKey, refs.biasK], kvHead, keys);
    const value = recordAllKeys("values", ownValue, [refs.pastValue, refs.biasV], kvHead, keys);
    const axes = [query.axes[0], key.axes[0]] as const;
    /**
     * A bias or dropout mask for all heads is n×m or 1×m. One per head is given as blocks of rows, one below the other.
     */
    const ownRows = (name: "given-bias" | "dropout-mask", all: Ref, rows: string) => {
      const each = all.shape.rows / split.numHeads;
      if ([keys.numQueries, 1].includes(all.shape.rows) || ![keys.numQueries, 1].includes(each)) return all;
      return cut(name, all, "rows", head * each, each, {
        axes: each === 1 ? [{ name: rows }, axes[1]] : axes,
      });
    };
    const givenBias = bias && ownRows("given-bias", bias, "bias");
    const ownDropout = dropout && { ...dropout, mask: ownRows("dropout-mask", dropout.mask, "dropout") };
    const sinkBias = refs.sinks && recordSinkBias(refs.sinks, head, key);
    const distanceBias = positions.recordBias?.(head);
    const { weights, output, measures } = recordAttention({
      biases: present([givenBias, distanceBias && recordPaddedBias(distanceBias, keys), sinkBias]),
      scores: recordScores({ query, key }, refs, settings),
      value,
      conventions,
      dropout: ownDropout,
      settings,
      logSumExp,
      as: "context",
    });
    const { columnSums } = measures;
    return {
      /** All keys that it sees, rotated by their positions, m×d_k. */
      keys: key,
      /** m×d_v */
      values: value,
      /** n×m */
      weights,
      /** n×d_v */
      context: output,
      /** The measures of the rows of its weights, if these are kept. */
      measured: columnSums && { weights, ...measures, columnSums },
    };
  };
  return { split, keys, queryStart, recordHead };
}

/** States which vectors of each head are normalised, and with which ε (Qwen3). */
function stateHeadNorms({ queryNorm, keyNorm }: GivenRefs, eps: number) {
  if (!queryNorm && !keyNorm) return;
  const what = queryNorm && keyNorm ? "queries and keys" : queryNorm ? "queries" : "keys";
  recorder.convention("headNorm", eps, `RMS norm of each head's ${what}, ε = ${eps}`);
}

/**
 * Records the tables of RoPE and the distances of ALiBi once for all heads, and states them. Returns functions that
 * record what they do to one head; they do nothing if their setting is off. `queryStart` is the position of query 0
 * among all keys. Throws BAD_VALUE like recordRotaryFrequencies.
 */
function recordHeadPositions(
  settings: MultiheadSettings,
  { headSize, numHeads }: HeadSplit,
  { numQueries, newKeys, pastKeys, positioned, positionedAxis }: LayerKeys,
  queryStart: number,
  queryAxis: Axis,
) {
  const { rope, alibi } = settings;
  const axes = [queryAxis, positionedAxis] as const;
  // The position of key 0, which may be a cached key.
  const first = (settings.offset ?? pastKeys) - pastKeys;
  const queries = countPositions(numQueries, first + queryStart);
  const newKeyPositions = countPositions(newKeys, first + pastKeys);
  const tables = rope && recordTables(settings, headSize, [queries, newKeyPositions], axes);
  if (rope && tables) recorder.convention("rope", rope, describeRotary(rope, tables.q.size, settings));
  const keys = countPositions(positioned, first);
  const recordBias = alibi ? recordAlibi(numHeads, queries, keys, axes, settings) : undefined;
  if (alibi) recorder.convention("alibi", true, "ALiBi: −slope·(i − j) added to the scaled scores");
  return {
    /** Rotates the queries or the new keys of a head, n×d → n×d. Cached keys were rotated before. */
    rotate: (vectors: Ref, letter: "q" | "k") =>
      rope && tables ? recordRotated(`${letter}-rotated`, vectors, tables[letter], rope) : vectors,
    /**
     * Records the bias of a head, n×m, if there is one. It covers all keys with a position; bias_k, a zero key and a
     * sink have none.
     */
    recordBias,
  };
}

/**
 * Records the tables of RoPE for queries and new keys. Both use the frequencies of the whole text, because a scaling
 * may depend on its length.
 */
function recordTables(
  settings: MultiheadSettings,
  headSize: number,
  [queries, keys]: readonly [Float64Array, Float64Array],
  axes: Axes,
) {
  const frequencies = recordRotaryFrequencies(settings, headSize, [...queries, ...keys]);
  // Sinusoids that were added to x have a step for angles, too, so the prefix avoids equal ids.
  const prefix = settings.addPositions === "sinusoidal" ? "query-" : "";
  const q = recordRotaryWaves(frequencies, queries, axes[0], prefix);
  const isShared = queries.length === keys.length && queries[0] === keys[0];
  return { q, k: isShared ? q : recordRotaryWaves(frequencies, keys, axes[1], "key-") };
}
