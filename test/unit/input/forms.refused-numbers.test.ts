import { describeRefusals } from "../../support/describe-pastes.js";

describeRefusals("rows that were lost", [
  [
    "3×2 Matrix{Float64}:\n 1.0  2.0\n 3.0  4.0",
    "SHAPE_MISMATCH 1:1 the text says 3×2, but 2×2 can be read here.",
  ],
  [
    "3-element Vector{Float64}:\n 1.0\n 2.0",
    "SHAPE_MISMATCH 1:1 the text says 3×1, but 2×1 can be read here.",
  ],
  [
    "shape: (3, 2)\n┌─────┬─────┐\n│ a   ┆ b   │\n╞═════╪═════╡\n│ 1.0 ┆ 2.0 │\n│ 3.0 ┆ 4.0 │\n└─────┴─────┘",
    "SHAPE_MISMATCH 1:1 the text says 3×2, but 2×2 can be read here.",
  ],
  [
    " a | b \n---+---\n 1 | 2\n(2 rows)\n",
    "SHAPE_MISMATCH 4:1 the text says 2 rows, but 1 can be read here.",
  ],
  [" a \n---\n 1\n(2 rows)\n", "SHAPE_MISMATCH 4:1 the text says 2 rows, but 1 can be read here."],
  [
    "     a    b\n0  1.0  2.0\n1  3.0  4.0\n\n[3 rows x 2 columns]",
    "SHAPE_MISMATCH 5:1 the text says 3×2, but 2×2 can be read here.",
  ],
  [
    "0    1.5\n1    2.5\nName: a, Length: 3, dtype: float64",
    "SHAPE_MISMATCH 3:1 the text says 3 rows, but 2 can be read here.",
  ],
  [
    "<tf.Tensor: shape=(3, 2), dtype=float32, numpy=\narray([[1., 2.],\n       [3., 4.]], dtype=float32)>",
    "SHAPE_MISMATCH 1:1 the text says 3×2, but 2×2 can be read here.",
  ],
  ["array([[1., 2.]], shape=(2, 2))", "SHAPE_MISMATCH 1:1 the text says 2×2, but 1×2 can be read here."],
  [" 1  2\n 3  4\n[ CPUFloatType{3,2} ]", "SHAPE_MISMATCH 3:1 the text says 3×2, but 2×2 can be read here."],
  ["     [,1] [,2]\n[1,]    1    2\n[3,]    3    4\n", "SYNTAX 3:1 query: row [2,] is expected here."],
  ["     [,1] [,2] [,3]\n[1,]    1    2\n", "SYNTAX 2:1 query: 3 values are expected in this line."],
]);

describeRefusals("what may be a number", [
  // Julia has 86.0f5; here the f of C has changed places with a digit.
  ["{{86.f5, 1.0f}}", 'NOT_A_NUMBER 1:3 "86.f5" is not a number.'],
  ["[][]float64{{-85.f6, 408}}", 'NOT_A_NUMBER 1:14 "-85.f6" is not a number.'],
  ["1e400 1", 'NOT_A_NUMBER 1:1 query[0, 0]: "1e400" is beyond the largest number, about 1.8e308.'],
  ["[[1, -1e400]]", 'NOT_A_NUMBER 1:6 "-1e400" is beyond the largest number, about 1.8e308.'],
  ["[1e400 1]", 'NOT_A_NUMBER 1:2 "1e400" is beyond the largest number, about 1.8e308.'],
  ["1/0 1", 'NOT_A_NUMBER 1:1 query[0, 0]: "1/0" is a division by zero.'],
  ["1 2 # 3\n4 5 # 6", 'AMBIGUOUS 1:5 "1 2 # 3" may have a note after its numbers, or more numbers.'],
  ["#N/A\t1\n2\t3", 'NOT_A_NUMBER 1:1 query[0, 0]: "#N/A" is not a number.'],
  ["1\t#DIV/0!\n2\t3", 'NOT_A_NUMBER 1:3 query[0, 1]: "#DIV/0!" is not a number.'],
  ["#####\t1\n2\t3", 'NOT_A_NUMBER 1:1 query[0, 0]: "#####" is not a number.'],
  ["=A1\t2", 'NOT_A_NUMBER 1:1 query[0, 0]: "=A1" is a formula, not a number.'],
  ["'1'\t2", "NOT_A_NUMBER 1:1 query[0, 0]: \"'1'\" is text in quotes."],
  ["~1 2", 'NOT_A_NUMBER 1:1 query[0, 0]: "~1" is not one number.'],
  ["<0.01 1", 'NOT_A_NUMBER 1:1 query[0, 0]: "<0.01" is not one number.'],
  ["- 1 2\n- 3 4", 'NOT_A_NUMBER 1:1 query[0, 0]: "-" is a sign without its number.'],
  ["sqrt(-1) 1", 'NOT_A_NUMBER 1:1 query[0, 0]: "sqrt(-1)" is not a number.'],
  ["-nan(ind) 1", 'NOT_A_NUMBER 1:1 query[0, 0]: "-nan(ind)" is not a number.'],
  ["\u202a1 2", 'NOT_A_NUMBER 1:1 query[0, 0]: "\u202a1" is not a number.'],
  ["1,000 2", 'AMBIGUOUS 1:1 "1,000" may be the numbers 1, 000, or 1000.'],
  ["5 000", 'AMBIGUOUS 1:1 "5 000" may be the numbers 5, 000, or 5000.'],
  ["[[1,000, 2]]", 'AMBIGUOUS 1:3 "1,000" may be the numbers 1, 000, or 1000.'],
  ["100 010\n001 000", 'AMBIGUOUS 1:1 "100 010" may be the numbers 100, 010, or 100010.'],
  [
    "1.234,5\t2,0",
    'NOT_A_NUMBER 1:1 query[0, 0]: "1.234,5" is not a number: it has points between thousands.',
  ],
  ["1 2, 3 4", 'NOT_A_NUMBER 1:1 query[0, 0]: "1 2" is two numbers in one cell.'],
  ["1\f2 3", 'NOT_A_NUMBER 1:1 query[0, 0]: "1\\f2" is two numbers in one cell.'],
  ["50 %", 'NOT_A_NUMBER 1:4 query[0, 1]: "%" is not a number.'],
  ["Q\n1 2\n3 4", 'AMBIGUOUS 1:1 query: "Q" may be the name of this matrix, or of a column beside an index.'],
  [
    "  x\n3 5\n7 6",
    'AMBIGUOUS 1:3 query: "x" may be the name of this matrix, or of a column beside an index.',
  ],
  [
    ">>> Q = [[1, 2]]\n>>> Q\n[[1, 2]]",
    "SYNTAX 3:1 a second matrix starts here, and not all of them have a name.",
  ],
  ["Q\n1 2\n", 'AMBIGUOUS 1:1 query: "Q" may be the name of this matrix, or of a column beside an index.'],
  [
    "  Q\n\n  1 2\n",
    'AMBIGUOUS 1:3 query: "Q" may be the name of this matrix, or of a column beside an index.',
  ],
  ["- [1, 2", 'NOT_A_NUMBER 1:1 query[0, 0]: "- [1" is not a number.'],
  ["1 // 3 sqrt(2)", 'AMBIGUOUS 1:3 "1 // 3 sqrt(2)" may have a note after its numbers, or more numbers.'],
  ["×10³\n1 2", 'NOT_A_NUMBER 1:1 query[0, 0]: "×10³" is not a number.'],
]);
