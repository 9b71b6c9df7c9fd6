import { countHeads } from "./heads.js";
import type { SheetText } from "./lines.js";

/** What a sheet says of its problem beside the numbers. */
export interface SaidOnSheet {
  /** How many heads it counts; undefined where it names none. */
  readonly heads: number | undefined;
  /** Whether it speaks of a mask, or has infinite scores. */
  readonly hasMask: boolean;
}

const MASK = /causal|kausal|mask|maske|look-?ahead|-\s?inf|∞|autoregress/i;

/** Finds what a sheet says of heads and masks. */
export const saidOnSheet = ({ lines }: SheetText): SaidOnSheet => ({
  heads: countHeads(lines),
  hasMask: lines.some(({ text }) => MASK.test(text)),
});
