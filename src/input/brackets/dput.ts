import { gridValue, type NumbersValue, rowValue, type Value } from "../value.js";
import { eachArgument, skipArgument } from "./arguments.js";
import { accept, type BracketScan, fail, matchAt, noteForm, skipGap } from "./scan.js";
import { dimensionsIn } from "./shape.js";

/**
 * Reads what R's `dput` writes: in `structure(`, the numbers column by column and their shape, or the columns of a data
 * frame. `matrix(` gives its shape as nrow and ncol, and its numbers may be in row order.
 */
export function readDput(scan: BracketScan, start: number, nested: () => Value): NumbersValue {
  const open = scan.position - 1;
  const isMatrix = scan.text.startsWith("matrix", start);
  noteForm(scan, "R structure");
  const firstSpan = scan.spans?.length ?? 0;
  let columns: NumbersValue[] = [];
  let isFrame = false;
  let dimensions: readonly number[] | undefined;
  let isByRow = false;
  const sizes: Record<string, number> = {};
  // The order of arguments without names.
  const unnamed = ["data", "nrow", "ncol", "byrow"];
  eachArgument(scan, (said) => {
    const { position } = scan;
    const key = said ?? unnamed.shift() ?? "";
    if (key === "data") {
      if (said) unnamed.shift();
      isFrame = accept(scan, "list(") !== undefined;
      if (isFrame) eachArgument(scan, () => columns.push(numbersOf(scan, nested)));
      else columns = [numbersOf(scan, nested)];
      return;
    }
    const text = skipArgument(scan, open).trim();
    const size = dimensionsIn(text.replace("L", ""));
    if (size && (key === "nrow" || key === "ncol")) [sizes[key]] = size;
    else if (key === "byrow" && TRUTHS.includes(text)) isByRow = text.startsWith("T");
    else if (key === "dim" || key === ".Dim") dimensions = dimensionsOf(scan, position, text);
    else if (!ATTRIBUTES.includes(key)) {
      const message = `qkv does not know what ${key} = ${text} does with the numbers.`;
      fail(scan, position, message, "Paste the matrix that R prints.");
    }
  });
  const cells = columns.flatMap(({ data }) => Array.from(data));
  // Without a shape, `matrix(` makes one column.
  const { nrow = sizes.ncol ? cells.length / sizes.ncol : isMatrix ? cells.length : 0 } = sizes;
  if (nrow > 0) dimensions ??= [nrow, sizes.ncol ?? cells.length / nrow];
  const rows = isFrame ? columns[0].data.length : (dimensions?.[0] ?? 1);
  const cols = cells.length / rows;
  // The shape is invalid if it has more than two axes or needs another number of cells. All columns of a data frame
  // have the same length.
  const isOther =
    dimensions && (dimensions.length !== 2 || dimensions[1] !== cols || !dimensions.every(Number.isInteger));
  if (cells.length === 0 || isOther || (isFrame && columns.some(({ data }) => data.length !== rows))) {
    const shape = dimensions?.join("×") ?? "columns of equal length";
    const hint = "Copy all that dput prints of a matrix or of columns.";
    return fail(scan, start, `${cells.length} numbers do not fill ${shape}.`, hint, "SHAPE_MISMATCH");
  }
  const byRows = <T>(items: readonly T[]): T[] =>
    items.map((item, at) => (isByRow ? item : items[(at % cols) * rows + Math.floor(at / cols)]));
  const own = scan.spans?.splice(firstSpan);
  if (own) scan.spans?.push(...byRows(own));
  return gridValue(start, { rows, cols, data: Float64Array.from(byRows(cells)) });
}

/** Attributes that do not change the numbers. */
const ATTRIBUTES = "dimnames .Dimnames class names row.names .Names".split(" ");

const TRUTHS = ["T", "TRUE", "F", "FALSE"];

/** Parses the sizes in `c(2L, 3L)`. Throws SYNTAX. */
function dimensionsOf(scan: BracketScan, at: number, text: string): readonly number[] {
  const isVector = text.startsWith("c(") && text.endsWith(")");
  const sizes = isVector ? dimensionsIn(text.slice(1).replaceAll("L", "")) : undefined;
  return sizes ?? fail(scan, at, `"${text}" is no shape.`, "R writes it as dim = c(2L, 3L).");
}

/** Reads `c(1, 3)`, one number, or a range such as `1:4`. */
function numbersOf(scan: BracketScan, nested: () => Value): NumbersValue {
  skipGap(scan);
  const { position: start } = scan;
  const [, first, last] = accept(scan, /(-?\d+)L?:(-?\d+)L?/y) ?? [];
  if (first !== undefined) return rangeOf(scan, start, Number(first), Number(last));
  const value = matchAt(scan, /c\s*\(|[-+.\d]/y) ? nested() : undefined;
  if (value?.kind === "numbers") return value;
  if (value?.kind === "scalar" && typeof value.value === "number") {
    return rowValue(start, Float64Array.of(value.value));
  }
  const message = "numbers are expected here, as c(…) writes them.";
  return fail(scan, start, message, "Leave out columns of text.", "NOT_A_NUMBER");
}

function rangeOf(scan: BracketScan, start: number, first: number, last: number): NumbersValue {
  const length = Math.abs(last - first) + 1;
  if (length > scan.text.length * 1000)
    fail(scan, start, "this range is too long.", "Write a file of numbers.");
  const data = Float64Array.from({ length }, (_, at) => first + at * Math.sign(last - first));
  for (let at = 0; at < length; at++) scan.spans?.push({ start, end: scan.position });
  return rowValue(start, data);
}
