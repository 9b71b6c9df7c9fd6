import { UserError } from "../errors.js";
import { cellOf, shapeText } from "../math/matrix.js";
import { suggest } from "../suggestion.js";
import { type Axes, type Axis, findStep, matrixOf, shapeOf, type Trace } from "../trace/trace.js";
import { hasUnkeptSteps, traceOfRow } from "./row-trace.js";

/** One cell of an input or of a step's output. */
export interface CellReference {
  readonly key: string;
  readonly row: number;
  readonly col: number;
}

/** Returns the number in a cell. Throws RangeError for an unknown key. */
export const numberIn = (trace: Trace, { key, row, col }: CellReference): number =>
  cellOf(matrixOf(trace, key), row, col);

/** Returns the reference as people write it: "weights[1,2]". */
export const cellText = ({ key, row, col }: CellReference): string => `${key}[${row},${col}]`;

/**
 * Reads a cell reference such as `weights[1,2]`, `output[man,0]` or `head 1/weights[0,1]`. Rows and columns are given
 * by index from 0, by negative index from the end, or by label. Throws UNKNOWN_STEP for a name that is neither step nor
 * input. Throws AMBIGUOUS for a name that several steps or several rows have, and USAGE for anything else that cannot
 * be understood.
 */
export function parseCellReference(trace: Trace, text: string): CellReference {
  const { written, name, rowText, colText } = partsOf(text);
  if (!name) {
    throw new UserError(
      "USAGE",
      `"${text}" names no cell.`,
      `Write the step, the row and the column: weights[${/(-?\d+)[\s,;]+(-?\d+)/.exec(text)?.slice(1) ?? "1,2"}].`,
    );
  }
  const { key, axes } = findNamed(trace, name, written.slice(written.indexOf("[")));
  const { rows, cols } = shapeOf(trace, key);
  const shape = `${key} is ${shapeText({ rows, cols })}`;
  return {
    key,
    row: parsePosition(rowText, "row", axes[0], rows, shape),
    // A single column (row sums) needs no second index.
    col: colText === undefined && cols === 1 ? 0 : parsePosition(colText, "column", axes[1], cols, shape),
  };
}

/**
 * Splits a reference into name, row and column. Two pairs of brackets (`weights[1][2]`) and parentheses (`PE(1, 2)`)
 * work as well.
 */
function partsOf(text: string) {
  const written = text.replace(/\(([^()[\]]*)\)\s*$/, "[$1]").replace(/\]\s*\[/, ",");
  const [, name, rowText, colText] =
    /^\s*([^[\]]+?)\s*\[\s*([^,\]]+?)\s*(?:,\s*([^\]]+?)\s*)?\]\s*$/.exec(written) ?? [];
  return { written, name, rowText, colText };
}

/** A cell, and the trace in which it is explained. */
export interface FoundCell {
  readonly trace: Trace;
  readonly cell: CellReference;
}

/**
 * Finds the cell that people write, and the trace in which it is explained. If some steps are not kept, that is a trace
 * of the cell's row alone, provided the cell is part of it. Throws like parseCellReference.
 */
export function findCell(trace: Trace, text: string): FoundCell {
  const cell = parseCellReference(trace, text);
  if (!hasUnkeptSteps(trace)) return { trace, cell };
  const ofRow = traceOfRow(trace, cell.row);
  const isOfRow = findStep(ofRow, cell.key)?.axes[0].first === cell.row;
  return isOfRow ? { trace: ofRow, cell: { ...cell, row: 0 } } : { trace, cell };
}

interface NamedMatrix {
  readonly key: string;
  readonly axes: Axes;
}

/** Finds a step or input by its key, or by its id if only one scope has that id. */
function findNamed(trace: Trace, name: string, place: string): NamedMatrix {
  const named: readonly NamedMatrix[] = [
    ...trace.steps.map((step) => ({ key: step.key, axes: step.axes })),
    ...trace.inputs.map(({ name: key, axes }) => ({ key, axes })),
  ];
  const exactMatches = named.filter(({ key }) => key === name);
  const [match, ...others] =
    exactMatches.length > 0 ? exactMatches : named.filter(({ key }) => key.endsWith(`/${name}`));
  if (!match) {
    throw new UserError(
      "UNKNOWN_STEP",
      `There is no step "${name}" in this run.`,
      suggest(
        name,
        named.map(({ key }) => key),
      ),
    );
  }
  if (others.length > 0) {
    throw new UserError(
      "AMBIGUOUS",
      `${others.length + 1} steps of this run are called "${name}".`,
      `Say which one: ${match.key}${place}, ${others[0].key}${place}${others.length > 1 ? " and so on" : ""}.`,
    );
  }
  return match;
}

function parsePosition(
  text: string | undefined,
  what: string,
  axis: Axis,
  size: number,
  shape: string,
): number {
  const labelled = text === undefined ? [] : positionsOf(axis, text);
  if (labelled.length === 1) return labelled[0];
  if (labelled.length > 1) {
    throw new UserError(
      "AMBIGUOUS",
      `"${text}" is the name of ${what}s ${labelled.join(", ")}.`,
      `Give the number of the ${what}.`,
    );
  }
  // Negative indices count from the end, as in Python: −1 is the last.
  const given = text !== undefined && /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  const index = given < 0 ? size + given : given;
  if (index >= 0 && index < size) return index;
  const labels = axis.labels ? `, or one of ${axis.labels.slice(0, 8).join(", ")}` : "";
  const problem = text === undefined ? `no ${what} is given` : `it has no ${what} "${text}"`;
  throw new UserError("USAGE", `${shape}; ${problem}.`, `Give a ${what} from 0 to ${size - 1}${labels}.`);
}

/** Returns the positions of a label. Repeated labels are shown with their number, so "3 the" is found, too. */
function positionsOf({ labels = [] }: Axis, text: string): readonly number[] {
  const positions = labels.flatMap((label, position) => (label === text ? [position] : []));
  if (positions.length > 0) return positions;
  const numbered = labels.findIndex((label, position) => `${position} ${label}` === text);
  return numbered < 0 ? [] : [numbered];
}
