import { refuseAt, type Source } from "./source.js";

/** The shape that a print states. Missing parts may be anything. */
export interface StatedShape {
  readonly rows?: number;
  readonly cols?: number;
}

/** The shape in a line beside the rows, as programs print it: rows, then columns. */
const SHAPE_PATTERNS: readonly RegExp[] = [
  // In polars `shape: (2, 3)`, in psql `(2 rows)`.
  /^\s*(?:shape: )?\((\d+)(?:, (\d+)| rows?)\)\s*$/,
  // In pandas `[2 rows x 3 columns]` and `Name: a, Length: 2, dtype: float64`.
  /^\s*\[(\d+) rows x (\d+) columns\]\s*$/,
  /^(?:Name: [^\n]*?, )?(?:Length: (\d+), )?dtype: \w+\s*$/,
  // In qkv's own output: `Weights (3×4, query × key)`.
  /\((\d+)[×x](\d+)\b/,
];

/** The shape that torch prints below its numbers in C++, and printed before version 0.4: `[ CPUFloatType{2,3} ]`. */
export const TORCH_SIZE =
  /^[ \t]*\[ ?(?:torch\.\w+ of size (\d+)(?:x(\d+))?|\w+Type\{(\d+)(?:,(\d+))?\}) ?\]\s*$/m;

/**
 * The shape before the numbers: `2×3 Matrix{Float64}:` and `3-element Vector{Float64}:` in Julia, `2×2 single matrix`
 * in MATLAB.
 */
const SIZE_BEFORE = /^\s*(\d+)(?:[×x](\d+)|-element)\s/;

/**
 * Returns the shape in a line, or undefined if it states none. A single size from torch, Julia or MATLAB means a
 * column.
 */
export function statedShape(text: string): StatedShape | undefined {
  const ofVector = TORCH_SIZE.exec(text) ?? SIZE_BEFORE.exec(text);
  const found = ofVector ?? SHAPE_PATTERNS.map((saying) => saying.exec(text)).find(Boolean);
  if (!found) return undefined;
  const [rows, cols = ofVector ? "1" : undefined] = found.slice(1).filter((size) => size !== undefined);
  return { ...(rows && { rows: Number(rows) }), ...(cols && { cols: Number(cols) }) };
}

/**
 * Throws SHAPE_MISMATCH if the stated shape differs from the rows and columns that were read, because some were lost.
 */
export function checkStatedShape(
  source: Source,
  at: number,
  stated: StatedShape,
  found: Required<StatedShape>,
): void {
  const { rows = found.rows, cols } = stated;
  if (rows === found.rows && (cols ?? found.cols) === found.cols) return;
  if (cols === undefined) refuseShape(source, at, `${rows} rows`, String(found.rows));
  refuseShape(source, at, `${rows}×${cols}`, `${found.rows}×${found.cols}`);
}

/** Checks the shapes that are stated in some lines. Throws SHAPE_MISMATCH. */
export function checkStatedShapes(
  source: Source,
  lines: readonly { readonly text: string; readonly start: number }[],
  found: Required<StatedShape>,
): void {
  for (const { text, start } of lines) {
    const stated = statedShape(text);
    if (stated) checkStatedShape(source, start, stated, found);
  }
}

export function refuseShape(source: Source, at: number, stated: string, found: string): never {
  const hint = "Paste the whole matrix, with every number in its row.";
  const message = `the text says ${stated}, but ${found} can be read here.`;
  return refuseAt(source, at, "SHAPE_MISMATCH", message, hint);
}
