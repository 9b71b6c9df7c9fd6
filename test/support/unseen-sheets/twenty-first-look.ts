import type { AloneSheet } from "./fifteenth-look.js";

/**
 * Sheets without a separate problem that somebody else wrote for a twenty-ninth look, computed by NumPy, and that were
 * misread then: of 50 forms, each once right and once wrong, 82 of 100 were judged rightly.
 */
export const TWENTY_FIRST_LOOK: Readonly<Record<string, AloneSheet>> = {
  "Matrices of a head on one line": {
    text: "Multi-head attention, h = 2, d_head = 2\n=======================================\n\nHEAD 1\nQ1 = [[0, 1], [1, 0]]   K1 = [[0, 1], [2, 0]]   V1 = [[1, 0], [1, 2]]\nQ1K1^T = [[1, 0], [0, 2]]\nscaled = [[0.707, 0.000], [0.000, 1.414]]\nweights = [[0.670, 0.330], [0.196, 0.804]]\nhead1 = [[1.000, 0.660], [1.000, 1.609]]\n\nHEAD 2\nQ2 = [[-1, -1], [1, -1]]   K2 = [[0, 1], [-1, 0]]   V2 = [[1, 2], [3, 2]]\nQ2K2^T = [[-1, 1], [-1, -1]]\nscaled = [[-0.707, 0.707], [-0.707, -0.707]]\nweights = [[0.196, 0.804], [0.500, 0.500]]\nhead2 = [[2.609, 2.000], [2.000, 2.000]]\n\nCONCAT = [[1.000, 0.660, 2.609, 2.000], [1.000, 1.609, 2.000, 2.000]]\nW_O = [[1, 1], [0, -1], [0, 1], [-1, 1]]\nMultiHead = CONCAT W_O = [[-1.000, 4.948], [-1.000, 3.391]]\n",
    slip: ["[2.000,", "[2.250,"],
    cell: ["context", 1, 0],
  },
  "Rows of a norm that labels name": {
    text: "Layer Normalization (per token, epsilon ignored)\n\nx1 = [2, 4, 6, 9]\nx2 = [1, -1, 3, 0]\ngamma = [1, 2, 1, 0.5], beta = [0, 1, 0, -1]\n\nToken 1: mean = 5.2500, variance = 6.6875, std = 2.5860\nToken 2: mean = 0.7500, variance = 2.1875, std = 1.4790\n\nnormalized:\nx1_hat = [-1.2568, -0.4834, 0.2900, 1.4501]\nx2_hat = [0.1690, -1.1832, 1.5213, -0.5071]\n\nscale and shift (gamma * x_hat + beta):\ny1 = [-1.2568, 0.0333, 0.2900, -0.2749]\ny2 = [0.1690, -1.3664, 1.5213, -1.2535]\n",
    slip: ["-0.4834,", "-0.3634,"],
    cell: ["normalised", 0, 1],
  },
  "Sums of additive scoring": {
    text: "Additive (Bahdanau) attention\nscore(s, h_j) = v^T tanh(W s + U h_j)\n\ns = [1, 0.5]\nh1 = [1, 0], h2 = [0, 1], h3 = [1, 1]   (these are the keys)\nvalues: [2, 1], [0, 3], [1, 1]\nW = [[1, 0], [0.5, 1]]\nU = [[0.5, 0], [0, 1]]\nv = [1, -0.5]\n\nW s = [1.00, 1.00]\nj=1:  U h1 = [0.5, 0.0],  sum = [1.50, 1.00],  tanh = [0.9051, 0.7616],  e1 = 0.5244\nj=2:  U h2 = [0.0, 1.0],  sum = [1.00, 2.00],  tanh = [0.7616, 0.9640],  e2 = 0.2796\nj=3:  U h3 = [0.5, 1.0],  sum = [1.50, 2.00],  tanh = [0.9051, 0.9640],  e3 = 0.4231\n\nalpha = softmax(e) = [0.3722, 0.2914, 0.3364]\ncontext c = sum alpha_j h_j (values) = [1.0808, 1.5828]\n",
    slip: ["0.4231", "0.5731"],
    cell: ["scores", 0, 2],
  },
  "Scaling left out in Italian": {
    text: "Esercizio 1 (attenzione senza parametri)\n\nSia X la matrice degli embedding (una riga per parola):\n   x1 = (1, 2)\n   x2 = (0, 1)\n   x3 = (2, 0)\n\nUsiamo Q = K = V = X e NON dividiamo per la radice di d.\n\nSvolgimento\nPunteggi X X^T:\n     5   2   2\n     2   1   0\n     2   0   4\nPesi (softmax per riga):\n     0.909   0.045   0.045\n     0.665   0.245   0.090\n     0.117   0.016   0.867\nUscita A X:\n   y1 = (1.000, 1.864)\n   y2 = (0.845, 1.575)\n   y3 = (1.851, 0.250)\n\nQuindi la parola 1 resta quasi uguale a sé stessa.\n",
    slip: ["0.845,", "0.955,"],
    cell: ["output", 1, 0],
  },
  "Rows that bars part": {
    text: "Ficha de exercícios 5 - Transformers\nAluno: Rui Tavares, nº 98712\n\nQ: 0 1 | -1 2 | 1 0\nK: 0 0 | 2 -1 | -1 1\nV: 0 | 2 | 8     (os valores são escalares)\n\nResolução:\nProdutos internos: 0 -1 1 | 0 -4 3 | 0 2 -1\nApós dividir por raiz de 2: 0,00  -0,71  0,71 | 0,00  -2,83  2,12 | 0,00  1,41  -0,71\nSoftmax: 0,28  0,14  0,58 | 0,11  0,01  0,89 | 0,18  0,73  0,09\nSaídas: 4,89 | 7,11 | 2,17\n",
    slip: ["0,58", "0,73"],
    cell: ["weights", 0, 2],
  },
  "A layer without a norm": {
    text: "Mini encoder layer, no layer norm, no dropout        ECE 695 Assignment 4\n\nX = [[1, 0], [0, 1], [1, 1]]          (Q = K = V = X, single head)\nW1 = [[1, -1, 2], [0, 1, 1]], b1 = [0, 1, -1]\nW2 = [[1, 0], [2, 1], [0, -1]], b2 = [0.5, 0]\n\n1. Attention weights softmax(X X^T / sqrt 2)\n  [[ 0.4011  0.1978  0.4011]\n   [ 0.1978  0.4011  0.4011]\n   [ 0.2483  0.2483  0.5035]]\n2. Attention output Z = A X\n  [[ 0.8022  0.5989]\n   [ 0.5989  0.8022]\n   [ 0.7517  0.7517]]\n3. Residual R = X + Z\n  [[ 1.8022  0.5989]\n   [ 0.5989  1.8022]\n   [ 1.7517  1.7517]]\n4. FFN hidden = ReLU(R W1 + b1)\n  [[ 1.8022  0.0000  3.2033]\n   [ 0.5989  2.2033  2.0000]\n   [ 1.7517  1.0000  4.2552]]\n5. FFN out = hidden W2 + b2\n  [[ 2.3022 -3.2033]\n   [ 5.5056  0.2033]\n   [ 4.2517 -3.2552]]\n6. Layer output Y = R + FFN out\n  [[ 4.1044 -2.6044]\n   [ 6.1044  2.0056]\n   [ 6.0035 -1.5035]]\n",
    slip: ["2.0000", "2.4000"],
    cell: ["activation", 1, 2],
  },
  "Rows that are numbered in a cell": {
    text: "Q row 1,1,2\nQ row 2,1,1\nQ row 3,0,1\nK row 1,2,0\nK row 2,0,0\nK row 3,0,1\nV row 1,3,1\nV row 2,4,2\nV row 3,1,4\nQK^T row 1,2,0,2\nQK^T row 2,2,0,1\nQK^T row 3,0,0,1\nscaled row 1,1.414,0.000,1.414\nscaled row 2,1.414,0.000,0.707\nscaled row 3,0.000,0.000,0.707\nsoftmax row 1,0.446,0.108,0.446\nsoftmax row 2,0.576,0.140,0.284\nsoftmax row 3,0.248,0.248,0.503\noutput row 1,2.217,2.446\noutput row 2,2.572,1.992\noutput row 3,2.241,2.759\n",
    slip: ["3,0.248,0.248,0.503", "3,0.248,0.248,0.573"],
    cell: ["weights", 2, 2],
  },
  "Sizes in program code": {
    text: ">>> import torch\n>>> Q = torch.tensor([[-1.0, 1.0], [1.0, 1.0], [0.0, -1.0]])\n>>> K = torch.tensor([[0.0, -1.0], [0.0, 0.0], [-1.0, -1.0]])\n>>> V = torch.tensor([[3.0, 1.0], [2.0, 2.0], [1.0, 0.0]])\n\n>>> scores = Q @ K.T / 2**0.5\n>>> mask = torch.triu(torch.ones(3, 3), diagonal=1).bool()\n>>> scores = scores.masked_fill(mask, float('-inf'))\n>>> scores\ntensor([[-0.7071, -inf, -inf],\n        [-0.7071, 0.0000, -inf],\n        [0.7071, 0.0000, 0.7071]])\n\n>>> attn = torch.softmax(scores, dim=-1)\n>>> attn\ntensor([[1.0000, 0.0000, 0.0000],\n        [0.3302, 0.6698, 0.0000],\n        [0.4011, 0.1978, 0.4011]])\n\n>>> attn @ V\ntensor([[3.0000, 1.0000],\n        [2.3302, 1.6698],\n        [2.0000, 0.7967]])\n",
    slip: ["0.4011,", "0.4711,"],
    cell: ["weights", 2, 0],
  },
  "A row that a heading names, worked out before the others": {
    text: "HOMEWORK 9                                  M. Okafor\nonly the last row worked out in full, as allowed\n\nQ=\n  0   0   2\n  2   2   1\n  0   0   0\nK=\n  0   1   1\n  0   1   0\n  0   1   2\nV=\n  0   3\n  1   4\n  4   5\n\nRow 3:\ns31 = (0)(0) + (0)(1) + (0)(1) = 0\ns32 = (0)(0) + (0)(1) + (0)(0) = 0\ns33 = (0)(0) + (0)(1) + (0)(2) = 0\nscaled by 1/sqrt(3): 0.00  0.00  0.00\nsoftmax -> 0.33  0.33  0.33\nout_3 = 0.33*(0, 3) + 0.33*(1, 4) + 0.33*(4, 5) = (1.65, 3.96)\n\nRows 1 and 2 (calculator):\nweights row 1: 0.22  0.07  0.71    output: (2.91, 4.49)\nweights row 2: 0.30  0.17  0.53    output: (2.29, 4.23)\n",
    slip: ["0) = 0", "0) = 5"],
    cell: ["scores", 2, 1],
  },
  "Results that count up below one title": {
    text: "Seq2seq with dot-product attention (Luong), no scaling\n\nDecoder state: d = [0.4, 1.2, -0.3]\nEncoder states (keys = values):\n  h1 = [0.5, 0.1, 0.9]\n  h2 = [1.1, 0.7, -0.2]\n  h3 = [-0.4, 0.6, 0.3]\n  h4 = [0.2, 1.5, 0.8]\n\nScores:\n  e1 = (0.4)(0.5) + (1.2)(0.1) + (-0.3)(0.9) = 0.05\n  e2 = (0.4)(1.1) + (1.2)(0.7) + (-0.3)(-0.2) = 1.34\n  e3 = (0.4)(-0.4) + (1.2)(0.6) + (-0.3)(0.3) = 0.47\n  e4 = (0.4)(0.2) + (1.2)(1.5) + (-0.3)(0.8) = 1.64\n\nSoftmax:\n  a1 = 1.051 / 11.625 = 0.090\n  a2 = 3.819 / 11.625 = 0.329\n  a3 = 1.600 / 11.625 = 0.138\n  a4 = 5.155 / 11.625 = 0.443\n\nContext vector:\n  c = [0.440, 0.987, 0.412]\n",
    slip: ["1.34", "1.71"],
    cell: ["scores", 0, 1],
  },
  "A column of products in the table of one query": {
    text: "**Worksheet: one query by hand**\n\nQuery q = (0, 1), d_k = 2.\n\n| j | k_j | q·k_j | /√2 | exp | α_j | v_j | α_j v_j |\n|---|---|---|---|---|---|---|---|\n| 1 | (2, 3) | 3 | 2.121 | 8.342 | 0.503 | (5, 1) | (2.517, 0.503) |\n| 2 | (0, 2) | 2 | 1.414 | 4.113 | 0.248 | (5, 1) | (1.241, 0.248) |\n| 3 | (3, 2) | 2 | 1.414 | 4.113 | 0.248 | (2, 5) | (0.497, 1.241) |\n\nSum of exp = 16.569\n\n**Output:** (4.255, 1.993)\n",
    slip: ["| 0.503", "| 0.603"],
    cell: ["weights", 0, 0],
  },
  "Gradients through the softmax by their formula": {
    text: "Backprop through attention (problem set 6, q.1)\n\nQ = [[0, 2], [1, 0]], K = [[1, 2], [1, 2]], V = [[2, 2], [3, 2]], d_k = 2\n\nForward\nS = QK^T/sqrt(2) = [[2.8284, 2.8284], [0.7071, 0.7071]]\nA = softmax(S) = [[0.5000, 0.5000], [0.5000, 0.5000]]\nO = AV = [[2.5000, 2.0000], [2.5000, 2.0000]]\n\nUpstream gradient dO = [[1, 0], [0, 1]]\n\nBackward\ndV = A^T dO = [[0.5000, 0.5000], [0.5000, 0.5000]]\ndA = dO V^T = [[2, 3], [2, 2]]\ndS = A * (dA - rowsum(dA * A)) = [[-0.2500, 0.2500], [0.0000, 0.0000]]\ndQ = dS K / sqrt(2) = [[0.0000, 0.0000], [0.0000, 0.0000]]\ndK = dS^T Q / sqrt(2) = [[0.0000, -0.3536], [0.0000, 0.3536]]\n",
    slip: ["-0.2500,", "-0.0500,"],
    cell: ["d-scaled-scores", 0, 0],
  },
  "Components of a key as columns": {
    text: "query\t1\t0\n\nkey no.\tkey 1st comp.\tkey 2nd comp.\tvalue\tq·k\tq·k/sqrt(2)\texp\tweight\tweight*value\n1\t1\t3\t7\t1\t0.7071\t2.0281\t0.164\t1.1477\n2\t0\t3\t3\t0\t0\t1\t0.0808\t0.2425\n3\t0\t3\t9\t0\t0\t1\t0.0808\t0.7276\n4\t3\t0\t9\t3\t2.1213\t8.3421\t0.6744\t6.0693\nsum\t\t\t\t\t\t12.3703\t1\t8.1871\n",
    slip: ["3\t0\t0\t1\t0.0808", "3\t0\t0\t1\t0.1308"],
    cell: ["weights", 0, 1],
  },
};
