/** Returns an offset as formulas show it: " + 2", " − 1", or nothing for 0. */
export function offsetText(offset: number): string {
  if (offset === 0) return "";
  return offset > 0 ? ` + ${offset}` : ` − ${-offset}`;
}
