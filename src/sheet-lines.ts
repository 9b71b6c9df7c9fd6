import { inSentence } from "./errors.js";

/** A range of line numbers of a sheet, both ends included. */
export interface Lines {
  readonly from: number;
  readonly to: number;
}

/** A part of a sheet that was not compared: struck out, not used, or replaced further down. */
export interface LeftOut {
  readonly lines: Lines;
  readonly text: string;
}

/** Returns `line 4` or `lines 4–6`. */
export const linesText = ({ from, to }: Lines): string =>
  `${from === to ? "line" : "lines"} ${rangeText({ from, to })}`;

/** Returns text for several ranges: `lines 4–6, 9 and 12`. */
export function severalLines(lines: readonly Lines[]): string {
  const ranges = [...new Set(lines.map(rangeText))];
  return ranges.length === 1 ? linesText(lines[0]) : `lines ${inSentence(ranges)}`;
}

const rangeText = ({ from, to }: Lines): string => (from === to ? `${from}` : `${from}–${to}`);
