import type { Identified, Misfit } from "../check/identify/identify.js";
import { inSentence, setting, withOptions } from "../errors.js";
import { present } from "../math/lists.js";
import { type Document, line, outline, paragraph } from "./document.js";

/** What is known about the answers besides their numbers. */
interface AboutAnswers {
  readonly axes: string;
  readonly hasMask: boolean;
  readonly hasLogSumExp: boolean;
}

/** A convention for output: its name, the qkv options for it, and a sentence. */
interface FoundConvention {
  readonly name: string;
  readonly options: readonly string[];
  readonly text: string;
  readonly isOpen?: "not asked" | "not told";
  /** Whether no qkv option expresses it. */
  readonly isBeyond?: boolean;
}

const as = (name: string, text: string, options: FoundConvention["options"] = []) => ({
  name,
  options,
  text,
});

/** Describes a convention that the probe's keys and queries do not reveal. */
const undetermined = (name: string, text = "not determined") => ({
  ...as(name, text),
  isOpen: "not told",
});

function conventionsOf(
  found: Identified,
  { axes, hasMask, hasLogSumExp }: AboutAnswers,
): readonly FoundConvention[] {
  const { scoring, pattern } = found;
  const notAsked = (name: string, text: string) => ({
    ...as(name, text),
    isOpen: "not asked",
  });
  return present([
    scoring ? scaleOf(found, scoring) : undetermined("scale"),
    scoring ? softcapOf(found, scoring) : undetermined("softcap"),
    ...(pattern ? maskOf(pattern) : [undetermined("causal"), undetermined("window")]),
    hasMask ? polarityOf(found) : notAsked("mask", "the answers have no out_masked"),
    hasMask ? emptyRowOf(found) : notAsked("empty row", "the answers have no out_masked"),
    groupingOf(found) ?? undetermined("GQA"),
    rotationOf(found) ?? undetermined("RoPE"),
    found.isNormed && NORMED,
    found.sinks && sinksOf(found.sinks),
    hasLogSumExp ? logSumExpOf(found) : notAsked("log-sum-exp", "the answers have no lse"),
    as(
      "axes",
      `outputs have the layout ${axes}`,
      axes === "bhnd" || axes === "hnd" ? [] : [setting("axes"), axes],
    ),
  ]);
}

const NORMED: FoundConvention = {
  ...as(
    "QK norm",
    "queries and keys divided by their root mean squares; dividing by their lengths is the same with another scale",
  ),
  isBeyond: true,
};

function sinksOf(sinks: readonly number[]) {
  const text = sinks.every((sink) => sink === 0)
    ? "0 in every head: 1 is added to the sum of e^s (softmax-plus-one)"
    : `one extra logit per head: ${sinks.join(" ")}`;
  return as("sinks", text, [setting("sinks"), sinks.join(" ")]);
}

function emptyRowOf({ emptyRow, fill }: Identified) {
  if (emptyRow === undefined) return undetermined("empty row");
  if (emptyRow === "other")
    return undetermined("empty row", "neither zeros, nor NaN, nor the mean of the values");
  const options = emptyRow === "zero" || fill !== undefined ? [] : [setting("emptyRow"), emptyRow];
  return as("empty row", EMPTY_ROWS[emptyRow], options);
}

const EMPTY_ROWS = { zero: "zeros", nan: "NaN", uniform: "the mean of all values" } as const;

function logSumExpOf({ logSumExp }: Identified) {
  const isKnown = logSumExp !== undefined && logSumExp !== "other";
  return isKnown ? as("log-sum-exp", LOG_SUM_EXPS[logSumExp]) : undetermined("log-sum-exp");
}

const LOG_SUM_EXPS = {
  e: "natural",
  2: "in base 2: multiply it by ln 2",
  negated: "natural, with the wrong sign",
  "without the maximum": "natural, without adding the maximum back",
} as const;

/** Returns an option with its value, or nothing without a value. */
const optionFor = (name: string, value: number | undefined) =>
  value === undefined ? [] : [setting(name), String(value)];

const digits = (value: number) => String(Number(value.toPrecision(4)));

function scaleOf({ scale }: Identified, scoring: NonNullable<Identified["scoring"]>) {
  if (!scale) return as("scale", String(scoring.scale), optionFor("scale", scoring.scale));
  const value = digits(scoring.scale);
  const options = scale.text === "1/sqrt(d_k)" ? [] : [setting("scale"), scale.text];
  return as("scale", `${scale.text} = ${value}${scale.note ? `: ${scale.note}` : ""}`, options);
}

function softcapOf({ fill }: Identified, { softcap }: NonNullable<Identified["scoring"]>) {
  const cap = optionFor("softcap", softcap);
  const text = cap[1] ?? "none";
  if (fill === undefined) return as("softcap", text, cap);
  const order = cap.length > 0 ? ": the softcap comes after the mask" : ", not −∞";
  const options = [...cap, setting("maskFill"), `replace:${fill}`];
  return as("softcap", `${text}; masked scores are ${fill}${order}`, options);
}

function maskOf({ offset, right, left }: NonNullable<Identified["pattern"]>): readonly FoundConvention[] {
  const align = offset === 0 ? "top-left" : offset === OFFSET ? "bottom-right" : undefined;
  const place = align ? [setting("align"), align] : optionFor("queryOffset", offset);
  const open = as("window", "none visible with 24 keys");
  if (right === 0) {
    return [
      as("causal", `yes; query 0 is at key ${offset}`, [setting("causal"), ...place]),
      left === undefined
        ? open
        : as("window", `${left + 1} keys, including the query's own`, optionFor("window", left + 1)),
    ];
  }
  const sides = [...optionFor("windowLeft", left), ...optionFor("windowRight", right)];
  const text = `from ${left ?? "all"} keys before to ${right ?? "all"} keys after`;
  return [as("causal", "no"), sides.length === 0 ? open : as("window", text, [...sides, ...place])];
}

/** The number of keys minus the number of queries in the probe. */
const OFFSET = 8;

function polarityOf({ polarity }: Identified) {
  if (polarity === "keep") return as("mask", "true: may attend");
  if (polarity === "drop") return as("mask", "true: may not attend", [setting("maskTrue"), "drop"]);
  if (polarity === "ignored") return as("mask", "is not applied");
  return undetermined("mask");
}

function groupingOf({ grouping, isValueApart }: Identified) {
  if (!grouping) return undefined;
  const text =
    grouping === "repeat"
      ? "neighbouring heads share a kv head: head h reads kv head ⌊h·G/H⌋"
      : "tiled: head h reads kv head h mod G; qkv has no option for this: reorder the kv heads";
  return {
    ...as("GQA", isValueApart ? `${text} (its values come from another kv head)` : text),
    isBeyond: grouping === "tile" || isValueApart,
  };
}

function rotationOf({ rotation, pattern }: Identified): FoundConvention | undefined {
  if (!rotation) return undefined;
  const { pairs, base, offset, size, factor } = rotation;
  if (pairs === "none") return as("RoPE", "none");
  const options = [
    ...[setting("rope"), pairs, ...(base === 10_000 ? [] : optionFor("base", base))],
    ...optionFor("rotarySize", size),
    ...(factor ? [setting("scaling"), "linear", ...optionFor("scalingFactor", factor)] : []),
  ];
  const part = size ? `, on ${size} of 32 columns` : "";
  const divided = factor ? `, positions divided by ${factor}` : "";
  const usual = pattern?.right === 0 ? pattern.offset : 0;
  const other =
    pattern?.right === 0
      ? `but at ${usual} for the mask`
      : `and qkv has no option for this without ${setting("causal")}`;
  const place = offset === usual ? "" : `; query 0 is at position ${offset}, ${other}`;
  return {
    ...as("RoPE", `${pairs} pairs, base ${base}${part}${divided}${place}`, options),
    isBeyond: offset !== usual,
  };
}

/**
 * Whether every convention was found that the answers can show, the answers are explained, and nothing else fits as
 * well.
 */
export const isWhole = (found: Identified, about: AboutAnswers) =>
  found.misfit === undefined &&
  found.ties.length === 0 &&
  conventionsOf(found, about).every(({ isOpen }) => isOpen !== "not told");

const optionsOf = (found: Identified, conventions: readonly FoundConvention[]) => [
  ...conventions.flatMap(({ options }) => options),
  // Weights that were rounded before their product with the values, if the output shows more bits than that.
  ...(found.isKeptFiner ? [setting("dtype"), found.precision] : []),
];

const quoted = (word: string) => (/^[\w./:-]+$/.test(withOptions(word)) ? word : `'${word}'`);

/** Describes the conventions of a kernel for people. */
export function describeIdentified(found: Identified, about: AboutAnswers): Document {
  const conventions = conventionsOf(found, about);
  const width = Math.max(...conventions.map(({ name }) => name.length));
  const lines = conventions.map(({ name, text, isOpen }) =>
    line(`${name.padEnd(width)}  ${text}`, isOpen ? "dim" : "plain"),
  );
  const ties = found.ties.map(([name, other]) => `${name} ${other}`);
  return present([
    paragraph(verdictOf(found, about, conventions), "strong"),
    found.misfit && paragraph(misfitText(found.misfit)),
    outline(lines),
    ties.length > 0 && paragraph(`These fit as well: ${ties.join("; ")}.`),
    paragraph(`${precisionText(found)} d_k and d_v of the probe are equal.`, "dim"),
  ]);
}

function verdictOf(found: Identified, about: AboutAnswers, conventions: readonly FoundConvention[]) {
  const command = ["qkv multihead", ...optionsOf(found, conventions).map(quoted)].join(" ");
  if (found.misfit) return `✗ Not explained. The closest command is ${command}`;
  if (!isWhole(found, about)) return `— Some conventions are not determined. The others: ${command}`;
  const beyond = conventions.filter(({ isBeyond }) => isBeyond).map(({ name }) => name);
  return `✓ It works like ${command}${beyond.length > 0 ? `, except for ${beyond.join(" and ")}` : ""}`;
}

function misfitText(misfit: Misfit): string {
  const { answer, head, query, column, isSumOfWeights, got, expected, units } = misfit;
  const place = present([
    answer,
    `head ${head}`,
    `query ${query}`,
    column !== undefined && `column ${column}`,
  ]);
  const times = Number.isFinite(units) ? `, off by ${digits(units)} expected errors` : "";
  return present([
    `${place.join(", ")} is ${digits(got)}. These conventions give ${digits(expected)}${times}.`,
    isSumOfWeights &&
      got < expected &&
      "This column sums the weights, and some weight is lost, as with attention sinks or with 1 added to the sum.",
  ]).join(" ");
}

function precisionText({ precision, compared, misfit }: Identified) {
  if (misfit || compared.length === 0) return `Weights rounded to ${precision}.`;
  return `Computed again with these conventions, ${inSentence(compared)} agree within the rounding of ${precision}.`;
}

/** Writes the same for programs. */
export function identifiedToJson(found: Identified, about: AboutAnswers) {
  const conventions = conventionsOf(found, about);
  return {
    options: optionsOf(found, conventions),
    explained: found.compared.length > 0 && found.misfit === undefined,
    compared: found.compared,
    ...(found.misfit && { misfit: { ...found.misfit } }),
    conventions: Object.fromEntries(
      conventions.map(({ name, options, text, isOpen }) => [
        name,
        { options, text, status: isOpen ?? "told" },
      ]),
    ),
    precision: found.precision,
    ties: found.ties.map(([convention, other]) => ({ convention, other })),
  };
}
