import { isBlank } from "../blank.js";
import { readCell } from "../cell.js";

/** Whether a cell is a number, with a decimal point or comma, perhaps in percent. */
export function isNumberCell(text: string): boolean {
  const plain = text.replace(/^\*\*(.*)\*\*$/, "$1");
  if (plain === "") return false;
  if (/^[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)\s?%?$/.test(plain)) return true;
  return typeof readCell(plain) === "number";
}

/** Whether a cell says that it is not answered. */
export const isMark = (text: string): boolean => text !== "" && isBlank(text);

/** Whether a label says that what it names are sums. */
export const isMargin = (label: string | undefined): boolean =>
  label !== undefined && /^(?:Σ|∑|sums?|totals?|row ?sums?|summe|gesamt)$/i.test(label.trim());
