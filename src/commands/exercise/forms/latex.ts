import { escapeLatex, PREAMBLE } from "../../../render/lowering/latex.js";
import { sheet } from "./sheet-parts.js";

/** A LaTeX document for pdflatex, xelatex and lualatex, with one page per exercise. */
export const latex = sheet({
  // A line to write on.
  blank: "\\underline{\\hspace{3em}}",
  title: (text) => `\\section*{${escapeLatex(text)}}`,
  text: escapeLatex,
  section: (title) => `\\subsection*{${title}}`,
  table({ name, formula, cells }) {
    const rows = cells.map((row) => row.map((cell) => cell.replace("−∞", "-\\infty")).join(" & "));
    const said = formula === undefined ? "" : ` (${escapeLatex(formula)})`;
    const matrix = `\\begin{bmatrix} ${rows.join(" \\\\ ")} \\end{bmatrix}`;
    return `\\noindent ${escapeLatex(name)}${said}\n\\[${matrix}\\]`;
  },
  list: (lines) =>
    ["\\begin{itemize}", ...lines.map((line) => `\\item ${escapeLatex(line)}`), "\\end{itemize}"].join("\n"),
  whole: (exercises) => {
    const pages = exercises.map((pieces) => pieces.join("\n")).join("\n\\newpage\n");
    return `${PREAMBLE}\\begin{document}\n${pages}\n\\end{document}\n`;
  },
});
