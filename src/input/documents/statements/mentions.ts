import { tabulate } from "../../../math/lists.js";
import { remember } from "../../../math/remember.js";
import { typedNumber, type WrittenNumber } from "../../../math/written.js";
import { anyOf } from "../../words.js";
import { LAST, LETTER, ORDINALS } from "../nouns.js";
import { axisOf, FROM, KIND, LEAST, MOST, SELF, TO, word } from "./words.js";

/** The names of the rows and columns of weights, and the numbers that the sheet may begin to count with. */
export interface Names {
  readonly queries: readonly (readonly string[])[];
  readonly keys: readonly (readonly string[])[];
  readonly size: { readonly rows: number; readonly cols: number };
  readonly firsts: readonly number[];
}

/** A token that a sentence names. */
export interface Mention {
  readonly kind: "token";
  readonly at: number;
  readonly end: number;
  readonly text: string;
  /** The rows and columns that it may mean. */
  readonly rows: readonly number[];
  readonly cols: readonly number[];
  /** Whether its name says that it is a query, or a key. */
  readonly axis?: "query" | "key" | undefined;
  /** What stands before it: that it is attended to, or that it attends. */
  readonly role?: "to" | "from" | "self" | undefined;
}

/** What a claim consists of. */
export type Mark =
  | Mention
  | NumberMark
  | {
      readonly kind: "cell";
      readonly at: number;
      readonly end: number;
      readonly text: string;
      readonly cells: readonly (readonly [row: number, col: number])[];
    }
  | {
      readonly kind: "most" | "least" | "stop" | "question";
      readonly at: number;
      readonly end: number;
    };

/** A number with decimals, or a percentage. */
export interface NumberMark extends WrittenNumber {
  readonly kind: "number";
  readonly at: number;
  readonly end: number;
  readonly text: string;
  /** Its value is 0.53 for 53 %. */
  readonly isPercent: boolean;
}

/** Words that are also words of any sentence. Without quotation marks they name no token. */
const COMMON =
  /^(?:the|an?|it|is|on|to|of|in|at|and|for|with|by|this|that|my|we|you|he|she|they|do|der|die|das|eine?|ich|er|sie|es|und|ist|mit|les?|la|une?|je|ils?|elle|est|et|de|du|el|las?|los|yo|y|as|os|uma?|eu|lo|gli|io|che|non?|all|each|token|word|query|key|weight|attention)$|^\p{L}$|\d/iu;

const QUOTES = "[\"'“”„«»‹›『』「」`*]";
/** Chinese numbers. */
const HAN = "一二三四五六七八九";
const PERCENT = "\\s?[%％]|\\s(?:percent|prozent|pour cent|por ciento|per cento|por cento)(?!\\p{L})";

const CELL =
  "(?<![\\p{L}\\d])(?:α|alpha|[aAwW])(?:_?\\{?(?<row>\\d)\\s?,?\\s?(?<col>\\d)\\}?(?![\\d.])|[[(](?<rowIn>\\d{1,2})\\s?,\\s?(?<colIn>\\d{1,2})[\\])])";
const COUNTED = `(?<kind>${word(KIND)})\\s{0,2}(?:#|nr\\.?|no\\.?|n°|number)?\\s{0,2}(?<number>\\d{1,2})(?![.,]?\\d|\\s?[%·×])`;
const IN_ORDER = `(?:${word(`${ORDINALS.map((words, at) => `(?<o${at}>${words})`).join("|")}|(?<last>${LAST})`)}|第(?<han>[${HAN}])个?|(?<=\\S\\s{0,2})(?<nth>\\d{1,2})(?:st|nd|rd|th|\\.|ère|er|e|ème|[ªº]))\\s{0,2}(?<kindBehind>${word(KIND)})(?!\\s?#?\\d)`;
const LETTERED = "(?<![\\p{L}\\d_])(?<letter>[qkhxts])_?\\{?(?<index>\\d{1,2})\\}?(?![.,]?\\d|\\p{L})";
/** A number with decimals, or a percentage. It is no part of a calculation, and no indices. */
const NUMBER = `(?<!${LETTER}|[\\d_.,]|[·×*^+/−-]\\s?|\\p{L}[([{])(?<value>\\d{0,3}[.,]\\d{1,8}|\\d{1,3}(?=${PERCENT}))(?<percent>${PERCENT})?(?![.,]?\\d|\\s?[·×*^+/])`;
const STOP = `[;；。，]|${word("and|but|while|whereas|so|thus|hence|therefore|because|since|und|aber|während|also|daher|weil|mais|alors que|tandis que|donc|car|pero|mientras|así|porque|ma|mentre|quindi|perché|porém|enquanto|portanto")}|而|但`;

/** Returns a pattern for everything in a sentence that a claim consists of. */
function scannerFor(labels: readonly string[]): RegExp {
  const named = labels.filter((label) => !COMMON.test(label) && !/^\p{Script=Han}$/u.test(label));
  const parts = [
    CELL,
    ...(labels.length > 0 ? [`${QUOTES}{1,2}\\s?(?<quoted>${anyOf(labels)})\\s?[.,;]?${QUOTES}{1,2}`] : []),
    `(?<other>${QUOTES}(?!\\s)[^\\s"“”„«»]{1,20}(?<!\\s)${QUOTES})`,
    ...(named.length > 0 ? [`(?<named>${word(anyOf(named))})`] : []),
    `(?<self>${word(SELF)})`,
    COUNTED,
    IN_ORDER,
    LETTERED,
    `(?<least>${word(LEAST)})`,
    `(?<most>${word(MOST)})`,
    NUMBER,
    "(?<question>[?？])",
    `(?<stop>${STOP})`,
  ];
  return new RegExp(parts.join("|"), "giu");
}

/** Returns what a sentence says, in its order. */
export function marksIn(given: string, names: Names): readonly Mark[] {
  const labels = [...new Set([...names.queries, ...names.keys].flat())].filter((one) => !/^\d*$/.test(one));
  const scanner = remember(SCANNERS, labels.join("\n"), () => scannerFor(labels));
  const text = given.replace(/[₀-₉]/g, (digit) => String(digit.charCodeAt(0) - 0x2080));
  const marks: Mark[] = [];
  for (const match of text.matchAll(scanner)) {
    const mark = markOf(match, text, names);
    const last = marks.at(-1);
    const same = mark.kind === "token" && last?.kind === "token" && sameToken(last, mark, text);
    if (same) marks[marks.length - 1] = same;
    else marks.push(mark);
  }
  return marks;
}

const SCANNERS = new Map<string, RegExp>();

function markOf(match: RegExpExecArray, text: string, names: Names): Mark {
  const place = { at: match.index, end: match.index + match[0].length };
  const { row, col, rowIn, colIn, value, percent, question, stop, least, most } = match.groups ?? {};
  if (question !== undefined) return { kind: "question", ...place };
  if (stop !== undefined) return { kind: "stop", ...place };
  if (least !== undefined) return { kind: "least", ...place };
  if (most !== undefined) return { kind: "most", ...place };
  if (value !== undefined) {
    const typed = typedNumber(value);
    const isPercent = percent !== undefined;
    return {
      kind: "number",
      ...place,
      text: match[0].trim().replace("％", "%"),
      value: isPercent ? typed.value / 100 : typed.value,
      decimals: typed.decimals + (isPercent ? 2 : 0),
      isPercent,
    };
  }
  if (row !== undefined || rowIn !== undefined) {
    const [at, to] = [Number(row ?? rowIn), Number(col ?? colIn)];
    // Programs count from 0 in brackets.
    const firsts = rowIn === undefined ? names.firsts : [1, 0];
    const { rows, cols } = names.size;
    const cells = firsts
      .map((first) => [at - first, to - first] as const)
      .filter(([one, other]) => one >= 0 && one < rows && other >= 0 && other < cols);
    return { kind: "cell", ...place, text: match[0], cells };
  }
  return tokenOf(match, text, names);
}

function tokenOf({ groups = {}, index, 0: whole }: RegExpExecArray, text: string, names: Names): Mention {
  const { quoted, named, self, other, kind, kindBehind = kind, letter = kindBehind } = groups;
  const isFollowed = /^['’]s(?!\p{L})/u.test(text.slice(index + whole.length));
  const before = text.slice(Math.max(0, index - 40), index);
  const role =
    self !== undefined
      ? "self"
      : TO.test(before)
        ? "to"
        : isFollowed || FROM.test(before)
          ? "from"
          : undefined;
  const [rows, cols] =
    (quoted ?? named) !== undefined
      ? [indicesIn(names.queries, quoted ?? named), indicesIn(names.keys, quoted ?? named)]
      : (self ?? other) !== undefined
        ? [[], []]
        : counted(groups, names);
  const word = letter === undefined ? "token" : axisOf(letter);
  return {
    kind: "token",
    at: index,
    end: index + whole.length,
    text: quoted ?? whole.trim(),
    // The rows of a single query need no name.
    rows: word === "key" ? [] : rows,
    cols: word === "query" ? [] : cols,
    axis: word === "token" ? undefined : word,
    role,
  };
}

/** Returns the rows and columns of a number or an ordinal. */
function counted(groups: Readonly<Record<string, string | undefined>>, { size, firsts }: Names) {
  const { number, index = number, nth = index, han, last } = groups;
  const order = ORDINALS.findIndex((_, at) => groups[`o${at}`] !== undefined);
  const inside = (count: number) => (at: number) => at >= 0 && at < count;
  if (last !== undefined) return [[size.rows - 1], [size.cols - 1]];
  // An ordinal counts from 1 wherever numbers begin.
  const indices =
    order >= 0
      ? [order]
      : han !== undefined
        ? [HAN.indexOf(han)]
        : index === undefined
          ? [Number(nth) - 1]
          : firsts.map((first) => Number(index) - first);
  return [indices.filter(inside(size.rows)), indices.filter(inside(size.cols))];
}

const indicesIn = (lists: Names["queries"], name: string): readonly number[] => {
  const lower = name.toLowerCase();
  const found = lists.flatMap((list) => list.flatMap((one, at) => (one.toLowerCase() === lower ? [at] : [])));
  return [...new Set(found)];
};

/** Returns one token for two names of it: `token 2 (sat)`, `query 1 "The"`. */
function sameToken(one: Mention, other: Mention, text: string): Mention | undefined {
  if (!/^[\s(="'“„«:]{0,4}$/.test(text.slice(one.end, other.at)) || other.role) return undefined;
  const [rows, cols] = [common(one.rows, other.rows), common(one.cols, other.cols)];
  return { ...one, end: other.end, text: text.slice(one.at, other.end), rows, cols };
}

const common = (one: readonly number[], other: readonly number[]): readonly number[] =>
  one.filter((at) => other.includes(at));

/** Returns what each column of a row, or each row of a column, is called in the words of a token: `token 1`, `cat`. */
export function namesLike(
  { text, rows, cols }: Mention,
  among: "row" | "column",
  { queries, keys, size }: Names,
): readonly string[] {
  const [[at = 0], lists, count] = among === "row" ? [cols, keys, size.cols] : [rows, queries, size.rows];
  const [, before, number] = /^([^\d(]*)(\d{1,2})/.exec(text) ?? [];
  const [known] = lists;
  return tabulate(count, (index) =>
    number === undefined
      ? (known?.[index] ?? `token ${index + 1}`)
      : `${before}${Number(number) + index - at}`,
  );
}
