import type { Axes, Axis } from "../../trace/trace.js";
import { recordAlibi } from "../positions/alibi.js";
import { countPositions } from "../positions/kind.js";
import {
  describeRotary,
  recordRotaryFrequencies,
  recordRotaryWaves,
  recordRotated,
} from "../positions/rotary.js";
import type { Recorder, Ref } from "../recorder.js";
import type { LayerKeys } from "./extra-keys.js";
import type { MultiheadSettings } from "./multihead-settings.js";
import type { HeadSplit } from "./split.js";

interface PositionedLayer extends HeadSplit, LayerKeys {
  /** The position of query 0 among all keys. */
  readonly queryStart: number;
  readonly queries: Axis;
}

/**
 * Records the tables of RoPE and the distances of ALiBi once for all heads, and states them. Returns functions that
 * record what they do to one head; they do nothing if their setting is off. Throws BAD_VALUE like
 * recordRotaryFrequencies.
 */
export function recordHeadPositions(recorder: Recorder, settings: MultiheadSettings, layer: PositionedLayer) {
  const { rope, alibi } = settings;
  const { headSize, numHeads, numQueries, newKeys, pastKeys, positioned, queryStart } = layer;
  const axes = [layer.queries, layer.positionedAxis] as const;
  // The position of key 0, which may be a cached key.
  const first = (settings.offset ?? pastKeys) - pastKeys;
  const queries = countPositions(numQueries, first + queryStart);
  const newKeyPositions = countPositions(newKeys, first + pastKeys);
  const tables = rope && recordTables(recorder, settings, headSize, [queries, newKeyPositions], axes);
  if (rope && tables) recorder.convention("rope", rope, describeRotary(rope, tables.q.size, settings));
  const keys = countPositions(positioned, first);
  const recordBias = alibi && recordAlibi(recorder, { numHeads, queries, keys, axes, settings });
  if (alibi) recorder.convention("alibi", true, "ALiBi: −slope·(i − j) added to the scaled scores");
  return {
    /** Rotates the queries or the new keys of a head, n×d → n×d. Cached keys were rotated before. */
    rotate: (vectors: Ref, letter: "q" | "k") =>
      rope && tables ? recordRotated(recorder, `${letter}-rotated`, vectors, tables[letter], rope) : vectors,
    /**
     * Records the bias of a head, n×m, if there is one. It covers all keys with a position; bias_k, a zero key and a
     * sink have none.
     */
    recordBias: (head: number) => (recordBias ? [recordBias(head)] : []),
  };
}

/**
 * Records the tables of RoPE for queries and new keys. Both use the frequencies of the whole text, because a scaling
 * may depend on its length.
 */
function recordTables(
  recorder: Recorder,
  settings: MultiheadSettings,
  headSize: number,
  [queries, keys]: readonly [Float64Array, Float64Array],
  axes: Axes,
) {
  const positions = Float64Array.of(queries.at(-1) ?? 0, keys.at(-1) ?? 0);
  const frequencies = recordRotaryFrequencies(recorder, { settings, headSize, positions });
  const record = (positionsOfSide: Float64Array, axis: Axis, prefix: string) =>
    recordRotaryWaves(recorder, frequencies, { positions: positionsOfSide, axis, prefix });
  // Sinusoids that were added to x have a step for angles, too, so the prefix avoids equal ids.
  const q = record(queries, axes[0], settings.addPositions === "sinusoidal" ? "query-" : "");
  const isShared = queries.length === keys.length && queries[0] === keys[0];
  return { q, k: isShared ? q : record(keys, axes[1], "key-") };
}
