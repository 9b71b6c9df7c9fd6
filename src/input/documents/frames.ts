import type { Line } from "./lines.js";

interface Word {
  readonly text: string;
  readonly end: number;
}

/** Returns the words of a line, and where each ends. */
export const placedWords = (text: string): readonly Word[] =>
  Array.from(text.matchAll(/\S+/g), ({ 0: word, index }) => ({ text: word, end: index + word.length }));

/**
 * Puts TABs between the cells of data frames, as pandas and R print them. Below the column names are rows that begin
 * with a name or number, and each number ends where its column name ends.
 */
export function withCellsOfFrames(lines: readonly Line[]): readonly Line[] {
  const words = lines.map(({ text }) => (text.includes("\t") ? [] : placedWords(text)));
  const framed = [...lines];
  for (let head = 0; head < lines.length; head++) {
    let end = head + 1;
    while (words[end] && isRowBelow(words[end], words[head])) end++;
    const rows = words.slice(head + 1, end);
    if (!/^\s/.test(lines[head].text) || !areNames(words[head], rows)) continue;
    for (let at = head; at < end; at++) {
      const cells = words[at].map(({ text }) => text);
      framed[at] = { ...lines[at], text: (at === head ? ["", ...cells] : cells).join("\t") };
    }
    head = end - 1;
  }
  return framed;
}

const isRowBelow = ([, ...cells]: readonly Word[], head: readonly Word[]): boolean =>
  head.length > 0 && cells.length === head.length && cells.every(({ end }, at) => end === head[at].end);

/** Whether the rows have names, or are counted from 0 below columns that have names. */
function areNames(head: readonly Word[], rows: readonly (readonly Word[])[]): boolean {
  const isName = ({ text }: Word) => /^\p{L}/u.test(text);
  const names = rows.map(([name]) => name);
  const isCounted = names.every(({ text }, at) => text === String(at));
  return rows.length > 0 && (names.every(isName) || (isCounted && head.every(isName)));
}
