import { accept, type BracketScan, skipGap, startBrackets } from "../brackets/scan.js";
import { readStatements } from "../brackets/statements.js";
import { readBracketValue } from "../brackets/value.js";
import { checkCommas, mixesCommas } from "./decimal-comma.js";
import { type Form, rememberLast, type Span } from "./form.js";
import { pieceOf } from "./lines.js";

/** A type, a name and the start of an array: `double q[2][2] = {`, `std::vector<double> q{`. */
const DECLARED =
  /^[A-Za-z_][^=\r\n"';{]{0,120}[\s\]>*&][A-Za-z_]\w*(?:\s*\[\w*\])*\s*=\s*(?:new\b|&?[[{]|\w+!?[[({])|^[A-Za-z_][^=\r\n"';{]{0,120}[\]>]\s+[A-Za-z_]\w*\{/;

/**
 * Arrays in brackets of any kind, as NumPy, torch, MATLAB, Julia, Wolfram, sympy and similar programs print and read
 * them.
 */
export const bracketed: Form = {
  looksLike: (_, __, head) =>
    startsLikeCode(head) &&
    (DECLARED.test(head) ||
      /^(?:(?:import|from)\s|Parameter containing:|(?:(?:const|let|var|val)\s+(?:mut\s+)?)?[A-Za-z_]\w*\s*(?::(?!\d)=?|=(?!=)|<-\s)\s*[^\s\\]|(?!(?:sqrt|exp|ln)\()(?:[A-Za-z_][\w.]*!?)?[[({]|&\[|<tf\.|<xarray\.|- : [\w ]+ = \[|new\s|\w+\{\w+\}\[)/.test(
        head,
      )),
  parse(source, options) {
    const scan = startBrackets(source, options);
    const { value, assigned, unwrapped } = readStatements(scan);
    // `[1,000 2]` may have thousands separators; `[1,5 2,0]` may have decimal commas, or commas between cells.
    if (!options.decimalComma && /\d,\d|[ ,]0\d\d/.test(scan.text))
      for (const { 0: piece, index } of scan.text.matchAll(/[^[\](){};\r\n]+/g))
        checkCommas(pieceOf({ source, text: scan.text, start: 0 }, index, index + piece.length), mixesCommas);
    const spansFrom = rememberLast((start) => {
      const spans: Span[] = [];
      const again = startBrackets(source, options, { position: start, spans });
      do readBracketValue(again);
      while (unwrapped && !skipsToEnd(again));
      return spans;
    });
    return {
      source,
      value,
      form: scan.form ?? "list in brackets",
      remarks: [...scan.remarks],
      assigned,
      decimalComma: options.decimalComma,
      exponentOf: ({ start }) => scan.exponents.get(start),
      spanOf: (numbers, cell) =>
        spansFrom(numbers.start)[cell] ?? { start: numbers.start, end: numbers.start },
    };
  },
};

/** Whether a text does not start like a number, as most tables do. This check is faster than the patterns. */
function startsLikeCode(head: string): boolean {
  const first = head.charCodeAt(0);
  if (head.startsWith("- :")) return true; // what OCaml prints before a value
  return first < 43 /* + */ || first > 57 /* 9 */;
}

function skipsToEnd(scan: BracketScan): boolean {
  skipGap(scan);
  if (accept(scan, /[,;]\s*/y)) skipGap(scan);
  return scan.position >= scan.text.length;
}
