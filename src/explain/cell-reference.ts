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
 * Throws UNKNOWN_STEP for a name that is neither step nor input, AMBIGUOUS for the name of several steps or of several
 * rows, USAGE for anything else that cannot be understood.
 */
export function parseCellReference(trace: Trace, text: string): CellReference {
  const { written, name, rowText, colText } = partsOf(text);
  if (!name) {
    throw new UserError("USAGE", `"${text}" names no cell.`, {
      hint: "Write the step, the row and the column: weights[1,2].",
    });
  }
  const { key, axes } = findNamed(trace, name, written.slice(written.indexOf("[")));
  const matrix = matrixOf(trace, key);
  const shape = `${key} is ${shapeText(matrix)}`;
  return {
    key,
    row: parsePosition(rowText, "row", axes[0], matrix.rows, shape),
    // A column that stands alone (row sums) needs no second index.
    col:
      colText === undefined && matrix.cols === 1
        ? 0
        : parsePosition(colText, "column", axes[1], matrix.cols, shape),
  };
}

function partsOf(text: string) {
  const written = text.replace(/\]\s*\[/, ",");
  const [, name, rowText, colText] =
    /^\s*([^[\]]+?)\s*\[\s*([^,\]]+?)\s*(?:,\s*([^\]]+?)\s*)?\]\s*$/.exec(written) ?? [];
  return { written, name, rowText, colText };
}

/** A cell, and the trace in which it is explained. */
export interface FoundCell {
  readonly trace: Trace;
  readonly cell: CellReference;
}

/** parseCellReference; of a computation that was done row by row, in the steps of the row. Throws as that does. */
export function findCell(trace: Trace, text: string): FoundCell {
  const { ofQuery } = trace;
  const { name, rowText = "", colText } = partsOf(text);
  if (!ofQuery || !name) return { trace, cell: parseCellReference(trace, text) };
  const { axis, count, record } = ofQuery;
  const row = positionsOf(axis, rowText)[0] ?? (/^\d+$/.test(rowText) ? Number(rowText) : 0);
  const ofRow = record(Math.min(row, count - 1));
  const step = ofRow.steps.find((candidate) => [keyOf(candidate), candidate.id].includes(name));
  if (!step) return { trace, cell: parseCellReference(trace, text) };
  const isOfRow = step.axes[0].name === axis.name && step.output().rows === 1;
  if (isOfRow) parsePosition(rowText, "row", axis, count, `${name} has ${count} rows`);
  const inRow = isOfRow ? `${name}[${colText === undefined ? "0" : `0,${colText}`}]` : text;
  return { trace: ofRow, cell: parseCellReference(ofRow, inRow) };
}

interface Named {
  readonly key: string;
  readonly axes: readonly [Axis, Axis];
}

/** A step or input by its key, or by its id where only one scope has it. */
function findNamed(trace: Trace, name: string, place: string): Named {
  const named: readonly Named[] = [
    ...trace.steps.map((step) => ({ key: keyOf(step), axes: step.axes })),
    ...trace.inputs.map(({ name: key, axes }) => ({ key, axes })),
  ];
  const found = named.filter(({ key }) => key === name);
  const [one, ...others] = found.length > 0 ? found : named.filter(({ key }) => key.endsWith(`/${name}`));
  if (!one) {
    throw new UserError("UNKNOWN_STEP", `There is no step "${name}" in this run.`, {
      hint: suggest(
        name,
        named.map(({ key }) => key),
      ),
    });
  }
  if (others.length > 0) {
    throw new UserError("AMBIGUOUS", `${others.length + 1} steps of this run are called "${name}".`, {
      hint: `Say which one: ${one.key}${place}, ${others[0].key}${place}${others.length > 1 ? " and so on" : ""}.`,
    });
  }
  return one;
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
    throw new UserError("AMBIGUOUS", `"${text}" is the name of ${what}s ${labelled.join(", ")}.`, {
      hint: `Give the number of the ${what}.`,
    });
  }
  const index = text !== undefined && /^\d+$/.test(text) ? Number(text) : -1;
  if (index >= 0 && index < size) return index;
  const labels = axis.labels ? `, or one of ${axis.labels.slice(0, 8).join(", ")}` : "";
  const problem = text === undefined ? `no ${what} is given` : `it has no ${what} "${text}"`;
  throw new UserError("USAGE", `${shape}; ${problem}.`, {
    hint: `Give a ${what} from 0 to ${size - 1}${labels}.`,
  });
}

/** Where a label stands, also one with its number before it, as it is shown where labels repeat: "3 the". */
function positionsOf({ labels = [] }: Axis, text: string): readonly number[] {
  const positions = labels.flatMap((label, position) => (label === text ? [position] : []));
  if (positions.length > 0) return positions;
  const numbered = labels.findIndex((label, position) => `${position} ${label}` === text);
  return numbered < 0 ? [] : [numbered];
}
