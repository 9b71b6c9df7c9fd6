import type { AloneSheet } from "./fifteenth-look.js";

/**
 * Sheets without a separate problem that somebody else wrote for a thirtieth look, computed by NumPy, and that were
 * misread then: of 80 forms, each once right and once wrong, 137 of 160 were judged rightly.
 */
export const TWENTY_SECOND_LOOK: Readonly<Record<string, AloneSheet>> = {
  "A window in words": {
    text: "Local attention, window of one token on each side\n--------------------------------------------------\n(each token sees itself, its left and its right neighbour)\n\nQ:\n   [  1  -1 ]\n   [  1   1 ]\n   [ -1   3 ]\n   [  0   2 ]\nK:\n   [  0   2 ]\n   [  0   1 ]\n   [ -1   0 ]\n   [  0   1 ]\nV:\n   [  3   3 ]\n   [  1   1 ]\n   [  0   2 ]\n   [ -1   0 ]\n\nscores Q K^T / sqrt(2):\n   [ -1.41  -0.71  -0.71  -0.71 ]\n   [  1.41   0.71  -0.71   0.71 ]\n   [  4.24   2.12   0.71   2.12 ]\n   [  2.83   1.41   0.00   1.41 ]\n\nwith the window mask:\n   [ -1.41  -0.71   -inf   -inf ]\n   [  1.41   0.71  -0.71   -inf ]\n   [  -inf   2.12   0.71   2.12 ]\n   [  -inf   -inf   0.00   1.41 ]\n\nsoftmax:\n   [ 0.33  0.67  0.00  0.00 ]\n   [ 0.62  0.31  0.07  0.00 ]\n   [ 0.00  0.45  0.11  0.45 ]\n   [ 0.00  0.00  0.20  0.80 ]\n\noutput:\n   [  1.66   1.66 ]\n   [  2.17   2.31 ]\n   [  0.00   0.66 ]\n   [ -0.80   0.39 ]\n",
    slip: ["0.11  0.45 ]", "0.11  0.62 ]"],
    cell: ["weights", 2, 3],
  },
  "Powers over a sum by its letter": {
    text: "\\documentclass{scrartcl}\n\\usepackage{amsmath}\n\\begin{document}\n\\section*{Aufgabe 2}\n$Q=\\begin{pmatrix} 3 & -1 \\\\ -1 & 2 \\end{pmatrix}$, $K=\\begin{pmatrix} -1 & 2 \\\\ 1 & 2 \\\\ 0 & 3 \\end{pmatrix}$, $V=\\begin{pmatrix} 0 & -1 \\\\ 0 & 3 \\\\ 3 & 0 \\end{pmatrix}$.\n\n\\paragraph{Query 1.} $q_1K^\\top = (-5, 1, -3)$, and after division by $\\sqrt 2$ we have $(-3.54, 0.71, -2.12)$.\n\\begin{align*}\nZ_1 &= e^{-3.54}+e^{0.71}+e^{-2.12} = 0.03 + 2.03 + 0.12 = 2.18 \\\\\n\\alpha_{11} &= \\frac{e^{-3.54}}{Z_1} = 0.014 \\\\\n\\alpha_{12} &= \\frac{e^{0.71}}{Z_1} = 0.931 \\\\\n\\alpha_{13} &= \\frac{e^{-2.12}}{Z_1} = 0.055 \\\\\no_1 &= \\sum_j \\alpha_{1j} v_j = (0.165,\\ 2.779)\n\\end{align*}\n\n\\paragraph{Query 2.} $q_2K^\\top = (5, 3, 6)$, and after division by $\\sqrt 2$ we have $(3.54, 2.12, 4.24)$.\n\\begin{align*}\nZ_2 &= e^{3.54}+e^{2.12}+e^{4.24} = 34.47 + 8.33 + 69.41 = 112.21 \\\\\n\\alpha_{21} &= \\frac{e^{3.54}}{Z_2} = 0.307 \\\\\n\\alpha_{22} &= \\frac{e^{2.12}}{Z_2} = 0.074 \\\\\n\\alpha_{23} &= \\frac{e^{4.24}}{Z_2} = 0.619 \\\\\no_2 &= \\sum_j \\alpha_{2j} v_j = (1.857,\\ -0.085)\n\\end{align*}\n\n\\end{document}\n",
    slip: ["0.931", "0.801"],
    cell: ["weights", 0, 1],
  },
  "An operation between two lists": {
    text: "lecture 11 notes / attention / worked ex.\nQ = [[1.2, 0.5], [1.6, -0.3]]\nK = [[1.0, 0.9], [0.3, 0.8]]\nV = [[0.4, -0.9], [1.7, 1.3]]\n\nToken 1:\n  s1 = q1 K^T = [1.65, 0.76] -> /sqrt(2) -> [1.167, 0.537]\n  exp -> [3.211, 1.712], sum = 4.923\n  a1 = [0.652, 0.348]\n  o1 = a1 V = [0.852, -0.135]\n\nToken 2:\n  s2 = q2 K^T = [1.33, 0.24] -> /sqrt(2) -> [0.940, 0.170]\n  exp -> [2.561, 1.185], sum = 3.746\n  a2 = [0.684, 0.316]\n  o2 = a2 V = [0.811, -0.204]\n",
    slip: ["0.348", "0.228"],
    cell: ["weights", 0, 1],
  },
  "A name behind a gap": {
    text: "Übungsblatt 5, Aufgabe 1 (Selbstaufmerksamkeit)\n\nGegeben:\nQ =\n  2  0\n  1  0\n  2  2\nK =\n  1  2\n  2  2\n  2  1\nV =\n  1  3\n  4  1\n  2  3\n\na) Scores: S = Q·K^T\n  2  4  4\n  1  2  2\n  6  8  6\n\nb) Skaliert mit 1/√2:\n  1,41  2,83  2,83\n  0,71  1,41  1,41\n  4,24  5,66  4,24\n\nc) Softmax zeilenweise\nrow 1: exp: 4,11; 16,92; 16,92   sum = 37,95   weights: 0,11; 0,45; 0,45\nrow 2: exp: 2,03; 4,11; 4,11   sum = 10,25   weights: 0,20; 0,40; 0,40\nrow 3: exp: 69,59; 286,25; 69,59   sum = 425,43   weights: 0,16; 0,67; 0,16\n\nd) Ausgabe Z = A·V\n  2,78  2,11\n  2,60  2,20\n  3,18  1,65\n",
    slip: ["0,20; 0,40; 0,40", "0,20; 0,31; 0,40"],
    cell: ["weights", 1, 1],
  },
  "A head of columns with their sums": {
    text: "Übung 4;Attention von Hand\n;\nQ\n-1;1\n-1;2\n0;-1\n;\nK\n1;1\n2;1\n1;1\n;\nV\n0;0\n0;2\n3;0\n;\nScores\n0;-1;0\n1;0;1\n-1;-1;-1\n;\nSkalierte Scores\n0,000;-0,707;0,000\n0,707;0,000;0,707\n-0,707;-0,707;-0,707\n;\nexp(Score)\nk1;k2;k3;Summe\n1,000;0,493;1,000;2,493\n2,028;1,000;2,028;5,056\n0,493;0,493;0,493;1,479\n;\nGewichte\n0,401;0,198;0,401\n0,401;0,198;0,401\n0,333;0,333;0,333\n;\nAusgabe\n1,203;0,396\n1,203;0,396\n1,000;0,667\n;\n",
    slip: ["1,000;0,667", "0,970;0,667"],
    cell: ["output", 2, 0],
  },
};
