import type { SheetLine } from "./sheet-lines.js";

/** What a line says when its decoration is taken off. */
export interface Title {
  /** Without numbering, emphasis, commands of LaTeX, and the sign behind it. */
  readonly text: string;
  /** Whether something says that it is a title: a numbering, emphasis, a colon. */
  readonly isMarked: boolean;
}

/** `1)`, `(2)`, `a.`, `Step 2:`, `Part b –`, `Question 3.`; a number alone with a point may be a number. */
const NUMBERING =
  /^(?:\(?(?:\d{1,2}|[a-h]|[ivx]{1,4})[).]\s+|\((?:\d{1,2}|[a-h]|[ivx]{1,4})\)\s*|\d{1,2}(?:\.\d{1,2})+\.?\s+|(?:step|part|question|q|problem|exercise|ex|task|section|schritt|aufgabe|teil)\b[\s.#]*(?:\d{1,2}[a-h]?|[a-h]|[ivx]{1,4}|one|two|three|four|five|six|seven|eight)\b\s*(?:[:.)]|\s[-–—]\s|[–—]|\s|$)\s*)/i;

const DECORATIONS: readonly (readonly [pattern: RegExp, keeps: string])[] = [
  [/^#{1,6}\s+(.*?)\s*#*$/, "$1"],
  [/^>+\s*(?=\S)(.*)$/, "$1"],
  [/^(?:\*\*\*|\*\*|\*|___|__|_|~~|==|`)(?=\S)(.+?)(?:\*\*\*|\*\*|\*|___|__|_|~~|==|`)(\s*[:=]?)$/, "$1$2"],
  [/^[-*•+]\s+(?=[^\d\s[(])(.*)$/, "$1"],
  [/^[-=─━═*~]{2,}\s*(.+?)\s*[-=─━═*~]{2,}$/, "$1"],
  [
    /^\\(?:(?:sub)*section|paragraph|subparagraph|chapter|textbf|emph|textit|underline|text|title|caption)\*?\s*\{(.*)\}\s*(:?)\s*(?:\\\\)?$/,
    "$1$2",
  ],
  [/^\\item(?:\[[^\]]*\])?\s+(.*)$/, "$1"],
  [/^<(h[1-6]|b|strong|p|u|i|em)>(.*)<\/\1>$/i, "$2"],
  [/^"(.*)"$/, "$1"],
];

/** The title that a line may be. */
export function titleIn(line: string): Title {
  let text = onlyCell(line) ?? line.trim();
  let isMarked = text !== line.trim();
  for (let before = ""; before !== text; ) {
    before = text;
    for (const [pattern, keeps] of DECORATIONS) text = text.replace(pattern, keeps).trim();
    const numbering = NUMBERING.exec(text);
    if (numbering && numbering[0].length < text.length) text = text.slice(numbering[0].length);
    isMarked ||= before !== text;
  }
  const bare = text.replace(/\s*(?::\s*[|>]?-?|:?=|->|→|=>)\s*$/, "").trim();
  return { text: withoutLatex(bare), isMarked: isMarked || bare !== text };
}

/** The only cell of a row that holds something: a title in a spreadsheet. */
function onlyCell(line: string): string | undefined {
  const sign = ["\t", ";", "|", ","].find((mark) => line.includes(mark));
  if (sign === undefined) return undefined;
  const cells = line.split(sign).filter((cell) => cell.trim() !== "");
  return cells.length === 1 ? cells[0].trim() : undefined;
}

/** Formulas of LaTeX as people type them without: `\frac{QK^\top}{\sqrt{d_k}}` is (QK^T)/√d_k. */
function withoutLatex(text: string): string {
  if (!/[$\\{]/.test(text)) return text;
  let plain = text.replace(/\$+|\\[()[\]]|\\(?:left|right|big|Big|displaystyle|,|;|!|quad)/g, " ");
  for (let before = ""; before !== plain; ) {
    before = plain;
    plain = plain
      .replace(/\\d?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g, "($1)/($2)")
      .replace(/\\sqrt\s*\{([^{}]*)\}/g, "√$1")
      .replace(
        /\\(?:mathbf|mathrm|mathit|mathcal|bm|boldsymbol|text|textbf|operatorname)\s*\{([^{}]*)\}/g,
        "$1",
      )
      .replace(/([\^_])\{([^{}]*)\}/g, "$1$2");
  }
  return plain
    .replace(/\\(?:cdot|times|ast)\b/g, "·")
    .replace(/\\(?:top|intercal)\b/g, "T")
    .replace(/\\alpha\b/g, "α")
    .replace(/\\prime\b/g, "′")
    .replace(/\\Sigma\b|\\sum\b/g, "Σ")
    .replace(/\\(?=[a-z])/gi, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** What stands behind a title in its line: the sign between them, and where the rest begins. */
export interface Inline {
  readonly title: string;
  /** The character of the line at which it begins. */
  readonly from: number;
  /** Whether it is the first cell of a row of a spreadsheet. */
  readonly isCell: boolean;
}

/** Words that say that nothing is answered. */
const NO_ANSWER =
  /^[-–—?_~]*$|^\(?(?:not (?:done|answered|attempted|finished|solved)|no answer|n\/?a|skipped?|todo|to do|missing|none|null|blank|empty|i (?:do not|don't|dont) know(?: how)?|unknown|tbd|\.\.\.|…)\)?\.?$/i;

/** Whether what stands behind a title says that there is no answer. */
export const saysNothing = (text: string): boolean => NO_ANSWER.test(text.trim());

/**
 * The ways to take a line for a title with its answer behind it, the longest title first: `S = QK^T = 1 0; 0 1`,
 * `Scores: [[1, 0]]`, `Scores,1,0` in a spreadsheet.
 */
export function inlineTitles({ text }: SheetLine): readonly Inline[] {
  const found: Inline[] = [];
  for (const { 0: sign, index } of text.matchAll(/\s*(?::=|[:=|]|->|→|=>)\s*(?=\S)/g)) {
    const title = text.slice(0, index);
    const from = index + sign.length;
    if (title.trim() !== "" && startsAnswer(text.slice(from))) found.unshift({ title, from, isCell: false });
  }
  // The sign behind it stays: the first cell of this row is empty, as it is in those below.
  const [, cell] = /^\s*("?\p{L}[^\t,;|"]*"?)\s*[\t,;]/u.exec(text) ?? [];
  if (
    cell !== undefined &&
    startsAnswer(text.slice(text.indexOf(cell) + cell.length).replace(/^\s*[\t,;]\s*/, ""))
  )
    found.push({ title: cell.replace(/"/g, ""), from: text.indexOf(cell) + cell.length, isCell: true });
  return found;
}

/** Whether a text begins like numbers, brackets around them, or says that nothing is answered. */
const startsAnswer = (text: string): boolean =>
  /^[-+−]?\s*(?:\d|\.\d|[√∞½⅓¼]|inf\b|nan\b|sqrt\()|^[[({$\\]|^[-–—?_]\s*(?:[\s,;|]|$)|^[A-Za-z_.]+\(\s*[[({]/i.test(
    text,
  ) || saysNothing(text);
