import { describePastes } from "../../support/describe-pastes.js";

describePastes("tables", [
  [
    "signs that are tokens, between commas",
    "word,a,b\nx,0.5,1\n+,3,4\n=,5,6",
    "0.5 1; 3 4; 5 6 (CSV, header row dropped, first column read as labels)",
  ],
  [
    "pandas",
    "     a    b\n0  1.0  2.0\n1  3.0  4.0",
    "1 2; 3 4 (space-separated text, header row dropped, index column dropped)",
  ],
  [
    "pandas without names",
    "     0    1\n0  1.0  2.0\n1  3.0  4.0",
    "1 2; 3 4 (space-separated text, header row dropped, index column dropped)",
  ],
  [
    "pandas with labels",
    "     0  1\nthe  1  2\ncat  3  4",
    "1 2; 3 4 (space-separated text, header row dropped, first column read as labels)",
  ],
  [
    "a long print of pandas",
    "     a    b\n0  1.0  2.0\n1  3.0  4.0\n\n[2 rows x 2 columns]",
    "1 2; 3 4 (pandas print, header row dropped, index column dropped)",
  ],
  [
    "a Series",
    "0    1.5\n1    2.5\nName: a, dtype: float64",
    "1.5; 2.5 (pandas Series, index column dropped)",
  ],
  [
    "polars",
    "shape: (2, 2)\n┌─────┬─────┐\n│ a   ┆ b   │\n│ --- ┆ --- │\n│ f64 ┆ f64 │\n╞═════╪═════╡\n│ 1.0 ┆ 2.0 │\n│ 3.0 ┆ 4.0 │\n└─────┴─────┘",
    "1 2; 3 4 (drawn table, header row dropped)",
  ],
  [
    "Markdown",
    "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n",
    "1 2; 3 4 (Markdown table, header row dropped)",
  ],
  [
    "Markdown with labels",
    "|     |   0 |   1 |\n|:----|----:|----:|\n| the |   1 |   2 |\n| cat |   3 | **4** |\n",
    "1 2; 3 4 (Markdown table, header row dropped, first column read as labels)",
  ],
  [
    "to_markdown",
    "|    |   a |   b |\n|---:|----:|----:|\n|  0 |   1 |   2 |\n|  1 |   3 |   4 |",
    "1 2; 3 4 (Markdown table, header row dropped, index column dropped)",
  ],
  [
    "Markdown without outer bars",
    "a | b\n--- | ---\n1 | 2\n3 | 4",
    "1 2; 3 4 (Markdown table, header row dropped)",
  ],
  [
    "Markdown with an empty header",
    "| | |\n|-|-|\n| 1 | 2 |\n| 3 | 4 |",
    "1 2; 3 4 (Markdown table, header row dropped)",
  ],
  ["psql", " a | b \n---+---\n 1 | 2\n 3 | 4\n(2 rows)\n", "1 2; 3 4 (drawn table, header row dropped)"],
  [
    "names of columns with a number behind a colon",
    "   h0:0  h0:1\n─────────────\n0     1     2\n1     3     4\n",
    "1 2; 3 4 (table, header row dropped, index column dropped)",
  ],
  ["psql with one column", " a \n---\n 1\n 3\n(2 rows)\n", "1; 3 (table, header row dropped)"],
  [
    "MySQL",
    "+---+---+\n| a | b |\n+---+---+\n| 1 | 2 |\n| 3 | 4 |\n+---+---+\n",
    "1 2; 3 4 (drawn table, header row dropped)",
  ],
  ["a box", "┌───┬───┐\n│ 1 │ 2 │\n│ 3 │ 4 │\n└───┴───┘", "1 2; 3 4 (drawn table)"],
  [
    "a box with lines between all rows",
    "┌───┬───┐\n│ a │ b │\n├───┼───┤\n│ 1 │ 2 │\n├───┼───┤\n│ 3 │ 4 │\n└───┴───┘",
    "1 2; 3 4 (drawn table, header row dropped)",
  ],
  ["tabulate", "  a    b\n---  ---\n  1    2\n  3    4", "1 2; 3 4 (table, header row dropped)"],
  [
    "a table of qkv with its sums and masked cells",
    "Weights  α = E / Σ E  (3×3, query × key)\n        please   study     man       Σ\n──────────────────────────────────────\nplease  1.0000       ·       ·  1.0000\nstudy   0.5000  0.5000       ·  1.0000\nman     0.4011  0.1978  0.4011  1.0000\n──────────────────────────────────────\nΣ       1.9011  0.6978  0.4011\n· masked\n",
    "1 0 0; 0.5 0.5 0; 0.4011 0.1978 0.4011 (table, header row dropped, first column read as labels, margins Σ dropped, masked cells read as 0)",
  ],
  [
    "a table of qkv in ASCII, without title",
    "     0       1     sum\n----------------------\n0  1.0000       .  1.0000\n1  0.5000  0.5000  1.0000\n----------------------\nsum  1.5000  0.5000\n. masked\n",
    "1 0; 0.5 0.5 (table, header row dropped, index column dropped, margins Σ dropped, masked cells read as 0)",
  ],
  [
    "masked scores of qkv",
    "Masked scores  −∞ where a query may not attend to a key  (2×2, query × key)\nmasked: 1 of 4 cells\n        a     b\n────────────────\n0  0.6071    −∞\n1  1.2142  1.25\n",
    "0.6071 -Infinity; 1.2142 1.25 (table, header row dropped, index column dropped)",
  ],
]);

describePastes("LaTeX", [
  ["bmatrix", "\\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}", "1 2; 3 4 (LaTeX bmatrix)"],
  [
    "latex of sympy",
    "\\left[\\begin{matrix}1 & -2\\\\\\frac{1}{3} & \\sqrt{2}\\end{matrix}\\right]",
    "1 -2; 0.3333333333333333 1.4142135623730951 (LaTeX matrix)",
  ],
  [
    "latex of sympy as array",
    "\\left[\\begin{array}{cc}1 & -2\\\\\\frac{1}{3} & \\sqrt{2}\\end{array}\\right]",
    "1 -2; 0.3333333333333333 1.4142135623730951 (LaTeX array)",
  ],
  [
    "a formula",
    "$$Q = \\begin{pmatrix}\n  5 & \\phantom{-}1.5 \\cdot 10^{-3} \\\\[2pt]\n  -\\infty & \\dfrac{\\sqrt{2}}{2} \\\\\n\\end{pmatrix}$$",
    "5 0.0015; -Infinity 0.7071067811865476 (LaTeX pmatrix)",
  ],
  [
    "lines between columns",
    "\\begin{array}{|c|c|} \\hline 1 & 2 \\\\ \\hline 3 & 4 \\\\ \\hline \\end{array}",
    "1 2; 3 4 (LaTeX array)",
  ],
  ["cells alone", "1 & 2 \\\\ 3 & 4", "1 2; 3 4 (LaTeX rows)"],
  [
    "a table of pandas",
    "\\begin{tabular}{lrr}\n\\toprule\n & a & b \\\\\n\\midrule\nthe & 1 & 2 \\\\\ncat & 3 & 4 \\\\\n\\bottomrule\n\\end{tabular}",
    "1 2; 3 4 (LaTeX tabular, header row dropped, first column read as labels)",
  ],
  [
    "a LaTeX comment",
    "\\begin{bmatrix} 1 & 2 % first\n\\\\ 3 & 4 \\end{bmatrix}",
    "1 2; 3 4 (LaTeX bmatrix)",
  ],
  ["nicematrix", "\\begin{bNiceMatrix} 1 & 2 \\\\ 3 & 4 \\end{bNiceMatrix}", "1 2; 3 4 (LaTeX bNiceMatrix)"],
]);

describePastes("spellings", [
  [
    "fractions and roots",
    "1/3 -2/3\n√2 1/√2\n",
    "0.3333333333333333 -0.6666666666666666; 1.4142135623730951 0.7071067811865475 (space-separated text)",
  ],
  [
    "functions in CSV",
    "sqrt(2),pi\nπ,2*pi\n",
    "1.4142135623730951 3.141592653589793; 3.141592653589793 6.283185307179586 (CSV)",
  ],
  ["powers of ten", "1.5×10^-3\t2·10⁵\n", "0.0015 200000 (tab-separated text)"],
  ["one half", "½ −¾\n", "0.5 -0.75 (space-separated text)"],
  ["Fortran", "  1.5D0  -2.0D-03\n", "1.5 -0.002 (space-separated text)"],
  ["a fraction in a literal", "1/2 sqrt(2); pi 0", "0.5 1.4142135623730951; 3.141592653589793 0 (literal)"],
  ["a fraction in JSON", "[[1/3, -2], [0.5, 1]]", "0.3333333333333333 -2; 0.5 1 (JSON)"],
  ["digits of full width", "１ ２．５\n−３ ４", "1 2.5; -3 4 (space-separated text)"],
  ["commas of full width", "[[１，２]，[３，４]]", "1 2; 3 4 (Python list)"],
  ["a mixed fraction", "1½ −2¾", "1.5 -2.75 (space-separated text)"],
  ["an en dash before a number", "–1 2", "-1 2 (space-separated text)"],
  ["line separators", "1 2\u20283 4", "1 2; 3 4 (space-separated text)"],
]);
