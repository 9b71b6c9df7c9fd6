import type { Identified } from "../check/identify/identify.js";
import { type Document, line, outline, paragraph } from "./document.js";
import type { JsonValue } from "./json-value.js";

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
  /** Not asked about, or asked and not told. */
  readonly isOpen?: "not asked" | "not told";
}

/** Keys and queries of the probe; what lies beyond them cannot be seen. */
const NOT_TOLD = "could not be told";

function conventionsOf(found: Identified, { axes, hasMask, hasLogSumExp }: AboutAnswers): readonly Told[] {
  const { scoring, pattern, emptyRow, logSumExp } = found;
  const notTold = (name: string): Told => ({ name, options: [], text: NOT_TOLD, isOpen: "not told" });
  const notAsked = (name: string, what: string): Told => ({
    name,
    options: [],
    text: what,
    isOpen: "not asked",
  });
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
          ? { ...notTold("empty row"), text: "other numbers than zeros, NaN or the mean of the values" }
          : {
              name: "empty row",
              options: emptyRow === "zero" || found.fill !== undefined ? [] : ["--empty-row", emptyRow],
              text: { zero: "zeros", nan: "NaN", uniform: "the mean of all values" }[emptyRow],
            },
    groupingOf(found) ?? notTold("GQA"),
    rotationOf(found) ?? notTold("RoPE"),
    !hasLogSumExp
      ? notAsked("log-sum-exp", "there is none among the answers: lse")
      : logSumExp === undefined || logSumExp === "other"
        ? notTold("log-sum-exp")
        : { name: "log-sum-exp", options: [], text: LOG_SUM_EXPS[logSumExp] },
    {
      name: "axes",
      options: axes === "bhnd" || axes === "hnd" ? [] : ["--axes", axes],
      text: `outputs lie as ${axes}`,
    },
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
  if (!scale) return { name: "scale", options: ["--scale", value], text: value };
  const options = scale.text === "1/sqrt(d_k)" ? [] : ["--scale", scale.text];
  return { name: "scale", options, text: `${scale.text} = ${value}${scale.note ? `: ${scale.note}` : ""}` };
}

function softcapOf({ fill }: Identified, { softcap }: NonNullable<Identified["scoring"]>): Told {
  const cap = softcap === undefined ? [] : ["--softcap", String(Number(softcap.toPrecision(2)))];
  if (fill === undefined) {
    return { name: "softcap", options: cap, text: cap[1] ?? "none" };
  }
  const filled = String(Number(fill.toPrecision(2)));
  return {
    name: "softcap",
    options: [...cap, "--mask-fill", `replace:${filled}`],
    text: `${cap[1] ?? "none"}; masked scores are ${filled}${cap.length > 0 ? ": the softcap comes after the mask" : ", not −∞"}`,
  };
}

function maskOf({ offset, right, left }: NonNullable<Identified["pattern"]>): readonly Told[] {
  const align = offset === 0 ? "top-left" : offset === OFFSET ? "bottom-right" : undefined;
  const place = align ? ["--align", align] : ["--query-offset", String(offset)];
  const isCausal = right === 0;
  const causal: Told = isCausal
    ? { name: "causal", options: ["--causal", ...place], text: `yes; query 0 stands at key ${offset}` }
    : { name: "causal", options: [], text: "no" };
  if (left === undefined && (right === undefined || isCausal)) {
    return [causal, { name: "window", options: [], text: "none that 24 keys show" }];
  }
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
  return [causal, { name: "window", options: sides, text }];
}

/** Keys minus queries of the probe. */
const OFFSET = 8;

function polarityOf({ polarity }: Identified): Told {
  if (polarity === "keep")
    return { name: "mask", options: ["--mask-true", "keep"], text: "true: may attend" };
  if (polarity === "drop")
    return { name: "mask", options: ["--mask-true", "drop"], text: "true: may not attend" };
  if (polarity === "ignored") return { name: "mask", options: [], text: "is not applied" };
  return { name: "mask", options: [], text: NOT_TOLD, isOpen: "not told" };
}

function groupingOf({ grouping, isValueApart }: Identified): Told | undefined {
  if (!grouping) return undefined;
  const text =
    grouping === "repeat"
      ? "neighbours share a kv head: head h reads ⌊h·G/H⌋"
      : "tiled: head h reads kv head h mod G; qkv has no option for it, reorder the kv heads";
  return {
    name: "GQA",
    options: [],
    text: isValueApart ? `${text} (its values are of another kv head)` : text,
  };
}

function rotationOf({ rotation, pattern }: Identified): Told | undefined {
  if (!rotation) return undefined;
  const { pairs, base, offset } = rotation;
  if (pairs === "none") return { name: "RoPE", options: [], text: "none" };
  const options = ["--rope", pairs, ...(base === 10_000 ? [] : ["--base", String(base)])];
  const usual = pattern?.right === 0 ? pattern.offset : 0;
  const place = offset === usual ? "" : `; query 0 stands at position ${offset}, the mask has it at ${usual}`;
  return { name: "RoPE", options, text: `${pairs} pairs, base ${base}${place}` };
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
export function identifiedToJson(
  found: Identified,
  about: AboutAnswers,
): Readonly<Record<string, JsonValue>> {
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
