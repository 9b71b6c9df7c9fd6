// Texts that may take a reader long: the start of a form, then one piece repeated, then an end that does not fit.

/** The starts of texts in each form. */
export const NASTY_STARTS: readonly string[] = [
  ...["", "[", "[[", "1 ", "a,b\n1,", '"', "{", "|", "Q = ", "\\begin{bmatrix} ", "┌──┐\n│ ", "⎡", "1 # "],
  ...["     [,1]\n[1,] ", " [1] ", "tensor([", "vec![", "[|", "a  b\n----\n1  ", "2×2 Matrix{Float64}:\n"],
  ...["x: ", "a", "&", ">>> show ", "[1]#"],
];

/** The repeated pieces: digits, brackets, separators, quotes, signs, box characters, terminal colours. */
export const NASTY_PIECES: readonly string[] = [
  ...[
    "1",
    "0",
    ".",
    ",",
    ", ",
    ";",
    "|",
    "&",
    "\\",
    "\\\\",
    '"',
    "'",
    " ",
    "\n",
    "\t",
    "-",
    "+ ",
    "%",
    "# ",
    "/",
  ],
  ...[
    "(",
    "[",
    "{",
    "[1]",
    "[1][1]",
    "[1],",
    "()",
    "[]",
    "1 + ",
    "1,1",
    "│",
    "─",
    "\u001b[0m",
    "𝑥",
    "a ",
    "sqrt(",
  ],
  ...["\\frac{", "\\\\[", "\\begin{", "Q = [1]\n", ">>> ", '{"a":', ",\n", "\u00a0", "1//2 "],
];

/** The ends of texts, which make a pattern that matched everything before them backtrack. */
export const NASTY_ENDS: readonly string[] = ["", "const ", "]", "b,1\n", "="];
