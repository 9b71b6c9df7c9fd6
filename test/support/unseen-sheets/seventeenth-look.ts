import type { AloneSheet } from "./fifteenth-look.js";

/**
 * Sheets without a separate problem that somebody else wrote for a twenty-third look, computed by NumPy, and that were
 * misread then: of 70 forms, once right and once wrong, 107 of 140 were judged rightly, and no wrong sheet passed.
 */
export const SEVENTEENTH_LOOK: Readonly<Record<string, AloneSheet>> = {
  "Counted columns of tables without row names": {
    text: "# Übungsblatt 7, Aufgabe 2: Maskierte Selbstaufmerksamkeit\n\nGegeben seien die Anfragen, Schlüssel und Werte\n\n**Q**\n\n| q₁ | q₂ |\n|---|---|\n| 0,2 | -0,5 |\n| -0,4 | -2,4 |\n| 1,8 | 1,1 |\n\n**K**\n\n| k₁ | k₂ |\n|---|---|\n| 2,0 | -2,6 |\n| 0,4 | -0,6 |\n| -0,5 | -0,2 |\n\n**V**\n\n| v₁ | v₂ | v₃ |\n|---|---|---|\n| -0,7 | -0,2 | 1,7 |\n| 0,7 | -1,6 | 0,0 |\n| -0,6 | 0,1 | -1,6 |\n\n## a) Rohwerte $QK^\\top$\n\n| 1 | 2 | 3 |\n|---|---|---|\n| 1,70 | 0,38 | 0,00 |\n| 5,44 | 1,28 | 0,68 |\n| 0,74 | 0,06 | -1,12 |\n\n## b) Skalierte Werte (geteilt durch $\\sqrt{2} \\approx 1{,}414$)\n\n| 1 | 2 | 3 |\n|---|---|---|\n| 1,202 | 0,269 | 0,000 |\n| 3,847 | 0,905 | 0,481 |\n| 0,523 | 0,042 | -0,792 |\n\n## c) Kausale Maske und Softmax\n\nPositionen rechts der Diagonalen werden auf $-\\infty$ gesetzt.\n\n| 1 | 2 | 3 |\n|---|---|---|\n| 1,000 | 0,000 | 0,000 |\n| 0,950 | 0,050 | 0,000 |\n| 0,530 | 0,328 | 0,142 |\n\n## d) Ausgabe\n\n| 1 | 2 | 3 |\n|---|---|---|\n| -0,700 | -0,200 | 1,700 |\n| -0,630 | -0,270 | 1,615 |\n| -0,227 | -0,616 | 0,673 |\n\nKontrolle: Die letzte Zeile der Gewichte summiert sich zu 1,000.\n",
    slip: ["0,523", "0,510"],
    cell: ["scaled-scores", 2, 0],
  },
  "A colon that divides": {
    text: "Hausaufgabe 5 - Selbstaufmerksamkeit mit zwei Wörtern (gerundet auf zwei Stellen)\n\nQ = (1 1; 0 2)   K = (1 0; 1 1)   V = (2 4; 6 1)\n\nSchritt 1: Skalarprodukte\n  s11 = 1·1 + 1·0 = 1\n  s12 = 1·1 + 1·1 = 2\n  s21 = 0·1 + 2·0 = 0\n  s22 = 0·1 + 2·1 = 2\n\nSchritt 2: Skalieren mit √2 ≈ 1,41\n  1 : 1,41 = 0,71\n  2 : 1,41 = 1,42\n  0 : 1,41 = 0,00\n  2 : 1,41 = 1,42\n\nSchritt 3: Softmax\n  Zeile 1: e^0,71 = 2,03, e^1,42 = 4,14, Summe 6,17\n           Gewichte 0,33 und 0,67\n  Zeile 2: e^0,00 = 1,00, e^1,42 = 4,14, Summe 5,14\n           Gewichte 0,19 und 0,81\n\nSchritt 4: Ausgabe\n  z1 = 0,33·(2 4) + 0,67·(6 1) = (4,68 1,99)\n  z2 = 0,19·(2 4) + 0,81·(6 1) = (5,24 1,57)\n",
    slip: ["0,19", "0,25"],
    cell: ["weights", 1, 0],
  },
  "A norm with gamma and beta": {
    text: "# Pre-LN attention sublayer\n\ny = x + Attn(LN(x)); γ, β as below, ε = 1e-5, one head, d_k = 4.\n\n```\nX =\n  [  0.6   1.1   0.0   1.0 ]\n  [ -1.2  -1.0  -0.3  -1.1 ]\n\ngamma =\n  [ 1.0  0.5  2.0  1.0 ]\n\nbeta =\n  [ 0.0  0.1  0.0  -0.2 ]\n\nW_Q =\n  [  0.0   0.1  -0.2   0.4 ]\n  [ -0.2  -0.5  -1.2  -0.8 ]\n  [  1.3   0.8   0.5   0.0 ]\n  [  0.5   0.4   0.5  -1.4 ]\n\nW_K =\n  [ -0.6   1.3  -0.4  0.6 ]\n  [  0.3   0.1  -0.3  0.6 ]\n  [ -0.7  -1.2  -0.7  0.4 ]\n  [ -0.5   0.8   0.3  0.5 ]\n\nW_V =\n  [  0.3   0.2  -0.6  -0.9 ]\n  [ -0.8  -0.3  -0.8  -0.8 ]\n  [  0.4   0.1   0.0  -0.1 ]\n  [  0.6  -0.3   0.1   0.2 ]\n\nLN(X) =\n  [ -0.173   0.592  -3.123   0.552 ]\n  [ -0.848  -0.041   3.394  -0.766 ]\n\nQ = LN(X) W_Q =\n  [ -3.902  -2.591  -1.961  -1.315 ]\n  [  4.038   2.345   1.534   0.766 ]\n\nK = LN(X) W_K =\n  [  2.192   4.022   2.243  -0.722 ]\n  [ -1.496  -5.792  -2.254   0.441 ]\n\nV = LN(X) W_V =\n  [ -1.443  -0.690  -0.314  0.106 ]\n  [  0.677   0.412   0.466  0.304 ]\n\nS = Q K^T / 2 =\n  [ -11.211   12.342 ]\n  [  10.584  -11.371 ]\n\nA = softmax(S) =\n  [ 0.000  1.000 ]\n  [ 1.000  0.000 ]\n\nA V =\n  [  0.677   0.412   0.466  0.304 ]\n  [ -1.443  -0.690  -0.314  0.106 ]\n\nY = X + A V =\n  [  1.277   1.512   0.466   1.304 ]\n  [ -2.643  -1.690  -0.614  -0.994 ]\n\n```\n",
    slip: ["-0.614", "-0.564"],
    cell: ["residual-1", 1, 2],
  },
  "A row for each key": {
    text: "# Column convention\n\nI write the scores transposed: row = key, column = query, so S = K Qᵀ and the softmax runs **down each column**.\n\nQ =\n\n```\n 0.5  -1.0\n 0.2   0.3\n-0.5  -0.6\n```\n\nK =\n\n```\n-0.4  0.5\n-0.3  0.1\n-1.2  0.7\n```\n\nV =\n\n```\n 1.3  -1.2\n-0.9  -1.2\n-0.9   1.3\n```\n\nS = K Qᵀ =\n\n```\n-0.70   0.07  -0.10\n-0.25  -0.03   0.09\n-1.30  -0.03   0.18\n```\n\nS / √2 =\n\n```\n-0.495   0.049  -0.071\n-0.177  -0.021   0.064\n-0.919  -0.021   0.127\n```\n\nA = column softmax =\n\n```\n0.330  0.349  0.297\n0.454  0.325  0.340\n0.216  0.325  0.362\n```\n\nZ = Aᵀ V =\n\n```\n-0.174  -0.660\n-0.132  -0.387\n-0.246  -0.294\n```\n",
    slip: ["0.216", "0.266"],
    cell: ["weights", 0, 2],
  },
  "Luong's states in one sentence": {
    text: "### Luong attention (dot score), time step t = 4\n\nDecoder hidden state: $h_t = \\begin{pmatrix} 1 & 2 & -1 \\end{pmatrix}^T$\n\nEncoder hidden states (rows): $\\bar h_1 = (1, 0, 1)$, $\\bar h_2 = (0, 1, 0)$, $\\bar h_3 = (2, -1, 0)$\n\n| s | score(h_t, h̄_s) = h_tᵀ h̄_s | exp | a_t(s) |\n|---|---|---|---|\n| 1 | 0 | 1.000 | 0.107 |\n| 2 | 2 | 7.389 | 0.787 |\n| 3 | 0 | 1.000 | 0.107 |\n\nSum of the exponentials: 9.389\n\nContext vector: $c_t = (0.320, 0.680, 0.107)$\n",
    slip: ["3 | 0 | 1.000 | 0.107", "3 | 0 | 1.000 | 0.137"],
    cell: ["weights", 0, 2],
  },
  "Two heads share a key head": {
    text: "# Multi-query attention\n\nTwo query heads share **one** key head and **one** value head ($d_k = 2$).\n\nX:\n| x1 | x2 | x3 | x4 |\n|---|---|---|---|\n| 1 | 1 | 0 | 0 |\n| 0 | 0 | -1 | 0 |\n| 1 | 1 | 0 | 1 |\n\nW_Q1:\n| 1 | 2 |\n|---|---|\n| -1 | -1 |\n| 0 | 0 |\n| 1 | 1 |\n| 0 | 0 |\n\nW_Q2:\n| 1 | 2 |\n|---|---|\n| -1 | 0 |\n| 1 | -1 |\n| -1 | 1 |\n| 1 | 0 |\n\nW_K (shared):\n| 1 | 2 |\n|---|---|\n| 1 | -1 |\n| -1 | -1 |\n| 0 | 0 |\n| -1 | 1 |\n\nW_V (shared):\n| 1 | 2 |\n|---|---|\n| 1 | 1 |\n| -1 | 1 |\n| 1 | -1 |\n| -1 | 1 |\n\nK = X W_K (shared):\n| 1 | 2 |\n|---|---|\n| 0 | -2 |\n| 0 | 0 |\n| -1 | -1 |\n\nV = X W_V (shared):\n| 1 | 2 |\n|---|---|\n| 0 | 2 |\n| -1 | 1 |\n| -1 | 3 |\n\n## Query head 1\n\nQ1 = X W_Q1:\n| 1 | 2 |\n|---|---|\n| -1 | -1 |\n| -1 | -1 |\n| -1 | -1 |\n\nS1 = Q1 Kᵀ / √2:\n| 1 | 2 | 3 |\n|---|---|---|\n| 1.414 | 0.000 | 1.414 |\n| 1.414 | 0.000 | 1.414 |\n| 1.414 | 0.000 | 1.414 |\n\nA1 = softmax(S1):\n| 1 | 2 | 3 |\n|---|---|---|\n| 0.446 | 0.108 | 0.446 |\n| 0.446 | 0.108 | 0.446 |\n| 0.446 | 0.108 | 0.446 |\n\nO1 = A1 V:\n| 1 | 2 |\n|---|---|\n| -0.554 | 2.337 |\n| -0.554 | 2.337 |\n| -0.554 | 2.337 |\n\n## Query head 2\n\nQ2 = X W_Q2:\n| 1 | 2 |\n|---|---|\n| 0 | -1 |\n| 1 | -1 |\n| 1 | -1 |\n\nS2 = Q2 Kᵀ / √2:\n| 1 | 2 | 3 |\n|---|---|---|\n| 1.414 | 0.000 | 0.707 |\n| 1.414 | 0.000 | 0.000 |\n| 1.414 | 0.000 | 0.000 |\n\nA2 = softmax(S2):\n| 1 | 2 | 3 |\n|---|---|---|\n| 0.576 | 0.140 | 0.284 |\n| 0.673 | 0.164 | 0.164 |\n| 0.673 | 0.164 | 0.164 |\n\nO2 = A2 V:\n| 1 | 2 |\n|---|---|\n| -0.424 | 2.144 |\n| -0.327 | 2.000 |\n| -0.327 | 2.000 |\n",
    slip: ["7 |\n| 1.414 | 0.000", "7 |\n| 1.414 | 0.090"],
    cell: ["scaled-scores", 1, 1],
  },
  "A bias in LaTeX": {
    text: "# Relative position bias (T5 style: no scaling)\n\n$$\\text{Attn} = \\text{softmax}(QK^T + B)V$$\n\nThe bias depends on $j-i$ only: b(-2) = 0.2, b(-1) = 0.5, b(0) = 1.0, b(1) = -0.3, b(2) = -0.6.\n\n$$Q=\\begin{pmatrix} 0.4 & -0.1 \\\\ -2.3 & 1.0 \\\\ -1.4 & 0.7 \\end{pmatrix},\\quad K=\\begin{pmatrix} 0.1 & -0.5 \\\\ -2.4 & 0.6 \\\\ -3.5 & 1.3 \\end{pmatrix},\\quad V=\\begin{pmatrix} 0.1 & -1.9 \\\\ -1.2 & -1.9 \\\\ 0.4 & 1.3 \\end{pmatrix}$$\n\n$$B=\\begin{pmatrix} 1.0 & -0.3 & -0.6 \\\\ 0.5 & 1.0 & -0.3 \\\\ 0.2 & 0.5 & 1.0 \\end{pmatrix}$$\n\n$$QK^T=\\begin{pmatrix} 0.09 & -1.02 & -1.53 \\\\ -0.73 & 6.12 & 9.35 \\\\ -0.49 & 3.78 & 5.81 \\end{pmatrix}$$\n\n$$QK^T+B=\\begin{pmatrix} 1.09 & -1.32 & -2.13 \\\\ -0.23 & 7.12 & 9.05 \\\\ -0.29 & 4.28 & 6.81 \\end{pmatrix}$$\n\n$$A=\\begin{pmatrix} 0.885 & 0.079 & 0.035 \\\\ 0.000 & 0.127 & 0.873 \\\\ 0.001 & 0.074 & 0.926 \\end{pmatrix}$$\n\n$$AV=\\begin{pmatrix} 0.007 & -1.787 \\\\ 0.197 & 0.894 \\\\ 0.282 & 1.062 \\end{pmatrix}$$\n",
    slip: ["9.05", "9.25"],
    cell: ["biased-scores", 1, 2],
  },
  "RoPE of one pair": {
    text: "RoPE exercise, d = 2, so one pair and theta = 1. Positions m = 0, 1, 2.\n\nQ =\n  [ -2.2  -0.1 ]\n  [ -0.6  -1.1 ]\n  [ -1.0  -0.9 ]\nK =\n  [ -1.7   0.3 ]\n  [ -0.4  -0.2 ]\n  [ -0.2  -0.2 ]\nV =\n  [ -0.6  -0.4 ]\n  [ -0.6   0.7 ]\n  [ -1.6   0.2 ]\n\nRotate row m by m radians.\n\nRoPE(Q) =\n  [ -2.2000  -0.1000 ]\n  [  0.6014  -1.0992 ]\n  [  1.2345  -0.5348 ]\nRoPE(K) =\n  [ -1.7000   0.3000 ]\n  [ -0.0478  -0.4446 ]\n  [  0.2651  -0.0986 ]\n\nS = RoPE(Q) RoPE(K)^T / sqrt(2) =\n  [  2.6234  0.1058  -0.4054 ]\n  [ -0.9562  0.3253   0.1894 ]\n  [ -1.5974  0.1264   0.2687 ]\n\nA = softmax(S) =\n  [ 0.8857  0.0714  0.0428 ]\n  [ 0.1291  0.4650  0.4059 ]\n  [ 0.0765  0.4289  0.4945 ]\n\nA V =\n  [ -0.6428  -0.2957 ]\n  [ -1.0059   0.3550 ]\n  [ -1.0945   0.3686 ]\n",
    slip: ["0.2651", "0.2951"],
    cell: ["k-rotated", 2, 0],
  },
  "Heads as blocks with bars": {
    text: "Two heads as column blocks. The bar splits the columns: left block = head 1, right block = head 2.\n\nQ:\n[ 2  1 |  0   0 ]\n[ 1  1 | -1   0 ]\n[ 1  2 | -1  -1 ]\n\nK:\n[ 1  1 | 2  -1 ]\n[ 1  2 | 2   2 ]\n[ 1  1 | 0   0 ]\n\nV:\n[ 1  -1 |  2   2 ]\n[ 0   2 | -1  -1 ]\n[ 0  -1 |  1  -1 ]\n\nHead 1\n\nscores / sqrt(2):\n[ 2.121  2.828  2.121 ]\n[ 1.414  2.121  1.414 ]\n[ 2.121  3.536  2.121 ]\n\nweights:\n[ 0.248  0.503  0.248 ]\n[ 0.248  0.503  0.248 ]\n[ 0.164  0.673  0.164 ]\n\noutput:\n[ 0.248  0.510 ]\n[ 0.248  0.510 ]\n[ 0.164  1.019 ]\n\nHead 2\n\nscores / sqrt(2):\n[  0.000   0.000  0.000 ]\n[ -1.414  -1.414  0.000 ]\n[ -0.707  -2.828  0.000 ]\n\nweights:\n[ 0.333  0.333  0.333 ]\n[ 0.164  0.164  0.673 ]\n[ 0.318  0.038  0.644 ]\n\noutput:\n[ 0.667   0.000 ]\n[ 0.836  -0.509 ]\n[ 1.242  -0.047 ]\n\nConcatenated:\n[ 0.248  0.510 | 0.667   0.000 ]\n[ 0.248  0.510 | 0.836  -0.509 ]\n[ 0.164  1.019 | 1.242  -0.047 ]\n",
    slip: ["  0.248", "  0.288"],
    cell: ["weights", 0, 2],
  },
  "A window on both sides": {
    text: "Local attention: each token sees itself and its direct neighbours only (|i - j| <= 1)\n\nQ\n0.5,-0.9\n-0.8,0.4\n-0.5,1.0\n-1.6,0.4\n\nK\n-1.3,0.9\n-0.2,-0.8\n0.7,-0.8\n-0.4,-0.2\n\nV\n0.5,1.4\n1.0,1.8\n3.0,0.3\n-0.2,0.0\n\nQ K^T / sqrt(2)\n-1.032,0.438,0.757,-0.014\n0.990,-0.113,-0.622,0.170\n1.096,-0.495,-0.813,0.000\n1.725,0.000,-1.018,0.396\n\nMasked scores\n-1.032,0.438,-inf,-inf\n0.990,-0.113,-0.622,-inf\n-inf,-0.495,-0.813,0.000\n-inf,-inf,-1.018,0.396\n\nWeights\n0.187,0.813,0.000,0.000\n0.653,0.217,0.130,0.000\n0.000,0.297,0.216,0.487\n0.000,0.000,0.196,0.804\n\nOutput\n0.907,1.725\n0.934,1.343\n0.847,0.599\n0.426,0.059\n\n",
    slip: ["0.426,0.059", "0.396,0.059"],
    cell: ["output", 3, 0],
  },
  "Scores less the largest of their row": {
    text: "Numerically stable softmax in attention (subtract the row maximum first)\n\nQ =\n  [ 3  2 ]\n  [ 1  3 ]\nK =\n  [ 2  0 ]\n  [ 1  1 ]\n  [ 1  2 ]\nV =\n  [ 1  4 ]\n  [ 4  3 ]\n  [ 4  3 ]\n\nQK^T =\n  [ 6  5  7 ]\n  [ 2  4  7 ]\n\nQK^T/sqrt(2) =\n  [ 4.243  3.536  4.950 ]\n  [ 1.414  2.828  4.950 ]\n\nRow 1: max = 4.950\n   shifted: -0.707  -1.414  0.000\n   exp:     0.493  0.243  1.000\n   sum:     1.736\n   weights: 0.284  0.140  0.576\n\nRow 2: max = 4.950\n   shifted: -3.536  -2.122  0.000\n   exp:     0.029  0.120  1.000\n   sum:     1.149\n   weights: 0.025  0.104  0.870\n\nOutput =\n  [ 3.148  3.284 ]\n  [ 3.921  3.022 ]\n",
    slip: ["0.120", "0.180"],
    cell: ["exponentials", 1, 1],
  },
  "A table for each query": {
    text: "# Attention, one table per query\n\nWe round to two places after each step. √d_k = √2.\n\n**Query 1: q1 = (0, 1)**\n\n| key | value | q·k | /√2 | exp | weight |\n|---|---|---|---|---|---|\n| (2, 1) | (4, 4) | 1 | 0.71 | 2.03 | 0.45 |\n| (1, 1) | (2, 3) | 1 | 0.71 | 2.03 | 0.45 |\n| (2, -1) | (4, 3) | -1 | -0.71 | 0.49 | 0.11 |\n| | | | sum: | 4.55 | |\n\nOutput 1: (3.14, 3.48)\n\n**Query 2: q2 = (1, 2)**\n\n| key | value | q·k | /√2 | exp | weight |\n|---|---|---|---|---|---|\n| (2, 1) | (4, 4) | 4 | 2.83 | 16.95 | 0.64 |\n| (1, 1) | (2, 3) | 3 | 2.12 | 8.33 | 0.32 |\n| (2, -1) | (4, 3) | 0 | 0.00 | 1.00 | 0.04 |\n| | | | sum: | 26.28 | |\n\nOutput 2: (3.36, 3.64)\n\n",
    slip: ["0.64", "0.71"],
    cell: ["weights", 1, 0],
  },
  "Dropout with its mask": {
    text: "Attention with dropout on the weights (p = 0.2, kept weights are multiplied by 1/(1-p) = 1.25)\n\nQ =\n  [ -0.9  -1.1 ]\n  [ -1.4  -0.5 ]\n  [  1.7   0.8 ]\nK =\n  [ -0.4  0.1 ]\n  [ -1.0  1.0 ]\n  [  0.2  0.8 ]\nV =\n  [  0.6  0.2 ]\n  [ -0.4  0.8 ]\n  [ -2.1  1.4 ]\n\nScaled scores =\n  [  0.177  -0.141  -0.750 ]\n  [  0.361   0.636  -0.481 ]\n  [ -0.424  -0.636   0.693 ]\n\nAttention weights =\n  [ 0.471  0.343  0.186 ]\n  [ 0.364  0.479  0.157 ]\n  [ 0.206  0.166  0.628 ]\n\nDropout mask (1 = kept) =\n  [ 1  0  1 ]\n  [ 1  1  1 ]\n  [ 0  1  1 ]\n\nWeights after dropout =\n  [ 0.589  0.000  0.233 ]\n  [ 0.455  0.599  0.196 ]\n  [ 0.000  0.208  0.785 ]\n\nOutput = (weights after dropout) V =\n  [ -0.136  0.444 ]\n  [ -0.379  0.845 ]\n  [ -1.732  1.266 ]\n",
    slip: ["0.599", "0.649"],
    cell: ["dropped-weights", 1, 1],
  },
  "A prefix mask above letters": {
    text: "# Prefix language model mask\n\nThe first two tokens are the prefix and see each other in both directions; the rest is causal. Mask (1 = may look):\n\n| 1 | 2 | 3 | 4 |\n|---|---|---|---|\n| 1 | 1 | 0 | 0 |\n| 1 | 1 | 0 | 0 |\n| 1 | 1 | 1 | 0 |\n| 1 | 1 | 1 | 1 |\n\n**Q**\n\n| a | b |\n|---|---|\n| 0.6 | -0.7 |\n| 0.7 | -1.5 |\n| 0.8 | 0.6 |\n| 0.3 | -0.7 |\n\n**K**\n\n| a | b |\n|---|---|\n| -0.9 | -0.9 |\n| 1.2 | -2.0 |\n| 0.7 | -0.9 |\n| 1.3 | 1.9 |\n\n**V**\n\n| a | b |\n|---|---|\n| 0.4 | -0.1 |\n| 0.0 | 0.4 |\n| -0.2 | -0.2 |\n| 1.0 | -1.2 |\n\n**QKᵀ/√2**\n\n| 1 | 2 | 3 | 4 |\n|---|---|---|---|\n| 0.064 | 1.499 | 0.742 | -0.389 |\n| 0.509 | 2.715 | 1.301 | -1.372 |\n| -0.891 | -0.170 | 0.014 | 1.541 |\n| 0.255 | 1.245 | 0.594 | -0.665 |\n\n**masked**\n\n| 1 | 2 | 3 | 4 |\n|---|---|---|---|\n| 0.064 | 1.499 | -∞ | -∞ |\n| 0.509 | 2.715 | -∞ | -∞ |\n| -0.891 | -0.170 | 0.014 | -∞ |\n| 0.255 | 1.245 | 0.594 | -0.665 |\n\n**softmax**\n\n| 1 | 2 | 3 | 4 |\n|---|---|---|---|\n| 0.192 | 0.808 | 0.000 | 0.000 |\n| 0.099 | 0.901 | 0.000 | 0.000 |\n| 0.181 | 0.372 | 0.447 | 0.000 |\n| 0.182 | 0.490 | 0.256 | 0.073 |\n\n**result**\n\n| a | b |\n|---|---|\n| 0.077 | 0.304 |\n| 0.040 | 0.350 |\n| -0.017 | 0.041 |\n| 0.094 | 0.040 |\n",
    slip: ["0.256", "0.216"],
    cell: ["weights", 3, 2],
  },
};
