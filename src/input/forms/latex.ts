import { plainText } from "../decode.js";
import type { Source } from "../source.js";
import { refuseAt } from "../source.js";
import type { Form, FormOptions } from "./form.js";
import { spellLatex } from "./latex-cell.js";
import { findLayout } from "./layout.js";
import { type Line, type LineCell, offsetIn, splitCells, tableOf, wholeText } from "./lines.js";
import { withBytes } from "./rows.js";
import { parseTable } from "./table.js";

/** What may stand around the environment and changes nothing: mathematics marks, sized brackets, alignment. */
const AROUND =
  /\\(?:left|right|big[lr]?|Big[lr]?|bigg[lr]?|Bigg[lr]?)\s*(?:\\[{}]|[[\]().])|\\[[\]()]|\$|\\(?:centering|displaystyle)\b|\\[,;:! ]|~|[.,;]\s*$/g;

/** Lines that a table draws, and the lengths that a line break may be given. */
const LINES = /\\(?:hline|toprule|midrule|bottomrule|cline\s*\{[^}]*\})/g;

/** A LaTeX matrix, array or tabular: `\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}`. */
export const latex: Form = {
  name: "LaTeX",
  looksLike: (_, __, head) => head.includes("\\begin{") || (head.includes("&") && /&[^\n]*\\\\/.test(head)),
  parse(given, options) {
    const source = withBytes(given, plainText(given.bytes));
    const text = wholeText(source);
    const body = findBody(source, text, options);
    const rows = rowsIn(text, body);
    const isText = body.environment.startsWith("tabular");
    const layout = isText
      ? findLayout(
          rows.map((row) => row.map((cell) => spellLatex(cell.text))),
          options.header,
        )
      : { headerRows: 0, indexCols: 0, labels: undefined };
    const { headerRows, indexCols, labels } = layout;
    const cells = rows.slice(headerRows).map((row) => row.slice(indexCols));
    return parseTable(tableOf(source, cells, spellLatex), options, {
      form: `LaTeX ${body.environment}`,
      remarks: [
        ...(headerRows > 0 ? ["header row dropped"] : []),
        ...(indexCols > 0 ? [labels ? "first column read as labels" : "index column dropped"] : []),
      ],
      ...(labels && { labels }),
      ...(body.assigned && { assigned: body.assigned }),
    });
  },
};

interface Body {
  readonly environment: string;
  readonly from: number;
  readonly to: number;
  readonly assigned?: { readonly name: string; readonly start: number };
}

/** The text between \begin and \end of the one matrix, or all of it when there are none. */
function findBody(source: Source, line: Line, options: FormOptions): Body {
  const { text } = line;
  const refuse = (index: number, message: string, hint: string): never =>
    refuseAt(source, offsetIn(line, index), "SYNTAX", message, hint);
  const [begin, second] = [...text.matchAll(/\\begin\s*\{([A-Za-z]+\*?)\}/g)].filter(isMatrix);
  if (!begin) {
    const other = /\\begin\s*\{([^}]*)\}/.exec(text);
    if (!other) return { environment: "rows", from: 0, to: text.length };
    const message = `${options.subject}: ${other[1]} is no environment of a matrix.`;
    return refuse(other.index, message, "Give a matrix, bmatrix, pmatrix, array or tabular.");
  }
  const [whole, environment] = begin;
  const end = text.indexOf(`\\end{${environment}}`, begin.index);
  if (end < 0) refuse(begin.index, `\\begin{${environment}} has no \\end{${environment}}.`, "Add it.");
  if (second) {
    const message = `${options.subject}: a second ${second[1]} starts here.`;
    refuse(second.index, message, "Give one matrix; put each in an option or file of its own.");
  }
  const from = begin.index + whole.length;
  const assigned = checkAround(source, line, begin.index, end + environment.length + 6);
  return {
    environment,
    from: from + argumentsLength(text, from, environment),
    to: end,
    ...(assigned && { assigned }),
  };
}

/** How long the alignment of columns is that stands before the cells: `{|c|c|}`, `[t]{cc}`, `[r]`. */
function argumentsLength(text: string, from: number, environment: string): number {
  const pattern = /^(?:array|tabular)/.test(environment)
    ? /\s*(?:\[\w*\])?\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/y
    : /\s*\[[clr]\]/y;
  pattern.lastIndex = from;
  return pattern.exec(text)?.[0].length ?? 0;
}

function isMatrix([, environment]: RegExpMatchArray): boolean {
  return /^(?:[bpB]?(?:small)?matrix\*?|array|tabular\*?)$/.test(environment);
}

/** A factor before the matrix or a power behind it would change its numbers, so that only a name may stand there. */
function checkAround(source: Source, line: Line, begin: number, end: number): Body["assigned"] {
  const before = line.text
    .slice(0, begin)
    .replace(/\\begin\{(?:equation|align|table|center)\*?\}(?:\[\w+\])?/g, blank);
  const after = line.text.slice(end).replace(/\\end\{(?:equation|align|table|center)\*?\}/g, blank);
  const name =
    /^(\s*(?:\\math(?:bf|rm|it)\{)?)([A-Za-z]\w*)(?:_\{?(\w+)\}?|\^\{?(\w+)\}?)?\}?\s*&?=\s*$/.exec(
      before.replace(AROUND, blank),
    );
  const rest = /\S/.exec(name ? "" : before.replace(AROUND, blank));
  const behind = /\S/.exec(after.replace(AROUND, blank));
  if (rest || behind) {
    const at = rest ? rest.index : end + (behind?.index ?? 0);
    const found = JSON.stringify(line.text.slice(at, at + 20).trim());
    refuseAt(
      source,
      offsetIn(line, at),
      "SYNTAX",
      `${found} beside the matrix was not understood.`,
      "Give the matrix alone, without factors, powers or other formulas around it.",
    );
  }
  if (!name) return undefined;
  const [, space, letters, below = "", above = ""] = name;
  return { name: `${letters}${below}${above}`, start: offsetIn(line, space.length) };
}

const blank = (match: string) => " ".repeat(match.length);

/** The rows between \\, without the lines that are drawn between them. */
function rowsIn({ text, start }: Line, { from, to }: Body): LineCell[][] {
  const undrawn = text.slice(0, to).replace(LINES, blank);
  const line = { text: undrawn, start };
  const rows = splitCells(line, /\\\\(?:\[[^\]]*\])?|\\tabularnewline/g, from, to);
  if (rows.length > 1 && rows[rows.length - 1].text === "") rows.pop();
  return rows.map((row) => splitCells(line, /(?<!\\)&/g, row.at, row.at + row.text.length));
}
