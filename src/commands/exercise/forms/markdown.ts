import { sheet, type Table } from "./sheet-parts.js";

/** A page of Markdown, with tables for GitHub and Pandoc. */
export const markdown = sheet({
  blank: " ",
  title: (text) => `## ${text}`,
  text: (text) => text,
  section: (title) => `### ${title}`,
  table,
  list: (lines) => lines.map((line) => `- ${line}`).join("\n"),
  whole: (exercises) => exercises.map((pieces) => `${pieces.join("\n\n")}\n`).join("\n---\n\n"),
});

function table({ name, formula, cells }: Table) {
  const line = (parts: readonly string[]) => `| ${parts.join(" | ")} |`;
  const heading = cells[0].map((_, col) => String(col));
  return [
    `**${name}**${formula === undefined ? "" : ` (${formula.replaceAll("|", "\\|")})`}`,
    "",
    line(["", ...heading]),
    line(["---", ...heading.map(() => "---:")]),
    ...cells.map((row, index) => line([String(index), ...row])),
  ].join("\n");
}
