import { UserError } from "../../errors.js";
import { tabulate } from "../../math/lists.js";
import { padColumns, placeParts, stackRows } from "../../ops/parts.js";
import type { Axis } from "../../trace/trace.js";
import type { Recorder, Ref } from "../recorder.js";
import type { GivenRefs } from "../roles.js";
import { requireShapes } from "../shapes.js";
import type { StepName } from "../steps.js";
import type { MultiheadSettings } from "./multihead-settings.js";
import type { HeadSplit } from "./split.js";

/**
 * Keys in addition to those of this pass: cached keys before them; torch's bias_k, a zero key and a sink after them.
 */
interface ExtraKeys {
  /** Labels of the keys before the others. */
  readonly pastLabels: readonly string[];
  /**
   * Labels of the keys after the others. They have no position, and no mask. A sink and its value are zeros; its score
   * is a separate number.
   */
  readonly labels: readonly string[];
}

/** The keys of one row of scores. */
interface AllKeys {
  /** The number of keys with a position: bias_k, a zero key and a sink have none. */
  readonly positioned: number;
  /** The axis of all keys. */
  readonly axis: Axis;
}

/** Finds the extra keys. Throws MISSING_INPUT for a key without its value, and SHAPE_MISMATCH. */
export function findExtraKeys(
  { pastKey, pastValue, biasK, biasV, sinks }: GivenRefs,
  split: HeadSplit,
  settings: MultiheadSettings,
): ExtraKeys {
  const kColumns = String(split.numKvHeads * split.headSize);
  const vColumns = String(split.numKvHeads * split.valueSize);
  requirePair("pastKey", pastKey, "pastValue", pastValue);
  requirePair("biasK", biasK, "biasV", biasV);
  requireShapes(
    pastKey && [pastKey, "p", kColumns],
    pastValue && [pastValue, "p", vColumns],
    biasK && [biasK, "1", kColumns],
    biasV && [biasV, "1", vColumns],
    sinks && [sinks, "1", String(split.numHeads)],
  );
  const labels = [
    ...(biasK ? ["bias_k"] : []),
    ...(settings.addZeroAttention ? ["zero"] : []),
    ...(sinks ? ["sink"] : []),
  ];
  const pastLabels =
    pastKey?.axes[0].labels ?? tabulate(pastKey?.shape.rows ?? 0, (position) => `past ${position}`);
  return { pastLabels, labels };
}

function requirePair(keyName: string, key: Ref | undefined, valueName: string, value: Ref | undefined): void {
  if (!key === !value) return;
  const [given, absent] = key ? [keyName, valueName] : [valueName, keyName];
  throw new UserError("MISSING_INPUT", `${given} is given, but ${absent} is not.`, "A key needs its value.");
}

/**
 * Records all keys (or values) that a head sees: past, new, bias, zero, sink. Returns only the new ones if there are no
 * others.
 */
export function recordAllKeys(
  recorder: Recorder,
  id: "keys" | "values",
  newKeys: Ref,
  [past, bias]: readonly [Ref | undefined, Ref | undefined],
  kvHead: number,
  extra: ExtraKeys,
): Ref {
  const { labels } = extra;
  if (!past && labels.length === 0) return newKeys;
  const size = newKeys.shape.cols;
  const cut = (from: Ref, name: StepName) => recorder.cut(name, from, "cols", kvHead * size, size);
  const letter = id === "keys" ? "k" : "v";
  const parts = [
    ...(past ? [cut(past, `past-${letter}`)] : []),
    newKeys,
    ...(bias ? [cut(bias, `bias-${letter}`)] : []),
  ];
  const words = [
    ...(past ? ["past"] : []),
    "new",
    ...labels.map((label) => (label === "bias_k" ? `bias_${letter}` : label)),
  ];
  return recorder.record(
    id,
    stackRows,
    parts,
    { zeroRows: labels.length - Number(bias !== undefined) },
    {
      formula: `[${words.join("; ")}]`,
      axes: [allKeysAxis(newKeys.axes[0], extra), newKeys.axes[1]],
    },
  );
}

/**
 * Records a bias padded with zeros for the keys without a position, as in torch. A bias that covers them already stays
 * unchanged.
 */
export function recordPaddedBias(
  recorder: Recorder,
  bias: Ref,
  { positioned, axis }: AllKeys,
  { labels }: ExtraKeys,
): Ref {
  const zeroCols = labels.length;
  if (zeroCols === 0 || bias.shape.cols !== positioned) return bias;
  return recorder.record(
    "open-bias",
    padColumns,
    [bias],
    { zeroCols },
    {
      formula: `[bias, ${labels.map((label) => `0 for ${label}`).join(", ")}]`,
      columns: axis,
    },
  );
}

/**
 * Records the logit of a head's sink as a bias, 1×m: it is added to the sink's score, which is 0, and is 0 for every
 * other key. Returns nothing if there are no sinks.
 */
export function recordSinkBias(
  recorder: Recorder,
  sinks: Ref | undefined,
  head: number,
  keys: Axis,
  numKeys: number,
): readonly Ref[] {
  if (!sinks) return [];
  const logit = recorder.cut("sink", sinks, "cols", head, 1, {
    formula: `column ${head} of sinks`,
  });
  const corner = { firstRow: 0, firstCol: numKeys - 1 };
  const params = { rows: 1, cols: numKeys, places: [corner] };
  return [recorder.record("sink-bias", placeParts, [logit], params, { columns: keys })];
}

/** Returns the axis of all keys, with labels if the new keys have labels. */
export function allKeysAxis(newAxis: Axis, { pastLabels, labels }: ExtraKeys): Axis {
  return newAxis.labels ? { ...newAxis, labels: [...pastLabels, ...newAxis.labels, ...labels] } : newAxis;
}
