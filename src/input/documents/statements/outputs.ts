import { typedNumber, type WrittenNumber } from "../../../math/written.js";
import { marksIn, type Names } from "./mentions.js";
import type { Claim } from "./statements.js";
import { OF_OTHERS, OF_OUTPUTS } from "./words.js";

/** A vector in brackets, at the end of what is said: `(1.42, 0.58)`, `[1,42; 0,58]`. */
const VECTOR = /[([]\s{0,3}([-−]?\d[-−\d.,;\s]{2,120}\d)\s{0,3}[)\]](?=\s*(?:[.,;]?\s*$|[.;]\s))/u;

/** Returns what a sentence says about the output of one token: `so the output of token 1 is (1.42, 0.58)`. */
export function outputClaims(text: string, names: Names): readonly Claim[] {
  const match = OF_OUTPUTS.test(text) && !OF_OTHERS.test(text) && VECTOR.exec(text);
  if (!match) return [];
  const { 0: said, 1: numbers, index } = match;
  const tokens = marksIn(text.slice(0, index), names).filter((mark) => mark.kind === "token");
  const values = numbersIn(numbers);
  const [token] = tokens;
  // A calculation ends in the vector, but it is compared elsewhere.
  if (tokens.length !== 1 || token.rows.length === 0 || /[·×*+]/.test(text.slice(token.end, index)))
    return [];
  return [
    {
      at: index,
      said,
      tokens: [`the output of ${token.text}`, ""],
      cells: token.rows.map((row) => [row, 0] as const),
      what: { kind: "row", values },
    },
  ];
}

function numbersIn(text: string): readonly WrittenNumber[] {
  const areCommas = /;/.test(text) && !/\./.test(text);
  return text.split(areCommas ? /\s*;\s*/ : /[,;]?\s+|[,;]/).map(typedNumber);
}
