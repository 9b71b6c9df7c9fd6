import type { Table } from "./sheet-parts.js";

/** A table whose cells are as they are given. */
export function htmlTable({ name, formula, cells }: Table): string {
  const said = formula === undefined ? "" : ` (${escapeHtml(formula)})`;
  const rows = cells.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("");
  return `<table><caption>${escapeHtml(name)}${said}</caption>${rows}</table>`;
}

/** Text in which nothing is a tag or an entity. */
export const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
