import { countHeads } from "./heads.js";
import type { SheetText } from "./lines.js";
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

const PRE_NORM: UnusualSetting = { key: "norm", value: "pre", words: "each norm before its part" };

/** The settings that a sheet may mention, also in other words than a problem states them. */
const MENTIONS: readonly (UnusualSetting & { readonly pattern: RegExp; readonly unless?: RegExp })[] = [
  { ...CAUSAL, pattern: /mask|-\s?inf|∞/i },
  { key: "scoring", value: "cosine", words: "cosines as scores", pattern: /cosine|kosinus|coseno/i },
  {
    key: "addPositions",
    value: "sinusoidal",
    words: "the encoding of the positions added to x",
    pattern: /posi[tcz]i|\bPE\b|位置/iu,
  },
  { ...PRE_NORM, pattern: /(?<!\p{L})pre-?\s?(?:layer[\s-]?)?(?:norm|LN(?!\p{L}))/iu },
  // Only the norm before the attention can be computed from x alone.
  { ...PRE_NORM, pattern: /norm/i, unless: /att|softmax|weight|score|gewicht|poids|peso|pesi|权重/i },
  {
    key: "scale",
    value: "none",
    words: "scores that are not scaled",
    isStated: true,
    pattern:
      /Luong|(?<!\p{L})(?:no|without|ohne|sans|sin|senza|sem) (?:\p{L}+ )?(?:scal|skalier|mise à l|échelle|escal|sqrt|√)/iu,
  },
];

/** Finds what a sheet says about its heads and settings. */
export const mentionsOnSheet = ({ lines }: SheetText): SheetMentions => ({
  heads: countHeads(lines),
  unusual: [...mentioned(lines), ...withValues(lines)],
  said: new Map([
    ...lines
      .flatMap(({ text }) => inWords(text))
      .filter(({ key, value }) => OF_PROBLEM.includes(key) || (key === CAUSAL.key && value === CAUSAL.value))
      .map(({ key }) => [key, key === CAUSAL.key ? CAUSAL.words : `a ${key}`] as const),
    ...(speaksOfPadding(lines) ? [["keyLength", "padding"] as const] : []),
  ]),
});

/** What a sheet says about keys without a token. */
const PADDING =
  /(?<!\p{L})pad(?:s|ded|ding)?(?!\p{L})|key[ _-]?len|valid[ _-]len|relleno|preenchimento|opvulling|wypełnienie|remplissage|Auffüll|填充/iu;

/** Whether a sheet speaks of padding, other than to say that there is none. */
export const speaksOfPadding = (lines: SheetText["lines"]): boolean =>
  lines.some(({ text }) => {
    const match = PADDING.exec(text);
    return match !== null && !isNegated(text.slice(0, match.index));
  });

/** The settings whose value is part of a problem. What a person divides by may be the mistake. */
const OF_PROBLEM: readonly string[] = ["window", "temperature", "dropoutP"];

/** Returns the settings that sentences give with a value: `a window of 2 tokens`. */
const withValues = (lines: SheetText["lines"]): readonly UnusualSetting[] =>
  lines
    .flatMap(({ text }) => inWords(text))
    .filter(({ key }) => OF_PROBLEM.includes(key))
    .map(({ key, value }) => ({ key, value, words: `${key} ${value}`, isStated: true }));

const mentioned = (lines: SheetText["lines"]): readonly UnusualSetting[] =>
  MENTIONS.flatMap(({ pattern, unless, isStated = false, ...setting }) =>
    lines.some(({ text }) => mentions(text, setting, pattern)) &&
    !lines.some(({ text }) => unless?.test(text))
      ? [{ ...setting, isStated: isStated && lines.some(({ text }) => pattern.test(text)) }]
      : [],
  );

function mentions(text: string, { key, value }: UnusualSetting, pattern: RegExp): boolean {
  const match = pattern.exec(text);
  return (
    (match && !isNegated(text.slice(0, match.index))) ||
    inWords(text).some((one) => one.key === key && one.value === value)
  );
}
