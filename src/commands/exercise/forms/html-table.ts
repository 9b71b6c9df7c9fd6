import type { Table } from "./sheet-parts.js";

/** Returns a table. The texts of its cells must already be HTML. */
export function htmlTable({ name, formula, cells }: Table): string {
  const said = formula === undefined ? "" : ` (${escapeHtml(formula)})`;
  const rows = cells.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("");
  return `<table><caption>${escapeHtml(name)}${said}</caption>${rows}</table>`;
}

/** Escapes all signs of tags and entities. */
export const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
