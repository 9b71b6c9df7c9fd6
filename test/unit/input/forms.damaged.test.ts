import { describeRefusals } from "../../support/describe-pastes.js";

describeRefusals("numbers that a damaged text would lose", [
  ["1  2\n3  4\n-------\n4  6", "SYNTAX 1:1 query: this row is above the names of the columns."],
  ["0\n\n--\n1", "SYNTAX 1:1 query: this row is above the names of the columns."],
  [
    "Weights  (3×2, query × key)\n   a  b\n───────\n0  1  2\n1  3  4",
    "SHAPE_MISMATCH 1:1 the text says 3×2, but 2×2 can be read here.",
  ],
  [
    "   a  b\n───────\n0  1  2\n1  3  4\n… 5 more rows: --full",
    "SYNTAX 5:1 query: the table was cut, as this line says.",
  ],
  ["⎡1  2⎤\n⎢3  4⎥", "SYNTAX 2:1 query: there is no ⎣, so rows may be missing below this line."],
  ["│ 1 │ 2 │\n└───┴───┘", "SYNTAX 1:1 query: there is no ┌, so rows may be missing above this line."],
  [
    "┌───┬───┐\n│ 1 │ 2 │\n│ 3 │ 4 │",
    "SYNTAX 3:1 query: there is no └, so rows may be missing below this line.",
  ],
  ["     [,1] [,2]\n[1 0 1", "SYNTAX 2:1 query: row [1,] is expected here."],
  ["[,1]\n[1 0", "SYNTAX 2:1 query: row [1,] is expected here."],
  ["[1,]1", 'SYNTAX 1:5 after the end of the matrix there is "1".'],
  ["     [,1]   [,2]\n  -   6      2", "SYNTAX 2:3 query: the name of a row is expected first in this line."],
  [
    "|   | a | b |\n| x | 1 | 2 |\n|   | a | b |\n|---|---|---|\n| x | 3 | 4 |",
    "SYNTAX 2:3 query: this row is above the names of the columns.",
  ],
  [
    "     a |    b \n-------+------\n(2 rows)\n   1.5 |  2.5",
    "SHAPE_MISMATCH 3:1 the text says 2 rows, but 1 can be read here.",
  ],
  ["   a\n-8.5\n-----\n 9", "SYNTAX 2:1 query: this line of column names has numbers."],
  [
    "×2, query × key)\n  a  b  Σ\n─────────\n1  2  3  8 4\n1  2  3",
    "SYNTAX 4:1 query: the sums beside this row are not numbers.",
  ],
]);

describeRefusals("signs that a slip left", [
  ["np.array([[1--2, 3]])", 'NOT_A_NUMBER 1:12 "1--2" is not a number.'],
  [
    "\\begin{bmatrix} 1 & 2 \\\\ 33 -628 & 4 \\end{bmatrix}",
    'NOT_A_NUMBER 1:26 query[1, 0]: "33 -628" is a sum or a range, not a number.',
  ],
  ["np.array([[1–2, 3]])", 'NOT_A_NUMBER 1:12 "1–2" is a sum or a range, not a number.'],
  [
    "\\begin{bmatrix} 1 & 2\n-3 & 4 \\end{bmatrix}",
    'NOT_A_NUMBER 1:21 query[0, 1]: "2\\n-3" is a sum or a range, not a number.',
  ],
  [
    "\\begin{bmatrix} 1 & -\n  4 \\end{bmatrix}",
    'NOT_A_NUMBER 1:21 query[0, 1]: "-\\n  4" is two numbers in one cell.',
  ],
  ["q ==\n\n - 1 6 47", 'SYNTAX 1:1 query: "==" assigns something, so it is not the name of a column.'],
  ["q x\n\n - 1 6 47", 'NOT_A_NUMBER 3:2 query[0, 0]: "-" is a sign without its number.'],
  ["1·104", 'NOT_A_NUMBER 1:1 query[0, 0]: "1·104" is not a number.'],
  ["1·104 2", 'NOT_A_NUMBER 1:1 query[0, 0]: "1·104" is not a number.'],
  ["{{9*-1^2, 1}}", 'NOT_A_NUMBER 1:3 "9*-1^2" is not a number.'],
  ["{{9^-8^4, 1}}", 'NOT_A_NUMBER 1:3 "9^-8^4" is not a number.'],
]);

describeRefusals("rows that nobody can tell", [
  ["[[7][4]1 [3]]", "RAGGED_ROWS 1:8 query: there is a number beside rows, but it belongs to none of them."],
  ["[[1], 2, [3]]", "RAGGED_ROWS 1:7 query: there is a number beside rows, but it belongs to none of them."],
  ["[(0) (1,)(1)]", "RAGGED_ROWS 1:2 query: there is a number beside rows, but it belongs to none of them."],
  ["[[[1, 2], [[3, 4]]]]", "SHAPE_MISMATCH 1:2 query is 2×1×2, but a matrix has two axes, rows and columns."],
  ["tensor(1e2 * [[1, 2]], [[3, 4]])", 'NOT_A_NUMBER 1:8 "1e2 *" is not a number.'],
  ["np.array([[1,2]], e=()2)", 'SYNTAX 1:23 a comma or ) is expected here, but there is "2".'],
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
  ["  ,1] [,2]\n[1,]  3  4", "SYNTAX 1:3 query: [,1], [,2] and so on are expected in this line."],
  ["   [,1]\n[1,]  3\n2,]  4", "SYNTAX 3:1 query: row [2,] is expected here."],
  [
    "q =\n\n   1.0e+602 *\n 1 2\n",
    'NOT_A_NUMBER 3:4 query[0, 0]: "1.0e+602" is beyond the largest number, about 1.8e308.',
  ],
  ["⎣ 84  2", "SYNTAX 1:1 query: this line is not a row of the matrix."],
  ["  c0\n--------\n   −   7\n(1 row)", 'NOT_A_NUMBER 3:4 query[0, 0]: "-" is a sign without its number.'],
  [">>> a\n[1, 2]\n>>> b\n[3, 4]", "SYNTAX 3:1 there is a second prompt, so another matrix starts below it."],
]);

describeRefusals("numbers that a note, a label or a name would hide", [
  [
    "tensor([[0.5],\n %[0.87]])\n [0.87]])",
    'AMBIGUOUS 2:2 "%" starts a comment here, but the comment has numbers.',
  ],
  ["tensor(%1.0e+02 *\n [[1, 2]])", 'AMBIGUOUS 1:8 "%" starts a comment here, but the comment has numbers.'],
  [
    "\\begin{bmatrix} 1 & 3%5 \\\\ 2 & 4 \\end{bmatrix}",
    "SYNTAX 1:22 query: this % starts a comment that contains a part of the matrix.",
  ],
  ['2  # f"irst\n49', 'AMBIGUOUS 1:4 "2  # f"irst\n49" may have a note after its numbers, or more numbers.'],
  ["c00   265,15", 'SYNTAX 1:1 query: there is a number in the label of the row "c00   265,15".'],
  [
    "\\begin{tabular}{\\\\\nw & 1 & 2lr}\n & a & b \\\\\nv & 3 & 4 \\\\\n\\end{tabular}",
    'NOT_A_NUMBER 2:9 query[0, 1]: "2lr}" is not a number.',
  ],
  [
    "\\begin{tabular}{lr}\nv & 6% \\\\\n\\end{tabular}",
    "SYNTAX 2:6 query: this % starts a comment that contains a part of the matrix.",
  ],
  ["w0,a,b\nw1,2;5", 'SYNTAX 2:1 query: there is a number in the label of the row "w1,2;5".'],
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
  ["7/-27/3 2", 'NOT_A_NUMBER 1:1 query[0, 0]: "7/-27/3" is not a number.'],
  ["2/+4 2", 'NOT_A_NUMBER 1:1 query[0, 0]: "2/+4" is not a number.'],
  ["1.8/050000 2", 'NOT_A_NUMBER 1:1 query[0, 0]: "1.8/050000" is not a number.'],
  ["85½/3 2", 'NOT_A_NUMBER 1:1 query[0, 0]: "85½/3" is not a number.'],
  ["[02 * 2.93, 2]", 'NOT_A_NUMBER 1:2 "02 * 2.93" is not a number.'],
  ["float q[1][2] = {{-71.f0, 62.0f-47}};", 'NOT_A_NUMBER 1:19 "-71.f0" is not a number.'],
  ["4·81 2", 'NOT_A_NUMBER 1:1 query[0, 0]: "4·81" is not a number.'],
  ["13··7 2", 'NOT_A_NUMBER 1:1 query[0, 0]: "13··7" is not a number.'],
  ["[][]float64{{8, 8.1f5}}", 'NOT_A_NUMBER 1:17 "8.1f5" is not a number.'],
  ["{\n  {-320.13f, 24.0f7},\n};", 'NOT_A_NUMBER 2:14 "24.0f7" is not a number.'],
  ["vec![vec![8.1f5, 2.0]]", 'NOT_A_NUMBER 1:11 "8.1f5" is not a number.'],
  ["-5/2^41/2 1", 'NOT_A_NUMBER 1:1 query[0, 0]: "-5/2^41/2" is not a number.'],
  ["[−(-13)]", 'NOT_A_NUMBER 1:2 "-(-13)" is not a number.'],
  ["[7   2 ^ 630.8]", 'NOT_A_NUMBER 1:6 "2 ^ 630.8" is not a number.'],
  ["[(0, -8−√.1)]", 'NOT_A_NUMBER 1:6 "-8-√.1" is not a number.'],
  ["−√√3 1", 'NOT_A_NUMBER 1:1 query[0, 0]: "-√√3" is not a number.'],
  ["⎡ -7   - 58^.1 ⎤\n⎣  6     -75.8 ⎦", 'NOT_A_NUMBER 1:8 query[0, 1]: "- 58^.1" is not a number.'],
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

describeRefusals("what is no name among names", [
  [
    "┌──────┬──────┐\n│   c0 │ ½ c1 │\n├──────┼──────┤\n│ 50.3 │  656 │\n└──────┴──────┘",
    "AMBIGUOUS 2:10 query: the row above the line, c0 ½ c1, may be names of columns or numbers.",
  ],
  [
    "+------+------+\n|   c0 |    5 |\n+------+------+\n| 50.3 |  656 |\n+------+------+",
    "AMBIGUOUS 2:13 query: the row above the line, c0 5, may be names of columns or numbers.",
  ],
  [
    "|   | c 0 |\n|   | c 0 |\n|---|-----|\n| w |  -3 |",
    "SYNTAX 1:5 query: this row is above the names of the columns.",
  ],
  ["  c0\n(4 rows)\n----\n 5.2\n", "SHAPE_MISMATCH 2:1 the text says 4 rows, but 1 can be read here."],
  ["  [,1] [,2]\n { 64   30", "SYNTAX 2:2 query: the name of a row is expected first in this line."],
  ["e+02 *·\n\n024 0.51", 'NOT_A_NUMBER 1:1 query[0, 0]: "e+02" is not a number.'],
  ["1×1 Matrix{Float64}:\n1×1 Matrix{Float6;4}:\n 2", 'NOT_A_NUMBER 2:1 query[0, 0]: "1×1" is not a number.'],
  [
    "\\begin{tabular}{rr}\n1 & 2 \\\\ \\hline\n3 & \\hline6 \\\\ \\hline\n\\end{tabular}",
    'NOT_A_NUMBER 3:5 query[1, 1]: "\\\\hline6" is not a number.',
  ],
  ["   c0\n0  364.8\n1    1.2\n−    2.0", 'NOT_A_NUMBER 4:1 query: "-" is a sign without its number.'],
  [
    "┌────┐\n│  c0│────┐\n│ c 0│\n├────┤\n│ 739│\n└────┘",
    "SYNTAX 2:1 query: this line is not a row of the table.",
  ],
  ["3×1 Matrix{Float6 4}:\n 903.5\n    92\n    -5", 'NOT_A_NUMBER 1:1 query[0, 0]: "3×1" is not a number.'],
  ["  c0\n----45\n 700\n --\n 384", "SYNTAX 2:1 query: this row is above the names of the columns."],
  [
    "+-----+-----+\n|  c0 |  c1 |\n|| 7.8 |  -6 |\n+-----+-----+\n|| 7.8 |  -6 |\n+-----+-----+",
    "AMBIGUOUS 3:4 query: the row above the line,  7.8 -6, may be names of columns or numbers.",
  ],
  [
    " 985   c0   c1   Σ\n────────────────\n 985  -745  1.1   2\n 895     7  908  18",
    "SYNTAX 1:2 query: this line of column names has numbers.",
  ],
  [
    "$\\begin{bmatrix} -$3 & 3.17 \\end{bmatrix}$",
    'NOT_A_NUMBER 1:18 query[0, 0]: "-$3" is an amount of money.',
  ],
  [
    "double q[2][4] =\n 393, 71.49, 723",
    'SYNTAX 1:1 query: "double q[2][4] =" assigns something, so it is not the name of a column.',
  ],
  [
    "1×2 8. Matrix{Float64}:\n1×2 8. Matrix{Float64}:\n 476.69   8.76",
    'NOT_A_NUMBER 1:1 query[0, 0]: "1×2" is not a number.',
  ],
  ["1×1 Matrix{Float&64}:\n 18.16", 'NOT_A_NUMBER 1:1 query[0, 0]: "1×1" is not a number.'],
  ["}-\t4.7\t225.4\n", 'SYNTAX 1:1 query: the label of the row "}-\\t4.7\\t225.4" ends in "-".'],
  [
    "\\begin{pmatrix} -110.87 / 50.04 \\\\ -9.8 \\end{pmatrix}",
    'NOT_A_NUMBER 1:17 query[0, 0]: "-110.87 \\\\\\\\ 50.04" is not a number.',
  ],
  ["\n#e+02 *\n\n0.1 -1.4\n0.8  0.6\n", "SYNTAX 2:1 query: this comment has a factor for all numbers."],
  ["double q[4][2] =, 19", 'SYNTAX 1:1 query: the label of the row "double q[4][2] =, 19" ends in "=".'],
]);
