import type { SlippedCell } from "../check/diagnosis.js";
import { cellOf, isTrue } from "../math/matrix.js";
import type { WrittenNumber } from "../math/written.js";
import { evaluate } from "../trace/expression.js";
import { axesOf, findInput, findStep, type Step, shapeOf, stepLetter, type Trace } from "../trace/trace.js";
import { writeExpression } from "./expression.js";
import { labelsOf } from "./label.js";
import { formatExact } from "./number.js";
import { lowered } from "./sentences/names.js";

/** Writes the arithmetic of one cell with its numbers: `S[man,study] = 1·0 + 1·1 = 1`. */
export function cellArithmetic({ step, row, col, arithmetic }: SlippedCell) {
  const name = markedCellName(step, row, col);
  if (isTrue(step.blocked, row, col)) return `${name} is masked: ${lowered(maskedReason(step, row, col))}`;
  const written = writeExpression(arithmetic, {
    leaf: ({ value }) => shortNumber(value),
    number: shortNumber,
  });
  const result = shortNumber(evaluate(arithmetic).value);
  return written === result ? `${name} = ${result}` : `${name} = ${written} = ${result}`;
}

/** Says why a masked cell has its value. */
export function maskedReason(step: Step, row: number, col: number) {
  const [query, key] = step.axes.map(labelsOf);
  const value = shortNumber(cellOf(step.output(), row, col));
  return `Query ${query.at(row)} may not attend to key ${key.at(col)}, so it is ${value}.`;
}

/**
 * Names a cell: `S[man,study]`, with the letter of the formula if that is short. A step with one number per row has
 * only the row: `Row sums[man]`.
 */
export function markedCellName(step: Step, row: number, col: number) {
  const places = step.axes.map((axis, at) => (isMeasure(axis) ? [] : labelsOf(axis).at([row, col][at])));
  return `${stepLetter(step)}[${places.flat()}]`;
}

/**
 * Names of axes that count nothing if they have one label. The label then says what the numbers are, such as Σ, μ or ω.
 */
const MEASURES = ["sum", "measure", "rate", "frequency"];

const isMeasure = ({ name, labels = [] }: Step["axes"][number]) =>
  name === "sum" || (MEASURES.includes(name) && labels.length === 1);

/** Writes a number with the digits that were typed. */
export function typedText({ value, decimals }: Pick<WrittenNumber, "value" | "decimals">) {
  const isPlain = Number.isFinite(value) && decimals > 0 && decimals <= 10 && Math.abs(value) < 1e9;
  return isPlain ? value.toFixed(decimals) : formatExact(value);
}

/** Writes a number with as many digits as arithmetic on paper shows. */
export function shortNumber(value: number) {
  const short = Number.isFinite(value) ? Number(value.toPrecision(6)) : value;
  return formatExact(short).replace("-", "−");
}

/**
 * Names a cell as `--why` accepts it: `weights[study,man]`, with indices from 0 if an axis has no labels, and
 * `row-sums[man]` if there is one column. A step in `scope` is named without the scope, unless that is the name of
 * something else.
 */
export function nameCell(trace: Trace, key: string, row: number, col: number, scope = "") {
  const axes = axesOf(trace, key);
  const id = scope !== "" && key.startsWith(`${scope}/`) ? key.slice(scope.length + 1) : key;
  const shown = id === key || findStep(trace, id) || findInput(trace, id) ? key : id;
  const rowName = labelsOf(axes[0]).at(row);
  const isColumn = shapeOf(trace, key).cols === 1;
  return isColumn ? `${shown}[${rowName}]` : `${shown}[${rowName},${labelsOf(axes[1]).at(col)}]`;
}
