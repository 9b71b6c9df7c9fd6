import { withoutBraces } from "../forms/latex-cell.js";
import { countLines, rowsInPlaceOf } from "./code-matrices.js";

/** Whether a text is written in LaTeX, or has matrices or fractions in LaTeX. */
export const isLatex = (text: string): boolean =>
  /\\(?:begin\s*\{|d?frac\b|sqrt\b|\[|section|item\b|approx\b|cdot\b|sout\b|x?cancel\b)|[■█]\(|\$[^$\n]*[\\_^][^$\n]*\$/.test(
    text,
  );

/** The plain text for LaTeX commands. The names of functions stay; other commands become a space. */
const SIGNS: Readonly<Record<string, string>> = {
  alpha: "α",
  beta: "β",
  gamma: "γ",
  epsilon: "ε",
  varepsilon: "ε",
  mu: "μ",
  sigma: "σ",
  tau: "τ",
  approx: "≈",
  cdot: "·",
  div: "/",
  infty: "∞",
  nabla: "∇",
  partial: "∂",
  intercal: "T",
  qquad: "  ",
  quad: "  ",
  Rightarrow: "⇒",
  Sigma: "Σ",
  sum: "Σ",
  tanh: "tanh",
  times: "·",
  to: "→",
  top: "T",
};

const FUNCTION =
  /^(?:exp|max|tanh|sin|cos|log|ln|softmax|relu|gelu|concat|multihead|layernorm|attention|attn|ffn|mha)$/i;

/**
 * Returns the lines of a LaTeX text in plain signs. Matrices become rows in brackets, tables become cells with TABs,
 * and fractions and roots stay in one line.
 */
export function plainLatex(text: string): readonly string[] {
  // Beside lists with plain commas, a comma in braces is a decimal point: `(1,2,0)`, `0{,}259`.
  const visible = withDecimalPoints(text)
    .replace(POINTS, "")
    .replace(/(^|[^\\])%.*$/gm, "$1")
    // A definition by cases has no numbers of its own.
    .replace(/\\begin\{[dr]?cases\}[\s\S]*?\\end\{[dr]?cases\}/g, (cases) => "\n".repeat(countLines(cases)))
    .replace(/^[\s\S]*?(?=\\begin\{document\})/, (preamble) => "\n".repeat(countLines(preamble)));
  return wordsOf(tablesOf(visible)).split("\n");
}

/** The points for an answer: `\\punkte{2}`. */
const POINTS = /\\(?:punkte?|points?|pts|marks?|credits?|puntos?|punti)\s?\{\d{1,2}(?:[.,]5)?\}/gi;

/** A list of whole numbers with plain commas. Beside it a comma in braces is a decimal point: `(1,2,0)`, `0{,}259`. */
const LIST = /[([]-?\d(?:,-?\d)+[)\]]/;

const withDecimalPoints = (text: string): string =>
  LIST.test(text) ? text.replace(/(?<=\d\{,\}\d+)\s?;/g, ",").replace(/(?<=\d)\{,\}(?=\d)/g, ".") : text;

const MATRIX = /\\begin\{(?:[pbvBV]|small)?(?:matrix|array)\*?\}(?:\{[^}]*\})?([\s\S]*?)\\end\{[^}]*\}/g;
const TABLE =
  /\\begin\{(?:tabular[x*]?|longtable|tblr)\}(?:\[[^\]]*\])?(?:\{(?:[^{}]|\{[^{}]*\})*\})*([\s\S]*?)\\end\{[^}]*\}/g;

/** Replaces the environments of matrices and tables. The number of lines stays the same. */
function tablesOf(text: string): string {
  return (
    text
      .replace(MATRIX, (whole, body: string, at: number) => {
        const cells = cellsOf(body).map(withoutCounts);
        // Small letters are vectors: q_1, α and W_a s become one row even if they are written as a column.
        const isVector =
          isOfSmallLetter(text.slice(Math.max(0, at - LONGEST_NAME), at)) && cells[0]?.length === 1;
        const rows = (isVector ? [cells.flat()] : cells).map((row) => `[${row.join(", ")}]`);
        return `[${rows.join(", ")}]${"\n".repeat(countLines(whole))}`;
      })
      // The linear form of Word's equations: ■(1&0@0&1).
      .replace(/[■█]\(([^()]*(?:\([^()]*\)[^()]*)*)\)/g, (_, body: string) =>
        body
          .split("@")
          .map((row) => `[${row.split("&").join(", ")}]`)
          .join(", "),
      )
      .replace(TABLE, (whole, body: string) => rowsInPlaceOf(whole, cellsOf(body)))
  );
}

/** Joins words and their numbers in a row of nothing but words, which names the columns: `\\text{dim 1}`. */
const withoutCounts = (row: readonly string[]): readonly string[] =>
  row.every((cell) => cell === "" || /^\\(?:text|math|mbox)\w*\s*\{[^}]*\}$/.test(cell))
    ? row.map((cell) => cell.replace(/\s+(?=\d)/g, "_"))
    : row;

const LONGEST_NAME = 60;

/** Whether the name before an equals sign begins with a small letter. Commands are no letters: `\\mathbf{q}_1 =`. */
function isOfSmallLetter(before: string): boolean {
  const [, name] = /([^$,;:()\n]*)(?:[=≈]|\\approx)\s*$/.exec(before) ?? [];
  const letters = name?.replace(
    /\\(?:d?frac|sqrt|sum|math\w+|vec|boldsymbol|text|operatorname|left)(?![a-z])/g,
    "",
  );
  return /^[^\p{L}]*\p{Ll}|[\s})]\p{Ll}(?:_\S{1,5})?\s*$/u.test(letters ?? "") || TANH.test(before);
}

/** tanh of features, and a sign behind it. */
const TANH = /\\tanh\s*(?:\\left\s*)?[([][^=]*[)\]]\s*(?:=|≈|\\approx)\s*$/;

/** A cell over several columns, whose format may be in braces, too, and a cell over several rows. */
const WIDE = /\\multicolumn\s*\{(\d+)\}\s*\{[^{}]*\}\s*\{((?:[^{}]|\{[^{}]*\})*)\}/g;
const TALL = /\\multirow\s*\{\d+\}\s*\{[^{}]*\}\s*\{((?:[^{}]|\{[^{}]*\})*)\}/g;

const cellsOf = (body: string): readonly (readonly string[])[] =>
  body
    .replace(WIDE, (_, count: string, cell: string) => cell + "&".repeat(Number(count) - 1))
    .replace(TALL, "$1")
    .replace(
      /\\(?:hline|cline\{[^}]*\}|cmidrule(?:\([^)]*\))?\{[^}]*\}|(?:top|mid|bottom)rule|noalign\{\}|end(?:first|last)?(?:head|foot))/g,
      "",
    )
    .split("\\\\")
    .map((row) => row.split("&").map((cell) => cell.trim().replace(/\s*\n\s*/g, " ")))
    .filter((row) => row.join("") !== "");

function wordsOf(text: string): string {
  const plain = text
    .replace(/\\(?:sout|cancel|xcancel|st)\{([^{}]*)\}/g, "~~$1~~")
    .replace(/\^\s*(?:\{\s*\\?(?:top|intercal|T)\s*\}|\\?(?:top|intercal|T)\b)/g, "^T")
    .replace(/\\(?:tilde|hat|bar|widetilde|widehat|overline)\s*(?:\{(\w)\}|(\w))/g, "$1$2'");
  return withoutBraces(plain)
    .replace(/(?<![\p{L}\d])([qk])\s\\\s([qk])(?!\p{L})/giu, "$1 / $2")
    .replace(/\\\\/g, "  ")
    .replace(/\s*(?:\$+|\\[)\]])(?=[.,;:])/g, "")
    .replace(/\\(?:begin|end|label)\{[^}]*\}(?:\{[^}]*\})?|\\item\b|\\[[\]()]|\$+/g, " ")
    .replace(/\\([a-zA-Z]+)/g, (_, name: string) => SIGNS[name] ?? (FUNCTION.test(name) ? name : " "))
    .replace(/\{([-+.,])\}/g, "$1")
    .replace(/_\{([^{}]*)\}/g, "_$1")
    .replace(/\\.|[&{}]/g, " ");
}
