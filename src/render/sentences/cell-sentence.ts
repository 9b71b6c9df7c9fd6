import type { ShownCell } from "../../check/diagnosis.js";
import { isTrue } from "../../math/matrix.js";
import { type Cell, type Expression, valueIn } from "../../trace/expression.js";
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
  const mine = yours && arithmeticText(yours);
  if (mine === undefined || mine === arithmeticText(cell.arithmetic) || mine === shortNumber(written))
    return `${wrote}, but ${right}.`;
  return `${wrote}, which is ${mine}. Right is ${right}.`;
}

/** Returns a question that the person can ask about a cell: "Was 1·1 left out?". */
export const questionText = ({ question = [] }: ShownCell): string =>
  question.map((part) => (typeof part === "string" ? part : arithmeticText(part))).join("");

/** Returns the number that the person wrote. */
export const writtenText = ({ written, decimals }: ShownCell): string =>
  typedText({ value: written, decimals }).replace("-", "−");

/** Returns "0·0 + 2·1 = 2". */
function rightText(cell: ShownCell): string {
  const [text, result] = [arithmeticText(cell.arithmetic), rightNumber(cell)];
  const isNumber =
    ["cell", "constant"].includes(cell.arithmetic.kind) ||
    text === result ||
    text === shortNumber(valueIn(cell.arithmetic));
  return isNumber ? `it is ${result}` : `${text} = ${result}`;
}

/** Returns the right number with one more digit than the sheet has, so that its rounding is visible. */
export function rightNumber({ arithmetic, decimals }: ShownCell): string {
  const value = valueIn(arithmetic);
  const digits = decimals > 0 && decimals < 12 ? decimals + 1 : DIGITS_OF_WHOLE;
  if (!Number.isFinite(value) || Math.abs(value) >= 1e9) return shortNumber(value);
  return String(Number(value.toFixed(digits))).replace("-", "−");
}

const DIGITS_OF_WHOLE = 3;

const arithmeticText = (arithmetic: Expression): string =>
  writeExpression(withMinus(arithmetic), {
    leaf: ({ value }) => paperNumber(value),
    number: paperNumber,
    isClose: true,
  });

/** Writes 1·2 + (−1)·3 as 1·2 − 1·3, as on paper. */
function withMinus(expression: Expression): Expression {
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

/** Writes a number as in arithmetic on paper: in full if it has at most six digits, otherwise with four. */
export function paperNumber(value: number): string {
  const isShort = Math.abs(value - Number(value.toPrecision(6))) <= 1e-12 * Math.abs(value);
  return shortNumber(isShort || !Number.isFinite(value) ? value : Number(value.toPrecision(4)));
}
