import type { WrittenNumber } from "../../../math/written.js";
import { type Mark, type Mention, marksIn, type Names, type NumberMark, namesLike } from "./mentions.js";
import { ABOUT, ABOVE, ATTENDS, BELOW, BOUND, OF_OTHERS, OF_WEIGHTS, RECEIVES } from "./words.js";

/** A row and a column of weights. */
export type Place = readonly [row: number, col: number];

/** What a sentence says about a weight. */
export interface Claim {
  /** Where its number or its token is in the sentence. */
  readonly at: number;
  /** The number or the token, as written. */
  readonly said: string;
  /** The two tokens in the words of the sentence, the one that attends first. */
  readonly tokens: readonly [query: string, key: string];
  /** The cells that the sentence may mean, the likeliest first. */
  readonly cells: readonly Place[];
  readonly what: ClaimedNumber | ClaimedMost | ClaimedRow;
}

/** All numbers of a row of the output. */
export interface ClaimedRow {
  readonly kind: "row";
  readonly values: readonly WrittenNumber[];
}

/** A number for a weight, exact or as a bound. */
export interface ClaimedNumber extends WrittenNumber {
  readonly kind: "number" | "above" | "below";
  readonly isPercent: boolean;
  /** Whether the sentence says that it is rounded. */
  readonly isAbout: boolean;
}

/** Which key has the largest or smallest weight of a row, or which query that of a column. */
export interface ClaimedMost {
  readonly kind: "most" | "least";
  readonly among: "row" | "column";
  /** What each key, or each query, would be called in the same words. */
  readonly names: readonly string[];
}

/** The tokens of a claim, and whether they may also be meant the other way round. */
interface Pair {
  readonly query: Mention;
  readonly key: Mention;
  readonly isUnclear: boolean;
}

const isToken = (mark: Mark): mark is Mention => mark.kind === "token";
/** Whether a token is attended to, as far as its own words show. */
const isKey = (mark: Mark | undefined): mark is Mention =>
  mark?.kind === "token" && (mark.axis === "key" || mark.role === "to" || mark.role === "self");

/** Words beside the name of a cell. In `α_23 = 0.61` alone it is the answer to a step. */
const WORDS = /\p{L}{2}[^\p{L}]+\p{L}{2}/u;

/** What separates two numbers with their tokens. */
const SEPARATES = /[,;，、]|(?<!\p{L})(?:and|und|et|y|e)(?!\p{L})/u;

/** How far a token may be from what is said about it. */
const NEAR = 90;

/** Whether a sentence speaks of weights, and may be about single ones. */
export const speaksOfWeights = (text: string): boolean =>
  OF_WEIGHTS.test(text) && !OF_OTHERS.test(text.replace(BOUND, " ")) && !text.includes("\t");

/** Returns what a sentence says about single weights, if it is certain which. A single query needs no name. */
export function claimsIn(text: string, names: Names): readonly Claim[] {
  if (!speaksOfWeights(text)) return [];
  const marks = marksIn(text, names);
  const { rows } = names.size;
  const used = new Set<Mark>();
  return marks.flatMap((mark, at): readonly Claim[] => {
    if (mark.kind === "number") return numberClaims(mark, at);
    return mark.kind === "most" || mark.kind === "least" ? mostClaims(mark.kind, at) : [];
  });

  function numberClaims(number: NumberMark, at: number): readonly Claim[] {
    if (number.value > 1 || isListed(at)) return [];
    const before = text.slice(Math.max(0, number.at - 30), number.at);
    const kind = ABOVE.test(before) ? "above" : BELOW.test(before) ? "below" : "number";
    const { value, decimals, isPercent } = number;
    const what = { kind, value, decimals, isPercent, isAbout: ABOUT.test(before) } as const;
    const claim = { at: number.at, said: number.text, what };
    const last = marks[at - 1];
    if (last?.kind === "cell" && WORDS.test(text))
      return [{ ...claim, tokens: [last.text, ""], cells: last.cells }];
    const key = keyOf(at);
    const pair = receivedIn(around(at)) ?? (key && pairOf(key, at));
    if (key) used.add(key);
    if (!pair) return [];
    const cells = cellsOf(pair);
    return cells.length > 0 ? [{ ...claim, tokens: [pair.query.text, wordsOf(pair)], cells }] : [];
  }

  /**
   * Returns the token that a number is about, which is attended to: before it, `to sat with 0.3`, or behind it, `0.3 on
   * sat`. Commas and "and" separate it from the tokens of other numbers.
   */
  function keyOf(at: number): Mention | undefined {
    const from = marks.findLastIndex((mark, index) => index < at && mark.kind === "number") + 1;
    const { at: start, end } = marks[at];
    const clause = marks.findLastIndex((mark, index) => index < at && mark.kind === "stop") + 1;
    const found = marks.slice(Math.max(from, clause), at).findLast((mark) => isKey(mark) && !used.has(mark));
    const isBetween = (mark: Mark) =>
      mark.kind === "most" || mark.kind === "least" || (mark.kind === "token" && mark.role === "from");
    const next = marks.slice(at + 1).find((mark) => !isBetween(mark));
    const before = isKey(found) && start - found.end < NEAR ? found : undefined;
    const behind = isKey(next) && next.at - end < NEAR ? next : undefined;
    if (!before || !behind) return before ?? behind ?? twoBefore(from, at);
    return SEPARATES.test(text.slice(before.end, start)) && !SEPARATES.test(text.slice(end, behind.at))
      ? behind
      : before;
  }

  /** Returns the marks between the numbers, or the ends of a clause, before and behind a number. */
  function around(at: number): readonly Mark[] {
    const isOther = (mark: Mark) => isEnd(mark) || mark.kind === "number";
    const from = marks.findLastIndex((mark, index) => index < at && isOther(mark)) + 1;
    const end = marks.findIndex((mark, index) => index > at && isOther(mark));
    return marks.slice(from, end < 0 ? undefined : end);
  }

  /** Returns the tokens of a clause that says it the other way round: `sat gets 52 % of the attention of cat`. */
  function receivedIn(clause: readonly Mark[]): Pair | undefined {
    const tokens = clause.filter(isToken);
    const isReceived =
      tokens.length === 2 &&
      tokens[0].role === undefined &&
      tokens[1].role === "from" &&
      RECEIVES.test(text.slice(tokens[0].end, tokens[1].at));
    return isReceived ? { query: tokens[1], key: tokens[0], isUnclear: false } : undefined;
  }

  /** Returns the second of two tokens before a number: `dort regarde chat avec un poids de 0.8`. */
  function twoBefore(from: number, at: number): Mention | undefined {
    const tokens = marks.slice(from, at).filter((mark) => isToken(mark) && !used.has(mark));
    const [query, key] = tokens;
    const areTwo = tokens.length === 2 && isToken(query) && isToken(key);
    return areTwo && query.role !== "self" ? key : undefined;
  }

  /** Whether a number belongs to a token right before it: `followed by "The" (0.331)`. */
  function isOfNumber(token: Mention): boolean {
    const next = marks[marks.indexOf(token) + 1];
    return (
      token.role === undefined &&
      next?.kind === "number" &&
      /^["'”»*\s]{0,3}[(:=]?\s{0,2}$/.test(text.slice(token.end, next.at))
    );
  }

  /** Returns the token that attends: the last before the other one, else one that is said to behind it. */
  function pairOf(key: Mention, at: number): Pair | undefined {
    const index = marks.indexOf(key);
    const isQuery = (mark: Mark): mark is Mention =>
      isToken(mark) &&
      mark !== key &&
      mark.axis !== "key" &&
      !(isKey(mark) || used.has(mark) || isOfNumber(mark));
    const clause = marks.findLastIndex((mark, one) => one < index && isEnd(mark)) + 1;
    // From another clause, only a subject goes on.
    const before =
      marks.slice(clause, index).findLast(isQuery) ??
      marks
        .slice(0, clause)
        .filter(isQuery)
        .findLast(({ role }) => role === undefined);
    const behind = marks.slice(index + 1, Math.max(at, index) + 3).find(isQuery);
    const query = before ?? behind;
    if (!query) return rows === 1 ? { query: key, key, isUnclear: false } : undefined;
    const areNamed = query.axis === "query" && key.axis === "key";
    const isDirected = isKey(key) && query.role !== "to" && !(RECEIVES.test(text) && key.role !== "self");
    // `in token 1, the weight of token 3` may mean either.
    return { query, key, isUnclear: !areNamed && !(isDirected && query.at < key.at) };
  }

  function cellsOf({ query, key, isUnclear }: Pair): readonly Place[] {
    const queries = rows === 1 ? [0] : query.rows;
    // What a single query is called need not be the name of a row.
    const keys = key.role === "self" ? query.cols : key.cols;
    if (key.role === "self") return rows === 1 ? placed([0], keys) : queries.map((at) => [at, at] as const);
    const cells = placed(queries, keys);
    return isUnclear && rows > 1 ? [...cells, ...placed(key.rows, query.cols)] : cells;
  }

  /** Whether a number is one of several, `0.2, 0.3 and 0.5`. */
  function isListed(at: number): boolean {
    const isBeside = (one: Mark | undefined, other: Mark | undefined) =>
      one?.kind === "number" && other?.kind === "number" && !/\p{L}{4}/u.test(text.slice(one.end, other.at));
    const numbers = marks.filter(({ kind }) => kind === "number");
    const index = numbers.indexOf(marks[at]);
    const hasNone = (one: Mark | undefined, other: Mark | undefined) =>
      !marks.some((mark) => isToken(mark) && one && other && mark.at > one.at && mark.at < other.at);
    return [
      [numbers[index - 1], numbers[index]] as const,
      [numbers[index], numbers[index + 1]] as const,
    ].some(([one, other]) => isBeside(one, other) && hasNone(one, other));
  }

  function mostClaims(kind: "most" | "least", at: number): readonly Claim[] {
    const claim = (
      query: Mention,
      key: Mention,
      among: "row" | "column",
      isUnclear = false,
    ): readonly Claim[] => {
      const cells = cellsOf({ query, key, isUnclear });
      const said = among === "row" ? key : query;
      const tokens = [query.text, wordsOf({ query, key })] as const;
      const what = { kind, among, names: namesLike(said, among, names) };
      return cells.length > 0 ? [{ at: said.at, said: said.text, tokens, cells, what }] : [];
    };
    const question = marks.findIndex((mark) => mark.kind === "question");
    if (question > at) {
      const asked = marks.slice(0, question).filter(isToken);
      const answers = marks.slice(question).filter(isToken);
      if (answers.length !== 1 || asked.length > 1 || (asked.length === 0 && rows > 1)) return [];
      const [token = answers[0]] = asked;
      const isAttended = token.role === "to" || token.axis === "key";
      return isAttended && asked.length > 0
        ? claim(answers[0], token, "column")
        : claim(token, answers[0], "row");
    }
    const from = marks.findLastIndex((mark, index) => index < at && isEnd(mark)) + 1;
    const end = marks.findIndex((mark, index) => index > at && isEnd(mark));
    const clause = marks.slice(from, end < 0 ? undefined : end);
    const tokens = clause.filter(isToken);
    const received = receivedIn(clause);
    if (received) return claim(received.query, received.key, "row");
    const keys = tokens.filter(isKey);
    const [first, second] = tokens;
    // Without a preposition either may attend, unless a verb or an arrow decides it.
    const between = second ? text.slice(first.end, second.at) : ",";
    if (keys.length === 0 && !SEPARATES.test(between))
      return tokens.length === 2 ? claim(first, second, "row", !ATTENDS.test(between)) : [];
    const [key] = keys;
    if (keys.length !== 1 || tokens.length > 2) return [];
    const pair = pairOf(key, marks.indexOf(key));
    if (!pair || !(rows === 1 || pair.query.at >= 0)) return [];
    return claim(pair.query, key, "row", pair.isUnclear);
  }
}

const isEnd = ({ kind }: Mark): boolean => kind === "stop" || kind === "question";

const wordsOf = ({ query, key }: Pick<Pair, "query" | "key">): string =>
  key.role === "self" ? query.text : key.text;

const placed = (rows: readonly number[], cols: readonly number[]): readonly Place[] =>
  rows.flatMap((row) => cols.map((col) => [row, col] as const));
