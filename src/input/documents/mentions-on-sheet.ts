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
}

/** The mask that sheets mention or show. */
export const CAUSAL: UnusualSetting = { key: "causal", value: true, words: "a causal mask" };

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
  { key: "norm", value: "pre", words: "each norm before its part", pattern: /norm|(?<!\p{L})LN(?!\p{L})/iu },
  {
    key: "scale",
    value: "none",
    words: "scores that are not scaled",
    isStated: true,
    pattern:
      /Luong|(?<!\p{L})(?:no|without|ohne|sans|sin|senza|sem) (?:\p{L}+ )?(?:scal|skalier|mise à l|échelle|escal)/iu,
  },
];

/** Finds what a sheet says about its heads and settings. */
export const mentionsOnSheet = ({ lines }: SheetText): SheetMentions => ({
  heads: countHeads(lines),
  unusual: [...mentioned(lines), ...said(lines)],
});

/** The settings whose value is part of a problem. What a person divides by may be the mistake. */
const OF_PROBLEM: readonly string[] = ["window", "temperature"];

/** Returns the settings that sentences give with a value: `a window of 2 tokens`. */
const said = (lines: SheetText["lines"]): readonly UnusualSetting[] =>
  lines
    .flatMap(({ text }) => inWords(text))
    .filter(({ key }) => OF_PROBLEM.includes(key))
    .map(({ key, value }) => ({ key, value, words: `${key} ${value}`, isStated: true }));

const mentioned = (lines: SheetText["lines"]): readonly UnusualSetting[] =>
  MENTIONS.flatMap(({ pattern, isStated = false, ...setting }) =>
    lines.some(({ text }) => mentions(text, setting, pattern))
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
