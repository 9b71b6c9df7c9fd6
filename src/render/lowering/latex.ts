import { signTable } from "../../ascii.js";
import { withOptions } from "../../errors.js";
import { present } from "../../math/lists.js";
import type { Document } from "../document.js";
import type { CellTable } from "./cells.js";
import { lowerBlock, type Marks } from "./lower-block.js";

/** Writes a Document as a complete article. Pictures are left to the formats that draw. */
export function* lowerToLatex(blocks: Document): Generator<string> {
  yield `${PREAMBLE}\\begin{document}\n`;
  for (const block of blocks) {
    const text = lowerBlock(block, MARKS);
    if (text !== "") yield `\n${text}\n`;
  }
  yield "\n\\end{document}\n";
}

/** The beginning of an article. It supports everything that is escaped here. */
export const PREAMBLE = `\\documentclass{article}
\\usepackage[T1]{fontenc}
\\usepackage[utf8]{inputenc}
\\usepackage{amsmath,amssymb,textcomp}
\\usepackage[margin=2cm]{geometry}
\\setlength{\\parindent}{0pt}
\\setlength{\\parskip}{6pt}
\\emergencystretch=3em
`;

const MARKS: Marks = {
  plain: escapeLatex,
  heading({ level, title, formula, shape }) {
    const below = present([formula, shape !== undefined && `(${shape})`]).map(escapeLatex);
    const heading = `\\${level === 1 ? "section" : "subsection"}*{${escapeLatex(title)}}`;
    return below.length > 0 ? `${heading}\n${below.join("\\quad ")}` : heading;
  },
  line: (level, text) =>
    `\\hspace*{${level}em}\\parbox[t]{\\dimexpr\\linewidth-${level + 1}em}{\\raggedright ${text}}\\par`,
  pair: (name, value) => `\\textbf{${name}}\\quad ${value}\\par`,
  strong: (text) => `\\textbf{${text}}`,
  code: (text) => `{\\small\\ttfamily\\raggedright ${escapeLatex(text)}\\par}`,
  table: writeTable,
};

/** A table with more columns has smaller letters. */
const MOST_COLUMNS = 8;

function writeTable({ heads, rows, feet, remarks }: CellTable) {
  const line = (name: string, cells: readonly string[]) =>
    `  ${[name, ...cells].map(escapeLatex).join(" & ")} \\\\`;
  return [
    `{${heads.length > MOST_COLUMNS ? "\\scriptsize\\setlength{\\tabcolsep}{3pt}" : ""}%`,
    `\\begin{tabular}{l|${"r".repeat(Math.max(1, heads.length))}}`,
    line("", heads),
    "  \\hline",
    ...rows.map(({ name, cells }) => line(name, cells)),
    ...(feet.length > 0 ? ["  \\hline", ...feet.map(({ name, cells }) => line(name, cells))] : []),
    "\\end{tabular}}",
    ...remarks.map((remark) => `\n${escapeLatex(remark)}`),
  ].join("\n");
}

/**
 * Escapes a text, so that nothing in it is a command. Mathematical signs become those of LaTeX; a sign that LaTeX lacks
 * becomes its code.
 */
export function escapeLatex(text: string) {
  // Options are written here already, because LaTeX joins two dashes into a long one.
  return Array.from(withOptions(text).replace(/[\p{Cc}\p{Zl}\p{Zp}\u00a0]+/gu, " "), escapeSign).join("");
}

function escapeSign(sign: string) {
  const code = sign.codePointAt(0) ?? 0;
  const own = TEXT_SIGNS[sign];
  if (own !== undefined) return own;
  const math = MATH_SIGNS[sign];
  if (math !== undefined) return `\\ensuremath{${math}}`;
  if (code < 0x7f || (code >= 0xc0 && code <= 0xff)) return sign;
  return `{\\ttfamily U+${code.toString(16).toUpperCase().padStart(4, "0")}}`;
}

// Not String.raw: the built program is ASCII, and an escape in a raw string would be different text.
const TEXT_SIGNS = signTable(`
  \\ \\textbackslash{} { \\{ } \\} $ \\$ & \\& # \\# % \\% _ \\_ ^ \\textasciicircum{} ~ \\textasciitilde{}
  ' \\textquotesingle{} " \\textquotedbl{} < \\textless{} > \\textgreater{} | \\textbar{} \` \\textasciigrave{}
  - {-} … \\dots{} – -- — --- “ \`\` ” '' ‘ \` ’ ' § \\S{} [ {[} ] {]}`);

const MATH_SIGNS: Readonly<Record<string, string>> = {
  ...signTable(`
    − - · \\cdot × \\times ∘ \\circ ± \\pm √ \\surd ∞ \\infty ≤ \\le ≥ \\ge ≠ \\ne ≈ \\approx → \\to ← \\leftarrow ′ {}'
    ½ \\tfrac12 ⌊ \\lfloor ⌋ \\rfloor ⌈ \\lceil ⌉ \\rceil ⟨ \\langle ⟩ \\rangle
    ‖ \\Vert ∈ \\in ∂ \\partial ⊙ \\odot ∑ \\sum ° {}^\\circ ✓ \\checkmark ✗ \\times
    α \\alpha β \\beta γ \\gamma δ \\delta ε \\varepsilon θ \\theta λ \\lambda
    μ \\mu π \\pi ρ \\rho σ \\sigma τ \\tau φ \\varphi ω \\omega Δ \\Delta Σ \\Sigma Ω \\Omega
    ² {}^2 ³ {}^3 ¹ {}^1 ⁰ {}^0 ⁻ {}^- ₀ {}_0 ₁ {}_1 ₂ {}_2 ₃ {}_3
    ₖ {}_k ᵢ {}_i ⱼ {}_j ᵥ {}_v ₘ {}_m ₙ {}_n ₕ {}_h`),
  ᵀ: "{}^{\\mathsf T}",
  "\u0302": "\\hat{}",
  "\u0304": "\\bar{}",
  "\u0303": "\\tilde{}",
};
