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

/** Keys beside those of this pass: a cache before them, torch's bias_k and zero key and a sink behind them. */
interface ExtraKeys {
  readonly pastKeys: number;
  readonly openKeys: number;
  readonly hasZeroKey: boolean;
  /** The last key is a sink: it and its value are zeros, and its score is a number of its own. */
  readonly hasSink: boolean;
  /** Names of the keys before the others. */
  readonly pastLabels: readonly string[];
  /** Names of the keys behind the others. */
  readonly labels: readonly string[];
}

/** What a row of scores is of. */
interface AllKeys {
  /** How many keys stand somewhere: bias_k, a zero key and a sink do not. */
  readonly placed: number;
  /** All of them. */
  readonly axis: Axis;
}

/** What extra keys there are. Throws MISSING_INPUT for a key without its value, and SHAPE_MISMATCH. */
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
  const hasZeroKey = settings.addZeroAttention;
  const hasSink = sinks !== undefined;
  const labels = [
    ...(biasK ? ["bias_k"] : []),
    ...(hasZeroKey ? ["zero"] : []),
    ...(hasSink ? ["sink"] : []),
  ];
  const pastKeys = pastKey?.shape.rows ?? 0;
  const pastLabels = pastKey?.axes[0].labels ?? tabulate(pastKeys, (position) => `past ${position}`);
  return { hasZeroKey, hasSink, pastKeys, pastLabels, openKeys: labels.length, labels };
}

function requirePair(keyName: string, key: Ref | undefined, valueName: string, value: Ref | undefined): void {
  if (!key === !value) return;
  const [given, absent] = key ? [keyName, valueName] : [valueName, keyName];
  throw new UserError(
    "MISSING_INPUT",
    `${given} is given, but ${absent} is not.`,
    "A key comes with its value.",
  );
}

/** All keys (or values) that a head sees: past, new, bias, zero, sink; just the new ones when there are no others. */
export function recordAllKeys(
  recorder: Recorder,
  id: "keys" | "values",
  fresh: Ref,
  [past, bias]: readonly [Ref | undefined, Ref | undefined],
  kvHead: number,
  extra: ExtraKeys,
): Ref {
  if (!past && extra.openKeys === 0) return fresh;
  const size = fresh.shape.cols;
  const cut = (from: Ref, name: StepName) => recorder.cut(name, from, "cols", kvHead * size, size);
  const letter = id === "keys" ? "k" : "v";
  const parts = [
    ...(past ? [cut(past, `past-${letter}`)] : []),
    fresh,
    ...(bias ? [cut(bias, `bias-${letter}`)] : []),
  ];
  const words = [
    past && "past",
    "new",
    bias && (id === "keys" ? "bias_k" : "bias_v"),
    extra.hasZeroKey && "zero",
    extra.hasSink && "sink",
  ];
  return recorder.record(
    id,
    stackRows,
    parts,
    { zeroRows: Number(extra.hasZeroKey) + Number(extra.hasSink) },
    {
      formula: `[${words.filter(Boolean).join("; ")}]`,
      axes: [allKeysAxis(fresh.axes[0], extra), fresh.axes[1]],
    },
  );
}

/** A bias that says nothing of the keys behind the others adds 0 to their scores, as in torch; else it is as given. */
export function recordOpenBias(
  recorder: Recorder,
  bias: Ref,
  { placed, axis }: AllKeys,
  { openKeys: zeroCols, labels }: ExtraKeys,
): Ref {
  if (zeroCols === 0 || bias.shape.cols !== placed) return bias;
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
 * The logit of the sink of a head, which is added to the score 0 of its key: 0 for every other key, 1×m. None where there are no sinks.
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
  const place = { firstRow: 0, firstCol: numKeys - 1 };
  const params = { rows: 1, cols: numKeys, places: [place] };
  return [recorder.record("sink-bias", placeParts, [logit], params, { columns: keys })];
}

/** Labels for all keys, when the new ones have some. */
export function allKeysAxis(fresh: Axis, { pastLabels, labels }: ExtraKeys): Axis {
  return fresh.labels ? { ...fresh, labels: [...pastLabels, ...fresh.labels, ...labels] } : fresh;
}
