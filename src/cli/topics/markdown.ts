import { type Block, heading, line, outline, pairsOf, paragraph } from "../../render/document.js";

/**
 * Returns one section of a page, from its title to the next title of the same level. Throws if the page does not have
 * it.
 */
export function sectionOf(page: string, title: string): string {
  const start = page.indexOf(`## ${title}\n`);
  if (start < 0) throw new RangeError(`the documentation has no section "${title}"`);
  const end = page.indexOf("\n## ", start);
  return page.slice(start, end < 0 ? undefined : end);
}

/** Returns the parts of a page of the documentation: headings, paragraphs, lists, tables, and lines to copy. */
export function describeMarkdown(page: string): readonly (readonly Block[])[] {
  const parts = page.trim().split(/\n{2,}(?! {4})/);
  return parts.map((part): readonly Block[] => {
    if (part.startsWith("#")) return headingAnd(part);
    if (part.startsWith("|")) return [pairsOf(pairsIn(part))];
    if (/^(- |\d+\. )/.test(part)) return [describeList(part)];
    if (part.startsWith("    ")) return describeCode(part);
    if (part.startsWith("```")) return describeCode(part.replaceAll(/^```.*\n?/gm, ""));
    const [text, ...code] = part.split(/\n\n(?= {4})/);
    return [paragraph(plain(text)), ...code.flatMap(describeCode)];
  });
}

/** Returns a heading with the text that follows it without an empty line. */
function headingAnd(part: string): readonly Block[] {
  const [first, ...rest] = part.split("\n");
  const [, marks = "", title = ""] = /^(#+) (.*)$/.exec(first) ?? [];
  const titled: Block = { ...heading(plain(title)), level: marks === "#" ? 1 : 2 };
  const text = rest.join("\n").trim();
  return text === "" ? [titled] : [titled, ...describeMarkdown(text).flat()];
}

/** Returns the cells of all rows in the tables of a page, without the headers of the tables. */
export const rowsOf = (page: string) =>
  [...page.matchAll(/^\|.*\n\| -.*\n((?:\|.*(?:\n|$))*)/gm)].flatMap(([, rows]) =>
    rows
      .trim()
      .split("\n")
      .map((row) =>
        row
          .replace(/^\||\|$/g, "")
          .split(/(?<!\\)\|/)
          .map((cell) => plain(cell.trim())),
      ),
  );

/** Returns the rows of tables as pairs: the first column is the name, the other columns are the value. */
export const pairsIn = (page: string) =>
  rowsOf(page).map(([name, ...cells]) => ({ name, value: cells.filter(Boolean).join("; ") }));

function describeList(part: string) {
  const items = part.split(/\n(?=- |\d+\. )/);
  return outline(items.map((item) => line(plain(item.replace(/^- /, "· ")))));
}

function describeCode(part: string): readonly Block[] {
  return part
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => ({ kind: "code", text: line.replace(/^ {4}/, "  ") }));
}

/** Returns a text without the marks of Markdown, on one line. */
export function plain(text: string): string {
  return text
    .replaceAll(/\s*\n\s*/g, " ")
    .replaceAll(/\[([^\]]+)\]\([^)]+\)/g, "$1")
    .replaceAll(/\*\*([^*]+)\*\*/g, "$1")
    .replaceAll("`", "")
    .replaceAll("\\|", "|");
}
