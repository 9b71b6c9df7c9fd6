import { type Block, heading, line, outline, pairsOf, paragraph } from "../../render/document.js";

/** One section of a page: from its title to the next of the same level. Throws when there is none. */
export function sectionOf(page: string, title: string): string {
  const start = page.indexOf(`## ${title}\n`);
  if (start < 0) throw new RangeError(`the documentation has no section "${title}"`);
  const end = page.indexOf("\n## ", start);
  return page.slice(start, end < 0 ? undefined : end);
}

/** A page of the documentation, part by part: headings, paragraphs, lists, tables, and lines to copy. */
export function describeMarkdown(page: string): readonly (readonly Block[])[] {
  const parts = page.trim().split(/\n{2,}(?! {4})/);
  return parts.map((part): readonly Block[] => {
    if (part.startsWith("#")) return headingAnd(part);
    if (part.startsWith("|")) return [describeTable(part)];
    if (/^(- |\d+\. )/.test(part)) return [describeList(part)];
    if (part.startsWith("    ")) return describeCode(part);
    if (part.startsWith("```")) return describeCode(part.replaceAll(/^```.*\n?/gm, ""));
    const [text, ...code] = part.split(/\n\n(?= {4})/);
    return [paragraph(plain(text)), ...code.flatMap(describeCode)];
  });
}

/** A heading, and what follows it without an empty line. */
function headingAnd(part: string): readonly Block[] {
  const [first, ...rest] = part.split("\n");
  const [, marks = "", title = ""] = /^(#+) (.*)$/.exec(first) ?? [];
  const titled = { ...heading(plain(title)), level: marks.length === 1 ? 1 : 2 } as const;
  const text = rest.join("\n").trim();
  return text === "" ? [titled] : [titled, ...describeMarkdown(text).flat()];
}

/** The first column names, the others say. The head of a table is left out, as its columns are. */
function describeTable(part: string): Block {
  const [, , ...rows] = part.split("\n");
  const pairs = rows.map((row) => {
    const [name = "", ...cells] = row
      .replace(/^\||\|$/g, "")
      .split(/(?<!\\)\|/)
      .map((cell) => plain(cell.trim()));
    return { name, value: cells.filter(Boolean).join("; ") };
  });
  return pairsOf(pairs);
}

function describeList(part: string): Block {
  const items = part.split(/\n(?=- |\d+\. )/);
  return outline(items.map((item) => line(plain(item.replace(/^- /, "· ")))));
}

function describeCode(part: string): readonly Block[] {
  return part
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => ({ kind: "code", text: line.replace(/^ {4}/, "  ") }));
}

/** Text without Markdown's marks, on one line. */
function plain(text: string): string {
  return text
    .replaceAll(/\s*\n\s*/g, " ")
    .replaceAll(/\[([^\]]+)\]\([^)]+\)/g, "$1")
    .replaceAll(/\*\*([^*]+)\*\*/g, "$1")
    .replaceAll("`", "")
    .replaceAll("\\|", "|");
}
