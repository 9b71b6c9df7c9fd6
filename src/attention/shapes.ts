import { counted, setting, UserError } from "../errors.js";
import { type Shape, shapeText } from "../math/matrix.js";
import { INPUTS } from "./inputs.js";
import type { Ref } from "./recorder.js";

/** An input or a step, and the names of its row and column sizes: `[key, "m", "d_k"]`. */
export type NamedShape = readonly [of: Pick<Ref, "key" | "shape">, rows: string, cols: string];

/** Returns the input's name in "query (x)". */
function givenName(name: string) {
  return /\((.*)\)$/.exec(name)?.[1] ?? name;
}

/**
 * Checks that dimensions with the same name have the same size, in the given order. Absent shapes are skipped. A
 * dimension written as a number must have that size. Throws SHAPE_MISMATCH with a drawing of both shapes, and suggests
 * a transpose if it would fit.
 */
export function requireShapes(...shapes: readonly (NamedShape | undefined)[]) {
  const known = new Map<string, { readonly size: number; readonly by: NamedShape }>();
  for (const named of shapes) {
    if (!named) continue;
    const [{ shape }, rowName, colName] = named;
    const sizes = [
      [rowName, shape.rows, "row"],
      [colName, shape.cols, "column"],
    ] as const;
    for (const [dimension, size, side] of sizes) {
      const fixed = fixedSize(dimension, named) ?? known.get(dimension);
      if (fixed && fixed.size !== size) throw mismatch(dimension, [size, side], fixed, named, known);
    }
    // Done after the loop above, because hints compare a transpose only with earlier shapes.
    for (const [dimension, size] of sizes) {
      if (!known.has(dimension)) known.set(dimension, { size, by: named });
    }
  }
}

/**
 * Throws SHAPE_MISMATCH unless a matrix has one row per query, or one row for all, and one column per key. scores: n×m,
 * matrix: n×m or 1×m.
 */
export function requireQueryRows(scores: Shape, matrix: NamedShape[0]) {
  requireShapes(
    [{ key: "scores", shape: scores }, "n", "m"],
    [matrix, matrix.shape.rows === 1 ? "1" : "n", "m"],
  );
}

/** Returns the size of a dimension that is written as a number. */
function fixedSize(dimension: string, by: NamedShape) {
  return /^\d+$/.test(dimension) ? { size: Number(dimension), by } : undefined;
}

function mismatch(
  dimension: string,
  [size, side]: readonly [number, string],
  fixed: { readonly size: number; readonly by: NamedShape },
  named: NamedShape,
  known: ReadonlyMap<string, { readonly size: number }>,
) {
  const [{ key: name, shape }] = named;
  const details = { subject: { name: givenName(name) }, hint: hintFor(named, known) };
  if (fixed.by === named) {
    const what = `${side}${fixed.size === 1 ? "" : "s"}`;
    return new UserError(
      "SHAPE_MISMATCH",
      `${name} is ${shapeText(shape)} but must have ${fixed.size} ${what}.`,
      details,
    );
  }
  const [first] = fixed.by;
  return new UserError(
    "SHAPE_MISMATCH",
    `${first.key} is ${shapeText(first.shape)} but ${name} is ${shapeText(shape)}: ${dimension} must match (${fixed.size} ≠ ${size}).`,
    { ...details, drawing: drawShapes(dimension, fixed.by, named) },
  );
}

function hintFor(named: NamedShape, known: ReadonlyMap<string, { readonly size: number }>) {
  const [{ key: name, shape }, rowName, colName] = named;
  const fits = (dimension: string, size: number) => {
    const wanted = fixedSize(dimension, named) ?? known.get(dimension);
    return wanted === undefined || wanted.size === size;
  };
  const given = givenName(name);
  const isTurned = fits(rowName, shape.cols) && fits(colName, shape.rows);
  if (!isTurned || !Object.hasOwn(INPUTS, given)) return `${name} must be ${rowName} × ${colName}.`;
  return /^(w|crossW)[qkvoc]$/.test(name)
    ? `${name} looks stored as out × in: pass ${setting("layout", "out-in")} (torch), or ${setting("transpose", name)}.`
    : `${name} has ${counted(shape.rows, "row")} and looks transposed: pass ${setting("transpose", given)}.`;
}

/** Draws the two shapes one below the other, with a caret under the sizes that differ. */
function drawShapes(dimension: string, ...shapes: readonly NamedShape[]) {
  const width = Math.max(...shapes.map(([{ key }]) => key.length));
  return shapes
    .flatMap(([{ key, shape }, rowName, colName]) => {
      const [rows, cols] = [String(shape.rows), String(shape.cols)];
      const caretAt = rowName === dimension ? 0 : rows.length + 3;
      const carets = "^".repeat((rowName === dimension ? rows : cols).length);
      const indent = " ".repeat(width + 2);
      return [
        `${key.padEnd(width)}  ${rows} × ${cols}    ${rowName} × ${colName}`,
        `${indent}${" ".repeat(caretAt)}${carets}`,
      ];
    })
    .join("\n");
}
