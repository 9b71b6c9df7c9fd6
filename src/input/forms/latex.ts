import type { NumbersValue } from "../value.js";
import type { Form, FormOptions, Parsed } from "./form.js";
import { spellLatex } from "./latex-cell.js";
import { describeLayout, findLayout, NO_LAYOUT } from "./layout.js";
import {
  type Line,
  type LineCell,
  offsetIn,
  pieceOf,
  refuseCell,
  splitCells,
  tableOf,
  wholeText,
} from "./lines.js";
import { type NamedMatrix, packNamed } from "./named.js";
import { parseTable } from "./table.js";

/** Text around the environment that changes nothing: math delimiters, sized brackets, alignment. */
const AROUND =
  /\\(?:left|right|big[lr]?|Big[lr]?|bigg[lr]?|Bigg[lr]?)\s*(?:\\[{}]|[[\]().])|\\[[\]()]|\$|\\(?:centering|displaystyle)\b|\\q?quad\b|\\(?:text|mathrm)\{\s*(?:(?:and|und|et)\s*)?\}|\\\\|\\[,;:! ]|~|[.,;]\s*$/g;

/** Lines that a table draws between its rows. Inside a row they are an error. */
const LINES =
  /(^|\\\\(?:\[[^[\]]*\])?|\\tabularnewline)((?:\s*\\(?:hline|toprule|midrule|bottomrule|cline\s*\{[^{}]*\}))+)/g;

/** LaTeX matrices, arrays and tabulars: `\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}`. */
export const latex: Form = {
  looksLike: (_, __, head) => head.includes("\\begin{") || (head.includes("&") && /&[^\n]*\\\\/.test(head)),
  parse(source, options) {
    const text = wholeText(source);
    const bodies = findBodies(text, options);
    const parsed = bodies.map((body) => {
      const subject = bodies.length > 1 && body.assigned ? body.assigned.name : options.subject;
      return parseBody(text, body, { ...options, subject });
    });
    const named = bodies.map(({ assigned }, index) => ({ ...parsed[index], assigned }));
    return { ...parsed[0], ...packNamed(source, named), remarks: parsed.flatMap(({ remarks }) => remarks) };
  },
};

function parseBody(text: Line, body: Body, options: FormOptions): Parsed & { readonly value: NumbersValue } {
  const comment = options.emptyCells === "unanswered" ? COMMENT_BESIDE_PERCENT : COMMENT;
  checkComments(text, body, comment, options);
  const rows = rowsIn(text, body, comment);
  const isText = body.environment.startsWith("tabular");
  const spelled = () => rows.map((row) => row.map((cell) => spellLatex(cell.text)));
  const layout = isText ? findLayout(spelled(), options.header) : NO_LAYOUT;
  const { headerRows, indexCols } = layout;
  return parseTable(tableOf(text.source, rows.slice(headerRows), spellLatex, indexCols), options, {
    form: `LaTeX ${body.environment}`,
    ...describeLayout({ ...layout, names: undefined }),
  });
}

/** The cells of one matrix, between `\begin` and `\end`. */
interface Body {
  readonly environment: string;
  readonly from: number;
  readonly to: number;
  readonly assigned: NamedMatrix["assigned"];
}

/**
 * Finds the matrices of a text. A text without `\begin` is one matrix. Throws SYNTAX for other environments and for
 * formulas beside a matrix.
 */
function findBodies(line: Line, options: FormOptions): Body[] {
  const { text } = line;
  const fail = (index: number, what: string, hint: string): never =>
    refuseCell(pieceOf(line, index), options, what, hint);
  const begins = [...text.matchAll(/\\begin\s*\{([A-Za-z]+\*?)\}/g)].filter(isMatrix);
  if (begins.length === 0) {
    const environment = /\\begin\s*\{([^{}]*)\}/.exec(text);
    if (!environment) return [{ environment: "rows", from: 0, to: text.length, assigned: undefined }];
    const what = `${environment[1]} is not a matrix environment`;
    return fail(environment.index, what, "Give a matrix, bmatrix, pmatrix, array or tabular.");
  }
  let behind = 0;
  const bodies = begins.map(({ 0: begin, 1: environment, index }): Body => {
    if (index < behind) fail(index, "a matrix is inside another", "Give one of them.");
    const to = text.indexOf(`\\end{${environment}}`, index);
    if (to < 0) fail(index, `\\begin{${environment}} has no \\end{${environment}}`, "Add it.");
    const assigned = nameBefore(line, behind, index, options);
    const start = index + begin.length;
    behind = to + environment.length + 6;
    return { environment, from: start + argumentsLength(text, start, environment), to, assigned };
  });
  checkAround(line, behind, surroundings(text.slice(behind)), options);
  return bodies;
}

/** Returns the length of the column alignment before the cells: `{|c|c|}`, `[t]{cc}`, `[r]`. */
function argumentsLength(text: string, from: number, environment: string): number {
  const pattern = /^(?:array|tabular)/.test(environment)
    ? /\s*(?:\[\w*\]\s*)?\{[^{}&]*(?:\{[^{}]*\}[^{}&]*)*\}/y
    : /\s*\[[clr]\]/y;
  pattern.lastIndex = from;
  return pattern.exec(text)?.[0].length ?? 0;
}

function isMatrix([, environment]: RegExpMatchArray): boolean {
  return /^(?:[bpB]?(?:small)?matrix\*?|[bpB]?NiceMatrix|array|tabular\*?)$/.test(environment);
}

/**
 * Returns the name in `Q =` before a matrix. Nothing else may stand there, because a factor would change the numbers.
 */
function nameBefore(line: Line, from: number, to: number, options: FormOptions): NamedMatrix["assigned"] {
  const before = surroundings(line.text.slice(from, to));
  const name =
    /^([\s,.;&]*(?:\\math(?:bf|rm|it)\{)?)([A-Za-z]\w{0,60})(?:_\{?(\w+)\}?|\^\{?(\w+)\}?)?\}?\s*&?=\s*$/.exec(
      before,
    );
  if (!name) {
    checkAround(line, from, before, options);
    return undefined;
  }
  const [, space, letters, below = "", above = ""] = name;
  return { name: `${letters}${below}${above}`, start: offsetIn(line, from + space.length) };
}

/** Returns the text around a matrix without everything that changes nothing. */
function surroundings(text: string): string {
  return text
    .replace(/\\(?:begin|end)\{(?:equation|align|gather|table|center)\*?\}(?:\[\w+\])?/g, blank)
    .replace(AROUND, blank);
}

/** Throws SYNTAX for a formula in the rest of the text around a matrix, which begins at `from`. */
function checkAround(line: Line, from: number, around: string, options: FormOptions): void {
  const found = /[^\s,.;&]/.exec(around);
  if (!found) return;
  const at = from + found.index;
  const what = `${JSON.stringify(line.text.slice(at, at + 20).trim())} beside the matrix is unknown`;
  const hint = "Give only the matrix, without factors, powers or other formulas around it.";
  refuseCell(pieceOf(line, at), options, what, hint);
}

/**
 * A comment, up to the end of its line. `\%` is a percent sign; `\\%` is the end of a row, then a comment. The
 * look-behind comes after the `%`, so that it runs only at percent signs.
 */
const COMMENT = /%(?<=(?:^|[^\\])(?:\\\\)*%)[^\r\n]*/g;

/** The same for sheets, where `33%` is a percentage. */
const COMMENT_BESIDE_PERCENT = new RegExp(`(?<!\\d)${COMMENT.source}`, "g");

const blank = (match: string) => " ".repeat(match.length);

/** Throws SYNTAX for a comment that may be part of a number, or that contains the end of the matrix. */
function checkComments(line: Line, { from, to }: Body, pattern: RegExp, options: FormOptions): void {
  for (const { 0: comment, index } of line.text.matchAll(pattern)) {
    if (index < from || index > to) continue;
    const joins = /[\d.]/.test(line.text[index - 1]) && /^% *[-+]?[\d.]|\\\\|&/.test(comment);
    if (!joins && index + comment.length <= to) continue;
    const what = "this % starts a comment that contains a part of the matrix";
    refuseCell(pieceOf(line, index), options, what, "Write \\% for a percent sign, or remove it.");
  }
}

/** Splits a matrix into rows at `\\`, without the lines that are drawn between them. */
function rowsIn({ source, text, start }: Line, { from, to }: Body, comment: RegExp): LineCell[][] {
  const body = text.slice(from, to).replace(comment, blank);
  const undrawn = body.replace(LINES, (_, end: string, lines: string) => end + blank(lines));
  const line = { source, text: text.slice(0, from) + undrawn, start };
  const rows = splitCells(line, /\\\\(?:\[[^[\]]*\])?|\\tabularnewline/g, from, to);
  if (rows.length > 1 && rows.at(-1)?.text === "") rows.pop();
  return rows.map((row) => splitCells(line, /(?<!\\)&/g, row.at, row.at + row.text.length));
}
