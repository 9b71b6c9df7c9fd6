import { placeOf, reasonsOf, type ToldLibrary, verdictOf } from "./as-library.js";
import { escapeMarkdown } from "./lowering/markdown.js";

const HEADER = ["library", "call", "verdict", "where", "why"] as const;

function cellsOf(library: ToldLibrary): readonly string[] {
  const verdict = verdictOf(library);
  const why = verdict === "cannot" ? library.obstacles : reasonsOf(library);
  return [library.name, library.call, verdict, verdict === "differs" ? placeOf(library) : "", why.join("; ")];
}

/** One row a library: its call, the verdict, the rows that differ, and why. */
export function librariesToCsv(libraries: readonly ToldLibrary[], delimiter: "," | "\t"): readonly string[] {
  const rows = [HEADER, ...libraries.map(cellsOf)];
  return rows.map((cells) => `${cells.map(quoted).join(delimiter)}\n`);
}

/** In quotes where another dialect, too, could see the end of a cell (RFC 4180). */
const quoted = (cell: string) => (/[",;\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** The same as a table of Markdown, with where each library's conventions are stated below it. */
export function librariesToMarkdown(libraries: readonly ToldLibrary[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  return [
    ...[line(HEADER), line(HEADER.map(() => "---"))],
    ...libraries.map((library) => line(cellsOf(library).map(escapeMarkdown))),
    "\n",
    ...libraries.map(({ name, source }) => `- ${name}: ${escapeMarkdown(source)}\n`),
  ];
}
