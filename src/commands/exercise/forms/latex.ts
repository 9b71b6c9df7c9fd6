import { type Form, type Page, piecesOf, type Table } from "./parts.js";

/** A document of LaTeX that pdflatex, xelatex and lualatex set, a page for each exercise. */
export const latex: Form = {
  ending: ".tex",
  write: (exercises, hasKey) =>
    [
      "\\documentclass{article}",
      "\\usepackage[utf8]{inputenc}",
      "\\usepackage{amsmath}",
      "\\begin{document}",
      exercises.map((one) => piecesOf(one, hasKey, PAGE).join("\n")).join("\n\\newpage\n"),
      "\\end{document}",
      "",
    ].join("\n"),
};

const PAGE: Page = {
  // A line to write on.
  blank: "\\underline{\\hspace{3em}}",
  title: (plain) => `\\section*{${text(plain)}}`,
  text,
  section: (title) => `\\subsection*{${title}}`,
  table,
  list: (lines) =>
    ["\\begin{itemize}", ...lines.map((line) => `\\item ${text(line)}`), "\\end{itemize}"].join("\n"),
};

function table({ name, formula, cells }: Table): string {
  const rows = cells
    .map((row) => row.map((cell) => cell.replace("−∞", "-\\infty")).join(" & "))
    .join(" \\\\ ");
  const said = formula === undefined ? "" : ` (${text(formula)})`;
  return `\\noindent ${text(name)}${said}\n\\[\\begin{bmatrix} ${rows} \\end{bmatrix}\\]`;
}

const SPELLED: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  _: "\\_",
  "^": "\\textasciicircum{}",
  "&": "\\&",
  "%": "\\%",
  "#": "\\#",
  $: "\\$",
  "~": "\\textasciitilde{}",
  "√": "$\\surd$",
  α: "$\\alpha$",
  δ: "$\\delta$",
  ε: "$\\varepsilon$",
  ω: "$\\omega$",
  μ: "$\\mu$",
  σ: "$\\sigma$",
  Σ: "$\\Sigma$",
  ᵀ: "$^{T}$",
  "′": "$'$",
  "∘": "$\\circ$",
  "·": "$\\cdot$",
  "−": "$-$",
  "≤": "$\\le$",
  "∞": "$\\infty$",
  "₁": "$_1$",
  "₂": "$_2$",
  "²": "$^2$",
  "∂": "$\\partial$",
  π: "$\\pi$",
  γ: "$\\gamma$",
  β: "$\\beta$",
  "̂": "",
  "…": "\\dots{}",
  "⌊": "$\\lfloor$",
  "⌋": "$\\rfloor$",
  "×": "$\\times$",
  "½": "$\\tfrac12$",
};

/** Text with what LaTeX reads otherwise, or has no letter for, spelled out. */
function text(plain: string): string {
  return Array.from(plain, (sign) => SPELLED[sign] ?? sign).join("");
}
