import type { Span, Tone } from "./document.js";
import { widthOf } from "./label.js";
import type { Pen } from "./pen.js";

/** Wraps spans into painted lines no wider than the pen. All lines except the first are indented. */
export function wrapSpans(pen: Pen, spans: readonly Span[], indent = 0): string[] {
  const lines: Span[][] = [];
  let line: Span[] = [];
  let used = 0;
  for (const { text, tone, blanks } of wordsOf(pen, spans, indent)) {
    const width = widthOf(text);
    if (used > 0 && used + blanks.length + width > pen.width) {
      lines.push(line);
      line = [{ text: " ".repeat(indent) + text, tone }];
      used = indent + width;
    } else {
      line.push({ text: blanks + text, tone });
      used += blanks.length + width;
    }
  }
  return [...lines, line].map((words) => paintRuns(pen, words));
}

/** Paints neighbouring words of the same tone together. */
function paintRuns(pen: Pen, words: readonly Span[]): string {
  const runs: { text: string; tone: Tone }[] = [];
  for (const { text, tone } of words) {
    const last = runs.at(-1);
    if (last?.tone === tone) last.text += text;
    else runs.push({ text, tone });
  }
  return runs.map(({ text, tone }) => pen.painter.paint(tone, text)).join("");
}

/** A blank at which no line breaks, unless the joined text is longer than a line. */
const NO_BREAK = "\u00a0";

/** Replaces blanks so that no line breaks at them. */
export const unbroken = (text: string): string => text.replaceAll(" ", NO_BREAK);

/** Splits spans into words, with the blanks before each. They are dropped at the start of a line. */
function wordsOf(pen: Pen, spans: readonly Span[], indent: number) {
  const longest = Math.max(1, pen.width - indent);
  return spans.flatMap(({ text, tone }) =>
    Array.from(pen.spell(text).matchAll(/([^\S\u00a0]*)((?:\S|\u00a0)+)/g)).flatMap(([, blanks, word]) =>
      breakWord(word, longest).map((piece, index) => ({
        text: piece.trimStart(),
        tone,
        blanks: index === 0 ? blanks : piece.startsWith(" ") ? " " : "",
      })),
    ),
  );
}

/** Where a word longer than a line is broken: after products, then at its blanks, then anywhere. */
const BREAKS = [/(?<=[\u00b7*])/, /(?= )/, /(?<=.)/u];

/** Splits a word into pieces that fit a line. A short word stays whole. */
function breakWord(word: string, longest: number, breaks = BREAKS): string[] {
  const plain = word.replaceAll(NO_BREAK, " ");
  const [place, ...others] = breaks;
  if (widthOf(plain) <= longest || !place) return [plain];
  return plain.split(place).flatMap((piece) => breakWord(piece, longest, others));
}

/** Wraps a separate text in one tone. */
export function wrapText(pen: Pen, tone: Tone, text: string): string[] {
  return wrapSpans(pen, [{ text, tone }]);
}
