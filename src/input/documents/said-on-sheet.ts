import { countHeads } from "./heads.js";
import type { SheetText } from "./lines.js";

/** A setting that a sheet speaks of, which may be that of its problem. */
export interface Unusual {
  readonly key: string;
  readonly value: string | boolean;
  readonly words: string;
}

/** What a sheet says of its problem beside the numbers. */
export interface SaidOnSheet {
  /** How many heads it counts; undefined where it names none. */
  readonly heads: number | undefined;
  /** What it speaks of; an infinite score speaks of a mask. */
  readonly unusual: readonly Unusual[];
}

/** The mask that sheets speak of, or show. */
export const CAUSAL: Unusual = { key: "causal", value: true, words: "a causal mask" };

const SPOKEN_OF: readonly (Unusual & { readonly pattern: RegExp })[] = [
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

/** Finds what a sheet says of its heads and settings. */
export const saidOnSheet = ({ lines }: SheetText): SaidOnSheet => ({
  heads: countHeads(lines),
  unusual: SPOKEN_OF.flatMap(({ pattern, ...said }) =>
    lines.some(({ text }) => pattern.test(text)) ? [said] : [],
  ),
});
