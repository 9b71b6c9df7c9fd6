import { isPlainSetting } from "../bundle-settings.js";
import { linesOf, offsetIn } from "../forms/lines.js";
import type { Source } from "../source.js";
import type { Entry } from "../value.js";
import { byWord } from "../words.js";
import { DONE, NEGATIONS } from "./names.js";

/** A setting in a line of a problem, such as `causal: true` or `scale = 0.5`. */
export interface SettingInText {
  readonly key: string;
  /** Its line number, from 1. */
  readonly line: number;
  /** Undefined if it is not a number, a pair of numbers, a word or true/false. */
  readonly entry?: Entry;
  /** The setting is in words, which may only be the title of a mask that is given. */
  readonly isWord?: true;
  readonly text: string;
}

const KEY_AND_VALUE = /^(\p{L}[\p{L}\d_]*(?:[ -]\p{L}+)?)\s*[:=]\s*(\S.*)$/u;
const WORD = /^(?:[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|\p{L}[\p{L}-]*)$/iu;
/** Two whole numbers, as for a window. */
const PAIR = /^[([]?\s*(-?\d+)\s*,\s*(-?\d+)\s*[)\]]?$/;
const NUMBER = String.raw`(\d+(?:\.\d+)?|\.\d+)(?!\d|\.\d|\s*\/)`;
/** Signs beyond ASCII are escaped, because raw texts are written in ASCII. */
const SCALING = String.raw`(?:scal(?:e|ing|ed)|skalier\p{L}*|(?:mise \u00e0 l['\u2019])?\u00e9chelle|(?:factor|faktor|facteur|fattore) (?:of )?1 ?/ ?(?:sqrt|\u221a)|escala\p{L}*|scala\p{L}*|divid\p{L}* by (?:the )?(?:sqrt|\u221a|square root))`;
/**
 * Settings in sentences: `use a causal mask`, `without scaling`, `a window of 2 tokens`. Each has a value without, or
 * with, a "no" before it.
 */
const IN_WORDS: readonly {
  readonly key: string;
  readonly pattern: RegExp;
  /** Returns the value. The argument is the first group of the pattern, which is the number if there is one. */
  readonly plain?: (number: string) => string | boolean;
  readonly negated?: string;
}[] = [
  {
    key: "causal",
    pattern:
      /(?<![\p{L}-])(?:causal|causaal|kausal|kauzal|autoregress|\u043a\u0430\u0443\u0437\u0430\u043b)\p{L}*|look-?ahead mask|only (?:\p{L}+ )*(?:attends? to|sees?) (?:\p{L}+ )*(?:earlier|previous|preceding)|因果/iu,
    plain: () => true,
  },
  {
    key: "scale",
    pattern:
      /(?<!\p{L})(?:unscaled(?! (?:\p{L}+ ){0,2}(?:scores?|logits|products)(?!\p{L}))|unskaliert)|不缩放/iu,
    plain: () => "none",
  },
  { key: "scale", pattern: new RegExp(String.raw`(?<!\p{L})${SCALING}`, "iu"), negated: "none" },
  {
    key: "scale",
    pattern: new RegExp(
      String.raw`(?<!\p{L})scal(?:e|ing)(?: factor| the (?:scores|dot products))? (?:of|by|is|with) ${NUMBER}`,
      "iu",
    ),
    plain: String,
  },
  {
    key: "scale",
    pattern: new RegExp(String.raw`(?<!\p{L})divid\p{L}* (?:\p{L}+ ){0,5}by ${NUMBER}`, "iu"),
    plain: (number) => String(1 / Number(number)),
  },
  {
    key: "window",
    pattern: new RegExp(
      String.raw`(?<!\p{L})window(?: size| width)?(?: (?:of|is)(?: size)?|,?\s{1,3}\(?(?:\p{L} )?[=:]|(?<=size|width)) ?${NUMBER}`,
      "iu",
    ),
    plain: String,
  },
  {
    key: "window",
    pattern: new RegExp(String.raw`[|\t]\s?i\s?-\s?j\s?[|\t]\s?(?:<=|\u2264)\s?${NUMBER}`, "iu"),
    plain: (number) => `${number},${number}`,
  },
  {
    key: "dropoutP",
    pattern: new RegExp(
      String.raw`(?<!\p{L})dropout(?: \p{L}+){0,4}[ ,(]{1,2}(?:(?:p|rate|probability) ?(?:=|of|is)?|=|of) ?${NUMBER}`,
      "iu",
    ),
    plain: String,
  },
  {
    key: "temperature",
    pattern: new RegExp(String.raw`(?<!\p{L})temperature,? \(?(?:\p{L} )?(?:=|of|is)? ?${NUMBER}`, "iu"),
    plain: String,
  },
];
/** Words that negate what follows in the sentence, and offers: `Let me know if you want a mask, too`. */
const NO = new RegExp(
  String.raw`(?<!\p{L}|(?<!\p{L})(?:${DONE})\s)(?:${NEGATIONS}|sin|if|whether|instead of|unlike|compared? (?:\p{L}+ )*(?:to|with))(?: (?!${DONE})\p{L}+){0,3}[\s-]*$|(?<!\p{L})(?:let me know|would you like|want me to|I can also)[^.!?]{0,60}$`,
  "iu",
);

/** What negates the word that a text begins with: `causal: false`, `The scaling by sqrt(d_k) is left out`. */
const LEFT_OUT =
  /^[\p{L}-]{1,20}["'\s]{0,3}[:=]\s*["']?(?:false|null|none|no|off)(?!\p{L})|^[^.;:!?]{0,60}\s(?:(?:is|was|are) (?:left out|omitted|skipped|ignored|neglected|not (?:used|applied|needed|done))|(?:wird|lassen wir|ist) (?:hier )?(?:weg\p{L}*|nicht \p{L}+)|(?:est|es|\u00e8|se) (?:om\p{L}+|ignor\p{L}+))/iu;

/** Whether the text before a word, or behind it, negates it. */
export const isNegated = (text: string, at: number): boolean =>
  NO.test(text.slice(0, at)) || LEFT_OUT.test(text.slice(at));

/** Returns the settings that a sentence states in words. */
export function inWords(
  sentence: string,
): readonly { readonly key: string; readonly value: string | boolean }[] {
  const found = IN_WORDS.flatMap(({ key, pattern, plain, negated }) => {
    const match = pattern.exec(sentence);
    if (!match || /\?\s*$/.test(sentence)) return [];
    const value = isNegated(sentence, match.index) ? negated : plain?.(match[1] ?? "");
    return value === undefined ? [] : [{ key, value }];
  });
  return found.filter(({ key }, at) => found.findIndex((one) => one.key === key) === at);
}

/** A sentence about a setting with a number, which was not understood. */
const SPEAKS_OF_SETTING = /(?<!\p{L})(?:temperature|window|soft-?cap|dropout)\b.*\d/iu;

/** Brackets that show a matrix. */
const BRACKET = /[[({\\]/;
const TRUTHS = byWord({ true: "true yes on", false: "false no off" });

/**
 * Reads the settings in the lines of a text, in order. A line is one setting, several with commas between them, or
 * sentences.
 */
export function settingsInText(source: Source): readonly SettingInText[] {
  return linesOf(source).flatMap((line, index) => {
    const about = { line: index + 1, text: line.text.trim() };
    const parts = partsOf(line.text);
    const settings = parts.map(({ text, at }): SettingInText | undefined => {
      const [, key, value] = KEY_AND_VALUE.exec(text) ?? [];
      if (key === undefined || !isPlainSetting(key)) return undefined;
      const pair = PAIR.exec(value)?.slice(1);
      const word = TRUTHS.get(value.toLowerCase());
      // "mask = causal" is read as a sentence.
      if (!pair && !WORD.test(value)) return { key, ...about };
      return {
        key,
        ...about,
        entry: entryOf(pair ?? (word ? word === "true" : value), offsetIn(line, at)),
      };
    });
    const named = settings.filter((one) => one !== undefined);
    const isOfKeys = named.length > 0 && !BRACKET.test(line.text);
    // Text beside a setting was meant as one. A line without any setting is something else.
    const all = settings.flatMap((one, at): readonly SettingInText[] =>
      one
        ? [one]
        : isOfKeys && inWords(parts[at].text).length === 0
          ? [{ key: "", ...about, text: parts[at].text }]
          : [],
    );
    // A line may have several sentences.
    const sentences = line.text
      .split(/(?<=[.;!?])\s+(?=\p{L})/u)
      .flatMap((sentence): readonly SettingInText[] => {
        const found = inWords(sentence).filter(({ key }) => !named.some((one) => one.key.includes(key)));
        if (
          !found.some(({ key }) => key === "window") &&
          named.length === 0 &&
          SPEAKS_OF_SETTING.test(sentence)
        )
          return [{ key: "", ...about, text: sentence.trim() }];
        return found.map(({ key, value }) => ({
          key,
          ...about,
          entry: entryOf(value, offsetIn(line, 0)),
          ...(key === "causal" && { isWord: true }),
        }));
      });
    return [...all, ...sentences];
  });
}

function entryOf(value: string | boolean | readonly string[], start: number): Entry {
  const scalar = (one: string | boolean) => ({ kind: "scalar", start, value: one }) as const;
  if (typeof value === "string" || typeof value === "boolean")
    return { keyStart: start, value: scalar(value) };
  return { keyStart: start, value: { kind: "list", start, items: value.map(scalar) } };
}

/** Splits a line at commas, semicolons and "and", without its decoration. A number stays with the text before it. */
function partsOf(line: string): readonly { readonly text: string; readonly at: number }[] {
  const parts = line.matchAll(
    /(?:^[\s>*#%-]*|\s*[,;]\s+|\s+and\s+)((?:(?!\s*[,;]\s+[^\d\s+.-]|\s+and\s+).)+)/gu,
  );
  return Array.from(parts, ({ 0: whole, 1: part, index }) => ({
    text: part.replace(/[\s;.!)]+$/, ""),
    at: index + whole.length - part.length,
  }));
}
