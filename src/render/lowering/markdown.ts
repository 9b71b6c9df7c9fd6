import type { Document } from "../document.js";
import type { CellTable } from "./cells.js";
import { lowerBlock, type Marks } from "./lower-block.js";

/** Writes a Document as GitHub's Markdown. Pictures are left to the formats that draw. */
export function* lowerToMarkdown(blocks: Document): Generator<string> {
  let isFirst = true;
  for (const block of blocks) {
    const text = lowerBlock(block, MARKS);
    if (text === "") continue;
    yield `${isFirst ? "" : "\n"}${text}\n`;
    isFirst = false;
  }
}

const MARKS: Marks = {
  plain: escapeMarkdown,
  heading(block) {
    const marks = "#".repeat(block.level + 1);
    const formula = block.formula ? `\n\n${inCode(block.formula)}` : "";
    const shape = block.shape ? ` (${escapeMarkdown(block.shape)})` : "";
    return `${marks} ${escapeMarkdown(block.title)}${shape}${formula}`;
  },
  line: (level, text) => `${"  ".repeat(level)}- ${text}`,
  pair: (name, value) => `- **${name}** ${value}`,
  strong: (text) => `**${text}**`,
  code: (text) => `${fenceFor(text)}sh\n${text}\n${fenceFor(text)}`,
  table: writeTable,
};

function writeTable({ heads, rows, feet, remarks }: CellTable) {
  return [
    ...markdownTable(
      ["", ...heads],
      [...rows, ...feet].map(({ name, cells }) => [name, ...cells]),
      1,
    ),
    ...remarks.map((remark) => `\n${escapeMarkdown(remark)}`),
  ].join("\n");
}

/** Writes the lines of a table of texts. Columns from `numbers` on are flush right. */
export function markdownTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  numbers = heads.length,
) {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
  const rule = heads.map((_, at) => (at < numbers ? "---|" : "---:|")).join("");
  return [line(heads), `|${rule}`, ...rows.map(line)];
}

/** Returns a longer run of backticks than any in the text. */
const fenceFor = (text: string) => "`".repeat(Math.max(3, longestRun(text) + 1));

function inCode(text: string) {
  const marks = "`".repeat(longestRun(text) + 1);
  const blank = /^`|`$/.test(text) ? " " : "";
  return marks + blank + text + blank + marks;
}

const longestRun = (text: string) => Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));

/** Escapes a text without line breaks, so that nothing in it is Markdown or HTML. */
export function escapeMarkdown(text: string) {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u00a0]+/gu, " ")
    .replace(/[\\`*_~|<>$[\]#]/g, "\\$&")
    .replace(/^(\d+)([.)])(?=\s)/, "$1\\$2")
    .replace(/^([-+])(?=\s)/, "\\$1");
}
