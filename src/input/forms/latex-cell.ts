import { byWord } from "../words.js";

/**
 * The maximum length of a cell. A longer one is no number that a person wrote, and the repeated replacements would be
 * slow.
 */
const LONGEST = 300;

/** LaTeX commands and the arithmetic that they mean. */
const COMMANDS = byWord({
  inf: "infty",
  pi: "pi",
  "…": "dots ldots cdots hdots",
  "⋮": "vdots ddots",
  "": "num",
});

/** Converts a LaTeX cell to arithmetic: `-\frac{\sqrt{2}}{2}` to `-((sqrt(2))/(2))`. */
export function spellLatex(cell: string): string {
  if (cell.length > LONGEST) return cell;
  const text = cell
    .replace(/\\(?:left|right|,|;|:|!|quad|qquad|displaystyle|textstyle|bf|phantom\s*\{[^{}]*\})|~/g, " ")
    .replace(/\$([^$]*)\$/g, " $1 ")
    // A mistyped end of a row. LaTeX does not contain Julia's fractions, and other fractions have no spaces there.
    .replace(/\/\/|(?<=[\d.]\s+)\/(?=\s+[-\d.])/g, "\\\\")
    .replace(/\s*\\(?:cdot|times|ast)\b\s*/g, "*")
    .replace(/\\([A-Za-z]+)\b/g, (whole, command: string) => COMMANDS.get(command) ?? whole)
    // A sum of plain numbers is refused, with or without spaces, because an & may be missing.
    .replace(/(?<=\S) ([-+]) (?=\S)/g, "$1")
    .replace(/\{,\}/g, ",")
    .replace(/(\d)\\%/g, "$1%");
  return withoutBraces(text)
    .trim()
    .replace(/^([-+])[ \t]+(?=[\d.])/, "$1");
}

/** Writes fractions, roots, powers and text styles without braces. Replaces from the inside out. */
export function withoutBraces(given: string): string {
  let text = given;
  for (let before = ""; before !== text; ) {
    before = text;
    text = text
      .replace(
        /\\(?:text|mathrm|mathbf|mathcal|mathscr|mathbb|mathit|bm|textbf|textit|operatorname|emph|(?:sub)*section|paragraph|title)\*?\s*\{([^{}]*)\}/g,
        "$1",
      )
      .replace(/\\[dts]?frac\s*(?:\{([^{}]*)\}|(\d))\s*(?:\{([^{}]*)\}|(\d))/g, "(($1$2)/($3$4))")
      .replace(/\\sqrt\s*(?:\{([^{}]*)\}|(\d))/g, "sqrt($1$2)")
      .replace(/\^\s*\{([^{}]*)\}/g, "^($1)")
      .replace(/(^|[^\w\\}^_])(?<!\\\w+\*)\{([^{}]*)\}/g, "$1$2");
  }
  return text;
}
