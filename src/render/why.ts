import type { Explanation } from "../homework/why.js";
import { type Cell, type Expression, evaluate } from "../trace/expression.js";
import { findStep, matrixOf, type Trace } from "../trace/trace.js";
import type { Document, OutlineLine, Span } from "./document.js";
import { foldTerms, writeExpression } from "./expression.js";
import type { JsonValue } from "./json.js";
import { labelsOf } from "./label.js";
import { chooseFormat, type FormatNumber, formatExact, type Precision } from "./number.js";

/** The arithmetic of a cell as an indented outline: formula, names, numbers put in, value, then each number used. */
export function describeExplanation(
  trace: Trace,
  explanation: Explanation,
  precision: Precision | { readonly significant: number },
): Document {
  const number = (value: number) =>
    typeof precision === "object"
      ? formatSignificant(value, precision.significant)
      : chooseFormat([Float64Array.of(value)], precision)(value);
  return { blocks: [{ kind: "outline", lines: outline(trace, explanation, 0, number) }] };
}

/** So many significant digits below 1, and as many decimals above: of an angle of 10000.01 the decimals are what counts. */
function formatSignificant(value: number, digits: number): string {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e15) return formatExact(value);
  return formatExact(Number(Math.abs(value) < 1 ? value.toPrecision(digits) : value.toFixed(digits)));
}

function outline(trace: Trace, part: Explanation, level: number, number: FormatNumber): OutlineLine[] {
  const lines: OutlineLine[] = [{ level, spans: headLine(trace, part, number) }];
  if (!part.expression) return lines;
  for (const text of new Set(Object.values(arithmeticOf(trace, part, part.expression, number)))) {
    if (text !== number(part.value))
      lines.push({ level: level + 1, spans: [{ text: `= ${text}`, tone: "plain" }] });
  }
  const rounding = roundingOf(part.value, part.expression);
  if (rounding) lines.push({ level: level + 1, spans: [{ text: rounding, tone: "dim" }] });
  for (const child of foldTerms(part.parts)) {
    if (typeof child !== "number") lines.push(...outline(trace, child, level + 1, number));
    else lines.push({ level: level + 1, spans: [{ text: `… ${child} more like it`, tone: "dim" }] });
  }
  return lines;
}

function headLine(
  trace: Trace,
  { key, row, col, value, formula, isRepeated }: Explanation,
  number: FormatNumber,
): Span[] {
  const remark = isRepeated ? "see above" : formula ? undefined : "not taken further";
  return [
    { text: `${nameCell(trace, key, row, col)} = ${number(value)}`, tone: "strong" },
    ...(formula ? [{ text: `   ${formula}`, tone: "formula" } as const] : []),
    ...(remark ? [{ text: `   (${remark})`, tone: "dim" } as const] : []),
  ];
}

/** Farther than this from its arithmetic in float64, a number has been worked out more exactly than that. */
const LARGEST_ROUNDING = 1e-13;

/** What the arithmetic gives when it is done as it is written, where its rounding can be seen. */
function roundingOf(value: number, expression: Expression): string | undefined {
  const plain = evaluate(expression);
  const distance = Math.abs(plain.value - value);
  // What rounding does not explain has been changed on purpose: carried, or replaced.
  if (!(distance > LARGEST_ROUNDING * Math.max(1, Math.abs(value)) && distance <= plain.error))
    return undefined;
  return `done in float64 as written it gives ${formatExact(plain.value)}, ${distance.toExponential(1)} away from ${formatExact(value)}`;
}

/** The arithmetic with the names of the cells, with their numbers put in, and with the arguments of a function worked out. */
function arithmeticOf(
  trace: Trace,
  { inputKeys }: Explanation,
  expression: Expression,
  number: FormatNumber,
) {
  const nameOf = (cell: Cell) => nameCell(trace, inputKeys[cell.input], cell.row, cell.col);
  const withNumbers = { leaf: (cell: Cell) => number(cell.value), number };
  return {
    names: writeExpression(expression, { leaf: nameOf, number }),
    numbers: writeExpression(expression, withNumbers),
    ...(isCompound(expression) && { evaluated: writeExpression(withArguments(expression), withNumbers) }),
  };
}

type Call = Extract<Expression, { readonly kind: "call" }>;

/** Whether it is a function of more than single numbers. */
function isCompound(expression: Expression): expression is Call {
  if (expression.kind !== "call") return false;
  return expression.args.some(({ kind }) => kind !== "cell" && kind !== "constant");
}

function withArguments(expression: Call): Expression {
  return {
    ...expression,
    args: expression.args.map((arg) => ({ kind: "constant", value: evaluate(arg).value })),
  };
}

/** The same for programs: nothing folded or rounded. */
export function explanationToJson(trace: Trace, part: Explanation): JsonValue {
  const { key, row, col, value, formula, expression, parts } = part;
  return {
    ...{ cell: `${key}[${row},${col}]`, value },
    ...(formula && { formula }),
    ...(expression && { arithmetic: arithmeticOf(trace, part, expression, formatExact) }),
    parts: parts.map((child) => explanationToJson(trace, child)),
  };
}

/**
 * `weights[study,man]`, with indices from 0 where an axis has no labels, and `row-sums[man]` where there is one
 * column: as `--why` takes it.
 */
function nameCell(trace: Trace, key: string, row: number, col: number): string {
  const axes = findStep(trace, key)?.axes ?? trace.inputs.find((input) => input.name === key)?.axes;
  const name = (side: 0 | 1, position: number) =>
    axes ? labelsOf(axes[side]).at(position) : String(position);
  const isColumn = matrixOf(trace, key).cols === 1;
  return isColumn ? `${key}[${name(0, row)}]` : `${key}[${name(0, row)},${name(1, col)}]`;
}
