import { describePastes } from "../../support/describe-pastes.js";

describePastes("MATLAB, Octave, Julia, Wolfram, sympy, R", [
  ["a MATLAB literal", "[1 2; 3 4]", "1 2; 3 4 (MATLAB literal)"],
  ["a MATLAB statement", "A = [1, 2; 3, 4];", "1 2; 3 4 (MATLAB literal)"],
  ["mat2str", "[1 -2;0.333333333333333 1.7320508]", "1 -2; 0.333333333333333 1.7320508 (MATLAB literal)"],
  ["MATLAB rows on lines of their own", "[1, 2\n 3, 4]", "1 2; 3 4 (MATLAB literal)"],
  ["MATLAB rows with comments", "[1 2; % first\n 3 4] % last", "1 2; 3 4 (MATLAB literal)"],
  ["a sign at its number begins a cell", "[1 -2]", "1 -2 (list in brackets)"],
  ["a sign between spaces subtracts", "[1 - 2]", "-1 (list in brackets, 1 - 2 read as one cell)"],
  ["and one divides, which is said", "[-4 -54 / 2]", "-4 -27 (list in brackets, -54 / 2 read as one cell)"],
  [
    "arithmetic of MATLAB",
    "[1/3 sqrt(2)/2; pi -2^2]",
    "0.3333333333333333 0.7071067811865476; 3.141592653589793 -4 (MATLAB literal)",
  ],
  [
    "octave_code of sympy",
    "[1 -2; 1/3 sqrt(2)]",
    "1 -2; 0.3333333333333333 1.4142135623730951 (MATLAB literal)",
  ],
  [
    "julia_code of sympy",
    "[     1      -2;\n1 // 3 sqrt(2)]",
    "1 -2; 0.3333333333333333 1.4142135623730951 (MATLAB literal)",
  ],
  ["a typed Julia literal", "Float64[1 2; 3 4]", "1 2; 3 4 (Julia literal)"],
  ["Julia numbers of 32 bits", "[1.5f0 2.0f-1; 3.0f0 4.0f0]", "1.5 0.2; 3 4 (MATLAB literal)"],
  ["MATLAB's display", "A =\n\n     1     2\n     3     4\n\n", "1 2; 3 4 (MATLAB display)"],
  ["Octave's display", "ans =\n\n   1.0000   2.0000\n   3.0000   4.0000\n\n", "1 2; 3 4 (MATLAB display)"],
  [
    "a display with a factor",
    "A =\n\n   1.0e+05 *\n\n    0.0001    1.2346\n    0.0000   -0.5000\n",
    "10 123460; 0 -50000 (MATLAB display, every number times 1e5)",
  ],
  [
    "Octave's factor",
    "A =\n\n  1.0e-03  *\n\n   1.5   2.0\n",
    "0.0015 0.002 (MATLAB display, every number times 1e-3)",
  ],
  [
    "a diagonal matrix of Octave",
    "ans =\n\nDiagonal Matrix\n\n   1   0\n   0   1\n\n",
    "1 0; 0 1 (Octave display)",
  ],
  [
    "single precision of MATLAB",
    "A =\n\n  2×2 single matrix\n\n     1     2\n     3     4\n",
    "1 2; 3 4 (MATLAB display)",
  ],
  ["a logical array of MATLAB", "A =\n\n  1×2 logical array\n\n   1   0\n", "1 0 (MATLAB display)"],
  ["format rat", "A =\n\n       1              1/3     \n", "1 0.3333333333333333 (MATLAB display)"],
  ["a Julia matrix", "2×2 Matrix{Float64}:\n 1.0  2.0\n 3.0  4.0", "1 2; 3 4 (Julia display)"],
  ["a Julia vector is a column", "3-element Vector{Float64}:\n 1.0\n 2.0\n 3.0", "1; 2; 3 (Julia display)"],
  [
    "an older Julia matrix",
    "2×2 Array{Float64,2}:\n 1.0  NaN\n Inf  -Inf",
    "1 NaN; Infinity -Infinity (Julia display)",
  ],
  ["Julia's rationals", "1×2 Matrix{Rational{Int64}}:\n 1//2  -3//4", "0.5 -0.75 (Julia display)"],
  [
    "a diagonal matrix of Julia",
    "2×2 Diagonal{Float64, Vector{Float64}}:\n 1.0   ⋅ \n  ⋅   2.0",
    "1 0; 0 2 (Julia display, ⋅ read as 0)",
  ],
  ["Wolfram", "{{1, 2}, {3, 4}}", "1 2; 3 4 (Wolfram list)"],
  ["Wolfram's exponent", "{{1.5*^-7, 1.*^6}, {2., -3.}}", "1.5e-7 1000000; 2 -3 (Wolfram list)"],
  [
    "Wolfram's precision",
    "{{1.5`15, 1.7320508`15.954}, {2`, 3.`20.*^-3}}",
    "1.5 1.7320508; 2 0.003 (Wolfram list)",
  ],
  [
    "mathematica_code of sympy",
    "{{1, -2}, {1/3, 2^(1/2)}}",
    "1 -2; 0.3333333333333333 1.4142135623730951 (Wolfram list)",
  ],
  [
    "exact numbers of Wolfram",
    "Out[1]= {{1/3, Sqrt[2]}, {Pi, -Infinity}, {Indeterminate, 1/Sqrt[2]}}",
    "0.3333333333333333 1.4142135623730951; 3.141592653589793 -Infinity; NaN 0.7071067811865475 (Wolfram list)",
  ],
  ["an initialiser of C", "{{1.0f, 2.0f}, {3.0f, 4.0f}};", "1 2; 3 4 (Wolfram list)"],
  [
    "sympy",
    "Matrix([[1, -2], [1/3, sqrt(2)]])",
    "1 -2; 0.3333333333333333 1.4142135623730951 (sympy matrix)",
  ],
  [
    "str of sympy",
    "Matrix([\n[        1, 1/3],\n[sqrt(2)/2,  pi]])",
    "1 0.3333333333333333; 0.7071067811865476 3.141592653589793 (sympy matrix)",
  ],
  [
    "infinities of sympy",
    "Matrix([[oo, nan, 1 + sqrt(2)]])",
    "Infinity NaN 2.414213562373095 (sympy matrix)",
  ],
  ["pprint of sympy", "⎡1  2 ⎤\n⎢     ⎥\n⎣3  √2⎦", "1 2; 3 1.4142135623730951 (drawn matrix)"],
  ["pprint of sympy in ASCII", "[1  2]\n[    ]\n[3  4]", "1 2; 3 4 (rows in brackets)"],
  ["Sage", "[1 2]\n[3 4]", "1 2; 3 4 (rows in brackets)"],
  ["R", "     [,1] [,2]\n[1,]    1    2\n[2,]    3    4\n", "1 2; 3 4 (R matrix)"],
  ["R with names of rows", "   [,1] [,2]\na     1    2\nb     3    4\n", "1 2; 3 4 (R matrix)"],
  [
    "R with names of columns",
    "       a   b\n[1,] 1.5 NaN\n[2,] Inf  -1\n",
    "1.5 NaN; Infinity -1 (R matrix)",
  ],
  ["a vector of R", " [1] 1.0 1.5 2.0\n [4] 2.5\n", "1 1.5 2 2.5 (R vector)"],
  ["R code", "rbind(c(1, 2), c(3L, 4L))", "1 2; 3 4 (R matrix)"],
]);

describePastes("columns in blocks", [
  [
    "MATLAB, with a factor",
    "A =\n\n   1.0e+03 *\n\n  Columns 1 through 2\n\n    0.0010    2.0000\n    0.0030    4.0000\n\n  Column 3\n\n    0.0050\n    6.0000\n",
    "1 2000 5; 3 4000 6000 (MATLAB display, 2 blocks of columns joined, every number times 1e3)",
  ],
  [
    "Octave",
    "A =\n\n Columns 1 through 3:\n\n   1   2   3\n   4   5   6\n\n Columns 4 and 5:\n\n   7   8\n   9  10\n\n",
    "1 2 3 7 8; 4 5 6 9 10 (MATLAB display, 2 blocks of columns joined)",
  ],
]);
