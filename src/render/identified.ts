import type { Identified } from "../check/identify/identify.js";
import { type Document, line, outline, paragraph } from "./document.js";

/** What is known of the answers beside their numbers. */
export interface AboutAnswers {
  readonly axes: string;
  readonly hasMask: boolean;
  readonly hasLogSumExp: boolean;
}

/** A convention as it is told: its name, the options of qkv that say the same, and a sentence. */
interface Told {
  readonly name: string;
  readonly options: readonly string[];
  readonly text: string;
  readonly isOpen?: "not asked" | "not told";
}

const as = (name: string, text: string, options: Told["options"] = []): Told => ({ name, options, text });

/** Keys and queries of the probe; what lies beyond them cannot be seen. */
const NOT_TOLD = "could not be told";

function conventionsOf(found: Identified, { axes, hasMask, hasLogSumExp }: AboutAnswers): readonly Told[] {
  const { scoring, pattern, emptyRow, logSumExp } = found;
  const notTold = (name: string, text = NOT_TOLD): Told => ({ ...as(name, text), isOpen: "not told" });
  const notAsked = (name: string, text: string): Told => ({ ...as(name, text), isOpen: "not asked" });
  return [
    scoring ? scaleOf(found, scoring) : notTold("scale"),
    scoring ? softcapOf(found, scoring) : notTold("softcap"),
    ...(pattern ? maskOf(pattern) : [notTold("causal"), notTold("window")]),
    hasMask ? polarityOf(found) : notAsked("mask", "there is no answer with the mask: out_masked"),
    !hasMask
      ? notAsked("empty row", "there is no answer with the mask: out_masked")
      : emptyRow === undefined
        ? notTold("empty row")
        : emptyRow === "other"
          ? notTold("empty row", "other numbers than zeros, NaN or the mean of the values")
          : as(
              "empty row",
              { zero: "zeros", nan: "NaN", uniform: "the mean of all values" }[emptyRow],
              emptyRow === "zero" || found.fill !== undefined ? [] : ["--empty-row", emptyRow],
            ),
    groupingOf(found) ?? notTold("GQA"),
    rotationOf(found) ?? notTold("RoPE"),
    !hasLogSumExp
      ? notAsked("log-sum-exp", "there is none among the answers: lse")
      : logSumExp === undefined || logSumExp === "other"
        ? notTold("log-sum-exp")
        : as("log-sum-exp", LOG_SUM_EXPS[logSumExp]),
    as("axes", `outputs lie as ${axes}`, axes === "bhnd" || axes === "hnd" ? [] : ["--axes", axes]),
  ];
}

const LOG_SUM_EXPS = {
  e: "natural",
  2: "in base 2: multiply it by ln 2",
  negated: "natural, with the wrong sign",
  "without the maximum": "natural, of scores without their maximum",
} as const;

const digits = (value: number) => String(Number(value.toPrecision(4)));

function scaleOf({ scale }: Identified, scoring: NonNullable<Identified["scoring"]>): Told {
  const value = digits(scoring.scale);
  if (!scale) return as("scale", value, ["--scale", value]);
  const options = scale.text === "1/sqrt(d_k)" ? [] : ["--scale", scale.text];
  return as("scale", `${scale.text} = ${value}${scale.note ? `: ${scale.note}` : ""}`, options);
}

function softcapOf({ fill }: Identified, { softcap }: NonNullable<Identified["scoring"]>): Told {
  const cap = softcap === undefined ? [] : ["--softcap", String(Number(softcap.toPrecision(2)))];
  const text = cap[1] ?? "none";
  if (fill === undefined) return as("softcap", text, cap);
  const filled = String(Number(fill.toPrecision(2)));
  const order = cap.length > 0 ? ": the softcap comes after the mask" : ", not −∞";
  const options = [...cap, "--mask-fill", `replace:${filled}`];
  return as("softcap", `${text}; masked scores are ${filled}${order}`, options);
}

function maskOf({ offset, right, left }: NonNullable<Identified["pattern"]>): readonly Told[] {
  const align = offset === 0 ? "top-left" : offset === OFFSET ? "bottom-right" : undefined;
  const place = align ? ["--align", align] : ["--query-offset", String(offset)];
  const isCausal = right === 0;
  const causal = isCausal
    ? as("causal", `yes; query 0 stands at key ${offset}`, ["--causal", ...place])
    : as("causal", "no");
  if (left === undefined && (right === undefined || isCausal))
    return [causal, as("window", "none that 24 keys show")];
  const sides = isCausal
    ? ["--window", String((left ?? 0) + 1)]
    : [
        ...(left === undefined ? [] : ["--window-left", String(left)]),
        ...(right === undefined ? [] : ["--window-right", String(right)]),
        ...place,
      ];
  const text = isCausal
    ? `${(left ?? 0) + 1} keys, the query's own included`
    : `from ${left ?? "all"} keys before to ${right ?? "all"} keys behind`;
  return [causal, as("window", text, sides)];
}

/** Keys minus queries of the probe. */
const OFFSET = 8;

function polarityOf({ polarity }: Identified): Told {
  if (polarity === "keep") return as("mask", "true: may attend", ["--mask-true", "keep"]);
  if (polarity === "drop") return as("mask", "true: may not attend", ["--mask-true", "drop"]);
  if (polarity === "ignored") return as("mask", "is not applied");
  return { ...as("mask", NOT_TOLD), isOpen: "not told" };
}

function groupingOf({ grouping, isValueApart }: Identified): Told | undefined {
  if (!grouping) return undefined;
  const text =
    grouping === "repeat"
      ? "neighbours share a kv head: head h reads ⌊h·G/H⌋"
      : "tiled: head h reads kv head h mod G; qkv has no option for it, reorder the kv heads";
  return as("GQA", isValueApart ? `${text} (its values are of another kv head)` : text);
}

function rotationOf({ rotation, pattern }: Identified): Told | undefined {
  if (!rotation) return undefined;
  const { pairs, base, offset } = rotation;
  if (pairs === "none") return as("RoPE", "none");
  const options = ["--rope", pairs, ...(base === 10_000 ? [] : ["--base", String(base)])];
  const usual = pattern?.right === 0 ? pattern.offset : 0;
  const place = offset === usual ? "" : `; query 0 stands at position ${offset}, the mask has it at ${usual}`;
  return as("RoPE", `${pairs} pairs, base ${base}${place}`, options);
}

/** Whether everything that was asked could be told, and nothing else fits as well. */
export const isWhole = (found: Identified, about: AboutAnswers): boolean =>
  found.ties.length === 0 && conventionsOf(found, about).every(({ isOpen }) => isOpen !== "not told");

const optionsOf = (told: readonly Told[]) => told.flatMap(({ options }) => options);

const quoted = (word: string) => (/^[\w./:-]+$/.test(word) ? word : `'${word}'`);

/** The conventions of a kernel for people. */
export function describeIdentified(found: Identified, about: AboutAnswers): Document {
  const told = conventionsOf(found, about);
  const options = optionsOf(told).map(quoted).join(" ");
  const width = Math.max(...told.map(({ name }) => name.length));
  const lines = told.map(({ name, text, isOpen }) =>
    line(`${name.padEnd(width)}  ${text}`, isOpen ? "dim" : "plain"),
  );
  const ties = found.ties.map(([name, other]) => `${name} ${other}`);
  const verdict = isWhole(found, about)
    ? "✓ It works as"
    : "— Not everything could be told. As far as it goes:";
  return {
    blocks: [
      paragraph(`${verdict} qkv multihead ${options}`.trim(), "strong"),
      outline(lines),
      ...(ties.length > 0 ? [paragraph(`These fit as well: ${ties.join("; ")}.`)] : []),
      paragraph(`Weights as ${found.precision} rounds them. d_k and d_v of the probe are equal.`, "dim"),
    ],
  };
}

/** The same for programs. */
export function identifiedToJson(found: Identified, about: AboutAnswers) {
  const told = conventionsOf(found, about);
  return {
    options: optionsOf(told),
    conventions: Object.fromEntries(
      told.map(({ name, options, text, isOpen }) => [name, { options, text, status: isOpen ?? "told" }]),
    ),
    precision: found.precision,
    ties: found.ties.map(([convention, other]) => ({ convention, other })),
  };
}
