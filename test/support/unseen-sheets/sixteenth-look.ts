import type { AloneSheet } from "./fifteenth-look.js";

/**
 * Sheets without a separate problem that other people wrote for a twentieth to a twenty-second look, computed by NumPy, and
 * that were misread then: of 50 forms each, once right and once wrong, 59, 80 and 70 of 100 were judged rightly, and no
 * wrong sheet passed. Of other single numbers of these sheets, 17 wrong ones passed: restated operands, numbers in
 * sentences, and steps of which only later ones were read.
 */
export const SIXTEENTH_LOOK: Readonly<Record<string, AloneSheet>> = {
  "Bars between the rows of vectors": {
    text: "Sheet 7, Exercise 3 (6 points)                         Group 12, M. Huber / T. Kranz\n(decimal comma, rows separated by | )\n\nGiven are  Q = (-1,3 ; 1,6 | -0,1 ; 0,6)\n           K = (-0,7 ; 1,2 | -1,2 ; 1,3)\n           V = (-0,1 ; -1,0 | 0,3 ; 0,6)\n\n3.1  S = Q K^T = (2,83 ; 3,64 | 0,79 ; 0,90)\n3.2  Scaling with 1/sqrt(d_k) = 1/1,414:\n     S' = (2,001 ; 2,574 | 0,559 ; 0,636)\n3.3  Row-wise softmax:\n     A = (0,361 ; 0,639 | 0,481 ; 0,519)\n3.4  Output O = A V = (0,156 ; 0,023 | 0,108 ; -0,169)\n",
    slip: ["0,023", "-0,067"],
    cell: ["output", 0, 1],
  },
  "States D and E": {
    text: "Cross-attention exercise (Machine Translation, week 9)\n\nDecoder states (2 target tokens), D:\n[ -0.2  -0.9]\n[ -0.5   2.0]\nEncoder states (3 source tokens), E:\n[  0.9   1.3]\n[ -0.7   0.7]\n[ -0.5   1.8]\n\nW_Q:\n[ -0.9  -0.4]\n[ -0.6   0.8]\nW_K:\n[  0.6   0.7]\n[  0.3   0.7]\nW_V:\n[ -1.0  -0.4]\n[  0.2  -0.3]\n\nQueries come from the decoder, keys and values from the encoder.\n\nQ = D W_Q:\n[  0.72  -0.64]\n[ -0.75   1.80]\nK = E W_K:\n[  0.93   1.54]\n[ -0.21   0.00]\n[  0.24   0.91]\nV = E W_V:\n[ -0.64  -0.75]\n[  0.84   0.07]\n[  0.86  -0.34]\n\nScores Q K^T (2 x 3):\n[ -0.3160  -0.1512  -0.4096]\n[  2.0745   0.1575   1.4580]\nDivide by sqrt(2):\n[ -0.2234  -0.1069  -0.2896]\n[  1.4669   0.1114   1.0310]\nSoftmax over the source tokens:\n[  0.3268   0.3672   0.3059]\n[  0.5251   0.1354   0.3395]\nContext vectors:\n[  0.3624  -0.3234]\n[  0.0697  -0.4998]\n",
    slip: ["0.0697", "0.2697"],
    cell: ["output", 1, 0],
  },
  "A corner in LaTeX": {
    text: '## Attention for "we eat rice"\n\n### Vectors\n\n| word | query | key | value |\n|---|---|---|---|\n| we | (-0.2, -1.9) | (0.2, -1.0) | (-0.9, -0.8) |\n| eat | (0.2, -1.5) | (-1.9, -1.1) | (-1.8, -0.5) |\n| rice | (1.8, 0.2) | (1.9, 1.3) | (1.2, -1.8) |\n\n### Scores $q \\cdot k$\n\n| q \\ k | we | eat | rice |\n|---|---|---|---|\n| **we** | 1.86 | 2.47 | -2.85 |\n| **eat** | 1.54 | 1.27 | -1.57 |\n| **rice** | 0.16 | -3.64 | 3.68 |\n\n### Scaled ($\\div \\sqrt 2$)\n\n| q \\ k | we | eat | rice |\n|---|---|---|---|\n| **we** | 1.32 | 1.75 | -2.02 |\n| **eat** | 1.09 | 0.90 | -1.11 |\n| **rice** | 0.11 | -2.57 | 2.60 |\n\n### Softmax\n\n| q \\ k | we | eat | rice |\n|---|---|---|---|\n| **we** | 0.39 | 0.60 | 0.01 |\n| **eat** | 0.52 | 0.43 | 0.06 |\n| **rice** | 0.08 | 0.01 | 0.92 |\n\n### Output\n\n- we: (-1.41, -0.63)\n- eat: (-1.16, -0.73)\n- rice: (1.02, -1.72)\n',
    slip: ["-2.02", "-1.77"],
    cell: ["scaled-scores", 0, 2],
  },
  "Names below their matrices": {
    text: "2. Given Q, K^T and V (K is already transposed for you):\n\n        [ 2  1  1]\n        [-2  0  1]\n        [ 2  0 -1]\n   = Q\n\n        [-1  1  2]\n        [ 2 -1 -2]\n        [-1  2  1]\n   = K^T\n\n        [-2 -2  1]\n        [ 2  0  2]\n        [-1  2  2]\n   = V\n\n   Multiply:\n\n        [ -1   3   3]\n        [  1   0  -3]\n        [ -1   0   3]\n   = Q K^T\n\n        [ -0.58   1.73   1.73]\n        [  0.58   0.00  -1.73]\n        [ -0.58   0.00   1.73]\n   = Q K^T / sqrt(3)\n\n        [  0.05   0.48   0.48]\n        [  0.60   0.34   0.06]\n        [  0.08   0.14   0.78]\n   = softmax\n\n        [  0.38   0.86   1.95]\n        [ -0.59  -1.08   1.40]\n        [ -0.66   1.41   1.92]\n   = output\n",
    slip: ["-3", " 3"],
    cell: ["scores", 1, 2],
  },
  "A bias B": {
    text: "Exercise 5.2  Relative position bias (T5 style, but with the usual scaling)\n\nQ = [[2, -2, -1, 2], [-1, 1, 2, 2], [-1, 2, 0, -2]]\nK = [[1, 1, 2, -1], [-1, 0, 1, -2], [-1, 2, -2, -1]]\nV = [[-1, 1], [-2, 1], [1, 0]]\n\nbias B[i][j] = b(j-i) with b(-2)=0.1, b(-1)=-0.3, b(0)=0.5, b(1)=0.2, b(2)=-0.4\n\n(a) Q K^T / sqrt(4) = [[-2.0, -3.5, -3.0], [1.0, -0.5, -1.5], [1.5, 2.5, 3.5]]\n(b) B = [[0.5, 0.2, -0.4], [-0.3, 0.5, 0.2], [0.1, -0.3, 0.5]]\n(c) Q K^T / sqrt(4) + B = [[-1.5, -3.3, -3.4], [0.7, 0.0, -1.3], [1.6, 2.2, 4.0]]\n(d) softmax of (c), row by row = [[0.761, 0.126, 0.114], [0.613, 0.304, 0.083], [0.072, 0.132, 0.796]]\n(e) output = [[-0.898, 0.886], [-1.138, 0.917], [0.461, 0.204]]\n",
    slip: ["0.304,", "0.244,"],
    cell: ["weights", 1, 1],
  },
  "Bahdanau's letters": {
    text: "Bahdanau attention, e_i = v^T tanh(W_s s + W_h h_i), no scaling\n\ndecoder state s = [-0.7, -0.8]\nencoder states h1 = [0.4, -0.8], h2 = [-0.3, -0.1], h3 = [-0.6, -0.7]\nW_s = [[0.8, 0.8], [-0.2, -0.4]]\nW_h = [[-0.4, -0.8], [1.0, 0.5]]\nv = [1.4, 1.2]\n(vectors are columns, W times vector)\n\nW_s s = [-1.20, 0.46]\nW_h h1 = [0.48, 0.00]\nW_h h2 = [0.20, -0.35]\nW_h h3 = [0.80, -0.95]\n\ntanh(W_s s + W_h h1) = [-0.6169, 0.4301]\ntanh(W_s s + W_h h2) = [-0.7616, 0.1096]\ntanh(W_s s + W_h h3) = [-0.3799, -0.4542]\n\ne1 = -0.3476\ne2 = -0.9348\ne3 = -1.0770\n\nalpha = softmax(e) = [0.4907, 0.2728, 0.2366]\ncontext c = [-0.0275, -0.5854]\n",
    slip: ["-0.9348", "-0.7248"],
    cell: ["scores", 0, 1],
  },
  "Luong's letters": {
    text: 'Luong "general" score:  score(s, h_i) = s^T W_a h_i      (NO sqrt(d) here)\n\ns   = (-0.2, -0.7)\nW_a = [[-0.3, 0.5, 0.9], [0.0, 0.4, -0.9]]\nh_1 = (2.0, -0.7, 0.4)\nh_2 = (0.9, -1.0, 0.4)\nh_3 = (0.0, -1.3, 1.6)\nh_4 = (1.5, 1.2, -0.3)\n\ns^T W_a = (0.06, -0.38, 0.45)\n\nscore(s,h_1) = 0.566\nscore(s,h_2) = 0.614\nscore(s,h_3) = 1.214\nscore(s,h_4) = -0.501\n\na_1 = 0.232\na_2 = 0.244\na_3 = 0.444\na_4 = 0.080\n\ncontext = a_1 h_1 + a_2 h_2 + a_3 h_3 + a_4 h_4 = (0.804, -0.888, 0.877)\n',
    slip: ["0.444", "0.516"],
    cell: ["weights", 0, 2],
  },
  "Every step on its own line": {
    text: "WORKED SOLUTION, every step\n\nx1 = (2, -1, 0)   x2 = (-1, 2, 1)\nW_Q = [[0, 1], [0, -1], [0, 0]]\nW_K = [[-1, -1], [0, -1], [1, 1]]\nW_V = [[2, 0], [2, 1], [-1, 2]]\n\nq1 = x1 W_Q = (0, 3)    q2 = x2 W_Q = (0, -3)\nk1 = x1 W_K = (-2, -1)    k2 = x2 W_K = (2, 0)\nv1 = x1 W_V = (2, -1)    v2 = x2 W_V = (1, 4)\n\nQuery 1:\n  q1.k1 = 0*(-2) + 3*(-1) = -3\n  q1.k2 = 0*2 + 3*0 = 0\n  -3/1.414 = -2.121\n  0/1.414 = 0.000\n  exp(-2.121) = 0.120\n  exp(0.000) = 1.000\n  sum = 1.120\n  a11 = 0.107\n  a12 = 0.893\n  z1 = 0.107*v1 + 0.893*v2 = (1.107, 3.465)\n\nQuery 2:\n  q2.k1 = 0*(-2) + (-3)*(-1) = 3\n  q2.k2 = 0*2 + (-3)*0 = 0\n  3/1.414 = 2.121\n  0/1.414 = 0.000\n  exp(2.121) = 8.339\n  exp(0.000) = 1.000\n  sum = 9.339\n  a21 = 0.893\n  a22 = 0.107\n  z2 = 0.893*v1 + 0.107*v2 = (1.893, -0.465)\n",
    slip: ["8.339", "8.589"],
    cell: ["exponentials", 1, 0],
  },
  "Tokens in quotes": {
    text: "Reading question: \"Bob fed the dog\". Who does the query of 'dog' attend to?\n\nThe query of 'dog' is (1.2, 1.6). The keys are (-0.8, 0.0) for 'Bob', (1.3, 0.2) for 'fed', (-1.0, -0.9) for 'the' and (0.6, 0.1) for 'dog'. The values are (-1.0, 1.6) for 'Bob', (-1.9, 0.7) for 'fed', (-0.5, 2.0) for 'the' and (-1.3, 0.7) for 'dog'.\n\nI take the dot product of the query with every key and divide by the square root of 2. This gives -0.68 for 'Bob', 1.33 for 'fed', -1.87 for 'the' and 0.62 for 'dog'.\n\nSo 'dog' pays 8% attention to 'Bob', 60% to 'fed', 2% to 'the' and 30% to itself.\n\nThe output vector for 'dog' is (-1.62, 0.80).\n",
    slip: ["60", "69"],
    cell: ["weights", 0, 1],
  },
  "Rows in cells": {
    text: "LAB 3 - REPORT                       name: Kofi A.      date: 12/03\n(I keep 2 decimals everywhere and use sqrt(2) = 1.41)\n\nX    | 0.3 -0.4  |  1.8 1.8  |  1.4 0.6\nWq   | -0.7 0.8  |  -0.4 0.4\nWk   | 0.5 -1.0  |  -0.7 0.4\nWv   | 0.8 0.5  |  0.3 0.8\n(rows are separated by |)\n\nQ    | -0.05 0.08  |  -1.98 2.16  |  -1.22 1.36\nK    | 0.43 -0.46  |  -0.36 -1.08  |  0.28 -1.16\nV    | 0.12 -0.17  |  1.98 2.34  |  1.30 1.18\nQK^T | -0.06 -0.07 -0.11  |  -1.84 -1.62 -3.06  |  -1.15 -1.03 -1.92\n/1.41| -0.04 -0.05 -0.08  |  -1.30 -1.15 -2.17  |  -0.82 -0.73 -1.36\nsoft | 0.34 0.34 0.33  |  0.39 0.45 0.16  |  0.37 0.41 0.22\nout  | 1.14 1.13  |  1.15 1.18  |  1.14 1.16\n\nRemark: rows of soft should add up to 1 (up to rounding).\n",
    slip: ["2.16", "2.46"],
    cell: ["q", 1, 1],
  },
  "Cards with questions": {
    text: "Deck: Attention by hand\nGiven on every card: q = (1, 2); k1 = (2, 1), k2 = (0, 1), k3 = (1, 0); v1 = (4, 0), v2 = (0, 2), v3 = (2, 2); d_k = 2\n\nCard 1\nFront: Score q·k1?\nBack: 4\n\nCard 2\nFront: Score q·k2?\nBack: 2\n\nCard 3\nFront: Score q·k3?\nBack: 1\n\nCard 4\nFront: Scaled score of k1 (divide by √2)?\nBack: 2.828\n\nCard 5\nFront: Scaled score of k2 (divide by √2)?\nBack: 1.414\n\nCard 6\nFront: Scaled score of k3 (divide by √2)?\nBack: 0.707\n\nCard 7\nFront: Attention weight on v1?\nBack: 0.734\n\nCard 8\nFront: Attention weight on v2?\nBack: 0.178\n\nCard 9\nFront: Attention weight on v3?\nBack: 0.088\n\nCard 10\nFront: Output vector (weighted sum of the values)?\nBack: (3.111, 0.533)\n\n",
    slip: ["0.178", "0.248"],
    cell: ["weights", 0, 1],
  },
  Slides: {
    text: "---\ntitle: Attention, worked example\nauthor: NLP course, lecture 8\n---\n\n# The numbers\n\n- Two queries: $q_1 = (1, 1)$, $q_2 = (0, 2)$\n- Three keys: $k_1 = (1, 0)$, $k_2 = (2, 1)$, $k_3 = (0, 1)$\n- Three values: $v_1 = (1, 0)$, $v_2 = (0, 1)$, $v_3 = (1, 1)$\n- $d_k = 2$\n\n# Scores\n\n- $q_1$ against the keys: 1, 3, 1\n- $q_2$ against the keys: 0, 2, 2\n\n# Scaled by $1/\\sqrt{2}$\n\n- $q_1$: 0.71, 2.12, 0.71\n- $q_2$: 0.00, 1.41, 1.41\n\n# Softmax: attention weights\n\n- $q_1$: 0.16, 0.67, 0.16\n- $q_2$: 0.11, 0.45, 0.45\n\n# Output\n\n- $o_1 = (0.33, 0.84)$\n- $o_2 = (0.55, 0.89)$\n",
    slip: [", 0.16", ", 0.22"],
    cell: ["weights", 0, 2],
  },
  "Scaled scores under a Russian title": {
    text: "Контрольная работа № 2. Вариант 4. Ответы для преподавателя\n\nЗадача 3. Маскированное внимание (причинная маска), d_k = 2.\n\nQ =\n  (1; 0)\n  (1; 1)\n  (0; 2)\nK =\n  (1; 2)\n  (2; 1)\n  (0; 1)\nV =\n  (3; 0)\n  (0; 3)\n  (1; 1)\n\n1) Оценки QK^T:\n  (1; 2; 0)\n  (3; 3; 1)\n  (4; 2; 2)\n2) Масштабированные оценки (делим на √2):\n  (0,707; 1,414; 0,000)\n  (2,121; 2,121; 0,707)\n  (2,828; 1,414; 1,414)\n3) После наложения маски:\n  (0,707; -∞; -∞)\n  (2,121; 2,121; -∞)\n  (2,828; 1,414; 1,414)\n4) Веса внимания (softmax по строкам):\n  (1,000; 0,000; 0,000)\n  (0,500; 0,500; 0,000)\n  (0,673; 0,164; 0,164)\n5) Выход:\n  (3,000; 0,000)\n  (1,500; 1,500)\n  (2,182; 0,654)\n",
    slip: ["3; 0,164", "3; 0,244"],
    cell: ["weights", 2, 1],
  },
  "Heads that share keys": {
    text: "Grouped-query attention: 4 query heads share 2 key/value heads\n(query heads 0,1 use KV head 0; query heads 2,3 use KV head 1). head_dim = 2, no mask.\n\nQ head 0:\n      0.3    -1.0\n      0.8     0.9\nQ head 1:\n     -2.0    -1.3\n      0.1    -0.3\nQ head 2:\n      0.0    -0.9\n      0.9     0.8\nQ head 3:\n      0.1     1.1\n      0.5    -0.9\nK head 0:\n      0.4    -1.0\n      0.9     0.0\nV head 0:\n     -0.4    -0.4\n      0.5     0.4\nK head 1:\n     -0.2    -0.7\n      1.2    -0.2\nV head 1:\n      0.4     0.4\n      2.1    -0.4\n\nQuery head 0 (KV head 0)\nscaled scores:\n    0.792   0.191\n   -0.410   0.509\nweights:\n    0.646   0.354\n    0.285   0.715\noutput:\n   -0.081  -0.117\n    0.243   0.172\n\nQuery head 1 (KV head 0)\nscaled scores:\n    0.354  -1.273\n    0.240   0.064\nweights:\n    0.836   0.164\n    0.544   0.456\noutput:\n   -0.252  -0.269\n    0.010  -0.035\n\nQuery head 2 (KV head 1)\nscaled scores:\n    0.445   0.127\n   -0.523   0.651\nweights:\n    0.579   0.421\n    0.236   0.764\noutput:\n    1.116   0.063\n    1.699  -0.211\n\nQuery head 3 (KV head 1)\nscaled scores:\n   -0.559  -0.071\n    0.375   0.552\nweights:\n    0.380   0.620\n    0.456   0.544\noutput:\n    1.453  -0.096\n    1.325  -0.035\n",
    slip: ["0.236", "0.296"],
    cell: ["weights", 1, 0],
  },
  "Products that a program shows": {
    text: ">>> import numpy as np\n>>> np.set_printoptions(precision=4, suppress=True)\n>>> X\narray([[ 0.8, -0.9,  0.3, -0.1],\n       [ 0.4, -0.9, -0.9, -0.6],\n       [ 1.0, -0.4,  0.2,  1.0]])\n>>> Wq\narray([[-0.7,  0.1, -0.2],\n       [-0.4,  0.4,  0.9],\n       [ 0.9,  0.3,  0.7],\n       [-0.1, -0.4,  0.1]])\n>>> Wk\narray([[-0.1,  0.1,  0.8],\n       [-0.5,  0.2, -0.3],\n       [ 0.5,  0.1, -0.6],\n       [ 0.0, -0.5, -0.9]])\n>>> Wv\narray([[-1.0,  0.7, -0.5],\n       [ 0.3,  0.0,  0.6],\n       [ 0.8,  0.8,  0.0],\n       [ 0.9,  0.8,  0.4]])\n>>> Q = X @ Wq\n>>> Q\narray([[ 0.0800, -0.1500, -0.7700],\n       [-0.6700, -0.3500, -1.5800],\n       [-0.4600, -0.4000, -0.3200]])\n>>> K = X @ Wk\n>>> K\narray([[ 0.5200, -0.0200,  0.8200],\n       [-0.0400,  0.0700,  1.6700],\n       [ 0.2000, -0.4600, -0.1000]])\n>>> V = X @ Wv\n>>> V\narray([[-0.9200,  0.7200, -0.9800],\n       [-1.9300, -0.9200, -0.9800],\n       [-0.0600,  1.6600, -0.3400]])\n>>> logits = Q @ K.T / np.sqrt(3)\n>>> logits\narray([[-0.3388, -0.7503,  0.0935],\n       [-0.9451, -1.5221,  0.1068],\n       [-0.2850, -0.3141,  0.0716]])\n>>> np.exp(logits)\narray([[0.7126, 0.4722, 1.0980],\n       [0.3886, 0.2183, 1.1127],\n       [0.7520, 0.7305, 1.0742]])\n>>> att = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)\n>>> att\narray([[0.3122, 0.2068, 0.4810],\n       [0.2260, 0.1269, 0.6471],\n       [0.2941, 0.2857, 0.4202]])\n>>> att @ V\narray([[-0.7153,  0.8329, -0.6722],\n       [-0.4917,  1.1201, -0.5659],\n       [-0.8472,  0.6464, -0.7111]])\n",
    slip: ["0.1068", "0.1128"],
    cell: ["scaled-scores", 1, 2],
  },
  "A softmax alone": {
    text: "Softmax by hand for the scores (2, 1, 0.5)\n\ne^2 = 7.389\ne^1 = 2.718\ne^0.5 = 1.649\nsum = 11.756\n\np1 = 7.389 / 11.756 = 0.629\np2 = 2.718 / 11.756 = 0.231\np3 = 1.649 / 11.756 = 0.140\n",
    slip: ["0.140", "0.110"],
    cell: ["weights", 0, 2],
  },
};
