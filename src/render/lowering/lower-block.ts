import { type Block, type Heading, textOf } from "../document.js";
import { type CellTable, cellsOf } from "./cells.js";

/** How a text format writes the parts of a Document. */
export interface Marks {
  /** Escapes a text, so that nothing in it is a mark. */
  plain(text: string): string;
  heading(heading: Heading): string;
  /** Writes a line of an outline. */
  line(level: number, text: string): string;
  pair(name: string, value: string): string;
  strong(text: string): string;
  code(text: string): string;
  table(table: CellTable): string;
}

/** Writes a block as text. A picture gives an empty text. */
export function lowerBlock(block: Block, marks: Marks): string {
  const { plain, table } = marks;
  switch (block.kind) {
    case "heading":
      return marks.heading(block);
    case "paragraph":
      return plain(textOf(block.spans));
    case "outline":
      return block.lines.map(({ level, spans }) => marks.line(level, plain(textOf(spans)))).join("\n");
    case "pairs":
      return block.pairs.map(({ name, value }) => marks.pair(plain(name), plain(value))).join("\n");
    case "code":
      return marks.code(block.text);
    case "matrix":
    case "measures":
    case "marked":
      return table(cellsOf(block));
    case "gallery": {
      const tables = block.pictures.flatMap(({ title, block: one }) =>
        one.kind === "matrix" ? [`${marks.strong(plain(title))}\n\n${table(cellsOf(one))}`] : [],
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
