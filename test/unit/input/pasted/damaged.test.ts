import { describeRefusals } from "./describe-pastes.js";

describeRefusals("numbers that a damaged text would lose", [
  [
    "1  2\n3  4\n-------\n4  6",
    "SYNTAX 1:1 query: this row of numbers stands above the names of the columns.",
  ],
  ["0\n\n--\n1", "SYNTAX 1:1 query: this row of numbers stands above the names of the columns."],
  [
    "Weights  (3×2, query × key)\n   a  b\n───────\n0  1  2\n1  3  4",
    "SHAPE_MISMATCH 1:1 the text says 3 rows, but 2 can be read here.",
  ],
  [
    "   a  b\n───────\n0  1  2\n1  3  4\n… 5 more rows: --full",
    "SYNTAX 5:1 query: the table was cut, as this line says.",
  ],
  ["⎡1  2⎤\n⎢3  4⎥", "SYNTAX 2:1 query: there is no ⎣, so that rows may be missing below this line."],
  ["│ 1 │ 2 │\n└───┴───┘", "SYNTAX 1:1 query: there is no ┌, so that rows may be missing above this line."],
  [
    "┌───┬───┐\n│ 1 │ 2 │\n│ 3 │ 4 │",
    "SYNTAX 3:1 query: there is no └, so that rows may be missing below this line.",
  ],
  ["     [,1] [,2]\n[1 0 1", "SYNTAX 2:1 query: row [1,] should stand here."],
]);

describeRefusals("signs that a slip left", [
  ["np.array([[1--2, 3]])", 'NOT_A_NUMBER 1:12 "1--2" is not a number.'],
  [
    "\\begin{bmatrix} 1 & 2 \\\\ 33 -628 & 4 \\end{bmatrix}",
    'NOT_A_NUMBER 1:26 query[1, 0]: "33 -628" is a sum or a range, not a number.',
  ],
  ["1·104 2", 'NOT_A_NUMBER 1:1 query[0, 0]: "1·104" is not a number.'],
  ["{{9^-8^4, 1}}", 'NOT_A_NUMBER 1:3 "9^-8^4" is not a number.'],
]);

describeRefusals("rows that nobody can tell", [
  ["[[7][4]1 [3]]", "RAGGED_ROWS 1:8 query: a number stands beside rows here, and belongs to none of them."],
  ["np.array([[1,2]], e=()2)", 'SYNTAX 1:23 a comma or ) should stand here, but there is "2".'],
  [
    "cat 0,5\ndog 0,25",
    'AMBIGUOUS 1:1 "cat 0,5" may be read with decimal commas (cat 0.5) or with commas between cells (cat, 0, 5).',
  ],
  [
    "1,5, 2,0",
    'AMBIGUOUS 1:1 "1,5, 2,0" may be read with decimal commas (1.5, 2.0) or with commas between cells (1, 5, 2, 0).',
  ],
]);

describeRefusals("marks that say something of the numbers", [
  [
    "\\begin{tabular}{lr}\n & a \\\\\nw & 1 \\\\\nv \\\\\n\\end{tabular}",
    "RAGGED_ROWS 4:2 query is ragged: row 1 has 0 values, row 0 has 1.",
  ],
  [
    "   a  b\n0  1  2\n\n[1 rows x 3 columns]",
    "SHAPE_MISMATCH 4:1 the text says 1×3, but 1×2 can be read here.",
  ],
  [
    "Scores  (1×1, query × key)\n──────────\nw  2  2",
    "SHAPE_MISMATCH 1:1 the text says 1×1, but 1×2 can be read here.",
  ],
  ["double q[][2] = {{1, 2, 3}};", "SHAPE_MISMATCH 1:8 the text says any×2, but 1×3 can be read here."],
  ["double q[1][3] = {{2, 7\n 1, 4}};", "SHAPE_MISMATCH 1:8 the text says 1×3, but 2×2 can be read here."],
  ["new double[5][] {{1}, {2}}", "SHAPE_MISMATCH 1:1 the text says 5×any, but 2×1 can be read here."],
  ["  ,1] [,2]\n[1,]  3  4", "SYNTAX 1:3 query: [,1], [,2] and so on should stand in this line."],
  ["   [,1]\n[1,]  3\n2,]  4", "SYNTAX 3:1 query: row [2,] should stand here."],
  [
    "q =\n\n   1.0e+602 *\n 1 2\n",
    'NOT_A_NUMBER 3:4 query[0, 0]: "1.0e+602" is beyond the largest number, about 1.8e308.',
  ],
  ["⎣ 84  2", "SYNTAX 1:1 query: this line is no row of the matrix."],
  ["  c0\n--------\n   −   7\n(1 row)", 'NOT_A_NUMBER 3:4 query[0, 0]: "-" is a sign without its number.'],
  [
    ">>> a\n[1, 2]\n>>> b\n[3, 4]",
    "SYNTAX 3:1 a second prompt stands here, so that what is below it is another matrix.",
  ],
]);

describeRefusals("numbers that a note, a label or a name would hide", [
  ["tensor(%1.0e+02 *\n [[1, 2]])", 'AMBIGUOUS 1:8 "%" starts a comment here, but numbers stand in it.'],
  [
    "\\begin{bmatrix} 1 & 3%5 \\\\ 2 & 4 \\end{bmatrix}",
    "SYNTAX 1:22 this % starts a comment, in which numbers of the matrix stand.",
  ],
  ['2  # f"irst\n49', 'AMBIGUOUS 1:4 "2  # f"irst\n49" may hold a note behind its numbers, or more numbers.'],
  ["w0,a,b\nw1,2;5", 'SYNTAX 2:1 a number stands in the label of the row "w1,2;5".'],
  ["t-ensor([[1, 2", 'NOT_A_NUMBER 1:1 query[0, 0]: "t-ensor([[1" is not a number.'],
  ["-\n38.3", 'NOT_A_NUMBER 1:1 query[0, 0]: "-" is a sign without its number.'],
  ["/15.2\n1.7", 'NOT_A_NUMBER 1:1 query[0, 0]: "/15.2" is not a number.'],
  ["tensor([[1]], device='cuda:0)", 'SYNTAX 1:22 "\'" is opened here and never closed.'],
]);

describeRefusals("arithmetic that nobody wrote", [
  ["np.array([[20-6, 1]])", 'NOT_A_NUMBER 1:12 "20-6" is a sum or a range, not a number.'],
  [
    "\\begin{bmatrix} 33 - 628 & 4 \\end{bmatrix}",
    'NOT_A_NUMBER 1:17 query[0, 0]: "33-628" is a sum or a range, not a number.',
  ],
  ["4·81 2", 'NOT_A_NUMBER 1:1 query[0, 0]: "4·81" is not a number.'],
  ["13··7 2", 'NOT_A_NUMBER 1:1 query[0, 0]: "13··7" is not a number.'],
  ["[5 −    5, 1]", 'NOT_A_NUMBER 1:2 "5 -    5" is a sum or a range, not a number.'],
  [
    "\\begin{bmatrix} 2 // 8 \\end{bmatrix}",
    'NOT_A_NUMBER 1:17 query[0, 0]: "2 \\\\\\\\ 8" is not a number.',
  ],
  [
    "1,5; 2,0; 0,25",
    'AMBIGUOUS 1:1 "1,5; 2,0; 0,25" may be read with decimal commas (1.5; 2.0; 0.25) or with commas between cells (1, 5; 2, 0; 0, 25).',
  ],
]);
