import { UserError } from "../errors.js";
import { shapeText } from "../math/matrix.js";
import { suggest } from "../suggestion.js";
import { type Axis, keyOf, matrixOf, type Trace } from "../trace/trace.js";

/** One cell of an input or of a step's output. */
export interface CellReference {
  readonly key: string;
  readonly row: number;
  readonly col: number;
}

/**
 * The cell that people write as `weights[1,2]`, `output[man,0]` or `head 1/weights[0,1]`: by index from 0, or by label.
 * Throws UNKNOWN_STEP for a name that is neither step nor input, USAGE for anything else that cannot be understood.
 */
export function parseCellReference(trace: Trace, text: string): CellReference {
  const [, key, rowText, colText] =
    /^\s*([^[\]]+?)\s*\[\s*([^,\]]+?)\s*(?:,\s*([^\]]+?)\s*)?\]\s*$/.exec(text) ?? [];
  if (!key) {
    throw new UserError("USAGE", `"${text}" names no cell.`, {
      hint: "Write the step, the row and the column: weights[1,2].",
    });
  }
  const named = [
    ...trace.steps.map((step) => ({ key: keyOf(step), axes: step.axes })),
    ...trace.inputs.map(({ name, axes }) => ({ key: name, axes })),
  ];
  const found = named.find((candidate) => candidate.key === key);
  if (!found) {
    throw new UserError("UNKNOWN_STEP", `There is no step "${key}" in this run.`, {
      hint: suggest(
        key,
        named.map((candidate) => candidate.key),
      ),
    });
  }
  const matrix = matrixOf(trace, key);
  const shape = `${key} is ${shapeText(matrix)}`;
  return {
    key,
    row: parsePosition(rowText, "row", found.axes[0], matrix.rows, shape),
    // A column that stands alone (row sums) needs no second index.
    col:
      colText === undefined && matrix.cols === 1
        ? 0
        : parsePosition(colText, "column", found.axes[1], matrix.cols, shape),
  };
}

function parsePosition(
  text: string | undefined,
  what: string,
  axis: Axis,
  size: number,
  shape: string,
): number {
  const byLabel = text === undefined ? -1 : (axis.labels?.indexOf(text) ?? -1);
  if (byLabel >= 0) return byLabel;
  const index = text !== undefined && /^\d+$/.test(text) ? Number(text) : -1;
  if (index >= 0 && index < size) return index;
  const labels = axis.labels ? `, or one of ${axis.labels.slice(0, 8).join(", ")}` : "";
  throw new UserError("USAGE", `${shape}; it has no ${what} ${text === undefined ? "given" : `"${text}"`}.`, {
    hint: `Give a ${what} from 0 to ${size - 1}${labels}.`,
  });
}
