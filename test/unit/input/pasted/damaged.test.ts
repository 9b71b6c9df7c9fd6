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
