import { tabulate } from "../math/lists.js";
import { cellOf } from "../math/matrix.js";
import { type Expression, partsOf } from "../trace/expression.js";
import { explainStep, findStep, type Overview, type Trace } from "../trace/trace.js";
import { nameCell } from "./cell-arithmetic.js";
import { type Block, heading, line, type OutlineLine, outline } from "./document.js";
import { writeExpression } from "./expression.js";
import { labelsOf } from "./label.js";
import { chooseFormat, type Precision } from "./number.js";

/** The maximum number of cells of the row that are written. */
const MOST_CELLS = 6;

/** Writes one row of a step cell by cell, each with its arithmetic and the cell that it equals. */
export function describeProof(
  trace: Trace,
  { key, row, equals }: NonNullable<Overview["proof"]>,
  { precision }: { readonly precision: Precision },
): Block[] {
  const step = findStep(trace, key);
  const other = findStep(trace, equals);
  if (!step || !other) return [];
  const explain = explainStep(trace, step);
  const format = chooseFormat([step.output().data], precision === "full" ? 4 : precision);
  const lines = tabulate(Math.min(step.shape.cols, MOST_CELLS), (col): OutlineLine => {
    const arithmetic = writeExpression(withoutZeros(explain(row, col)), {
      leaf: ({ value }) => format(value),
      number: format,
    });
    const value = format(cellOf(step.output(), row, col));
    const text = `${nameCell(trace, key, row, col)} = ${arithmetic} = ${value}`;
    const same = `   ${nameCell(trace, equals, row, col)} = ${format(cellOf(other.output(), row, col))}`;
    return {
      level: 0,
      spans: [
        { text, tone: "plain" },
        { text: same, tone: "formula" },
      ],
    };
  });
  const more = step.shape.cols - lines.length;
  const rest = more > 0 ? [line(`… ${more} more columns like these`, "dim")] : [];
  return [
    heading(`Row ${labelsOf(step.axes[0]).at(row)} worked out`, {
      formula: step.formula,
      shape: "products with 0 are left out",
    }),
    outline([...lines, ...rest]),
  ];
}

/** Removes the products that are 0 because one factor is 0 from a sum. */
function withoutZeros(expression: Expression): Expression {
  if (expression.kind !== "sum") return expression;
  const terms = expression.terms.filter(
    (term) => !partsOf(term).some((part) => part.kind === "cell" && part.value === 0),
  );
  return { ...expression, terms };
}
