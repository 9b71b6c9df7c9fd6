import type { Line } from "./lines.js";

// What sheets call heads, and how they count them.

const HEAD = /(?<!\p{L})(?:head|kopf|tête|cabeza|testa)[ _#]*(\d{1,2})|头\s*(\d{1,2})/giu;
/** A whole matrix with a number: `A_1 = [[`. Weights of a feed-forward are counted so, too. */
const NUMBERED_MATRIX = /(?<![\p{L}\d])[ACHOPQKSVZ]_?\{?(\d)\}?\s*=\s*\[\s*\[/u;

const ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];
const COUNTED_HEAD = new RegExp(`\\b(${ORDINALS.join("|")}) head\\b`, "gi");

/** The words for two, three and four, in which heads are counted. */
const NUMBERS: readonly string[] = ["two|zwei|deux|dos|due", "three|drei", "four|vier"];
const HEADS = new RegExp(
  `(?<![\\p{L}\\d])(\\d{1,2}|${NUMBERS.join("|")})\\s+(?:attention\\s+)?(?:heads|köpfe|têtes|cabezas|teste)|(?:heads|\\bh)\\s*[=:]\\s*(\\d{1,2})`,
  "iu",
);

/** The head that a line names last, or counts its matrix by. */
export const headIn = (text: string): number | undefined =>
  namedHead(text) ?? numberOf(NUMBERED_MATRIX.exec(text));

function namedHead(text: string): number | undefined {
  const plain = text.replace(
    COUNTED_HEAD,
    (_, one: string) => `head ${ORDINALS.indexOf(one.toLowerCase()) + 1}`,
  );
  return numberOf([...plain.matchAll(HEAD)].at(-1));
}

const numberOf = (found: RegExpExecArray | null | undefined): number | undefined =>
  found ? Number(found[1] ?? found[2]) : undefined;

/** How texts say which of several attentions beside each other they are of: a head by its number, a scoring by its name. */
export interface HeadFinder {
  /** The one that a text names last. */
  in(text: string): number | undefined;
  /** The text without what might name a step, too. */
  without(text: string): string;
}

export const HEADS_BY_NUMBER: HeadFinder = { in: headIn, without: (text) => text };

/** A text without the numbers of heads. */
export const withoutHeads = (text: string): string => text.replace(HEAD, "head");

/** Whether a text has a number that is not the number of a head. */
export const hasNumber = (text: string): boolean => /\d/.test(withoutHeads(text));

/** The head that each line stands under. A step of all heads ends it. */
export function headsOf(lines: readonly Line[], heads: HeadFinder): readonly (number | undefined)[] {
  let head: number | undefined;
  return lines.map(({ text }) => {
    head = /\bconcat/i.test(text) ? undefined : (heads.in(text) ?? head);
    return head;
  });
}

/** An array of three axes, a block for each head. */
const ARRAY = /\[\s*\[\s*\[[^\p{L}=]*?\]\s*\]\s*\]/u;
const NEXT_BLOCK = /\]\s*\]\s*,?\s*\[\s*\[/g;

/** How many heads a sheet says that there are, or names, or has blocks for in an array; undefined where it is about none. */
export function countHeads(lines: readonly Line[]): number | undefined {
  const text = lines.map((line) => line.text).join("\n");
  const [, said, set = said] = HEADS.exec(text) ?? [];
  if (set !== undefined) {
    const word = NUMBERS.findIndex((words) => words.split("|").includes(set.toLowerCase()));
    return word < 0 ? Number(set) : word + 2;
  }
  const named = lines.flatMap((line) => namedHead(line.text) ?? []);
  if (named.length > 0) return Math.max(...named) + (named.includes(0) ? 1 : 0);
  const array = ARRAY.exec(text);
  return array ? (array[0].match(NEXT_BLOCK)?.length ?? 0) + 1 : undefined;
}
