import type { Line } from "./lines.js";
import { LETTER, ORDINALS, plural, singular } from "./nouns.js";

// How sheets name and count heads.

const HEAD = new RegExp(`(?<!${LETTER})(?:${singular("head")})[ _#]*(\\d{1,2})`, "giu");
/**
 * A whole matrix with a number: `A_1 = [[`, `W_Q1 = [[`, `print(A1)`. The weights of a feed-forward network (W1, b1) are numbered as
 * well, so W alone is left out.
 */
const NUMBERED_MATRIX =
  /(?<![\p{L}\d])(?:W_?)?[ACHOPQKSVZ]_?\{?(\d)\}?\s*=\s*\[\s*\[|(?<!\p{L})(?:print|disp|display)\(\s*(?:W_?)?[ACHOPQKSVZ]_?(\d)\s*\)/u;
/** The projection of one head: `W_Q1`, `W_Q^(1)`, `W^Q_1`, `W_1^Q`, `W1_Q`. */
const PROJECTION_OF_HEAD =
  /(?<![\p{L}\d])W[_^({]*(?:[QKV][)}]*[_^({]*(\d)|(\d)[)}]*[_^({]+[QKV])(?![\p{L}\d])[)}]*/iu;

const COUNTED_HEADS = ORDINALS.map(
  (words) => new RegExp(`(?<!\\p{L})(?:${words}) (?:${singular("head")})(?!\\p{L}|[ _#]*\\d)`, "giu"),
);

/** The words for two, three and four in several languages. */
const NUMBERS: readonly string[] = ["two|zwei|deux|dos|due|duas|twee|dwie", "three|drei", "four|vier"];
const HEADS = new RegExp(
  `(?<![\\p{L}\\d])(\\d{1,2}|${NUMBERS.join("|")})[ \\t]+(?:attention[ \\t]+)?(?:${plural("head")}|głów)|(?:heads|\\bh)\\s*[=:]\\s*(\\d{1,2})`,
  "iu",
);

/** The head of keys and values that a head of queries shares: `Query head 3 (KV head 1)`. */
const SHARED_HEAD = /(?<!\p{L})(?:kv|key[-/ ]value)[- ]head[ _#]*\d{1,2}/giu;

/** Returns the head that a line names, or the number in the name of its matrix. A line about several heads names none. */
export function headIn(given: string): number | undefined {
  const text = given.replace(SHARED_HEAD, (shared, at: number) =>
    /\d/.test(given.slice(0, at)) ? "" : shared,
  );
  const heads = new Set([...text.matchAll(HEAD)].map(numberOf));
  return heads.size > 1
    ? undefined
    : (namedHead(text) ?? numberOf(PROJECTION_OF_HEAD.exec(text) ?? NUMBERED_MATRIX.exec(text)));
}

function namedHead(text: string): number | undefined {
  const plain = COUNTED_HEADS.reduce((one, ordinal, at) => one.replace(ordinal, `head ${at + 1}`), text);
  return numberOf([...plain.matchAll(HEAD)].at(-1));
}

const numberOf = (found: RegExpExecArray | null | undefined): number | undefined =>
  found ? Number(found[1] ?? found[2]) : undefined;

/** Finds which of several attentions a text is about: a head by its number, or a scoring function by its name. */
export interface HeadFinder {
  /** Returns the attention that a text names last. */
  in(text: string): number | undefined;
  /** Returns the text without words that could also name a step. */
  without(text: string): string;
}

/** A product of matrices of one head: `A_1V_1`, `Q_2 K_2^T`. */
const PRODUCT_OF_HEAD = /(?<!\p{L})(\p{Lu})_?(\d)(\s*[·*@]?\s*\p{Lu})_?\2(?!\d)/gu;

export const HEADS_BY_NUMBER: HeadFinder = {
  in: headIn,
  without: (text) =>
    text
      .replace(PRODUCT_OF_HEAD, "$1$3")
      .replace(PROJECTION_OF_HEAD, (name) => `W_${/[QKV]/i.exec(name.slice(1))?.[0]} `),
};

/** Whether a text contains a number other than the number of a head. */
export const hasNumber = (text: string): boolean => /\d/.test(text.replace(HEAD, "head"));

/**
 * Returns the head that applies to each line. A line about all heads ("concat") ends it, and the next title does if only
 * a projection names it.
 */
export function headsOf(lines: readonly Line[], heads: HeadFinder): readonly (number | undefined)[] {
  let head: number | undefined;
  let isOfProjection = false;
  return lines.map(({ text }) => {
    const named = heads.in(text);
    const isTitle = /\p{L}/u.test(text) && !text.trim().includes("\t");
    const isEnd = /\bconcat/i.test(text) || (isOfProjection && isTitle);
    if (named !== undefined || isEnd) {
      head = named;
      isOfProjection = PROJECTION_OF_HEAD.test(text);
    }
    return head;
  });
}

/** Heads side by side: `np.concatenate([H1, H2], axis=1)`. The first is called 1 or 0. */
const JOINED = /(?<!\p{L})(?:concat\w*|cat|hstack)\s?\(\s?[[(]?\s?(\p{L}{1,8}_?)[01]((?:\s?,\s?\1\d)+)/iu;

/** An array with three axes: one block per head. */
const ARRAYS = /\[\s*\[\s*\[[^\p{L}=]*?\]\s*\]\s*\]/gu;
const NEXT_BLOCK = /\]\s*\]\s*,?\s*\[\s*\[/g;

/**
 * Returns the number of heads: as stated, by the names of heads, or by the blocks of an array. Returns undefined if a
 * sheet has none of these.
 */
export function countHeads(lines: readonly Line[]): number | undefined {
  const text = lines.map((line) => line.text).join("\n");
  const [, said, set = said] = HEADS.exec(text) ?? [];
  if (set !== undefined) {
    const word = NUMBERS.findIndex((words) => words.split("|").includes(set.toLowerCase()));
    return word < 0 ? Number(set) : word + 2;
  }
  const [, , others] = JOINED.exec(text) ?? [];
  if (others !== undefined) return others.split(",").length;
  const named = lines.flatMap((line) => namedHead(line.text) ?? []);
  if (named.length > 0) return Math.max(...named) + (named.includes(0) ? 1 : 0);
  const blocks = Array.from(text.matchAll(ARRAYS), ([array]) => (array.match(NEXT_BLOCK)?.length ?? 0) + 1);
  return blocks.length > 0 ? Math.max(...blocks) : undefined;
}
