import { present, tabulate } from "../../math/lists.js";
import { padColumns, placeParts, stackRows } from "../../ops/parts.js";
import { cut, type Ref, record } from "../recorder.js";
import { requirePair } from "../roles.js";
import { requireShapes } from "../shapes.js";
import type { StepName } from "../steps.js";
import type { MultiheadSettings } from "./multihead-settings.js";
import type { HeadSplit, Projected } from "./split.js";

/** The keys of a layer. */
export type LayerKeys = ReturnType<typeof findKeys>;

/**
 * Finds the keys of each row of scores: cached ones, those of this pass, and extra ones after them, which are torch's
 * bias_k, a zero key and a sink. Throws MISSING_INPUT for a key without its value, and SHAPE_MISMATCH.
 */
export function findKeys(refs: Projected, split: HeadSplit, settings: MultiheadSettings) {
  const { query, key, pastKey, pastValue, biasK, biasV, sinks } = refs;
  const kColumns = String(split.numKvHeads * split.headSize);
  const vColumns = String(split.numKvHeads * split.valueSize);
  requirePair(refs, "pastKey", "pastValue", "A key needs its value.");
  requirePair(refs, "biasK", "biasV", "A key needs its value.");
  requireShapes(
    pastKey && [pastKey, "p", kColumns],
    pastValue && [pastValue, "p", vColumns],
    biasK && [biasK, "1", kColumns],
    biasV && [biasV, "1", vColumns],
    sinks && [sinks, "1", String(split.numHeads)],
  );
  // They have no position, and no mask. A sink and its value are zeros; its score is a separate number.
  const labels = { bias_k: biasK, zero: settings.addZeroAttention, sink: sinks };
  const extra = Object.entries(labels).flatMap(([label, isThere]) => (isThere ? [label] : []));
  const [pastKeys, newKeys] = [pastKey?.shape.rows ?? 0, key.shape.rows];
  const [newAxis] = key.axes;
  const pastLabels = pastKey?.axes[0].labels ?? tabulate(pastKeys, (position) => `past ${position}`);
  const axisWith = (more: readonly string[]) =>
    newAxis.labels ? { ...newAxis, labels: [...pastLabels, ...newAxis.labels, ...more] } : newAxis;
  const positioned = pastKeys + newKeys;
  return {
    numQueries: query.shape.rows,
    pastKeys,
    newKeys,
    /** The number of keys with a position. */
    positioned,
    allKeys: positioned + extra.length,
    /** Labels of the extra keys. */
    extra,
    /** The axis of all keys, with labels if the new keys have labels. */
    axis: axisWith(extra),
    /** The axis of the keys with a position. */
    positionedAxis: axisWith([]),
  };
}

/**
 * Records all keys (or values) that a head sees: past, new, bias, zero, sink. Returns only the new ones if there are no
 * others.
 */
export function recordAllKeys(
  id: "keys" | "values",
  newKeys: Ref,
  [past, bias]: readonly [Ref | undefined, Ref | undefined],
  kvHead: number,
  { extra, axis }: LayerKeys,
): Ref {
  if (!past && extra.length === 0) return newKeys;
  const size = newKeys.shape.cols;
  const letter = id === "keys" ? "k" : "v";
  const ofHead = (name: StepName, from: Ref | undefined) =>
    from && cut(name, from, "cols", kvHead * size, size);
  const parts = [ofHead(`past-${letter}`, past), newKeys, ofHead(`bias-${letter}`, bias)];
  const ofExtra = extra.map((label) => (label === "bias_k" ? `bias_${letter}` : label));
  const words = present([past && "past", "new", ...ofExtra]);
  return record(
    id,
    stackRows,
    parts,
    { zeroRows: extra.length - Number(bias !== undefined) },
    { formula: `[${words.join("; ")}]`, axes: [axis, newKeys.axes[1]] },
  );
}

/**
 * Records a bias padded with zeros for the keys without a position, as in torch. A bias that covers them already stays
 * unchanged.
 */
export function recordPaddedBias(bias: Ref, { positioned, extra, axis }: LayerKeys): Ref {
  const zeroCols = extra.length;
  if (zeroCols === 0 || bias.shape.cols !== positioned) return bias;
  return record(
    "open-bias",
    padColumns,
    [bias],
    { zeroCols },
    {
      formula: `[bias, ${extra.map((label) => `0 for ${label}`).join(", ")}]`,
      columns: axis,
    },
  );
}

/**
 * Records the logit of a head's sink as a bias, 1×m: it is added to the sink's score, which is 0, and is 0 for every
 * other key. keys: m×d_k.
 */
export function recordSinkBias(sinks: Ref, head: number, keys: Ref): Ref {
  const logit = cut("sink", sinks, "cols", head, 1, `column ${head} of sinks`);
  const cols = keys.shape.rows;
  const params = { rows: 1, cols, places: [{ firstRow: 0, firstCol: cols - 1 }] };
  return record("sink-bias", placeParts, [logit], params, { columns: keys.axes[0] });
}
