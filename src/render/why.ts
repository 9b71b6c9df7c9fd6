import type { Explanation } from "../explain/why.js";
import { present } from "../math/lists.js";
import { type Cell, type Expression, evaluate } from "../trace/expression.js";
import { axesOf, findStep, scopeText, type Trace } from "../trace/trace.js";
import { nameCell } from "./cell-arithmetic.js";
import {
  type Document,
  line,
  type OutlineLine,
  outline as outlineBlock,
  type Span,
  type Tone,
} from "./document.js";
import { writeExpression } from "./expression.js";
import { labelsOf } from "./label.js";
import { chooseFormat, type FormatNumber, formatExact, type Precision } from "./number.js";
import { unbroken } from "./wrap.js";

/** Decimals, or significant digits. */
export type ShownDigits = Precision | { readonly significant: number };

/** Describes the arithmetic of a cell as an indented outline: formula, names, numbers, value, then each number used. */
export function describeExplanation(trace: Trace, part: Explanation, precision: ShownDigits): Document {
  return [outlineBlock(outline(trace, part, 0, writeNumber(precision)))];
}

/** Returns the function that writes a single number. */
export function writeNumber(precision: ShownDigits): FormatNumber {
  return (value) =>
    typeof precision === "object"
      ? formatSignificant(value, precision.significant)
      : chooseFormat([Float64Array.of(value)], precision)(value);
}

/**
 * Writes this many significant digits below 1, and this many decimals above. For an angle of 10000.01 the decimals
 * matter.
 */
function formatSignificant(value: number, digits: number): string {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e15) return formatExact(value);
  return formatExact(Number(Math.abs(value) < 1 ? value.toPrecision(digits) : value.toFixed(digits)));
}

function outline(trace: Trace, part: Explanation, level: number, number: FormatNumber): OutlineLine[] {
  const { value, formula, expression } = part;
  const spans: Span[] = [strong(equation(trace, part, number))];
  if (formula) spans.push({ text: `   ${unbroken(formula)}`, tone: "formula" });
  if (!expression) return [{ level, spans: [...spans, { text: "   (given)", tone: "dim" }] }];
  const below = (text: string, tone: Tone) => line(text, tone, level + 1);
  const scope = scopeText(findStep(trace, part.key)?.scope ?? []);
  const nameOf: NameOf = (key, at) => unbroken(nameCell(trace, key, at.row, at.col, scope));
  const arithmetic = new Set(Object.values(arithmeticOf(part, expression, nameOf, number)));
  arithmetic.delete(number(value));
  const exact = exactText(part);
  const isNews = ![number(value), ...arithmetic].some((text) => text.replaceAll(" / ", "/") === exact);
  const remark = remarkOf(value, expression);
  return present([
    { level, spans },
    exact !== undefined && isNews && below(`= ${exact}   exactly`, "strong"),
    ...Array.from(arithmetic, (text) => below(`= ${text}`, "plain")),
    ...(remark ? [below(remark, "dim")] : []),
    ...partLines(trace, part.parts, level + 1, number),
  ]);
}

/** Writes the parts below each other. Neighbours that are not explained here share a line. */
function partLines(trace: Trace, parts: Explanation["parts"], level: number, number: FormatNumber) {
  const lines: OutlineLine[] = [];
  for (let first = 0, end = 0; first < parts.length; first = end) {
    const part = parts[first];
    end = first + 1;
    if (typeof part === "number") {
      lines.push(line(`… ${part} more like it`, "dim", level));
    } else if (part.expression) {
      lines.push(...outline(trace, part, level, number));
    } else {
      while (end < parts.length && isLikeIt(parts[end], part)) end++;
      const named = parts.slice(first, end).flatMap((other) => (typeof other === "number" ? [] : [other]));
      const texts = named.map((other) => equation(trace, other, number));
      const remark = part.isRepeated ? "see above" : "not taken further";
      lines.push({ level, spans: [strong(texts.join(", ")), { text: `   (${remark})`, tone: "dim" }] });
    }
  }
  return lines;
}

function isLikeIt(other: Explanation | number, part: Explanation): boolean {
  return typeof other !== "number" && !other.expression && other.isRepeated === part.isRepeated;
}

/** Writes `weights[1,2] = 0.25`, unbroken if it fits a line. A position has its name: `strongest-key[1] = 2 (man)`. */
function equation(trace: Trace, { key, row, col, value }: Explanation, number: FormatNumber): string {
  const { valuesOn } = findStep(trace, key) ?? {};
  const label = valuesOn?.labels && Number.isInteger(value) ? ` (${labelsOf(valuesOn).at(value)})` : "";
  return unbroken(`${nameCell(trace, key, row, col)} = ${number(value)}${label}`);
}

const strong = (text: string): Span => ({ text, tone: "strong" });

/** A longer exact form would explain nothing. */
const LONGEST_EXACT = 70;

/**
 * Writes the number without rounding, e^(3/√2) / (1 + e^(3/√2)). Returns undefined if it is long, or is the number
 * itself.
 */
function exactText({ exact, value }: Explanation): string | undefined {
  if (!exact) return undefined;
  const number = (x: number) => formatExact(x).replace("-", "−");
  const text = writeExpression(exact, { leaf: ({ value: x }) => number(x), number, isClose: true });
  return text.length > LONGEST_EXACT || text === number(value) ? undefined : text;
}

/** A number farther than this from its float64 arithmetic was computed more exactly. */
const LARGEST_ROUNDING = 1e-13;

/**
 * Says what the arithmetic gives if another number is carried on, rounded as on paper or replaced; or what it gives in
 * float64 as written, if its rounding error is visible.
 */
function remarkOf(value: number, expression: Expression): string | undefined {
  const plain = evaluate(expression);
  const distance = Math.abs(plain.value - value);
  if (distance > plain.error) {
    // Enough digits to show that the carried number differs, and by how much.
    const rounded = (digits: number) => Number(plain.value.toPrecision(digits));
    let digits = 6;
    while (digits < 17 && Math.abs(rounded(digits) - plain.value) > distance / 10) digits++;
    return `= ${formatExact(rounded(digits))}, carried on as ${formatExact(value)}`;
  }
  if (!(distance > LARGEST_ROUNDING * Math.max(1, Math.abs(value)))) return undefined;
  return `in float64, as written, it gives ${formatExact(plain.value)}, ${distance.toExponential(1)} away from ${formatExact(value)}`;
}

type NameOf = (key: string, cell: Cell) => string;

/**
 * Writes the arithmetic with the names of the cells, with their numbers, and with the computed arguments of a function.
 */
function arithmeticOf(
  { inputKeys }: Explanation,
  expression: Expression,
  nameOf: NameOf,
  number: FormatNumber,
): CellArithmetic {
  const names = { leaf: (cell: Cell) => nameOf(inputKeys[cell.input], cell), number, showsNames: true };
  const numberOf = ({ value, exactly }: Cell): string =>
    exactly ? writeExpression(exactly, { leaf: numberOf, number }) : number(value);
  const numbers = { leaf: numberOf, number };
  return {
    names: writeExpression(expression, names),
    numbers: writeExpression(expression, numbers),
    ...(isCompound(expression) && { evaluated: writeExpression(withArguments(expression), numbers) }),
  };
}

type Call = Extract<Expression, { readonly kind: "call" }>;

/** Whether an expression is a function whose arguments are not all single numbers. */
function isCompound(expression: Expression): expression is Call {
  if (expression.kind !== "call") return false;
  const isSingle = (arg: Expression) => arg.kind === "constant" || (arg.kind === "cell" && !arg.exactly);
  return !expression.args.every(isSingle);
}

function withArguments(expression: Call): Expression {
  return {
    ...expression,
    args: expression.args.map((arg) => ({ kind: "constant", value: evaluate(arg).value })),
  };
}

/** The JSON explanation of a cell. */
export type ExplainedCell = {
  /** `weights[0,1]`, with indices from 0. */
  readonly cell: string;
  readonly value: number;
  /** The number without rounding, if that is short: `1 / (1 + e^√2)`. */
  readonly exact?: string;
  /** The formula of the step. Absent for a given cell. */
  readonly formula?: string;
  readonly arithmetic?: CellArithmetic;
  /** The numbers used, each once. A number means that many are left out. */
  readonly parts: readonly (ExplainedCell | number)[];
};

/**
 * The arithmetic of a cell with the names of the cells it uses, and with their numbers. For a function also with its
 * computed arguments.
 */
export type CellArithmetic = {
  readonly names: string;
  readonly numbers: string;
  readonly evaluated?: string;
};

/** Writes the arithmetic of a cell as plain data, with nothing folded or rounded. */
export function explanationToJson(trace: Trace, part: Explanation): ExplainedCell {
  const { key, row, col, value, formula, expression, parts } = part;
  const exact = exactText(part);
  const nameOf: NameOf = (input, at) => nameCell(trace, input, at.row, at.col);
  return {
    cell: `${key}[${row + (axesOf(trace, key)[0].first ?? 0)},${col}]`,
    value,
    ...(exact !== undefined && { exact }),
    ...(formula && { formula }),
    ...(expression && { arithmetic: arithmeticOf(part, expression, nameOf, formatExact) }),
    parts: parts.map((child) => (typeof child === "number" ? child : explanationToJson(trace, child))),
  };
}
