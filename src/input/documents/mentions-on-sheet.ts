import { countHeads } from "./heads.js";
import type { SheetText } from "./lines.js";
import { DONE, NEGATIONS } from "./names.js";
import { inWords, isNegated } from "./settings-in-text.js";

/** A setting that a sheet mentions, and that its problem may have. */
export interface UnusualSetting {
  readonly key: string;
  readonly value: string | boolean | number;
  readonly words: string;
  /** Whether the sheet says so of its problem. Otherwise a step may only have such a name. */
  readonly isStated?: boolean;
}

/** What a sheet says about its problem, besides the numbers. */
interface SheetMentions {
  /** The number of heads; undefined if it mentions none. */
  readonly heads: number | undefined;
  /** The settings it mentions. An infinite score counts as a mask. */
  readonly unusual: readonly UnusualSetting[];
  /** The masks and the temperature that its sentences speak of, by setting. */
  readonly said: ReadonlyMap<string, string>;
}

/** The mask that sheets mention or show. */
export const CAUSAL: UnusualSetting = { key: "causal", value: true, words: "a causal mask" };

/** A layer of which a sheet names no norm may have none. */
export const NO_NORM: UnusualSetting = { key: "norm", value: "none", words: "no norm" };

/** Whether a sheet speaks of a norm, or of its parameters. */
export const speaksOfNorm = ({ lines }: SheetText): boolean =>
  lines.some(({ text }) => /norm|норм|(?<!\p{L})LN(?!\p{L})|gamma|γ|归一|标准化|正規化|정규화/iu.test(text));

/** What a sheet does not divide by, in several languages. */
const ROOT = /(?:√|sqrt|(?:square )?root|\p{L}{0,7}wurzel|radice|racine|ra[ií]z|wortel|pierwiast|кор[ен])/u
  .source;
const WIDTH = /(?:d_?\{?k(?![\p{L}\d])\}?)/u.source;
const SCALING = /(?:scal|skal|mise à l|échelle|escal)/u.source;
const NORM = /(?:[\p{L}-]{0,12}norm(?:s|ali[sz]\p{L}*|en)?|LN)(?!\p{L})/u.source;

/** Matches what a text negates, with up to five words between. */
const negated = (what: string): string =>
  `(?<!\\p{L}|(?<!\\p{L})(?:${DONE})\\p{L}{0,5}(?:\\s\\p{L}{1,3})?\\s)(?:${NEGATIONS}|sin|pas)(?:[\\s(]{1,3}(?!${DONE})[\\p{L}_'’]{1,20}){0,5}[\\s(]{1,3}${what}`;

/** The settings that a sheet may mention, also in other words than a problem states them. */
const MENTIONS: readonly (UnusualSetting & { readonly pattern: RegExp })[] = [
  { ...CAUSAL, pattern: /mask|-\s?inf|∞/i },
  { key: "scoring", value: "cosine", words: "cosines as scores", pattern: /cosine|kosinus|coseno/i },
  {
    key: "addPositions",
    value: "sinusoidal",
    words: "the encoding of the positions added to x",
    pattern: /posi[tcz]i|\bPE\b|位置/iu,
  },
  { key: "alibi", value: true, words: "ALiBi", pattern: /alibi/i },
  {
    key: "norm",
    value: "pre",
    words: "each norm before its part",
    // Also by its formula: `x + Attention(LN(x))`.
    pattern:
      /(?<!\p{L})(?:pre-?\s?(?:layer[\s-]?)?(?:norm|LN(?!\p{L}))|(?:att\p{L}{0,8}|mha|msa|multi-?head\p{L}{0,9}|ffn?|mlp)\s?\(\s?(?:layer[\s-]?norm|norm|LN)\d?\s?\()/iu,
  },
  {
    key: "scale",
    value: "none",
    words: "scores that are not scaled",
    isStated: true,
    pattern: new RegExp(
      `Luong|${negated(`(?:${SCALING}|${ROOT}|${WIDTH})`)}|(?<!\\p{L})(?:leav(?:e|ing)|left)\\s(?:\\p{L}+\\s){0,2}${SCALING}[^.;:]{0,40}\\sout(?!\\p{L})|不[^,.;，。]{0,6}(?:√|sqrt|根|缩放)`,
      "iu",
    ),
  },
  {
    key: "scale",
    value: "1/d_k",
    words: "scores divided by d_k itself",
    isStated: true,
    // Only if the sheet says that it is not the root. Otherwise the root was forgotten.
    pattern: new RegExp(
      `(?:[/÷]|\\s)\\s?${WIDTH}[^.;]{0,30}${negated(ROOT)}|(?<!\\p{L})(?:mu|μ)-?P(?!\\p{L})`,
      "u",
    ),
  },
  {
    ...NO_NORM,
    isStated: true,
    pattern: new RegExp(
      `${negated(NORM)}|(?<!\\p{L})${NORM}[^.;:!?]{0,30}\\s(?:left out|omitted|skipped|weggelassen|omis)`,
      "iu",
    ),
  },
];

/** Finds what a sheet says about its heads and settings. */
export const mentionsOnSheet = ({ lines }: SheetText): SheetMentions => ({
  heads: countHeads(lines),
  unusual: [...mentioned(lines), ...withValues(lines)],
  said: new Map([
    ...lines
      .flatMap(({ text }) => inWords(text))
      .filter(
        ({ key, value }) =>
          (OF_PROBLEM.includes(key) && key !== OF_TRAINING) || (key === CAUSAL.key && value === CAUSAL.value),
      )
      .map(({ key }) => [key, key === CAUSAL.key ? CAUSAL.words : `a ${key}`] as const),
    ...(speaksOfPadding(lines) ? [["keyLength", "padding"] as const] : []),
  ]),
});

/** `T = 2`, `τ = 0,5` */
export const TEMPERATURE = /(?<![\p{L}\d_^.])(?:T|τ|tau)\s?=\s?(\d+(?:[.,]\d+)?)(?![\d.,]*\d)/u;

/** Returns what a line says about settings, also a temperature by its letter. */
function settingsIn(text: string) {
  const found = inWords(text);
  const [, value] = TEMPERATURE.exec(text) ?? [];
  const isNew = value !== undefined && !found.some(({ key }) => key === "temperature");
  return isNew ? [...found, { key: "temperature", value: value.replace(",", ".") }] : found;
}

/** What a sheet says about keys without a token. */
const PADDING =
  /(?<!\p{L})pad(?:s|ded|ding)?(?!\p{L})|key[ _-]?len|valid[ _-]len|relleno|preenchimento|opvulling|wypełnienie|remplissage|Auffüll|填充/iu;

/** Whether a sheet speaks of padding, other than to say that there is none. */
export const speaksOfPadding = (lines: SheetText["lines"]): boolean => speaksOf(PADDING, lines);

const speaksOf = (pattern: RegExp, lines: SheetText["lines"]): boolean =>
  lines.some(({ text }) => {
    const match = pattern.exec(text);
    return match !== null && !isNegated(text, match.index);
  });

const WINDOW =
  /(?<!\p{L})(?:windows?|sliding|local|neighbou?rs?|fenster\p{L}*|lokale?|nachbar\p{L}*|fenêtre|locale|voisins?|ventana|vecin[oa]s?|finestra|vicin[oi]|janela|vizinh[oa]s?)(?!\p{L})|窗口|局部|相邻/iu;

/** Whether a sheet speaks of a window of keys around each query, other than to say that there is none. */
export const speaksOfWindow = (lines: SheetText["lines"]): boolean => speaksOf(WINDOW, lines);

/** The settings whose value is part of a problem. What a person divides by may be the mistake. */
const OF_PROBLEM: readonly string[] = ["window", "temperature", "dropoutP"];
/** The one that a sheet may speak of although its numbers are computed without: in training alone there is dropout. */
const OF_TRAINING = "dropoutP";

/** Returns the settings that sentences give with a value: `a window of 2 tokens`. */
function withValues(lines: SheetText["lines"]): readonly UnusualSetting[] {
  const found = lines
    .flatMap(({ text }) => settingsIn(text))
    .filter(({ key }) => OF_PROBLEM.includes(key))
    .filter(
      ({ key, value }, at, all) => all.findIndex((one) => one.key === key && one.value === value) === at,
    )
    .map(({ key, value }) => ({
      key,
      value,
      words: `${key === OF_TRAINING ? "dropout" : key} ${value}`,
      isStated: true,
    }));
  return found.some(({ key }) => key === "temperature") ? [...found, IN_PLACE_OF_ROOT] : found;
}

/** A temperature may be in place of √d_k. */
export const IN_PLACE_OF_ROOT: UnusualSetting = {
  key: "scale",
  value: 1,
  words: "scores that are not divided by √d_k",
  isStated: true,
};

const mentioned = (lines: SheetText["lines"]): readonly UnusualSetting[] =>
  MENTIONS.flatMap(({ pattern, isStated = false, ...setting }) =>
    lines.some(({ text }) => !(isStated && IS_QUESTION.test(text)) && mentions(text, setting, pattern))
      ? [{ ...setting, isStated: isStated && lines.some(({ text }) => pattern.test(text)) }]
      : [],
  );

/** A question states nothing: `What happens without scaling?` */
const IS_QUESTION = /[?？]\s*$/u;

/** What others do wrong: `Common mistakes: no scaling`, `Points are lost without the root`. */
const OF_MISTAKES =
  /(?<!\p{L})(?:points? (?:\p{L}{2,4} )?(?:lost|off|deducted)|punktabzug|mistakes?|pitfalls?|(?:denk|rechen)?fehler|errors?|erreurs?|errores|errori?|erros?)(?!\p{L})|错误/iu;

function mentions(text: string, { key, value }: UnusualSetting, pattern: RegExp): boolean {
  if (OF_MISTAKES.test(text)) return false;
  const match = pattern.exec(text);
  return (
    (match && !isNegated(text, match.index)) ||
    inWords(text).some((one) => one.key === key && one.value === value)
  );
}

/** The width of the keys that a sheet states: `d_k = 2`, `d_k is 2`, `√d_k = √2`, `/ sqrt(2)`, `divide by √2`. */
const STATED_WIDTH =
  /(?<![\p{L}\d_]|(?:√|sqrt)\s?\(?)d_?k\s{0,3}(?:=|:|is|ist|est|es|è|vaut)\s{0,3}(\d+)(?!\d|[.,]\d)|(?:[/÷]\s*\(?|d_?k\)?\s?[=≈]\s?|(?:divi|s[ck]al|skal)\p{L}{1,9}\s(?:\p{L}{2,9}\s){0,3})(?:√|sqrt)\s*\(?(\d+)(?!\d|[.,]\d)/giu;

/** A sentence about another model. */
const OF_OTHERS = /(?<!\p{L})(?:paper|original|BERT|GPT|usual|typical|üblich|large|vanish)/iu;

/** The widths of the keys that a sheet states of its own problem, with their lines. */
export const statedWidths = ({
  lines,
}: SheetText): readonly { readonly number: number; readonly said: number }[] =>
  lines
    .filter(({ text }) => !OF_OTHERS.test(text))
    .flatMap(({ number, text }) =>
      Array.from(text.matchAll(STATED_WIDTH))
        .filter(({ index }) => !isNegated(text, index))
        .map(([, said, root = said]) => ({ number, said: Number(root) })),
    );

/** The slope of ALiBi: `slope m = 0.5`, `slope 1/4`. */
const SLOPE = /(?<!\p{L})slope(?: \(?m| of| is)?\s?[=:]?\s?(\d*\.?\d+)(?:\/(\d+))?(?!\d)/iu;

/** Returns the slope by which ALiBi changes the scores of one head, if a sheet states it. */
export function statedSlope({ lines }: SheetText): number | undefined {
  const isOfAlibi = lines.some(({ text }) => /alibi|distance/i.test(text));
  const [, slope, of = 1] = lines.map(({ text }) => SLOPE.exec(text)).find((found) => found) ?? [];
  return isOfAlibi && slope !== undefined ? Number(slope) / Number(of) : undefined;
}

/** The scales that a sheet may mean if it gives the scores, without the keys. */
export const scalesStated = (text: SheetText): readonly UnusualSetting[] =>
  [...new Set(statedWidths(text).map(({ said }) => said))].map((said) => {
    return { key: "scale", value: 1 / Math.sqrt(said), words: `a scale of 1/√${said}`, isStated: true };
  });
