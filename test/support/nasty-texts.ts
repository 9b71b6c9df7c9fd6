// Texts that a reader may take long over: the start of a form, behind it one piece over and over, and an end that does not fit.

/** What begins a text in each form. */
export const NASTY_STARTS: readonly string[] = [
  ...["", "[", "[[", "1 ", "a,b\n1,", '"', "{", "|", "Q = ", "\\begin{bmatrix} ", "┌──┐\n│ ", "⎡", "1 # "],
  ...["     [,1]\n[1,] ", " [1] ", "tensor([", "vec![", "[|", "a  b\n----\n1  ", "2×2 Matrix{Float64}:\n"],
  ...["x: ", "a", "&", ">>> show ", "[1]#"],
];

/** What goes on and on: digits, brackets, separators, quotes, signs, box characters, colours of a terminal. */
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

/** What ends a text, so that a pattern that took all before it looks for another way through. */
export const NASTY_ENDS: readonly string[] = ["", "const ", "]", "b,1\n", "="];
