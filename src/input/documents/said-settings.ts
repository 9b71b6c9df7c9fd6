import { isPlainSetting } from "../bundle-settings.js";
import { linesOf, offsetIn } from "../forms/lines.js";
import type { Source } from "../source.js";
import type { Entry } from "../value.js";

/** A setting that a line of a problem in words says, such as `causal: true` or `scale = 0.5`. */
export interface SaidSetting {
  readonly key: string;
  /** The number of its line, from 1. */
  readonly line: number;
  /** Undefined where it is no number, pair of numbers, word or truth. */
  readonly entry?: Entry;
  /** It is said in words, which may be no more than the title of a mask that is given. */
  readonly isWord?: true;
  readonly text: string;
}

const SAID = /^(\p{L}[\p{L}\d_]*(?:[ -]\p{L}+)?)\s*[:=]\s*(\S.*)$/u;
const WORD = /^(?:[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|\p{L}[\p{L}-]*)$/iu;
/** Two whole numbers, as a window has them. */
const PAIR = /^[([]?\s*(-?\d+)\s*,\s*(-?\d+)\s*[)\]]?$/;
/** Settings that people say in words. */
const IN_WORDS: readonly {
  readonly key: string;
  readonly value: string | boolean;
  readonly pattern: RegExp;
}[] = [
  {
    // "Use a causal mask", "with causal masking", "causal", "mask = causal".
    key: "causal",
    value: true,
    pattern:
      /^(?:(?:please\s+)?(?:use|apply|assume|with|using)?\s*(?:a|the)?\s*|(?:attention\s+)?mask(?:ing)?\s*[:=]\s*)(?:causal|look-?ahead|autoregressive)(?:\s+(?:self-)?(?:mask(?:ing)?|attention))?(?:\s+is\s+(?:used|applied))?$/i,
  },
  {
    // "without scaling", "do not scale the scores", "unscaled dot-product attention", "do not divide by sqrt(d_k)".
    key: "scale",
    value: "none",
    pattern:
      /(?:^|\s)(?:(?:without|no|ohne|sans|sin|senza)\s+(?:any\s+)?(?:scaling(?:\s+factor)?|scale\s+factor|skalierung|mise à l['’]échelle|escalado|escalar|scalatura|scaling)|(?:do\s+not|don['’]t|never)\s+(?:scale(?:\s+(?:them|the\s+(?:scores|dot\s+products)))?|divide\s+by\s+(?:the\s+)?(?:sqrt|√|square\s+root).*)|unscaled(?:\s+(?:dot[- ]products?|attention|scores))*)$|不缩放$/iu,
  },
];
/** What has one is a matrix. */
const BRACKET = /[[({\\]/;
const TRUTHS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["yes", true],
  ["on", true],
  ["false", false],
  ["no", false],
  ["off", false],
]);

/** What the lines of a text say of settings, in their order: a line is one setting, or several with commas between them. */
export function saidSettings(source: Source): readonly SaidSetting[] {
  return linesOf(source).flatMap((line, index) => {
    const parts = partsOf(line.text);
    const said = parts.map(({ text, at }): SaidSetting | undefined => {
      const about = { line: index + 1, text: line.text.trim() };
      const start = offsetIn(line, at);
      const word = IN_WORDS.find(({ pattern }) => pattern.test(text));
      if (word) {
        const mayBeTitle = word.key === "causal" && ({ isWord: true } as const);
        return { key: word.key, ...about, entry: entryOf(word.value, start), ...mayBeTitle };
      }
      const [, key, value] = SAID.exec(text) ?? [];
      if (key === undefined || !isPlainSetting(key)) return undefined;
      const pair = PAIR.exec(value)?.slice(1);
      if (!pair && !WORD.test(value)) return { key, ...about };
      return { key, ...about, entry: entryOf(pair ?? TRUTHS.get(value.toLowerCase()) ?? value, start) };
    });
    // Beside a setting, what is none was meant as one; a line without any is something else.
    if (!said.some((one) => one !== undefined)) return [];
    return said.flatMap((one, at): readonly SaidSetting[] => {
      if (one) return [one];
      const { text } = parts[at];
      return BRACKET.test(text) ? [] : [{ key: "", line: index + 1, text }];
    });
  });
}

function entryOf(value: string | boolean | readonly string[], start: number): Entry {
  const scalar = (one: string | boolean) => ({ kind: "scalar", start, value: one }) as const;
  if (typeof value === "string" || typeof value === "boolean")
    return { keyStart: start, value: scalar(value) };
  return { keyStart: start, value: { kind: "list", start, items: value.map(scalar) } };
}

/** What stands in a line between commas, semicolons and "and", without what decorates the line; a number goes with what is before it. */
function partsOf(line: string): readonly { readonly text: string; readonly at: number }[] {
  const parts = line.matchAll(
    /(?:^[\s>*#%-]*|\s*[,;]\s+|\s+and\s+)((?:(?!\s*[,;]\s+[^\d\s+.-]|\s+and\s+).)+)/gu,
  );
  return Array.from(parts, ({ 0: whole, 1: part, index }) => ({
    text: part.replace(/[\s;.!]+$/, ""),
    at: index + whole.length - part.length,
  }));
}
