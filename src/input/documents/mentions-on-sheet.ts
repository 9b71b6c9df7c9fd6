import { countHeads } from "./heads.js";
import type { SheetText } from "./lines.js";

/** A setting that a sheet mentions, and that its problem may have. */
export interface UnusualSetting {
  readonly key: string;
  readonly value: string | boolean;
  readonly words: string;
}

/** What a sheet says about its problem, besides the numbers. */
export interface SheetMentions {
  /** The number of heads; undefined if it mentions none. */
  readonly heads: number | undefined;
  /** The settings it mentions. An infinite score counts as a mask. */
  readonly unusual: readonly UnusualSetting[];
}

/** The mask that sheets mention or show. */
export const CAUSAL: UnusualSetting = { key: "causal", value: true, words: "a causal mask" };

const MENTIONS: readonly (UnusualSetting & { readonly pattern: RegExp })[] = [
  {
    ...CAUSAL,
    pattern: /causal|kausal|mask|maske|look-?ahead|-\s?inf|∞|autoregress/i,
  },
  { key: "scoring", value: "cosine", words: "cosines as scores", pattern: /cosine|kosinus|coseno/i },
  {
    key: "scale",
    value: "none",
    words: "scores that are not scaled",
    pattern:
      /unscaled|unskaliert|(?:\bno|\bnot|without|ohne|sans|\bsin|senza)\s(?:\p{L}+\s)?(?:scal|skalier|mise à l|escala)/iu,
  },
];

/** Finds what a sheet says about its heads and settings. */
export const mentionsOnSheet = ({ lines }: SheetText): SheetMentions => ({
  heads: countHeads(lines),
  unusual: MENTIONS.flatMap(({ pattern, ...setting }) =>
    lines.some(({ text }) => pattern.test(text)) ? [setting] : [],
  ),
});
