import { sheet, type Table } from "./sheet-parts.js";

const STYLE =
  "body{font:16px/1.5 sans-serif;max-width:50em;margin:2em auto}section{break-after:page}table{border-collapse:collapse;margin:.5em 0 1em}td{border:1px solid;padding:.2em .6em;min-width:3.5em;height:1.4em;text-align:right}caption{text-align:left;white-space:nowrap}";

/** A page of HTML that stands alone and prints an exercise a sheet. */
export const html = sheet({
  blank: "",
  title: (text) => `<section><h2>${escapeHtml(text)}</h2>`,
  text: (text) => `<p>${escapeHtml(text)}</p>`,
  section: (title) => `<h3>${title}</h3>`,
  table: htmlTable,
  list: (lines) => `<ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("")}</ul>`,
  whole: (exercises) =>
    [
      "<!DOCTYPE html>",
      '<html lang="en"><head><meta charset="utf-8"><title>Exercises</title>',
      `<style>${STYLE}</style></head><body>`,
      ...exercises.flatMap((pieces) => [...pieces, "</section>"]),
      "</body></html>",
      "",
    ].join("\n"),
});

/** A table whose cells are as they are given. */
export function htmlTable({ name, formula, cells }: Table): string {
  const said = formula === undefined ? "" : ` (${escapeHtml(formula)})`;
  const rows = cells.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("");
  return `<table><caption>${escapeHtml(name)}${said}</caption>${rows}</table>`;
}

/** Text in which nothing is a tag or an entity. */
export const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
