import type { SheetText } from "./lines.js";

/** What a sheet says of its problem beside the numbers. */
export interface SaidOnSheet {
  /** How many heads it counts; undefined where it names none. */
  readonly heads?: number;
  /** Whether it speaks of a mask, or has infinite scores. */
  readonly hasMask: boolean;
}

const HEADS =
  /(?<![\p{L}\d])(\d{1,2}|two|three|four|zwei|drei|vier|deux|dos|due)\s+(?:attention\s+)?(?:heads|köpfe|têtes|cabezas|teste)/iu;
const HEADS_SET = /(?:heads|num_heads|n_heads|\bh)\s*[=:]\s*(\d{1,2})/i;
const HEAD = /(?<!\p{L})(?:head|kopf|tête|cabeza|testa)[ _#]*(\d{1,2})/giu;
/** An array of three axes, a block for each head. */
const ARRAY = /\[\s*\[\s*\[[^\p{L}=]*?\]\s*\]\s*\]/u;
const NEXT_BLOCK = /\]\s*\]\s*,?\s*\[\s*\[/g;
const MASK = /causal|kausal|mask|maske|look-?ahead|-\s?inf|∞|autoregress/i;
const COUNTED: Readonly<Record<string, number>> = {
  two: 2,
  zwei: 2,
  deux: 2,
  dos: 2,
  due: 2,
  three: 3,
  drei: 3,
  four: 4,
  vier: 4,
};

/** Finds what a sheet says of heads and masks. */
export function saidOnSheet({ lines }: Pick<SheetText, "lines">): SaidOnSheet {
  const text = lines.map((line) => line.text).join("\n");
  const [, said] = HEADS.exec(text) ?? HEADS_SET.exec(text) ?? [];
  const named = Array.from(text.matchAll(HEAD), ([, number]) => Number(number));
  const blocks = (ARRAY.exec(text)?.[0].match(NEXT_BLOCK)?.length ?? -1) + 1;
  const counted = named.length === 0 ? blocks : Math.max(...named) + (named.includes(0) ? 1 : 0);
  const heads = said === undefined ? counted : (COUNTED[said.toLowerCase()] ?? Number(said));
  return { hasMask: MASK.test(text), ...(heads > 0 && { heads }) };
}
