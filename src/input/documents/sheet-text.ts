import { isLatex, plainLatex } from "./latex-lines.js";
import { plainLines, type SheetText } from "./lines.js";

/** The lines of a text, by the ending of its name and by what stands in it: LaTeX, CSV, or as it is. */
export function sheetText(text: string, name: string): SheetText {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n?|\n/);
  if (/\.[ct]sv$/i.test(name)) return plainLines(cellsOfCsv(lines));
  return plainLines(isLatex(text) ? plainLatex(lines.join("\n")) : lines);
}

/** The cells of CSV between TABs. Of TABs, semicolons and commas the one that most lines have separates them. */
function cellsOfCsv(lines: readonly string[]): readonly string[] {
  const count = (sign: string) => lines.filter((line) => line.includes(sign)).length;
  const sign = count("\t") > 0 ? "\t" : count(";") >= count(",") ? ";" : ",";
  return lines.map((line) => cellsOf(line, sign).join("\t"));
}

/** The cells of one line; a quoted one may hold the sign that separates them. */
function cellsOf(line: string, sign: string): readonly string[] {
  const cells: string[] = [];
  let [cell, isQuoted] = ["", false];
  for (const letter of line) {
    if (letter === '"') isQuoted = !isQuoted;
    else if (letter === sign && !isQuoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += letter;
  }
  return [...cells, cell.trim()];
}
