import { refuseShape } from "../stated-shape.js";
import type { Value } from "../value.js";
import type { BracketScan } from "./scan.js";

/** Returns the numbers in `shape=(2, 3)` or `(3,)`, or undefined for other text. */
export function dimensionsIn(text: string): number[] | undefined {
  const inner = /^[[(]?\s*(\d+(?:\s*,\s*\d+)*)\s*(?:,\s*)?[\])]?$/.exec(text.trim())?.[1];
  return inner?.split(",").map(Number);
}

/** Returns the sizes that a type gives in brackets: NaN for an open size, and an empty list if all are open. */
export function sizesOf(brackets: Iterable<readonly string[]>): readonly number[] {
  const sizes = Array.from(brackets, ([, size]) => (/^\d+$/.test(size) ? Number(size) : Number.NaN));
  return sizes.every(Number.isNaN) ? [] : sizes;
}

/**
 * Throws SHAPE_MISMATCH if the value's shape is not the one in the text. Then rows were lost in copying, or the
 * language fills missing cells with zeros. NaN allows any size.
 */
export function checkShape(scan: BracketScan, at: number, said: readonly number[], value: Value): void {
  if (value.kind === "list" && value.items.length === 1) checkShape(scan, at, said, value.items[0]);
  const axes = said.length > 2 ? said.filter((size) => size !== 1) : said;
  if (value.kind !== "numbers" || value.data.length === 0 || axes.length > 2) return;
  const found = axes.length < 2 ? [value.data.length] : [value.rows, value.cols];
  const sizes = axes.length > 0 ? axes : [1];
  if (sizes.every((size, axis) => size === found[axis] || Number.isNaN(size))) return;
  const shown = sizes.map((size) => (Number.isNaN(size) ? "any" : size)).join("×");
  refuseShape(scan.source, at, sizes.length < 2 ? `${shown} numbers` : shown, found.join("×"));
}
