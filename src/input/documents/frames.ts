import type { Line } from "./lines.js";

type Word = RegExpExecArray;

/**
 * Puts TABs between the cells of data frames, as pandas and R print them. Below the column names are rows that begin
 * with a name or number, and each number ends where its column name ends.
 */
export function withCellsOfFrames(lines: readonly Line[]): readonly Line[] {
  const words = lines.map(({ text }) => (text.includes("\t") ? [] : [...text.matchAll(/\S+/g)]));
  let head = 0;
  return lines.map((line, at) => {
    const isRow = isRowBelow(words[at], words[head], at - head - 1);
    if (!isRow) head = at;
    const isHead = /^\s/.test(line.text) && words[at + 1] && isRowBelow(words[at + 1], words[at], 0);
    if (!isRow && !isHead) return line;
    const cells = words[at].map(([word]) => word);
    return { ...line, text: (isRow ? cells : ["", ...cells]).join("\t") };
  });
}

/** Whether a row has a name, or its number below columns that have names, and its other words end like the column names. */
function isRowBelow([name, ...cells]: readonly Word[], head: readonly Word[], row: number): boolean {
  const isName = ([word]: Word) => /^\p{L}/u.test(word);
  const endOf = ({ 0: word, index }: Word) => index + word.length;
  const isNamed = name && (isName(name) || (name[0] === String(row) && head.every(isName)));
  const areAligned =
    cells.length === head.length && cells.every((cell, at) => endOf(cell) === endOf(head[at]));
  return isNamed === true && head.length > 0 && areAligned;
}
