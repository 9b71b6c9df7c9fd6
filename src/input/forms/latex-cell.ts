import { byWord } from "../words.js";

/** What is longer is no number that a person wrote; replacing in it over and over would take long. */
const LONGEST = 300;

/** What commands are in arithmetic. */
const COMMANDS = byWord({
  inf: "infty",
  pi: "pi",
  "…": "dots ldots cdots hdots",
  "⋮": "vdots ddots",
  "": "num",
});

/** The arithmetic that a cell of LaTeX stands for: `-\frac{\sqrt{2}}{2}` is `-((sqrt(2))/(2))`. */
export function spellLatex(cell: string): string {
  if (cell.length > LONGEST) return cell;
  let text = cell
    .replace(/\\(?:left|right|,|;|:|!|quad|qquad|displaystyle|textstyle|bf|phantom\s*\{[^{}]*\})|~/g, " ")
    .replace(/\$([^$]*)\$/g, " $1 ")
    // What ends a row, mistyped; Julia's fractions do not stand in LaTeX, and others have no blanks there.
    .replace(/\/\/|(?<=[\d.]\s+)\/(?=\s+[-\d.])/g, "\\\\")
    .replace(/\s*\\(?:cdot|times|ast)\b\s*/g, "*")
    .replace(/\\([A-Za-z]+)\b/g, (whole, command: string) => COMMANDS.get(command) ?? whole)
    // A sum of plain numbers is refused, however it is spaced: an & may be missing.
    .replace(/(?<=\S) ([-+]) (?=\S)/g, "$1")
    .replace(/\{,\}/g, ",")
    .replace(/(\d)\\%/g, "$1%");
  // From the inside out, so that arguments hold no braces any more when their turn comes.
  for (let before = ""; before !== text; ) {
    before = text;
    text = text
      .replace(/\\(?:text|mathrm|mathbf|textbf|mathit|operatorname)\s*\{([^{}]*)\}/g, "$1")
      .replace(/\\[dts]?frac\s*(?:\{([^{}]*)\}|(\d))\s*(?:\{([^{}]*)\}|(\d))/g, spellFraction)
      .replace(/\\sqrt\s*(?:\{([^{}]*)\}|(?<=\s)(\d))/g, "sqrt($1$2)")
      .replace(/\^\s*\{([^{}]*)\}/g, "^($1)")
      .replace(/(^|[^\w\\}^_])\{([^{}]*)\}/g, "$1$2");
  }
  return text.trim().replace(/^([-+])[ \t]+(?=[\d.])/, "$1");
}

function spellFraction(
  _: string,
  upper?: string,
  upperDigit?: string,
  lower?: string,
  lowerDigit?: string,
): string {
  return `((${upper ?? upperDigit})/(${lower ?? lowerDigit}))`;
}
