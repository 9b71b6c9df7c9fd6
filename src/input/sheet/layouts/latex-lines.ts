import { isRemark } from "../remarks.js";
import type { SheetLine } from "../sheet-lines.js";

/** What stands behind a matrix and says nothing of it: its number, its size, the end of the formula. */
const BEHIND = /\\tag\*?\{[^{}]*\}|\\label\{[^{}]*\}|[_^]\{[^{}]*\}|\\(?:in|mathbb)\b/g;

/** The lines of a text in which no matrix of LaTeX stands behind another one in its line. */
export function oneMatrixALine(lines: readonly SheetLine[]): readonly SheetLine[] {
  return lines.flatMap((line) => {
    const found: SheetLine[] = [];
    // `S &= …` is where lines are aligned.
    let rest = { ...line, text: line.text.replace(/&(?=\s*=)/g, " ") };
    for (;;) {
      const end = /\\end\{\w*(?:matrix|array|tabular)\*?\}/.exec(rest.text);
      const behind = end ? rest.text.slice(end.index + end[0].length) : "";
      if (!end || isRemark(behind.replace(BEHIND, " "))) return [...found, rest];
      const cut =
        end.index + end[0].length + (/^[\s$,.;)\]]*(?:(?:and|und|with)\s+)?/i.exec(behind)?.[0].length ?? 0);
      found.push({ ...rest, text: rest.text.slice(0, end.index + end[0].length) });
      rest = {
        ...rest,
        text: rest.text.slice(cut),
        start: rest.start + Buffer.byteLength(rest.text.slice(0, cut)),
      };
    }
  });
}
