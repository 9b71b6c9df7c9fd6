import type { Line } from "../lines.js";

/** A sentence of a sheet, which may go over several lines. */
export interface Sentence {
  readonly text: string;
  /** Returns the number of the line of a place in the text. */
  readonly numberAt: (at: number) => number;
}

/** A line of words: four of them, and no cells of a table. */
const PROSE = /^[^\t]*(?:\p{L}{2,30}[^\p{L}\t]{1,9}){3}\p{L}{2}[^\t]*$|^[^\t]*\p{Script=Han}{4}[^\t]*$/u;
/** The end of a sentence in a line of its own: `0.26 only.` */
const REST = /^\s*[\p{Ll}\d"'][^\t]{0,60}[.!]\s*$/u;
/** A line that begins something new: a heading, an item of a list. */
const BEGINS = /^\s*(?:#|[-*•>]\s|\(?(?:\d{1,2}|\p{L})[.)]\s)/u;
/** What ends a sentence. The answer belongs to its question. */
const END =
  /(?<!(?:approx|ca|bzw|resp|Nr|No|p\. ?ex|z\. ?B|e\. ?g|\d))[.!。！;；]+["'”’»)*]{0,3}(?:\s+|$)|。|；/gu;

/** A longer sentence is data. The patterns would be slow on it. */
const [SHORTEST, LONGEST] = [5, 400];

/** Returns the sentences of a sheet. A line of words goes on in the next one, and a question in its answer. */
export function sentencesOf(lines: readonly Line[]): readonly Sentence[] {
  const sentences: Sentence[] = [];
  for (let from = 0; from < lines.length; ) {
    let to = from + 1;
    while (to < lines.length && goesOn(lines[to - 1], lines[to])) to++;
    sentences.push(...split(lines.slice(from, to)));
    from = to;
  }
  return sentences;
}

/** Whether a line was broken within a sentence: it is long, or the next one goes on in lower case. */
const isBroken = ({ text }: Line, next: Line): boolean =>
  !/[.:!。]\s*$/.test(text) && (text.length >= BROKEN || /^\s*\p{Ll}/u.test(next.text));
const BROKEN = 50;

const goesOn = (line: Line, next: Line): boolean =>
  next.number === line.number + 1 &&
  (/[?？]\s*$/.test(line.text)
    ? next.text.trim() !== ""
    : isBroken(line, next) && PROSE.test(line.text) && (PROSE.test(next.text) || REST.test(next.text))) &&
  !BEGINS.test(next.text);

/** Struck-out text, and emphasis of a single word, which is as good as quotation marks. */
const plain = (text: string): string =>
  text
    .replace(/~~[^~]{1,80}~~/g, " ")
    .replace(/(\*{1,2}|__)(\p{L}{1,20})\1/gu, '"$2"')
    .replace(/\*\*|__|\$/g, "");

function split(lines: readonly Line[]): readonly Sentence[] {
  const texts = lines.map(({ text }) => plain(text));
  const text = texts.join("\n");
  const ends = [...text.matchAll(END)].map(({ index, 0: sign }) => index + sign.length);
  return [0, ...ends].flatMap((from, at) => {
    const to = ends[at] ?? text.length;
    if (to - from < SHORTEST || to - from > LONGEST) return [];
    const numberAt = (within: number) =>
      lines[0].number + text.slice(0, from + within).split("\n").length - 1;
    return [{ text: text.slice(from, to).replace(/\n/g, " "), numberAt }];
  });
}

/** Where another clause begins that contrasts with the one before. */
const CONTRAST =
  /,\s(?=(?:while|whereas|but|während|aber|tandis que|alors que|mais|mientras|pero|mentre|ma|enquanto|mas)\s)/giu;

/** Returns the clauses of a sentence that contrast with each other. */
export function clausesOf({ text, numberAt }: Sentence): readonly Sentence[] {
  const ends = [...text.matchAll(CONTRAST)].map(({ index, 0: sign }) => index + sign.length);
  return [0, ...ends].map((from, at) => ({
    text: text.slice(from, ends[at]),
    numberAt: (within) => numberAt(from + within),
  }));
}
