import { BLANK } from "../blank.js";
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
  /^(?:\(?(?:\d{1,2}|[a-h]|[ivx]{1,4})[).]\s+|\((?:\d{1,2}|[a-h]|[ivx]{1,4})\)\s*|\d{1,2}(?:\.\d{1,2})+\.?\s+|(?:step|part|question|q|problem|exercise|ex|task|section|schritt|aufgabe|teil)(?!\p{L})[\s.#]*(?:\d{1,2}(?:\.\d{1,2})?[a-h]?|[a-h]|[ivx]{1,4}|one|two|three|four|five|six|seven|eight)\b\s*(?:[:.)]|\s[-–—]\s|[–—]|\s|$)\s*)/iu;

const DECORATIONS: readonly (readonly [pattern: RegExp, keeps: string])[] = [
  [/^#{1,6}\s+(.*?)\s*#*$/, "$1"],
  [/^={1,6}\s+(.*\S)$/, "$1"],
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
  [/^\(([^()]*)\)$/, "$1"],
];

/** The title that a line may be. */
export function titleIn(line: string): Title {
  let text = onlyCell(line) ?? line.trim();
  let isMarked = text !== line.trim();
  for (let before = ""; before !== text; ) {
    before = text;
    text = text.replace(/<\/?(?:details|summary|div|span|font|center)\b[^<>]*>/gi, " ").trim();
    text = text.replace(/\*\*(\S(?:.*?\S)?)\*\*/g, "$1");
    for (const [pattern, keeps] of DECORATIONS) text = text.replace(pattern, keeps).trim();
    const numbering = NUMBERING.exec(text);
    if (numbering && numbering[0].length < text.length) text = text.slice(numbering[0].length);
    isMarked ||= before !== text;
  }
  if (/[:=]$/.test(text)) text = withoutProse(text);
  const bare = text.replace(/\s*(?::\s*[|>]?-?|:?=|->|→|=>)\s*$/, "").trim();
  return { text: countedHead(withoutLatex(bare)), isMarked: isMarked || bare !== text };
}

const ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];

/** `Second head` as `head 2`. */
const countedHead = (text: string): string =>
  text.replace(new RegExp(`\\b(?:the )?(${ORDINALS.join("|")}) head\\b`, "i"), (_, ordinal: string) => {
    return `head ${ORDINALS.indexOf(ordinal.toLowerCase()) + 1}`;
  });

/** What a sentence that leads to numbers says of them: `Then I divided by √4 and got:` is `divided by √4:`. */
const withoutProse = (text: string): string =>
  text
    .replace(
      /^(?:(?:first(?:ly)?|then|next|finally|now|lastly|so|after that|in the end),?\s+)*(?:(?:i|we)\s+(?:have\s+|then\s+|now\s+)?)?/i,
      "",
    )
    .replace(/\s+(?:and|to)\s+(?:i\s+|we\s+)?(?:got|gets?|obtain(?:ed)?)\s*([:=])$/i, "$1");

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
const NO_ANSWER = new RegExp(
  `^~*$|^\\(?(?:not (?:done|answered|attempted|finished|solved)|no answer|skipped?|todo|to do|blank|empty|i (?:do not|don't|dont) know(?: how)?|unknown|tbd|\\.\\.\\.|${BLANK})\\)?\\.?$`,
  "i",
);

/** Whether what stands behind a title says that there is no answer. */
export const saysNothing = (text: string): boolean => NO_ANSWER.test(text.trim());

/** What stands between a title and its answer: a sign, or nothing where what is printed begins. */
const BEHIND_TITLE =
  /\s*(?::=|[:=|]|->|→|=>)\s*(?=\S)|\s+(?=(?:(?:np|torch|jnp)\.)?(?:tensor|array|Array)\(\s*\[|\[\[)/g;

/**
 * The ways to take a line for a title with its answer behind it, the longest title first: `S = QK^T = 1 0; 0 1`,
 * `Scores: [[1, 0]]`, `Scores,1,0` in a spreadsheet.
 */
export function inlineTitles({ text }: SheetLine, labels: ReadonlySet<string>): readonly Inline[] {
  const found: Inline[] = [];
  for (const { 0: sign, index } of text.matchAll(BEHIND_TITLE)) {
    const title = text.slice(0, index);
    const from = index + sign.length;
    // What has an answer in it is no title of another one.
    const isTitle = title.trim() !== "" && !title.includes("\\begin{");
    if (isTitle && startsAnswer(text.slice(from))) found.unshift({ title, from, isCell: false });
  }
  // The sign behind it stays: the first cell of this row is empty, as it is in those below.
  const [, cell] = /^\s*("?\p{L}[^\t,;|"]*"?)\s*[\t,;]/u.exec(text) ?? [];
  const behind = text.slice(text.indexOf(cell ?? "") + (cell ?? "").length).replace(/^\s*[\t,;]\s*/, "");
  const isName = labels.has(/^[^\t,;]*/.exec(behind)?.[0].trim() ?? "");
  if (cell !== undefined && !labels.has(cell) && (isName || startsAnswer(behind)))
    found.push({ title: cell.replace(/"/g, ""), from: text.indexOf(cell) + cell.length, isCell: true });
  return found;
}

/** Whether a text begins like numbers, brackets around them, or says that nothing is answered. */
const startsAnswer = (text: string): boolean =>
  /^[-+−]?\s*(?:\d|\.\d|[√∞½⅓¼]|inf\b|nan\b|sqrt\()|^[[({$\\]|^[A-Za-z_.]+\(\s*(?:[[({]|$)/i.test(text) ||
  STARTS_BLANK.test(text) ||
  saysNothing(text);

/** A cell that is left blank, with nothing behind it, or what separates cells, or the next of them. */
const STARTS_BLANK = new RegExp(
  `^${BLANK}\\s*(?:[,;|]|$|(?<=\\s)(?:[-+.√]?\\d|${BLANK}(?:[\\s,;|]|$)))`,
  "i",
);

/** Divisors, and what they come to at the end: √4 = 2, sqrt(d_k), the square root of 4, Wurzel 4, / 2, by 2, times 1/2. */
const DIVISOR =
  /(?:(?:1\s*\/\s*)?(?:√|sqrt|wurzel(?: aus)?|(?:square )?root(?: of)?)\s*\(?\s*(?:\d+(?:[.,]\d+)?|d_?k?)(?!\p{L})\s*\)?|[/÷]\s*\d+(?:[.,]\d+)?|\b(?:by|durch|mit|times)\s+(?:1\s*\/\s*)?\d+(?:[.,]\d+)?)(?:[\s)]*[=≈]\s*(?:1\s*\/\s*)?\d+(?:[.,]\d+)?(?=[\s)]*$))?/giu;

/** A title without what holds numbers in it, and is no row: `Scaled scores (divide by sqrt(2) = 1.41)`, `S/1.41 =`. */
export function withoutAsides(text: string): string {
  const plain = text.replace(DIVISOR, " ");
  // Several numbers in brackets may be the answer.
  return plain.replace(/\([^()]*\)/g, (inner) =>
    // The number of a formula, or of a question.
    /^\(\d{1,2}[a-h]?\)$/.test(inner) ||
    // Behind the parenthesis of a call stands an array.
    (/\p{L}/u.test(inner) && !/^\(\s*\[/.test(inner) && (inner.match(/\d+(?:[.,]\d+)?/g) ?? []).length < 2)
      ? " "
      : inner,
  );
}

/** A title that says of which row it is, `Weights for the`, `α(the)`, `Output[the]`: what is left, and the name of the row. */
export function rowOfTitle(
  title: string,
  labels: ReadonlySet<string>,
): { readonly title: string; readonly label: string } | undefined {
  for (const pattern of [/^(.*\S)\s*[([{]([^()[\]{}]+)[)\]}]$/, /^(.*\S)\s+(?:for|of|at|für|von)\s+(.+)$/]) {
    const [, step = "", name = ""] = pattern.exec(title) ?? [];
    const label = nameOfRow(name, labels);
    if (step !== "" && labels.has(label)) return { title: step, label };
  }
  // `PE(0)`, `PE_0`: rows that are called by their numbers.
  const [, step, number] = /^(.*[^\s\d_([])\s?(?:_|\(|\[)(?:pos\s*=\s*)?(\d{1,3})[)\]]?$/.exec(title) ?? [];
  return step === undefined ? undefined : { title: step, label: number };
}

const ROW_WORDS =
  /^(?:for|of|at|from|für|von)?\s*(?:the |das |dem )?(?:row|word|token|query|zeile|wort)?\s*(?:of |für )?\s*/i;

/** The name of a row among those that there are, without the words and quotes around it: `for "man"`, `the word man`. */
export function nameOfRow(text: string, labels: ReadonlySet<string>): string {
  const plain = text.trim();
  if (labels.has(plain)) return plain;
  const bare = plain
    .replace(ROW_WORDS, "")
    .replace(/^(["'*`_]+)(.*)\1$/, "$2")
    .trim();
  return labels.has(bare) ? bare : plain;
}
