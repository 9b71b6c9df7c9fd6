import type { ShownCell } from "../../check/diagnosis.js";
import { isTrue } from "../../math/matrix.js";
import { type Cell, changeParts, type Expression, valueIn } from "../../trace/expression.js";
import { scopeText } from "../../trace/trace.js";
import { markedCellName, maskedReason, shortNumber, typedText } from "../cell-arithmetic.js";
import { writeExpression } from "../expression.js";

/** Says what the person wrote in a cell, and the right number with its arithmetic. */
export function cellSentence(cell: ShownCell): string {
  const { step, row, col, written, yours, otherwise } = cell;
  const within = scopeText(step.scope);
  const name = `${markedCellName(step, row, col)}${within === "" ? "" : ` of ${within}`}`;
  const wrote = `${name}: you wrote ${writtenText(cell)}`;
  if (isTrue(step.blocked, row, col)) return `${wrote}. ${maskedReason(step, row, col)}`;
  const right = rightText(cell);
  if (otherwise && valueIn(cell.arithmetic) !== valueIn(otherwise))
    return `${wrote}. By your method here, ${rightText({ ...cell, arithmetic: otherwise })}. Right is ${right}.`;
  const mine = yours && arithmeticText(onPaper(yours, cell.decimals));
  if (mine === undefined || mine === arithmeticText(arithmeticOnPaper(cell)) || mine === shortNumber(written))
    return `${wrote}, but ${right}.`;
  return `${wrote}, which is ${mine}. Right is ${right}.`;
}

/** Returns a question that the person can ask about a cell: "Was 1·1 left out?". */
export const questionText = ({ question = [] }: ShownCell): string =>
  question.map((part) => (typeof part === "string" ? part : arithmeticText(onPaper(part, 3)))).join("");

/** Returns the number that the person wrote. */
export const writtenText = ({ written, decimals }: ShownCell): string =>
  typedText({ value: written, decimals }).replace("-", "−");

/** Returns "0·0 + 2·1 = 2". */
function rightText(cell: ShownCell): string {
  const [text, result] = [arithmeticText(arithmeticOnPaper(cell)), rightNumber(cell)];
  const isNumber =
    ["cell", "constant"].includes(cell.arithmetic.kind) ||
    text === result ||
    text === shortNumber(valueIn(cell.arithmetic));
  return isNumber ? `it is ${result}` : `${text} = ${result}`;
}

/** Returns the right number with one more digit than the sheet has, so that its rounding is visible. */
export function rightNumber(cell: ShownCell): string {
  const value = valueIn(cell.arithmetic);
  if (!Number.isFinite(value) || Math.abs(value) >= 1e9) return shortNumber(value);
  return String(Number(value.toFixed(decimalsOf(cell)))).replace("-", "−");
}

const decimalsOf = ({ decimals }: ShownCell) =>
  decimals > 0 && decimals < 12 ? decimals + 1 : DECIMALS_OF_WHOLE;

const DECIMALS_OF_WHOLE = 3;

/** Returns the right arithmetic of a cell with short numbers. */
export const arithmeticOnPaper = (cell: ShownCell): Expression => onPaper(cell.arithmetic, decimalsOf(cell));

const arithmeticText = (arithmetic: Expression): string =>
  writeExpression(withMinus(arithmetic), {
    leaf: ({ value }) => shortNumber(value),
    number: shortNumber,
    isClose: true,
  });

/** Writes 1·2 + (−1)·3 as 1·2 − 1·3, as on paper. */
function withMinus(written: Expression): Expression {
  const expression = changeParts(written, withMinus);
  if (expression.kind !== "sum") return expression;
  const [first, ...others] = expression.terms;
  const terms = others.map((term): Expression => {
    const [factor, ...rest] = term.kind === "product" ? term.factors : [];
    if (factor?.kind !== "cell" || !(factor.value < 0) || isSquare(factor, rest[0])) return term;
    return {
      kind: "negative",
      of: { kind: "product", factors: [{ ...factor, value: -factor.value }, ...rest] },
    };
  });
  return { kind: "sum", terms: [first, ...terms] };
}

/** Whether a number is multiplied by itself, which is written as its square. */
const isSquare = (cell: Cell, other: Expression | undefined): boolean =>
  other?.kind === "cell" && other.input === cell.input && other.row === cell.row && other.col === cell.col;

/** The digits of a long number in arithmetic. The second number is for results that fewer digits do not give. */
const DIGITS = [4, 5];

/**
 * Returns arithmetic with numbers as on paper: in full if they have at most six digits, otherwise with so few that the
 * arithmetic still gives its result to these decimals. The ε of a norm is left out if it changes nothing.
 */
export function onPaper(arithmetic: Expression, decimals: number): Expression {
  const result = (made: Expression) => valueIn(made).toFixed(Math.min(decimals, 100));
  const written = DIGITS.map((digits) => withDigits(arithmetic, digits));
  return written.find((one) => result(one) === result(arithmetic)) ?? arithmetic;
}

function withDigits(expression: Expression, digits: number): Expression {
  const written = (value: number) => {
    const isShort = Math.abs(value - Number(value.toPrecision(6))) <= 1e-12 * Math.abs(value);
    return isShort || !Number.isFinite(value) ? value : Number(value.toPrecision(digits));
  };
  if (expression.kind === "cell") {
    const { exactly, ...cell } = expression;
    return { ...cell, value: written(cell.value) };
  }
  if (expression.kind === "constant") return { ...expression, value: written(expression.value) };
  const short = changeParts(expression, (part) => withDigits(part, digits));
  if (short.kind !== "sum") return short;
  const terms = short.terms.filter((term) => !isTiny(term));
  return terms.length === 1 ? terms[0] : { ...short, terms };
}

const isTiny = (term: Expression): boolean =>
  term.kind === "constant" && term.value !== 0 && Math.abs(term.value) <= 1e-4;
