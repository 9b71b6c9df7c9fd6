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
};
