import type { AloneSheet } from "./fifteenth-look.js";

/**
 * Sheets without a separate problem that somebody else wrote for a thirtieth look, computed by NumPy, and that were
 * misread then: of 80 forms, each once right and once wrong, 137 of 160 were judged rightly, and of 40 forms of a next
 * look 65 of 80.
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
  "Vectors above their components": {
    text: "## Solution key, question 5 (10 points)\n\nTwo queries, three key/value pairs, d_k = 3.\n\n| | dim 1 | dim 2 | dim 3 |\n|:--|--:|--:|--:|\n| q1 | 1 | 0 | 2 |\n| q2 | 0 | 3 | 1 |\n| k1 | 1 | 1 | 0 |\n| k2 | 0 | 1 | 1 |\n| k3 | 2 | 0 | 1 |\n\n| | dim 1 | dim 2 |\n|:--|--:|--:|\n| v1 | 4 | 0 |\n| v2 | 1 | 1 |\n| v3 | 0 | 2 |\n\n**(a) Dot products (3 points)**\n\n|  | k1 | k2 | k3 |\n|---|---|---|---|\n| q1 | 1 | 2 | 4 |\n| q2 | 3 | 4 | 1 |\n\n**(b) Scaled by 1/√3 (1 point)**\n\n|  | k1 | k2 | k3 |\n|---|---|---|---|\n| q1 | 0.577 | 1.155 | 2.309 |\n| q2 | 1.732 | 2.309 | 0.577 |\n\n**(c) Attention weights (3 points)**\n\n|  | k1 | k2 | k3 |\n|---|---|---|---|\n| q1 | 0.119 | 0.211 | 0.670 |\n| q2 | 0.323 | 0.575 | 0.102 |\n\n**(d) Context vectors (3 points)**\n\n|  | dim 1 | dim 2 |\n|---|---|---|\n| c1 | 0.686 | 1.552 |\n| c2 | 1.867 | 0.779 |\n\nCommon mistakes: forgetting the scaling; softmax over columns instead of rows.\n",
    slip: ["1.867 |", "1.667 |"],
    cell: ["output", 1, 0],
  },
  "A task that names its result and its query": {
    text: "\\documentclass[11pt]{article}\n\\usepackage{amsmath,amssymb}\n\\begin{document}\n\\textbf{Exercise 4.} Compute the attention output for the query $\\mathbf q = (2,1,0)$ with keys\n$\\mathbf k_1=(1,0,1)$, $\\mathbf k_2=(0,2,1)$, $\\mathbf k_3=(1,1,1)$ and values\n$\\mathbf v_1=(1,3)$, $\\mathbf v_2=(2,0)$, $\\mathbf v_3=(0,1)$.\n\n\\medskip\\noindent\\textbf{Solution.} The scaled scores are\n\\begin{align*}\ne_1 &= \\frac{\\mathbf q\\cdot\\mathbf k_1}{\\sqrt 3} = \\frac{2\\cdot 1+1\\cdot 0+0\\cdot 1}{1.732} = \\frac{2}{1.732} = 1.155,\\\\\ne_2 &= \\frac{\\mathbf q\\cdot\\mathbf k_2}{\\sqrt 3} = \\frac{2\\cdot 0+1\\cdot 2+0\\cdot 1}{1.732} = \\frac{2}{1.732} = 1.155,\\\\\ne_3 &= \\frac{\\mathbf q\\cdot\\mathbf k_3}{\\sqrt 3} = \\frac{2\\cdot 1+1\\cdot 1+0\\cdot 1}{1.732} = \\frac{3}{1.732} = 1.732.\n\\end{align*}\nWith $\\exp(e_1)=3.173$, $\\exp(e_2)=3.173$, $\\exp(e_3)=5.652$ the normaliser is $11.998$, hence\n\\begin{align*}\n\\alpha_1 &= 0.264, & \\alpha_2 &= 0.264, & \\alpha_3 &= 0.471.\n\\end{align*}\nThe output is\n\\[\n\\mathbf z = \\alpha_1\\mathbf v_1+\\alpha_2\\mathbf v_2+\\alpha_3\\mathbf v_3 = (0.793,\\; 1.264).\n\\]\n\\end{document}\n",
    slip: ["1.264)", "1.334)"],
    cell: ["output", 0, 1],
  },
  "A scaled score behind its score": {
    text: "**Problem.** Three tokens with embeddings x1 = (1, 0), x2 = (0, 1), x3 = (1, 1).\nWeight matrices W_Q = [[1, 1], [0, 2]], W_K = [[2, 0], [1, 1]], W_V = [[1, 0], [3, 1]]. Find the self-attention output.\n\n**Queries, keys, values**\n\n* x1: q1 = (1, 1), k1 = (2, 0), v1 = (1, 0)\n* x2: q2 = (0, 2), k2 = (1, 1), v2 = (3, 1)\n* x3: q3 = (1, 3), k3 = (3, 1), v3 = (4, 1)\n\n**Token 1**\n\n* q1 · k1 = 2, scaled 1.41\n* q1 · k2 = 2, scaled 1.41\n* q1 · k3 = 4, scaled 2.83\n* softmax: [0.16, 0.16, 0.67]\n* z1 = (3.35, 0.84)\n\n**Token 2**\n\n* q2 · k1 = 0, scaled 0.00\n* q2 · k2 = 2, scaled 1.41\n* q2 · k3 = 2, scaled 1.41\n* softmax: [0.11, 0.45, 0.45]\n* z2 = (3.23, 0.89)\n\n**Token 3**\n\n* q3 · k1 = 2, scaled 1.41\n* q3 · k2 = 4, scaled 2.83\n* q3 · k3 = 6, scaled 4.24\n* softmax: [0.05, 0.19, 0.77]\n* z3 = (3.68, 0.95)\n\nThe weights of each token sum to one (within rounding).\n",
    slip: ["k3 = 2, scaled 1.41", "k3 = 7, scaled 1.41"],
    cell: ["scores", 1, 2],
  },
  "A result below its sum": {
    text: 'Worksheet 9 -- how a transformer reads "time flies fast"\n\nWe look at the word "flies".\n    query of flies:  0.5  1.5\n    key of time:     1.0  0.4        value of time:   1  2\n    key of flies:   -0.6  1.2        value of flies:  3  0\n    key of fast:     0.8  0.8        value of fast:   0  1\n\nStep 1  Dot products\n    flies-time:   0.5*1.0 + 1.5*0.4 = 1.10\n    flies-flies:  0.5*(-0.6) + 1.5*1.2 = 1.50\n    flies-fast:   0.5*0.8 + 1.5*0.8 = 1.60\n\nStep 2  Divide by sqrt(2)\n    0.78   1.06   1.13\n\nStep 3  Softmax\n    0.27   0.35   0.38\n\nStep 4  Mix the values\n    z = 0.27*[1, 2] + 0.35*[3, 0] + 0.38*[0, 1]\n      = [1.33, 0.91]\n',
    slip: ["0.78   1.06", "0.92   1.06"],
    cell: ["scaled-scores", 0, 0],
  },
  "A general score that begins with its keys": {
    text: "\\section*{Luong attention with the general score}\nGiven $s = (1, 2)^\\top$, $W = \\begin{pmatrix} 1 & 0 \\\\ 1 & 1 \\end{pmatrix}$ and the encoder states $h_1 = (1,1)^\\top$, $h_2 = (0,1)^\\top$, $h_3 = (2,-1)^\\top$, the score is $e_i = s^\\top W h_i$.\n\n\\begin{enumerate}\n\\item $W h_1 = (1, 2)^\\top$, so $e_1 = 5$.\n\\item $W h_2 = (0, 1)^\\top$, so $e_2 = 2$.\n\\item $W h_3 = (2, 1)^\\top$, so $e_3 = 4$.\n\\end{enumerate}\nThe weights are $\\alpha = \\mathrm{softmax}(e) = (0.705, 0.035, 0.259)$ and the context vector is\n\\[ c = \\sum_i \\alpha_i h_i = (1.224, 0.481)^\\top . \\]\n",
    slip: ["e_2 = 2", "e_2 = 7"],
    cell: ["scores", 0, 1],
  },
  "The rule of a bias": {
    text: "## Attention with a distance penalty (ALiBi style)\n\nWe add the bias b_ij = -0.5 · |i - j| to the scaled scores before the softmax.\n\nQ = [[1, 0], [2, 1], [0, 1]]\nK = [[1, 1], [0, 2], [1, 0]]\nV = [[1, 0], [0, 1], [2, 1]]\n\n(1) QKᵀ/√2 = [[0.707, 0.000, 0.707], [2.121, 1.414, 1.414], [0.707, 1.414, 0.000]]\n\n(2) bias B = [[0.0, -0.5, -1.0], [-0.5, 0.0, -0.5], [-1.0, -0.5, 0.0]]\n\n(3) QKᵀ/√2 + B = [[0.707, -0.500, -0.293], [1.621, 1.414, 0.914], [-0.293, 0.914, 0.000]]\n\n(4) weights softmax(QKᵀ/√2 + B) = [[0.600, 0.179, 0.221], [0.434, 0.353, 0.214], [0.176, 0.588, 0.236]]\n\n(5) output = [[1.041, 0.400], [0.861, 0.566], [0.648, 0.824]]\n",
    slip: ["[[0.707, -0.500, -0.293]", "[[0.707, -0.500, -0.093]"],
    cell: ["biased-scores", 0, 2],
  },
  "Standard deviations in German": {
    text: "# Aufgabe 5: Attention mit Residualverbindung und LayerNorm\n\nEingabe X = [[1, 0, 2], [0, 1, 1]]. Zur Vereinfachung gilt Q = K = V = X (also d_k = 3).\n\n1. Scores: X Xᵀ = [[5, 2], [2, 2]]\n2. Skaliert mit 1/√3: [[2.887, 1.155], [1.155, 1.155]]\n3. Softmax (zeilenweise): A = [[0.850, 0.150], [0.500, 0.500]]\n4. Attention-Ausgabe: Z = A X = [[0.850, 0.150, 1.850], [0.500, 0.500, 1.500]]\n5. Residualverbindung: R = X + Z = [[1.850, 0.150, 3.850], [0.500, 1.500, 2.500]]\n6. LayerNorm (ohne γ, β, ε vernachlässigt):\n   - Mittelwerte: 1.950 und 1.500\n   - Standardabweichungen (durch n geteilt): 1.512 und 0.816\n   - LN(R) = [[-0.066, -1.190, 1.257], [-1.225, 0.000, 1.225]]\n\nKontrolle: jede Zeile von LN(R) hat den Mittelwert 0.\n",
    slip: ["0.000, 1.225]]", "0.000, 1.525]]"],
    cell: ["norm-1", 1, 2],
  },
  "Tokens named by letters": {
    text: "tokens: A, B\nqA = [1 1 1]   kA = [1 0 2]   vA = [0 2]\nqB = [0 2 1]   kB = [1 1 0]   vB = [4 1]\nsqrt(dk) = sqrt(3) = 1.73\n\nrow A:\n  qA.kA = 1*1+1*0+1*2 = 3 -> /1.73 -> 1.73\n  qA.kB = 1*1+1*1+1*0 = 2 -> /1.73 -> 1.15\n  softmax -> 0.64, 0.36\n  outA = 0.64*vA + 0.36*vB = [1.44 1.64]\n\nrow B:\n  qB.kA = 0*1+2*0+1*2 = 2 -> /1.73 -> 1.15\n  qB.kB = 0*1+2*1+1*0 = 2 -> /1.73 -> 1.15\n  softmax -> 0.50, 0.50\n  outB = 0.50*vA + 0.50*vB = [2.00 1.50]\n\n",
    slip: ["qB.kA = 0*1+2*0+1*2 = 2 -> /1.73 -> 1.15", "qB.kA = 0*1+2*0+1*2 = 2 -> /1.73 -> 1.35"],
    cell: ["scaled-scores", 1, 0],
  },
};
