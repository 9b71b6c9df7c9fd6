import { describe, expect, it } from "vitest";
import { read } from "./fake-reading.js";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

/** What a program prints or takes, the matrix that it means, and how the notice names its form. */
type Pasted = readonly [what: string, text: string, matrix: readonly (readonly number[])[], how: string];

const SQUARE = [
  [1, 2],
  [3, 4],
];
const RATIONAL = [
  [1, -2],
  [1 / 3, Math.SQRT2],
];

const PYTHON: readonly Pasted[] = [
  [
    "print(array)",
    "[[ 1.   0.5]\n [ nan -inf]]\n",
    [
      [1, 0.5],
      [nan, -inf],
    ],
    "NumPy print",
  ],
  [
    "repr(array)",
    "array([[ 1. ,  0.5],\n       [ nan, -inf]])",
    [
      [1, 0.5],
      [nan, -inf],
    ],
    "NumPy array",
  ],
  ["a Python prompt", ">>> Q\narray([[1, 2],\n       [3, 4]])", SQUARE, "NumPy array"],
  ["a call of print and what it prints", "print(Q)\n[[1 2]\n [3 4]]", SQUARE, "NumPy print"],
  ["a dtype", "array([[1, 2],\n       [3, 4]], dtype=uint8)", SQUARE, "NumPy array"],
  [
    "exponents",
    "[[ 1.2345670e-01 -1.2345678e+04]\n [ 1.0000000e-09  3.0000000e+00]]",
    [
      [0.1234567, -12345.678],
      [1e-9, 3],
    ],
    "NumPy print",
  ],
  [
    "rows that NumPy wrapped",
    "[[ 0.34558419  0.82161814  0.33043708 -1.30315723  0.90535587  0.44637457\n  -0.53695324  0.5811181   0.3645724 ]\n" +
      " [ 0.2941325   0.02842224  0.54671299 -0.73645409 -0.16290995 -0.48211931\n   0.59884621  0.03972211 -0.29245675]]",
    [
      [
        0.34558419, 0.82161814, 0.33043708, -1.30315723, 0.90535587, 0.44637457, -0.53695324, 0.5811181,
        0.3645724,
      ],
      [
        0.2941325, 0.02842224, 0.54671299, -0.73645409, -0.16290995, -0.48211931, 0.59884621, 0.03972211,
        -0.29245675,
      ],
    ],
    "NumPy print",
  ],
  [
    "one axis that NumPy wrapped",
    "[0.   0.25 0.5\n 0.75 1.  ]",
    [[0, 0.25, 0.5, 0.75, 1]],
    "list in brackets, line breaks read as spaces: write ; between rows",
  ],
  [
    "one axis of repr, wrapped",
    "array([0.  , 0.25, 0.5 ,\n       0.75, 1.  ])",
    [[0, 0.25, 0.5, 0.75, 1]],
    "NumPy array",
  ],
  ["a column", "[[1.5 ]\n [2.25]]", [[1.5], [2.25]], "NumPy print"],
  ["a batch of one", "[[[1 2]\n  [3 4]]]", SQUARE, "NumPy print"],
  [
    "NumPy 2 scalars",
    "[[np.float64(0.5), np.float64(-1.0)], [np.float32(2.0), np.float64(nan)]]",
    [
      [0.5, -1],
      [2, nan],
    ],
    "Python list",
  ],
  [
    "Python code",
    "Q = np.array([[1, 2],\n              [3, 4]], dtype=np.float32)  # queries",
    SQUARE,
    "NumPy array",
  ],
  ["np.matrix", "matrix([[1, 2],\n        [3, 4]])", SQUARE, "NumPy matrix"],
  [
    "array2string",
    "[[ 1. ,  0.5],\n [ nan, -inf]]",
    [
      [1, 0.5],
      [nan, -inf],
    ],
    "JSON",
  ],
  ["a list of tuples", "[(1, 2), (3, 4)]", SQUARE, "Python tuple"],
  ["tuples of tuples", "((1, 2), (3, 4),)", SQUARE, "Python tuple"],
  ["a tuple of one", "(1.5,)", [[1.5]], "Python tuple"],
  ["rows printed in a loop", "[1. 2.]\n[3. 4.]\n", SQUARE, "rows in brackets"],
  ["lists printed in a loop", "[1, 2]\n[3, 4]\n", SQUARE, "rows in brackets"],
  ["IPython", "Out[3]: \narray([[1, 2],\n       [3, 4]])", SQUARE, "NumPy array"],
  ["fractions", "[[Fraction(1, 3), Fraction(-2, 1)]]", [[1 / 3, -2]], "Python list"],
  ["torch", "tensor([[1., 2.],\n        [3., 4.]])", SQUARE, "torch tensor"],
  [
    "torch on a device, with a gradient",
    "tensor([[ 0.2840,  0.1400],\n        [ 0.4458, -0.4458]], device='cuda:0', grad_fn=<SoftmaxBackward0>)",
    [
      [0.284, 0.14],
      [0.4458, -0.4458],
    ],
    "torch tensor",
  ],
  ["torch.int32", "tensor([[1, 2],\n        [3, 4]], dtype=torch.int32)", SQUARE, "torch tensor"],
  [
    "a parameter",
    "Parameter containing:\ntensor([[1., 2.],\n        [3., 4.]], requires_grad=True)",
    SQUARE,
    "torch tensor",
  ],
  ["torch code", "k = torch.tensor([[1., 2], [3, 4]], requires_grad=True)", SQUARE, "torch tensor"],
  ["one number of torch", "x = tensor(1.5000)", [[1.5]], "torch tensor"],
  [
    "Paddle",
    "Tensor(shape=[2, 2], dtype=float32, place=Place(cpu), stop_gradient=True,\n       [[1., 2.],\n        [3., 4.]])",
    SQUARE,
    "tensor",
  ],
  ["JAX", "Array([[1., 2.],\n       [3., 4.]], dtype=float32)", SQUARE, "JAX array"],
  ["older JAX", "DeviceArray([[1., 2.],\n             [3., 4.]], dtype=float32)", SQUARE, "JAX array"],
  ["JAX code", "jnp.array([[1., 2.], [3., 4.]])", SQUARE, "JAX array"],
  [
    "repr of TensorFlow",
    "<tf.Tensor: shape=(2, 2), dtype=float32, numpy=\narray([[1., 2.],\n       [3., 4.]], dtype=float32)>",
    SQUARE,
    "TensorFlow tensor",
  ],
  [
    "str of TensorFlow",
    "tf.Tensor(\n[[1. 2.]\n [3. 4.]], shape=(2, 2), dtype=float32)",
    SQUARE,
    "TensorFlow tensor",
  ],
  [
    "a TensorFlow variable",
    "<tf.Variable 'w:0' shape=(1, 2) dtype=float32, numpy=array([[1., 2.]], dtype=float32)>",
    [[1, 2]],
    "TensorFlow tensor",
  ],
];

const MATHEMATICS: readonly Pasted[] = [
  ["a MATLAB literal", "[1 2; 3 4]", SQUARE, "MATLAB literal"],
  ["a MATLAB statement", "A = [1, 2; 3, 4];", SQUARE, "MATLAB literal"],
  [
    "mat2str",
    "[1 -2;0.333333333333333 1.7320508]",
    [
      [1, -2],
      [0.333333333333333, 1.7320508],
    ],
    "MATLAB literal",
  ],
  ["MATLAB rows on lines of their own", "[1, 2\n 3, 4]", SQUARE, "MATLAB literal"],
  ["MATLAB rows with comments", "[1 2; % first\n 3 4] % last", SQUARE, "MATLAB literal"],
  ["a sign at its number begins a cell", "[1 -2]", [[1, -2]], "list in brackets"],
  ["a sign between spaces subtracts", "[1 - 2]", [[-1]], "list in brackets, 1 - 2 read as one cell"],
  [
    "arithmetic of MATLAB",
    "[1/3 sqrt(2)/2; pi -2^2]",
    [
      [1 / 3, Math.SQRT2 / 2],
      [Math.PI, -4],
    ],
    "MATLAB literal",
  ],
  ["octave_code of sympy", "[1 -2; 1/3 sqrt(2)]", RATIONAL, "MATLAB literal"],
  ["julia_code of sympy", "[     1      -2;\n1 // 3 sqrt(2)]", RATIONAL, "MATLAB literal"],
  ["a typed Julia literal", "Float64[1 2; 3 4]", SQUARE, "Julia literal"],
  [
    "Julia numbers of 32 bits",
    "[1.5f0 2.0f-1; 3.0f0 4.0f0]",
    [
      [1.5, 0.2],
      [3, 4],
    ],
    "MATLAB literal",
  ],
  ["MATLAB's display", "A =\n\n     1     2\n     3     4\n\n", SQUARE, "MATLAB display"],
  ["Octave's display", "ans =\n\n   1.0000   2.0000\n   3.0000   4.0000\n\n", SQUARE, "MATLAB display"],
  [
    "a display with a factor",
    "A =\n\n   1.0e+05 *\n\n    0.0001    1.2346\n    0.0000   -0.5000\n",
    [
      [10, 123460],
      [0, -50000],
    ],
    "MATLAB display, every number times 1e5",
  ],
  [
    "Octave's factor",
    "A =\n\n  1.0e-03  *\n\n   1.5   2.0\n",
    [[0.0015, 0.002]],
    "MATLAB display, every number times 1e-3",
  ],
  [
    "a diagonal matrix of Octave",
    "ans =\n\nDiagonal Matrix\n\n   1   0\n   0   1\n\n",
    [
      [1, 0],
      [0, 1],
    ],
    "Octave display",
  ],
  [
    "single precision of MATLAB",
    "A =\n\n  2×2 single matrix\n\n     1     2\n     3     4\n",
    SQUARE,
    "MATLAB display",
  ],
  ["a logical array of MATLAB", "A =\n\n  1×2 logical array\n\n   1   0\n", [[1, 0]], "MATLAB display"],
  ["format rat", "A =\n\n       1              1/3     \n", [[1, 1 / 3]], "MATLAB display"],
  ["a Julia matrix", "2×2 Matrix{Float64}:\n 1.0  2.0\n 3.0  4.0", SQUARE, "Julia display"],
  [
    "a Julia vector is a column",
    "3-element Vector{Float64}:\n 1.0\n 2.0\n 3.0",
    [[1], [2], [3]],
    "Julia display",
  ],
  [
    "an older Julia matrix",
    "2×2 Array{Float64,2}:\n 1.0  NaN\n Inf  -Inf",
    [
      [1, nan],
      [inf, -inf],
    ],
    "Julia display",
  ],
  ["Julia's rationals", "1×2 Matrix{Rational{Int64}}:\n 1//2  -3//4", [[0.5, -0.75]], "Julia display"],
  [
    "a diagonal matrix of Julia",
    "2×2 Diagonal{Float64, Vector{Float64}}:\n 1.0   ⋅ \n  ⋅   2.0",
    [
      [1, 0],
      [0, 2],
    ],
    "Julia display, ⋅ read as 0",
  ],
  ["Wolfram", "{{1, 2}, {3, 4}}", SQUARE, "Wolfram list"],
  [
    "Wolfram's exponent",
    "{{1.5*^-7, 1.*^6}, {2., -3.}}",
    [
      [1.5e-7, 1e6],
      [2, -3],
    ],
    "Wolfram list",
  ],
  [
    "Wolfram's precision",
    "{{1.5`15, 1.7320508`15.954}, {2`, 3.`20.*^-3}}",
    [
      [1.5, 1.7320508],
      [2, 0.003],
    ],
    "Wolfram list",
  ],
  ["mathematica_code of sympy", "{{1, -2}, {1/3, 2^(1/2)}}", RATIONAL, "Wolfram list"],
  [
    "exact numbers of Wolfram",
    "Out[1]= {{1/3, Sqrt[2]}, {Pi, -Infinity}, {Indeterminate, 1/Sqrt[2]}}",
    [
      [1 / 3, Math.SQRT2],
      [Math.PI, -inf],
      [nan, 1 / Math.SQRT2],
    ],
    "Wolfram list",
  ],
  ["an initialiser of C", "{{1.0f, 2.0f}, {3.0f, 4.0f}};", SQUARE, "Wolfram list"],
  ["sympy", "Matrix([[1, -2], [1/3, sqrt(2)]])", RATIONAL, "sympy matrix"],
  [
    "str of sympy",
    "Matrix([\n[        1, 1/3],\n[sqrt(2)/2,  pi]])",
    [
      [1, 1 / 3],
      [Math.SQRT2 / 2, Math.PI],
    ],
    "sympy matrix",
  ],
  ["infinities of sympy", "Matrix([[oo, nan, 1 + sqrt(2)]])", [[inf, nan, 1 + Math.SQRT2]], "sympy matrix"],
  [
    "pprint of sympy",
    "⎡1  2 ⎤\n⎢     ⎥\n⎣3  √2⎦",
    [
      [1, 2],
      [3, Math.SQRT2],
    ],
    "drawn matrix",
  ],
  ["pprint of sympy in ASCII", "[1  2]\n[    ]\n[3  4]", SQUARE, "rows in brackets"],
  ["Sage", "[1 2]\n[3 4]", SQUARE, "rows in brackets"],
  ["R", "     [,1] [,2]\n[1,]    1    2\n[2,]    3    4\n", SQUARE, "R matrix"],
  ["R with names of rows", "   [,1] [,2]\na     1    2\nb     3    4\n", SQUARE, "R matrix"],
  [
    "R with names of columns",
    "       a   b\n[1,] 1.5 NaN\n[2,] Inf  -1\n",
    [
      [1.5, nan],
      [inf, -1],
    ],
    "R matrix",
  ],
  ["a vector of R", " [1] 1.0 1.5 2.0\n [4] 2.5\n", [[1, 1.5, 2, 2.5]], "R vector"],
  ["R code", "rbind(c(1, 2), c(3L, 4L))", SQUARE, "R matrix"],
];

const COLUMN_BLOCKS: readonly Pasted[] = [
  [
    "MATLAB, with a factor",
    "A =\n\n   1.0e+03 *\n\n  Columns 1 through 2\n\n    0.0010    2.0000\n    0.0030    4.0000\n\n  Column 3\n\n    0.0050\n    6.0000\n",
    [
      [1, 2000, 5],
      [3, 4000, 6000],
    ],
    "MATLAB display, 2 blocks of columns joined, every number times 1e3",
  ],
  [
    "Octave",
    "A =\n\n Columns 1 through 3:\n\n   1   2   3\n   4   5   6\n\n Columns 4 and 5:\n\n   7   8\n   9  10\n\n",
    [
      [1, 2, 3, 7, 8],
      [4, 5, 6, 9, 10],
    ],
    "MATLAB display, 2 blocks of columns joined",
  ],
];

const TABLES: readonly Pasted[] = [
  [
    "pandas",
    "     a    b\n0  1.0  2.0\n1  3.0  4.0",
    SQUARE,
    "space-separated text, header row dropped, index column dropped",
  ],
  [
    "pandas without names",
    "     0    1\n0  1.0  2.0\n1  3.0  4.0",
    SQUARE,
    "space-separated text, header row dropped, index column dropped",
  ],
  [
    "pandas with labels",
    "     0  1\nthe  1  2\ncat  3  4",
    SQUARE,
    "space-separated text, header row dropped, first column read as labels",
  ],
  [
    "a long print of pandas",
    "     a    b\n0  1.0  2.0\n1  3.0  4.0\n\n[2 rows x 2 columns]",
    SQUARE,
    "pandas print, header row dropped, index column dropped",
  ],
  [
    "a Series",
    "0    1.5\n1    2.5\nName: a, dtype: float64",
    [[1.5], [2.5]],
    "pandas Series, index column dropped",
  ],
  [
    "polars",
    "shape: (2, 2)\n┌─────┬─────┐\n│ a   ┆ b   │\n│ --- ┆ --- │\n│ f64 ┆ f64 │\n╞═════╪═════╡\n│ 1.0 ┆ 2.0 │\n│ 3.0 ┆ 4.0 │\n└─────┴─────┘",
    SQUARE,
    "drawn table, header row dropped",
  ],
  ["Markdown", "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n", SQUARE, "Markdown table, header row dropped"],
  [
    "Markdown with labels",
    "|     |   0 |   1 |\n|:----|----:|----:|\n| the |   1 |   2 |\n| cat |   3 | **4** |\n",
    SQUARE,
    "Markdown table, header row dropped, first column read as labels",
  ],
  [
    "to_markdown",
    "|    |   a |   b |\n|---:|----:|----:|\n|  0 |   1 |   2 |\n|  1 |   3 |   4 |",
    SQUARE,
    "Markdown table, header row dropped, index column dropped",
  ],
  [
    "Markdown without outer bars",
    "a | b\n--- | ---\n1 | 2\n3 | 4",
    SQUARE,
    "Markdown table, header row dropped",
  ],
  [
    "Markdown with an empty header",
    "| | |\n|-|-|\n| 1 | 2 |\n| 3 | 4 |",
    SQUARE,
    "Markdown table, header row dropped",
  ],
  ["psql", " a | b \n---+---\n 1 | 2\n 3 | 4\n(2 rows)\n", SQUARE, "drawn table, header row dropped"],
  [
    "MySQL",
    "+---+---+\n| a | b |\n+---+---+\n| 1 | 2 |\n| 3 | 4 |\n+---+---+\n",
    SQUARE,
    "drawn table, header row dropped",
  ],
  ["a box", "┌───┬───┐\n│ 1 │ 2 │\n│ 3 │ 4 │\n└───┴───┘", SQUARE, "drawn table"],
  [
    "a box with lines between all rows",
    "┌───┬───┐\n│ a │ b │\n├───┼───┤\n│ 1 │ 2 │\n├───┼───┤\n│ 3 │ 4 │\n└───┴───┘",
    SQUARE,
    "drawn table, header row dropped",
  ],
  ["tabulate", "  a    b\n---  ---\n  1    2\n  3    4", SQUARE, "table, header row dropped"],
  [
    "a table of qkv with its sums and masked cells",
    "Weights  α = E / Σ E  (3×3, query × key)\n        please   study     man       Σ\n──────────────────────────────────────\n" +
      "please  1.0000       ·       ·  1.0000\nstudy   0.5000  0.5000       ·  1.0000\nman     0.4011  0.1978  0.4011  1.0000\n" +
      "──────────────────────────────────────\nΣ       1.9011  0.6978  0.4011\n· masked\n",
    [
      [1, 0, 0],
      [0.5, 0.5, 0],
      [0.4011, 0.1978, 0.4011],
    ],
    "table, header row dropped, first column read as labels, margins Σ dropped, masked cells read as 0",
  ],
  [
    "a table of qkv in ASCII, without title",
    "     0       1     sum\n----------------------\n0  1.0000       .  1.0000\n1  0.5000  0.5000  1.0000\n----------------------\nsum  1.5000  0.5000\n. masked\n",
    [
      [1, 0],
      [0.5, 0.5],
    ],
    "table, header row dropped, index column dropped, margins Σ dropped, masked cells read as 0",
  ],
  [
    "masked scores of qkv",
    "Masked scores  −∞ where a query may not attend to a key  (2×2, query × key)\nmasked: 1 of 4 cells\n        a     b\n────────────────\n0  0.6071    −∞\n1  1.2142  1.25\n",
    [
      [0.6071, -inf],
      [1.2142, 1.25],
    ],
    "table, header row dropped, index column dropped",
  ],
];

const LATEX: readonly Pasted[] = [
  ["bmatrix", "\\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}", SQUARE, "LaTeX bmatrix"],
  [
    "latex of sympy",
    "\\left[\\begin{matrix}1 & -2\\\\\\frac{1}{3} & \\sqrt{2}\\end{matrix}\\right]",
    RATIONAL,
    "LaTeX matrix",
  ],
  [
    "latex of sympy as array",
    "\\left[\\begin{array}{cc}1 & -2\\\\\\frac{1}{3} & \\sqrt{2}\\end{array}\\right]",
    RATIONAL,
    "LaTeX array",
  ],
  [
    "a formula",
    "$$Q = \\begin{pmatrix}\n  5 & \\phantom{-}1.5 \\cdot 10^{-3} \\\\[2pt]\n  -\\infty & \\dfrac{\\sqrt{2}}{2} \\\\\n\\end{pmatrix}$$",
    [
      [5, 0.0015],
      [-inf, Math.SQRT2 / 2],
    ],
    "LaTeX pmatrix",
  ],
  [
    "lines between columns",
    "\\begin{array}{|c|c|} \\hline 1 & 2 \\\\ \\hline 3 & 4 \\\\ \\hline \\end{array}",
    SQUARE,
    "LaTeX array",
  ],
  ["cells alone", "1 & 2 \\\\ 3 & 4", SQUARE, "LaTeX rows"],
  [
    "a table of pandas",
    "\\begin{tabular}{lrr}\n\\toprule\n & a & b \\\\\n\\midrule\nthe & 1 & 2 \\\\\ncat & 3 & 4 \\\\\n\\bottomrule\n\\end{tabular}",
    SQUARE,
    "LaTeX tabular, header row dropped, first column read as labels",
  ],
];

const SPELLINGS: readonly Pasted[] = [
  [
    "fractions and roots",
    "1/3 -2/3\n√2 1/√2\n",
    [
      [1 / 3, -2 / 3],
      [Math.SQRT2, 1 / Math.SQRT2],
    ],
    "space-separated text",
  ],
  [
    "functions in CSV",
    "sqrt(2),pi\nπ,2*pi\n",
    [
      [Math.SQRT2, Math.PI],
      [Math.PI, 2 * Math.PI],
    ],
    "CSV",
  ],
  ["powers of ten", "1.5×10^-3\t2·10⁵\n", [[0.0015, 2e5]], "tab-separated text"],
  ["one half", "½ −¾\n", [[0.5, -0.75]], "space-separated text"],
  ["Fortran", "  1.5D0  -2.0D-03\n", [[1.5, -0.002]], "space-separated text"],
  [
    "a fraction in a literal",
    "1/2 sqrt(2); pi 0",
    [
      [0.5, Math.SQRT2],
      [Math.PI, 0],
    ],
    "literal",
  ],
  [
    "a fraction in JSON",
    "[[1/3, -2], [0.5, 1]]",
    [
      [1 / 3, -2],
      [0.5, 1],
    ],
    "JSON",
  ],
];

describe.each([
  ["Python", PYTHON],
  ["MATLAB, Octave, Julia, Wolfram, sympy, R", MATHEMATICS],
  ["columns in blocks", COLUMN_BLOCKS],
  ["tables", TABLES],
  ["LaTeX", LATEX],
  ["spellings", SPELLINGS],
])("%s", (_, pasted) => {
  it.each(pasted)("%s", async (_what, text, matrix, how) => {
    const { matrices, notices } = await read({ matrices: { scores: "-" } }, { stdin: text });
    expect(matrices.scores).toBeCloseToMatrix(matrix, { atol: 0, rtol: 0 });
    expect(notices.at(-1)).toBe(`read scores: ${matrix.length}×${matrix[0].length} from stdin (${how})`);
  });
});
