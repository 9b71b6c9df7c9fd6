import type { State } from "./open-blocks.js";
import type { SheetLine } from "./sheet-lines.js";

/** How matrices begin that other forms read: those of LaTeX, and calls. */
export const FORM = /\\begin\{\w*(?:matrix|array|tabular)|^\s*[A-Za-z_][\w.]*\(\s*[[({]|^\s*tf\.Tensor\(\s*$/;

/** Takes the lines of a matrix that another form reads; how many there are beyond the first. */
export function takeForm({ block }: State, lines: readonly SheetLine[], index: number): number {
  const row = block?.rows[block.rows.length - 1];
  if (!block || !row || row.line !== lines[index]) return 0;
  const text = row.line.text.slice(row.from);
  if (!FORM.test(text)) return 0;
  const end = lines.findIndex((_, at) => at >= index && isComplete(lines.slice(index, at + 1), row.from));
  const last = end < 0 ? index : end;
  block.rows.pop();
  block.form = { first: row, lines: lines.slice(index, last + 1) };
  block.isClosed = true;
  return last - index;
}

function isComplete(lines: readonly SheetLine[], from: number): boolean {
  const text = lines.map((line, index) => (index === 0 ? line.text.slice(from) : line.text)).join("\n");
  if (text.includes("\\begin")) return /\\end\{\w+\*?\}/.test(text);
  return (
    [...text].reduce(
      (depth, sign) => depth + ("([{".includes(sign) ? 1 : ")]}".includes(sign) ? -1 : 0),
      0,
    ) <= 0
  );
}
