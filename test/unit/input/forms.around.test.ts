import { describePastes } from "../../support/describe-pastes.js";

describePastes("what stands around a matrix", [
  [
    "a Python prompt that goes on",
    ">>> Q = np.array([[1, 2],\n...               [3, 4]])",
    "1 2; 3 4 (NumPy array)",
  ],
  ["IPython", "In [3]: Q\nOut[3]: \narray([[1, 2],\n       [3, 4]])", "1 2; 3 4 (NumPy array)"],
  ["print in IPython", "In [3]: print(Q)\n[[1 2]\n [3 4]]", "1 2; 3 4 (NumPy print)"],
  ["Mathematica", "Out[1]//MatrixForm=\n1 2\n3 4", "1 2; 3 4 (space-separated text)"],
  ["Julia", "julia> A\n2×2 Matrix{Int64}:\n 1  2\n 3  4", "1 2; 3 4 (Julia display)"],
  ["MATLAB", ">> A\n\nA =\n\n     1     2\n     3     4\n", "1 2; 3 4 (MATLAB display)"],
  ["R", "> x\n     [,1] [,2]\n[1,]    1    2\n[2,]    3    4\n", "1 2; 3 4 (R matrix)"],
  ["Haskell", "ghci> [[1,2],[3,4]]", "1 2; 3 4 (JSON)"],
  ["a prompt below", "array([[1, 2],\n       [3, 4]])\n>>> ", "1 2; 3 4 (NumPy array)"],
  ["a mail", "> 1 2\n> 3 4", "1 2; 3 4 (space-separated text)"],
  ["YAML", "- [1, 2]\n- [3, 4]", "1 2; 3 4 (rows in brackets)"],
  ["a fence of Markdown", "```json\n[[1, 2], [3, 4]]\n```\n", "1 2; 3 4 (JSON)"],
  ["a fence without a language", "```\n1 2\n3 4\n```", "1 2; 3 4 (space-separated text)"],
  ["colours", "\u001b[32m[[1, 2], [3, 4]]\u001b[0m", "1 2; 3 4 (JSON)"],
  ["a colour on one number", "\u001b[1m1\u001b[0m 2\n3 4\u001b[K", "1 2; 3 4 (space-separated text)"],
  ["notes", "1 2 # first\n3 4\n", "1 2; 3 4 (space-separated text, notes after the rows dropped)"],
  ["notes of C", "1,2 // a, b\n3,4 // c; d", "1 2; 3 4 (CSV, notes after the rows dropped)"],
  [
    "notes behind a tab",
    "1\t2\t# first\n3\t4",
    "1 2; 3 4 (tab-separated text, notes after the rows dropped)",
  ],
  ["a note in a literal", "1 2; 3 4 # both", "1 2; 3 4 (literal)"],
]);
