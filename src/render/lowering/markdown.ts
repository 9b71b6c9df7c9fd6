import type { Block, Document, OutlineLine } from "../document.js";
import { type CellTable, cellsOf } from "./cells.js";

/** A Document as GitHub's Markdown; pictures are left to formats that draw. */
export function* lowerToMarkdown({ blocks }: Document): Generator<string> {
  let isFirst = true;
  for (const block of blocks) {
    const text = writeBlock(block);
    if (text === "") continue;
    yield `${isFirst ? "" : "\n"}${text}\n`;
    isFirst = false;
  }
}

function writeBlock(block: Block): string {
  switch (block.kind) {
    case "heading": {
      const marks = "#".repeat(block.level + 1);
      const formula = block.formula ? `\n\n${inCode(block.formula)}` : "";
      const shape = block.shape ? ` (${escapeMarkdown(block.shape)})` : "";
      return `${marks} ${escapeMarkdown(block.title)}${shape}${formula}`;
    }
    case "paragraph":
      return escapeMarkdown(block.spans.map(({ text }) => text).join(""));
    case "outline":
      return block.lines.map(writeLine).join("\n");
    case "pairs":
      return block.pairs
        .map(({ name, value }) => `- **${escapeMarkdown(name)}** ${escapeMarkdown(value)}`)
        .join("\n");
    case "code":
      return `${fenceFor(block.text)}sh\n${block.text}\n${fenceFor(block.text)}`;
    case "matrix":
    case "measures":
    case "marked":
      return writeTable(cellsOf(block));
    case "gallery": {
      const tables = block.pictures.flatMap(({ title, block: one }) =>
        one.kind === "matrix" ? [`**${escapeMarkdown(title)}**\n\n${writeTable(cellsOf(one))}`] : [],
      );
      return tables.join("\n\n");
    }
    case "heatmap":
    case "bars":
    case "curves":
    case "hands":
      return "";
  }
}

const writeLine = ({ level, spans }: OutlineLine) =>
  `${"  ".repeat(level)}- ${escapeMarkdown(spans.map(({ text }) => text).join(""))}`;

function writeTable({ heads, rows, feet, hidden, hasMasked }: CellTable): string {
  const line = (name: string, cells: readonly string[]) =>
    `| ${[name, ...cells].map(escapeMarkdown).join(" | ")} |`;
  const remarks = [...(hasMasked ? ["· masked"] : []), ...(hidden ? [hidden] : [])];
  return [
    line("", heads),
    `|---|${"---:|".repeat(heads.length)}`,
    ...[...rows, ...feet].map(({ name, cells }) => line(name, cells)),
    ...remarks.map((remark) => `\n${escapeMarkdown(remark)}`),
  ].join("\n");
}

/** A longer run of backticks than any inside. */
const fenceFor = (text: string) => "`".repeat(Math.max(3, longestRun(text) + 1));

function inCode(text: string): string {
  const marks = "`".repeat(longestRun(text) + 1);
  const blank = /^`|`$/.test(text) ? " " : "";
  return marks + blank + text + blank + marks;
}

const longestRun = (text: string) => Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));

/** A text without line breaks in which nothing is a sign of Markdown or of HTML. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u00a0]+/gu, " ")
    .replace(/[\\`*_~|<>$[\]#]/g, "\\$&")
    .replace(/^(\d+)([.)])(?=\s)/, "$1\\$2")
    .replace(/^([-+])(?=\s)/, "\\$1");
}
