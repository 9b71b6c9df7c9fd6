import type { Axis } from "../../trace/trace.js";
import { recordAlibi } from "../positions/alibi.js";
import { countPositions } from "../positions/position-axis.js";
import {
  describeRotary,
  type RotaryTables,
  recordRotaryFrequencies,
  recordRotaryWaves,
  recordRotated,
} from "../positions/rotary.js";
import type { Recorder, Ref } from "../recorder.js";
import type { MultiheadSettings } from "./multihead-settings.js";

/** What positions do to the heads of a layer; each does nothing when its setting is off. */
interface HeadPositions {
  /** Turns the queries of a head: n×d → n×d. */
  rotateQuery(query: Ref): Ref;
  /** Turns the new keys of a head; cached ones have been turned before. */
  rotateKey(key: Ref): Ref;
  /** Records the bias of a head, n×m, if there is one: of all keys that have a place, which bias_k, a zero key and a sink have not. */
  recordBias(head: number): readonly Ref[];
}

interface PositionedLayer {
  readonly headSize: number;
  readonly numHeads: number;
  /** n and m without cached keys. */
  readonly numQueries: number;
  readonly newKeys: number;
  readonly pastKeys: number;
  /** Where query 0 stands among all keys. */
  readonly queryStart: number;
  readonly axes: readonly [queries: Axis, keys: Axis];
}

/**
 * Records the tables of RoPE and the distances of ALiBi once for all heads, and states them.
 * Throws BAD_VALUE as recordRotaryFrequencies does.
 */
export function recordHeadPositions(
  recorder: Recorder,
  settings: MultiheadSettings,
  layer: PositionedLayer,
): HeadPositions {
  // The position of key 0, which may be a cached one.
  const first = (settings.offset ?? layer.pastKeys) - layer.pastKeys;
  const queries = countPositions(layer.numQueries, first + layer.queryStart);
  return {
    ...recordRotations(
      recorder,
      settings,
      layer,
      queries,
      countPositions(layer.newKeys, first + layer.pastKeys),
    ),
    ...recordBiases(
      recorder,
      settings,
      layer,
      queries,
      countPositions(layer.pastKeys + layer.newKeys, first),
    ),
  };
}

function recordRotations(
  recorder: Recorder,
  settings: MultiheadSettings,
  { headSize, axes }: PositionedLayer,
  queries: Float64Array,
  keys: Float64Array,
): Pick<HeadPositions, "rotateQuery" | "rotateKey"> {
  const { rope } = settings;
  if (!rope) return { rotateQuery: (query) => query, rotateKey: (key) => key };
  // One set of frequencies, those of the whole text: a scaling may depend on its length.
  const lastPositions = Float64Array.of(queries.at(-1) ?? 0, keys.at(-1) ?? 0);
  const frequencies = recordRotaryFrequencies(recorder, { settings, headSize, positions: lastPositions });
  const record = (positions: Float64Array, axis: Axis, prefix: string) =>
    recordRotaryWaves(recorder, frequencies, { positions, axis, prefix });
  const isShared = queries.length === keys.length && queries[0] === keys[0];
  // Sinusoids that were added to x have angles, too.
  const forQueries = record(queries, axes[0], settings.addPositions === "sinusoidal" ? "query-" : "");
  const forKeys = isShared ? forQueries : record(keys, axes[1], "key-");
  recorder.convention("rope", rope, describeRotary(rope, forQueries.size, settings));
  const rotate = (vectors: Ref, tables: RotaryTables, letter: "q" | "k") =>
    recordRotated(recorder, `${letter}-rotated`, vectors, tables, rope);
  return {
    rotateQuery: (query) => rotate(query, forQueries, "q"),
    rotateKey: (key) => rotate(key, forKeys, "k"),
  };
}

function recordBiases(
  recorder: Recorder,
  settings: MultiheadSettings,
  { numHeads, axes }: PositionedLayer,
  queries: Float64Array,
  keys: Float64Array,
): Pick<HeadPositions, "recordBias"> {
  if (!settings.alibi) return { recordBias: () => [] };
  const alibi = recordAlibi(recorder, { numHeads, queries, keys, axes, settings });
  recorder.convention("alibi", true, "ALiBi: −slope·(i − j) added to the scaled scores");
  return { recordBias: (head) => [alibi.recordBias(head)] };
}
