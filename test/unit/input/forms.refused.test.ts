import { describeRefusals } from "../../support/describe-pastes.js";

describeRefusals("values that were left out", [
  ["[0.000e+00 1.000e+00 ... 1.998e+03 1.999e+03]", 'NOT_A_NUMBER 1:22 values were left out at "...".'],
  [
    "array([[0., 0.],\n       ...,\n       [0., 0.]], shape=(1000, 2))",
    'NOT_A_NUMBER 2:8 values were left out at "...".',
  ],
  [
    "tensor([[0.1, 0.2,  ..., 0.3],\n        [0.1, 0.2,  ..., 0.3]])",
    'NOT_A_NUMBER 1:21 values were left out at "...".',
  ],
  [
    "2×3 Matrix{Float64}:\n 1.0  …  2.0\n 3.0  …  4.0",
    'NOT_A_NUMBER 2:7 query[0, 1]: values were left out at "…".',
  ],
  [
    "     a\n0  1.0\n..  ...\n59  2.0\n\n[60 rows x 1 columns]",
    'NOT_A_NUMBER 3:5 query[1, 0]: values were left out at "...".',
  ],
  [
    "\\begin{bmatrix} 1 & \\cdots & 2 \\end{bmatrix}",
    'NOT_A_NUMBER 1:21 query[0, 1]: values were left out at "…".',
  ],
  [
    "A =\n\n Columns 1 through 6:\n\n   1   2\n",
    "SYNTAX 3:2 query: only columns 1 to 6 are visible, but the display has more columns.",
  ],
  [
    "A =\n\n  Columns 1 through 2\n\n 1 2\n\n  Columns 4 through 5\n\n 4 5\n",
    "SYNTAX 7:3 query: column 3 is expected here, not columns 4 to 5.",
  ],
  [
    "A =\n 1 2\n Columns 1 through 2\n 4 5\n",
    "SYNTAX 3:2 query: there are rows above this line that it does not mention.",
  ],
  [
    "A =\n 1 2\n 1.0e+03 *\n 4 5\n",
    "SYNTAX 3:2 query: there are rows above this line that it does not mention.",
  ],
  [
    "A =\n\n  Columns 1 through 2\n\n 1 2\n 3 4\n\n  Column 3\n\n 5\n",
    "SYNTAX 8:3 query: column 3 here: 1 row, but 2 above.",
  ],
  [
    "A =\n\n  Columns 1 through 2\n\n 1 2\n 3\n\n  Column 3\n\n 5\n 6\n",
    "SYNTAX 6:2 query: this row of columns 1 to 2 has 1 value.",
  ],
  [
    "     a    b  \\\n0  1.0  2.0\n\n     c\n0  1.0",
    "SYNTAX 1:14 query: the columns of this print are in blocks.",
  ],
  [
    "     [,1] [,2]\n[1,]    1    2\n     [,3]\n[1,]    3",
    "SYNTAX 3:6 query: a second block of columns starts here.",
  ],
  ["[1] 1 2 3\n[5] 5", "SYNTAX 2:1 query: value [4] is expected first in this line."],
  [
    "Scores  S = Q Kᵀ  (2×20, query × key)\ncolumns 0–1 of 20\n   0  1\n───────\n0  1  2\n1  3  4\n",
    "SYNTAX 2:1 query: the columns of this table are in blocks.",
  ],
  [
    "tensor(indices=tensor([[0, 1]]), values=tensor([1., 2.]), size=(2, 2))",
    "SYNTAX 1:1 tensor(…) has no completely printed array.",
  ],
  [
    "S =\n\nCompressed Column Sparse (rows = 2, cols = 2, nnz = 1 [25%])\n\n  (1, 1) -> 1\n",
    "SYNTAX 3:1 query: this matrix is sparse.",
  ],
]);

describeRefusals("what is no number", [
  ["[1.+2.j 3.+0.j]", 'NOT_A_NUMBER 1:2 "1.+2.j" is a complex number.'],
  ["A =\n\n   1 + 2i   3 - 1i\n", 'NOT_A_NUMBER 3:4 query: "1+2i" is a complex number.'],
  ["{{1, 2 + 3*I}}", 'NOT_A_NUMBER 1:6 "2 + 3*I" is a complex number.'],
  ["Matrix([[x, 1]])", 'NOT_A_NUMBER 1:10 "x" is not a number.'],
  [
    "array(['2020-01-01'], dtype='datetime64[D]')",
    'NOT_A_NUMBER 1:8 query holds the text "2020-01-01" where a number is expected.',
  ],
  ["[2020-01-02 1]", 'NOT_A_NUMBER 1:2 "2020-01-02" is a date, not a number.'],
  ["1/2/2024 3", 'NOT_A_NUMBER 1:1 query[0, 0]: "1/2/2024" is a date, not a number.'],
  ["1-2 3", 'NOT_A_NUMBER 1:1 query[0, 0]: "1-2" is a sum or a range, not a number.'],
  ["[50% 20%]", 'NOT_A_NUMBER 1:2 "50%" is not a number.'],
  ["$1.50 $2\n3 4", 'NOT_A_NUMBER 1:1 query[0, 0]: "$1.50" is an amount of money.'],
  ["--1 2", 'NOT_A_NUMBER 1:1 query[0, 0]: "--1" is not a number.'],
  ["12:30 3", 'NOT_A_NUMBER 1:1 query[0, 0]: "12:30" is a time, not a number.'],
  ["3 1'000", 'NOT_A_NUMBER 1:3 query[0, 1]: "1\'000" is not a number: it may have marks between thousands.'],
  ["[0x10 2]", 'NOT_A_NUMBER 1:2 "0x10" is not a decimal number.'],
  ["[1_000 2]", 'NOT_A_NUMBER 1:2 "1_000" is not a number: it may have marks between thousands.'],
  ["[1..2 3]", 'NOT_A_NUMBER 1:2 "1..2" is not a number: it has two points.'],
  ["  1 & x \\\\ 2 & 3", 'NOT_A_NUMBER 1:7 query[0, 1]: "x" is not a number.'],
  ["5{,}5 & 1 \\\\ 2 & 3", 'NOT_A_NUMBER 1:1 query[0, 0]: "5,5" is not a number.'],
  ["        a    b\n──────────────\nx  1.0  ·\n", 'NOT_A_NUMBER 3:9 query[0, 1]: "·" is not a number.'],
  [
    "masked_array(data=[[1.0, --]],\n             mask=[[False,  True]])",
    "EMPTY_CELL 1:26 query holds -- where a number is expected.",
  ],
  ["[[1 None]]", "EMPTY_CELL 1:5 query holds None where a number is expected."],
  ["     [,1] [,2]\n[1,]   NA    2", "EMPTY_CELL 2:8 query[0, 0] is missing: NA."],
  ["(1, , 2)", 'EMPTY_CELL 1:5 query: a cell is empty here, in ", ,".'],
  ["[1 2;; 3 4]", 'EMPTY_CELL 1:6 query: a cell is empty here, in "; ;".'],
  ["| a | b |\n|---|---|\n| 1 |   |", "EMPTY_CELL 3:9 query[0, 1] is empty."],
  ["array([], shape=(0, 3), dtype=float64)", "EMPTY_MATRIX 1:7 query holds no numbers."],
  ["A =\n\n", "EMPTY_MATRIX 1:1 query holds no numbers."],
  [
    "[9007199254740993 1]",
    "INTEGER_TOO_LARGE 1:2 9007199254740993 is too large to be kept exactly: it would become 9007199254740992.",
  ],
]);

describeRefusals("shapes", [
  ["[1 2 3; 4 5]", "RAGGED_ROWS 1:9 query is ragged: row 1 has 2 values, row 0 has 3."],
  ["[[1 2]\n [3]]", "RAGGED_ROWS 2:2 query is ragged: row 1 has 1 value, row 0 has 2."],
  ["{{1,2},{3}}", "RAGGED_ROWS 1:8 query is ragged: row 1 has 1 value, row 0 has 2."],
  [
    "\\begin{bmatrix} 1 & 2 \\\\ 3 \\end{bmatrix}",
    "RAGGED_ROWS 1:27 query is ragged: row 1 has 1 value, row 0 has 2.",
  ],
  [
    "| a | b |\n|---|---|\n| 1 | 2 | 3 |",
    "RAGGED_ROWS 3:11 query: this row of the table has 3 cells, the first has 2.",
  ],
  [
    "[[[1 2]\n  [3 4]]\n\n [[5 6]\n  [7 8]]]",
    "SHAPE_MISMATCH 1:1 query is 2×2×2, but a matrix has two axes, rows and columns.",
  ],
  ["[[1 2] [3 4]; [5 6] [7 8]]", "SYNTAX 1:1 query: these brackets have blocks side by side."],
]);

describeRefusals("syntax", [
  ["[[1 2]\n [3 4]", 'SYNTAX 1:1 "[" is opened here and never closed.'],
  ["tensor([[1., 2.]], device='cuda:0'", 'SYNTAX 1:7 "(" is opened here and never closed.'],
  ["[1 2]]", 'SYNTAX 1:6 after the end of the matrix there is "]".'],
  ["A = [1 2; 3 4]'", 'SYNTAX 1:15 after the end of the matrix there is "\'".'],
  ["np.array([[1, 2]]).T", 'SYNTAX 1:19 after the end of the matrix there is ".T".'],
  ["np.array([[1, 2]]) / np.sqrt(2)", 'SYNTAX 1:20 after the end of the matrix there is "/".'],
  [
    "np.zeros((2, 3))",
    'SYNTAX 1:1 "np.zeros" is no constructor of an array: qkv does not know what it does with its arguments.',
  ],
  ["array([1, 2], [3, 4])", 'SYNTAX 1:15 array(…) takes one array, but there is "[3,".'],
  [
    "\\frac{1}{2}\\begin{bmatrix} 1 \\end{bmatrix}",
    'SYNTAX 1:1 query: "\\\\frac{1}{2}\\\\begin{bm" beside the matrix is unknown.',
  ],
  ["\\begin{bmatrix} 1 \\end{bmatrix}^T", 'SYNTAX 1:32 query: "^T" beside the matrix is unknown.'],
  ["\\begin{bmatrix} 1 & 2", "SYNTAX 1:1 query: \\begin{bmatrix} has no \\end{bmatrix}."],
  [
    "\\left|\\begin{matrix} 1 & 2 \\end{matrix}\\right|",
    'SYNTAX 1:1 query: "\\\\left|\\\\begin{matrix}" beside the matrix is unknown.',
  ],
  ["\\begin{vmatrix} 1 & 2 \\end{vmatrix}", "SYNTAX 1:1 query: vmatrix is not a matrix environment."],
  [
    "⎡1   1/3⎤\n⎢       ⎥\n⎢√2     ⎥\n⎢──   π ⎥\n⎣2      ⎦",
    "SYNTAX 4:1 query: fractions over several lines are not read.",
  ],
  ["   a\n────\nx  1\n\nand more\n", "SYNTAX 5:1 query: this line does not belong to a row of the table."],
  ["| a |\n|---|\n| 1 |\nand more\n", "SYNTAX 4:1 query: this line is not a row of the table."],
]);

describeRefusals("two readings", [
  [
    "[1,5 2,0; 3,1 4,2]",
    'AMBIGUOUS 1:2 "1,5 2,0" may be read with decimal commas (1.5 2.0) or with commas between cells (1, 5, 2, 0).',
  ],
  [
    "| 1 | 2 |\n|---|---|\n| 3 | 4 |",
    "AMBIGUOUS 1:3 query: the row above the line, 1 2, may be names of columns or numbers.",
  ],
  ["[[1 2]]\n[[3 4]]", "SYNTAX 2:1 a second matrix starts here, and not all of them have a name."],
  [
    "A =\n\n 1 2\n\n 3 4\n",
    "AMBIGUOUS 5:2 query: there is a blank line before this row: this is one matrix with a gap, or two.",
  ],
]);
