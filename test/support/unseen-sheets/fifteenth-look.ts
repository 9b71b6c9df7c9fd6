/** A right sheet, one slip in it, and the cell that the slip makes wrong. */
export interface AloneSheet {
  readonly text: string;
  readonly slip: readonly [right: string, wrong: string];
  readonly cell: readonly [step: string, row: number, col: number];
}

const GIVEN = "Q = [[1, 0, 1], [0, 1, 1]]\nK = [[1, 1, 0], [0, 2, 1]]\nV = [[1, 3], [2, 0]]\n";

/**
 * Sheets without a separate problem that were misread at a fifteenth look, computed by NumPy. Then 48 of 76 were read
 * rightly, and one wrong sheet passed, because its weights were not read. At a sixteenth look, with 20 others, 34 of 40
 * were read rightly, and one wrong sheet passed, because its cosines were not read. At a seventeenth look, with 131 forms
 * of other people, 227 of 262 were read rightly, and one wrong sheet passed, because its energies were not read.
 * At an eighteenth look, with 63 and then 40 other forms, 116 of 126 and 68 of 80 were read rightly, and no wrong sheet
 * passed. At a nineteenth look, with 51 and then 50 forms of other people, 80 of 102 and 85 of 100 were read rightly, and
 * no wrong sheet passed.
 */
export const FIFTEENTH_LOOK: Readonly<Record<string, AloneSheet>> = {
  "Powers of e left unworked": {
    text: "Q = [[1, 0]]\nK = [[2, 1], [0, 1]]\nV = [[1, 2], [3, 0]]\n\nscaled scores: 1.41, 0.00\nw1 = e^1.41 / (e^1.41 + e^0) = 0.804\nw2 = e^0 / (e^1.41 + e^0) = 0.196\noutput = 1.39, 1.61\n",
    slip: ["0.804", "0.563"],
    cell: ["weights", 0, 0],
  },
  "What is done with a result": {
    text: "q = [2, 1]\nk1 = [1, 0], v1 = [1, 2]\nk2 = [0, 1], v2 = [3, 4]\nk3 = [1, 1], v3 = [5, 6]\n\nq.k1 = 2, /√2 = 1.41\nq.k2 = 1, /√2 = 0.71\nq.k3 = 3, /√2 = 2.12\n\na1 = 0.28, a2 = 0.14, a3 = 0.58\n\nout = [3.58, 4.58]\n",
    slip: ["0.71", "1.08"],
    cell: ["scaled-scores", 0, 1],
  },
  "Roots with a factor": {
    text: "Q = [[1, 0], [0, 2], [1, 1]]\nK = [[1, 1], [0, 1], [2, 0]]\nV = [[1, 0], [0, 1], [2, 2]]\n\nQK^T/√2 = [[√2/2, 0, 2√2/2], [2√2/2, 2√2/2, 0], [2√2/2, √2/2, 2√2/2]]\nsoftmax = [[0.284, 0.140, 0.576], [0.446, 0.446, 0.108], [0.401, 0.198, 0.401]]\n",
    slip: ["[2√2/2, √2/2", "[2√2/2, 3√2/2"],
    cell: ["scaled-scores", 2, 1],
  },
  "One number a token": {
    text: "Q: 1\nK: 0, 1\nV: 0, 8\ndO: 1\n\nscores: 0 1\nweights: 0.2689, 0.7311\noutput: 5.8485\ndV: 0.2689, 0.7311\ndQ: 1.5729\ndK: -1.5729, 1.5729\n",
    slip: ["dQ: 1.5729", "dQ: 1.9"],
    cell: ["d-query", 0, 0],
  },
  "A loss that is the sum of the output": {
    text: ">>> q = torch.tensor([[0.0, -1.3], [2.6, 0.5], [0.6, -0.2]], requires_grad=True)\n>>> k = torch.tensor([[0.1, 0.3], [0.2, -0.6], [0.6, 0.5]], requires_grad=True)\n>>> v = torch.tensor([[-0.1, -0.7], [-0.9, -1.0], [0.3, -0.4]], requires_grad=True)\n>>> out = F.softmax(q @ k.T / 2**0.5, dim=-1) @ v\n>>> out\ntensor([[-0.4634, -0.8060],\n        [-0.0174, -0.5806],\n        [-0.2380, -0.6985]], grad_fn=<MmBackward0>)\n>>> out.sum().backward()\n>>> q.grad\ntensor([[ 0.0588,  0.2562],\n        [ 0.0862,  0.2002],\n        [ 0.0811,  0.2565]])\n>>> k.grad\ntensor([[-0.0642, -0.1261],\n        [-0.6014,  0.2814],\n        [ 0.6657, -0.1553]])\n>>> v.grad\ntensor([[ 0.7571,  0.7571],\n        [ 1.0966,  1.0966],\n        [ 1.1463,  1.1463]])\n",
    slip: ["0.7571,  0.7571", "0.9571,  0.7571"],
    cell: ["d-value", 0, 0],
  },
  "Cosines as scores": {
    text: `Scoring: cosine similarity\n${GIVEN}\nscores = [[0.500, 0.316], [0.500, 0.949]]\nweights = [[0.546, 0.454], [0.390, 0.610]]\noutput = [[1.454, 1.637], [1.610, 1.169]]\n`,
    slip: ["1.637", "1.37"],
    cell: ["output", 0, 1],
  },
  "A list of answers in JSON": {
    text: '{"Q": [[2, 1], [0, 1]], "K": [[1, 0], [1, 2], [0, 1]], "V": [[1, 2], [3, 0], [0, 4]],\n "answers": [{"step": "scores", "value": [[2, 4, 1], [0, 2, 1]]}, {"step": "weights", "value": [[0.178, 0.734, 0.088], [0.140, 0.576, 0.284]]}, {"step": "output", "value": [[2.379, 0.709], [1.868, 1.416]]}]}\n',
    slip: ["0.709", "0.509"],
    cell: ["output", 0, 1],
  },
  "Positions from 1": {
    text: "# Positional encoding\nd_model = 6, base 10000\n\n|  | PE0 | PE1 | PE2 | PE3 | PE4 | PE5 |\n|---|---|---|---|---|---|---|\n| 1 | 0.841 | 0.540 | 0.046 | 0.999 | 0.002 | 1.000 |\n| 2 | 0.909 | -0.416 | 0.093 | 0.996 | 0.004 | 1.000 |\n| 3 | 0.141 | -0.990 | 0.139 | 0.990 | 0.006 | 1.000 |\n",
    slip: ["0.139", "0.439"],
    cell: ["encoding", 2, 2],
  },
  "Positions in sentences": {
    text: "With d = 4 the positional encodings are as follows.\nFor position 0 the encoding is (0.000, 1.000, 0.000, 1.000).\nFor position 1 the encoding is (0.841, 0.540, 0.010, 1.000).\nFor position 2 the encoding is (0.909, -0.416, 0.020, 1.000).\n",
    slip: ["0.540", "0.840"],
    cell: ["encoding", 1, 1],
  },
  "Positions in columns that are formulas": {
    text: "Positional encoding, d_model = 4, 4 positions\n\npos  sin(pos)  cos(pos)  sin(pos/100)  cos(pos/100)\n0  0.0000  1.0000  0.0000  1.0000\n1  0.8415  0.5403  0.0100  1.0000\n2  0.9093  -0.4161  0.0200  0.9998\n3  0.1411  -0.9900  0.0300  0.9996\n",
    slip: ["0.0200", "0.3900"],
    cell: ["encoding", 2, 2],
  },
  "Weights a line each, by a division": {
    text: "Q = [[0, 2]]\nK = [[1, 1], [3, 0], [0, 1]]\nV = [[1, 0], [0, 2], [4, 4]]\n\nscores/√2: 1.41, 0.00, 1.41\nα1 = 4.11/9.22 = 0.45\nα2 = 1/9.22 = 0.11\nα3 = 4.11/9.22 = 0.45\nz = (2.23, 2.00)\n",
    slip: ["= 0.11", "= 0.48"],
    cell: ["weights", 0, 1],
  },
  "Cosines under their own name": {
    text: `The score is the cosine of the angle between query and key.\n${GIVEN}\ncosines = scores\n0.500 0.316\n0.500 0.949\nsoftmax\n0.546 0.454\n0.390 0.610\n`,
    slip: ["0.316", "0.686"],
    cell: ["scores", 0, 1],
  },
  "A row of Markdown that is like the numbers of columns": {
    text: "**Q**\n\n| 0 | 1 |\n|---|---|\n| 1 | 0 |\n| 0 | 1 |\n\n**K**\n\n| 0 | 1 |\n|---|---|\n| 0 | 0 |\n| 0 | 0 |\n\n**V**\n\n| 0 | 1 |\n|---|---|\n| 2 | 0 |\n| 0 | 4 |\n\n**Weights**\n\n| 0 | 1 |\n|---|---|\n| 0.50 | 0.50 |\n| 0.50 | 0.50 |\n\n**Output**\n\n| 0 | 1 |\n|---|---|\n| 1.00 | 2.00 |\n| 1.00 | 2.00 |\n",
    slip: ["| 1.00 | 2.00 |", "| 1.00 | 2.60 |"],
    cell: ["output", 0, 1],
  },
  "Matrices that a call makes": {
    text: '= Homework 3\n$ Q = mat(2, 0; -1, -1) quad K = mat(2, 1; 2, 1) quad V = mat(3, 3; 2, 3) $\n$ Q K^T = mat(4, 4; -3, -3) $\n$ (Q K^T)/sqrt(d_k) = mat(2.83, 2.83; -2.12, -2.12) $\n$ A = "softmax"((Q K^T)/sqrt(d_k)) = mat(0.5, 0.5; 0.5, 0.5) $\n$ A V = mat(2.5, 3; 2.5, 3) $\n',
    slip: ["(0.5, 0.5", "(0.5, 0.6"],
    cell: ["weights", 0, 1],
  },
  "Products with a name of its own for each token": {
    text: "q(cats) = [-1, -1]   k(cats) = [-1, 0]   v(cats) = [2, 2]\nq(purr) = [0, -1]   k(purr) = [1, 0]   v(purr) = [4, 1]\n\ncats:\n  score(cats, cats) = -1*-1 + -1*0 = 1\n  score(cats, purr) = -1*1 + -1*0 = -1\n  scaled: 0.707, -0.707\n  weights: 0.804, 0.196\n  output: [2.391, 1.804]\n\npurr:\n  score(purr, cats) = 0*-1 + -1*0 = 0\n  score(purr, purr) = 0*1 + -1*0 = 0\n  scaled: 0, 0\n  weights: 0.5, 0.5\n  output: [3, 1.5]\n",
    slip: [" 0.5, 0.5", " 0.5, 0.6"],
    cell: ["weights", 1, 1],
  },
  "Rows of a calculation with its operands": {
    text: "Q:\n2 1\n1 1\n1 2\nK:\n1 2\n-1 0\n0 1\nV:\n0 4\n3 2\n3 2\n\nQK^T:\n4 -2 1\n3 -1 1\n5 -1 2\n\nsoftmax of the scaled scores (row by row)\nrow 1: (e^2.83, e^-1.41, e^0.71) / 19.19 = (0.882, 0.013, 0.106)\nrow 2: (e^2.12, e^-0.71, e^0.71) / 10.863 = (0.768, 0.045, 0.187)\nrow 3: (e^3.54, e^-0.71, e^1.41) / 38.92 = (0.882, 0.013, 0.106)\n\noutput\n0.882·v1 + 0.013·v2 + 0.106·v3 = (0.355, 3.763)\n0.768·v1 + 0.045·v2 + 0.187·v3 = (0.696, 3.536)\n0.882·v1 + 0.013·v2 + 0.106·v3 = (0.355, 3.763)\n",
    slip: [
      ".013, 0.106)\nrow 2: (e^2.12, e^-0.71, e^0.71) / 10.863 = (0.768, 0.045, 0.187)\nrow 3: (e^3.54, e^-0.71, e^1.41) / 38.92 = (0.882, 0.013, 0.106)\n\noutput\n0.882·v1 + 0.013·v2 + 0.1",
      ".013, 0.206)\nrow 2: (e^2.12, e^-0.71, e^0.71) / 10.863 = (0.768, 0.045, 0.187)\nrow 3: (e^3.54, e^-0.71, e^1.41) / 38.92 = (0.882, 0.013, 0.106)\n\noutput\n0.882·v1 + 0.013·v2 + 0.2",
    ],
    cell: ["weights", 0, 2],
  },
  "What is done with the matrix above": {
    text: "Aufg 2   12.11.25\n\n Q\n| 1  1 |\n| -1  1 |\n K\n| 0  2 |\n| -1  2 |\n V\n| 3  3 |\n| 4  3 |\n\n Q KT\n| 2  1 |\n| 2  3 |\n\n : V2 \n| 1.41  0.71 |\n| 1.41  2.12 |\n\n softmax\n| 0.67  0.33 |\n| 0.33  0.67 |\n\n x V\n| 3.33  3 |\n| 3.67  3 |\n",
    slip: ["0.33  0.6", "0.33  0.8"],
    cell: ["weights", 1, 1],
  },
  "A product in words": {
    text: "Query:\n┌       ┐\n│  0  0 │\n│ -1  2 │\n└       ┘\nKey:\n┌       ┐\n│ 0  -1 │\n│ 1  -1 │\n└       ┘\nValue:\n┌         ┐\n│ 0  0  3 │\n│ 2  2  2 │\n└         ┘\nQuery·Keyᵀ:\n┌        ┐\n│  0   0 │\n│ -2  -3 │\n└        ┘\nscaled:\n┌              ┐\n│     0      0 │\n│ -1.41  -2.12 │\n└              ┘\nα:\n┌            ┐\n│  0.5   0.5 │\n│ 0.67  0.33 │\n└            ┘\nα·V:\n┌                  ┐\n│    1     1   2.5 │\n│ 0.66  0.66  2.67 │\n└                  ┘\n",
    slip: ["  0.66  2.6", "  0.66  3.0"],
    cell: ["output", 1, 2],
  },
  "A mask that the weights alone show": {
    text: "Q:\n2 2\n1 2\n-1 -1\nK:\n0 2\n0 -1\n1 1\nV:\n0 3\n2 4\n4 0\nscores:\n4 -2 4\n4 -2 3\n-2 1 -2\nweights:\n1 0 0\n0.99 0.01 0\n0.1 0.81 0.1\noutput:\n0 3\n0.03 3.01\n2 3.52\n",
    slip: [".01 0\n0.1", ".01 0\n0.2"],
    cell: ["weights", 2, 0],
  },
  "Steps that only have a number": {
    text: "Input Q (5x4):\n0 1 1 1\n2 0 0 2\n2 1 1 1\n1 -1 0 0\n0 1 2 -1\n\nInput K (5x4):\n1 0 0 -1\n1 1 0 -1\n-1 1 -1 2\n0 2 -1 0\n-1 1 2 1\n\nInput V (5x3):\n3 2 0\n1 1 0\n2 0 1\n3 0 4\n0 0 2\n\nStep 1 result (5x5):\n-1 0 2 1 4\n0 0 2 0 0\n1 2 0 1 2\n1 0 -2 -2 -2\n1 2 -3 0 4\n\nStep 2 result (5x5):\n-0.500 0.000 1.000 0.500 2.000\n0.000 0.000 1.000 0.000 0.000\n0.500 1.000 0.000 0.500 1.000\n0.500 0.000 -1.000 -1.000 -1.000\n0.500 1.000 -1.500 0.000 2.000\n\nStep 3 result (5x5):\n0.045 0.075 0.203 0.123 0.553\n0.149 0.149 0.405 0.149 0.149\n0.169 0.279 0.103 0.169 0.279\n0.439 0.266 0.098 0.098 0.098\n0.127 0.209 0.017 0.077 0.569\n\nStep 4 result (5x3):\n0.988 0.166 1.803\n1.851 0.447 1.298\n1.501 0.618 1.339\n2.075 1.145 0.686\n0.856 0.463 1.464\n",
    slip: ["0.075 0.2", "0.075 0.3"],
    cell: ["weights", 0, 2],
  },
  "A list of tokens in JSON": {
    text: '[\n {\n  "token": "hi",\n  "q": [\n   2.0,\n   2.0\n  ],\n  "k": [\n   2.0,\n   -1.0\n  ],\n  "v": [\n   2.0,\n   3.0\n  ],\n  "scores": [\n   2.0,\n   -4.0\n  ],\n  "weights": [\n   0.986,\n   0.014\n  ],\n  "output": [\n   1.972,\n   3.014\n  ]\n },\n {\n  "token": "you",\n  "q": [\n   1.0,\n   0.0\n  ],\n  "k": [\n   -1.0,\n   -1.0\n  ],\n  "v": [\n   0.0,\n   4.0\n  ],\n  "scores": [\n   2.0,\n   -1.0\n  ],\n  "weights": [\n   0.893,\n   0.107\n  ],\n  "output": [\n   1.786,\n   3.107\n  ]\n }\n]',
    slip: [" [\n   0.8", " [\n   0.9"],
    cell: ["weights", 1, 0],
  },
  "All in one line": {
    text: "Q=[[-1,-1],[-1,1]] K=[[1,1],[2,1]] V=[[4,2],[1,1]] S=[[-2,-3],[0,-1]] S/sqrt2=[[-1.41,-2.12],[0,-0.71]] A=[[0.67,0.33],[0.67,0.33]] O=[[3.01,1.67],[3.01,1.67]]",
    slip: [",[0.67,0.3", ",[0.67,0.4"],
    cell: ["weights", 1, 1],
  },
  "A list of tasks": {
    text: "# 🧠 Attention\n\n> 💡 everything rounded to 3 decimals\n\n- [x] Q\n\n|  |  |\n| --- | --- |\n| 1 | -1 |\n| 1 | 0 |\n| 0 | 0 |\n\n- [x] K\n\n|  |  |\n| --- | --- |\n| -1 | 1 |\n| -1 | 0 |\n| 2 | 0 |\n\n- [x] V\n\n|  |  |\n| --- | --- |\n| 3 | 1 |\n| 0 | 3 |\n| 2 | 0 |\n\n- [x] Scores\n\n|  |  |  |\n| --- | --- | --- |\n| -2 | -1 | 2 |\n| -1 | -1 | 2 |\n| 0 | 0 | 0 |\n\n- [x] Scaled\n\n|  |  |  |\n| --- | --- | --- |\n| -1.414 | -0.707 | 1.414 |\n| -0.707 | -0.707 | 1.414 |\n| 0 | 0 | 0 |\n\n- [x] Weights\n\n|  |  |  |\n| --- | --- | --- |\n| 0.05 | 0.102 | 0.848 |\n| 0.097 | 0.097 | 0.807 |\n| 0.333 | 0.333 | 0.333 |\n\n- [ ] Output (please check!)\n\n|  |  |\n| --- | --- |\n| 1.847 | 0.355 |\n| 1.903 | 0.387 |\n| 1.667 | 1.333 |\n",
    slip: ["7 |\n| 0.3", "7 |\n| 0.4"],
    cell: ["weights", 2, 0],
  },
  "Results below each other, and a page number": {
    text: "Q: q1 = (1, 1, 0), q2 = (0, 2, 2)\nK: k1 = (2, 2, 1), k2 = (2, 0, 2)\nV: v1 = (1, 4), v2 = (3, 1)\n\nq1·k1 = 1·2 + 1·2 + 0·1 = 4\nq1·k2 = 1·2 + 1·0 + 0·2 = 2\nq2·k1 = 0·2 + 2·2 + 2·1 = 6\nq2·k2 = 0·2 + 2·0 + 2·2 = 4\n\nScaled by √3:\n4/√3 = 2.31\n2/√3 = 1.15\n6/√3 = 3.46\n4/√3 = 2.31\n\n- 1 -\n\nSoftmax row 1: 0.76, 0.24\nSoftmax row 2: 0.76, 0.24\n\nz1 = (1.48, 3.28)\nz2 = (1.48, 3.28)\n",
    slip: ["6/√3 = 3.46", "6/√3 = 3.96"],
    cell: ["scaled-scores", 1, 0],
  },
  "Numbers above the columns of a spreadsheet": {
    text: "Query\t1\t2\nWort 1\t2\t2\nWort 2\t0\t1\n\nKey\t1\t2\nWort 1\t1\t0\nWort 2\t1\t2\n\nValue\t1\t2\nWort 1\t2\t1\nWort 2\t1\t0\n\nGewichte\tWort 1\tWort 2\nWort 1\t0,06\t0,94\nWort 2\t0,20\t0,80\n\nAusgabe\t1\t2\nWort 1\t1,06\t0,06\nWort 2\t1,20\t0,20\n",
    slip: ["0,80", "0,60"],
    cell: ["weights", 1, 1],
  },
  "Projections of each head": {
    text: "Multi-head attention with h = 2 heads\nX = [[0, 0, 0, 2], [2, 0, 2, 2], [0, 0, 0, 0]]\nWQ1 = [[1, 1], [1, 1], [0, 0], [1, -1]]\nWQ2 = [[1, 1], [0, -1], [-1, -1], [-1, 0]]\nWK1 = [[0, -1], [-1, -1], [1, -1], [0, 1]]\nWK2 = [[0, 0], [-1, 1], [0, -1], [1, 1]]\nWV1 = [[0, 1], [1, 1], [-1, -1], [0, 0]]\nWV2 = [[1, 0], [0, 1], [-1, 1], [-1, -1]]\nWO = [[0, 1, 1, 0], [1, -1, 0, 1], [1, 1, 0, 1], [1, 0, -1, -1]]\n\nhead 1: attention = [[0.00, 1.00, 0.00], [0.00, 0.99, 0.00], [0.33, 0.33, 0.33]]\nhead 1: output = [[-1.99, 0.00], [-1.99, 0.00], [-0.67, 0.00]]\nhead 2: attention = [[0.05, 0.05, 0.89], [0.05, 0.05, 0.89], [0.33, 0.33, 0.33]]\nhead 2: output = [[-0.21, -0.11], [-0.21, -0.11], [-1.33, -0.67]]\nconcat = [[-1.99, 0.00, -0.21, -0.11], [-1.99, 0.00, -0.21, -0.11], [-0.67, 0.00, -1.33, -0.67]]\nresult = [[-0.32, -2.20, -1.89, -0.11], [-0.32, -2.20, -1.88, -0.11], [-2.00, -2.00, 0.00, -0.67]]\n",
    slip: ["result = [[-0.32", "result = [[0.08"],
    cell: ["output", 0, 0],
  },
  "Tables in AsciiDoc": {
    text: "= Attention worksheet\n\nCompute scaled dot-product attention for two tokens x and y.\n\n.Queries\n|===\n| | 1 | 2\n\n| x | 1 | 3\n| y | 2 | 2\n|===\n\n.Keys\n|===\n| | 1 | 2\n\n| x | 0 | 1\n| y | 1 | 0\n|===\n\n.Values\n|===\n| | 1 | 2\n\n| x | 5 | 1\n| y | 1 | 5\n|===\n\n== Answer\n\n.Scores\n|===\n| | x | y\n\n| x | 3 | 1\n| y | 2 | 2\n|===\n\n.Scaled scores\n|===\n| | x | y\n\n| x | 2.121 | 0.707\n| y | 1.414 | 1.414\n|===\n\n.Weights\n|===\n| | x | y\n\n| x | 0.804 | 0.196\n| y | 0.500 | 0.500\n|===\n\n.Output\n|===\n| | 1 | 2\n\n| x | 4.218 | 1.782\n| y | 3.000 | 3.000\n|===\n\n",
    slip: ["| y | 1.414 | 1.414", "| y | 0.714 | 1.414"],
    cell: ["scaled-scores", 1, 0],
  },
  "Grid tables in reStructuredText": {
    text: "tiny-attention\n==============\n\nA tiny, dependency-free attention. Worked example with two tokens ``a`` and ``b``.\n\nQueries\n-------\n\n+----------+----------+----------+\n|          | 1        | 2        |\n+==========+==========+==========+\n| a        | 3        | 1        |\n+----------+----------+----------+\n| b        | 0        | 2        |\n+----------+----------+----------+\n\nKeys\n----\n\n+----------+----------+----------+\n|          | 1        | 2        |\n+==========+==========+==========+\n| a        | 1        | 0        |\n+----------+----------+----------+\n| b        | 1        | 1        |\n+----------+----------+----------+\n\nValues\n------\n\n+----------+----------+----------+\n|          | 1        | 2        |\n+==========+==========+==========+\n| a        | 1        | 2        |\n+----------+----------+----------+\n| b        | 2        | 4        |\n+----------+----------+----------+\n\nScores\n------\n\n+----------+----------+----------+\n|          | a        | b        |\n+==========+==========+==========+\n| a        | 3        | 4        |\n+----------+----------+----------+\n| b        | 0        | 2        |\n+----------+----------+----------+\n\nScaled scores (1/sqrt(2))\n-------------------------\n\n+----------+----------+----------+\n|          | a        | b        |\n+==========+==========+==========+\n| a        | 2.121    | 2.828    |\n+----------+----------+----------+\n| b        | 0.000    | 1.414    |\n+----------+----------+----------+\n\nWeights\n-------\n\n+----------+----------+----------+\n|          | a        | b        |\n+==========+==========+==========+\n| a        | 0.330    | 0.670    |\n+----------+----------+----------+\n| b        | 0.196    | 0.804    |\n+----------+----------+----------+\n\nOutput\n------\n\n+----------+----------+----------+\n|          | 1        | 2        |\n+==========+==========+==========+\n| a        | 1.670    | 3.340    |\n+----------+----------+----------+\n| b        | 1.804    | 3.609    |\n+----------+----------+----------+\n\nLicense\n-------\n\nMIT\n",
    slip: [
      "| a        | 3        | 4        |\n+----------+----------+----------+\n| b        | 0        | 2        |",
      "| a        | 3        | 4        |\n+----------+----------+----------+\n| b        | 2        | 2        |",
    ],
    cell: ["scores", 1, 0],
  },
  "Padding, and both axes in the corner of a table": {
    text: "# Padding mask example\n\nSentence: `good movie <pad>`. The pad token must not be attended to, so its column is masked (`-inf`) for every query.\n\nQ = [[1, 0], [1, 1], [0, 1]]\nK = [[0, 1], [2, 1], [1, 1]]\nV = [[1, 2], [3, 0], [9, 9]]\n\nScores `Q·Kᵀ`:\n\n| q\\k | good | movie | <pad> |\n|---|---|---|---|\n| good | 0 | 2 | 1 |\n| movie | 1 | 3 | 2 |\n| <pad> | 1 | 1 | 1 |\n\nScaled by 1/√2 and masked:\n\n| q\\k | good | movie | <pad> |\n|---|---|---|---|\n| good | 0.000 | 1.414 | -inf |\n| movie | 0.707 | 2.121 | -inf |\n| <pad> | 0.707 | 0.707 | -inf |\n\nAttention weights:\n\n| q\\k | good | movie | <pad> |\n|---|---|---|---|\n| good | 0.196 | 0.804 | 0.000 |\n| movie | 0.196 | 0.804 | 0.000 |\n| <pad> | 0.500 | 0.500 | 0.000 |\n\nOutput (weights × V):\n\n|  | dim 1 | dim 2 |\n|---|---|---|\n| good | 2.609 | 0.391 |\n| movie | 2.609 | 0.391 |\n| <pad> | 2.000 | 1.000 |\n\n",
    slip: ["| good | 0.196 | 0.804 | 0.000 |", "| good | 0.196 | 0.904 | 0.000 |"],
    cell: ["weights", 0, 1],
  },
  "Slides with page numbers, and terms before the output": {
    text: "Attention: a worked example\nCS 224 – Lecture 9                                   14\n\n• Three tokens, d_k = 2\n• q1 = (1, 2)\n• k1 = (1, 1), k2 = (2, 0), k3 = (0, 1)\n• v1 = (1, 0), v2 = (0, 1), v3 = (2, 2)\n\n                                                     15\nScores for the first token\n• q1 · k1 = 1·1 + 2·1 = 3\n• q1 · k2 = 1·2 + 2·0 = 2\n• q1 · k3 = 1·0 + 2·1 = 2\n• divide by √2: 2.12, 1.41, 1.41\n\n                                                     16\nSoftmax\n• α1 = (0.503, 0.248, 0.248)\n\nOutput\n• z1 = 0.503 v1 + 0.248 v2 + 0.248 v3\n• z1 = (1.000, 0.745)\n\nQuestions?\n                                                     17\n",
    slip: ["• z1 = (1.000, 0.745)", "• z1 = (1.000, 1.045)"],
    cell: ["output", 0, 1],
  },
  "Vectors, and a worked product for each cell": {
    text: "Attention worksheet\n\nq1 = (1, 2)\nq2 = (0, 1)\nk1 = (0, 1)\nk2 = (2, 1)\nv1 = (1, 0)\nv2 = (0, 4)\n\nStep 1: dot products\nq1 . k1 = 1*0 + 2*1 = 2\nq1 . k2 = 1*2 + 2*1 = 4\nq2 . k1 = 0*0 + 1*1 = 1\nq2 . k2 = 0*2 + 1*1 = 1\n\nStep 2: divide by sqrt(2) = 1.414\nq1: 1.414, 2.828\nq2: 0.707, 0.707\n\nStep 3: softmax\nq1: 0.196, 0.804\nq2: 0.500, 0.500\n\nStep 4: weight the values\n0.196*v1 + 0.804*v2 = (0.196, 3.218)\n0.500*v1 + 0.500*v2 = (0.500, 2.000)\n\nStep 5: stack the outputs\nz1 = (0.196, 3.218)\nz2 = (0.500, 2.000)\n",
    slip: ["q1 . k2 = 1*2 + 2*1 = 4", "q1 . k2 = 1*2 + 2*1 = 6"],
    cell: ["scores", 0, 1],
  },
  "Heads of given queries, with W_O": {
    text: "# Multi-head attention with 2 heads\n\n**Q**\n```\n[ 1  1  0  1 ]\n[ 2  0  1  0 ]\n```\n**K**\n```\n[ 0  1  1  1 ]\n[ 1  1  2  0 ]\n```\n**V**\n```\n[ 1  2  0  1 ]\n[ 0  1  1  3 ]\n```\n**W_O**\n```\n[ 1  0  0  1 ]\n[ 0  1  0  0 ]\n[ 0  0  1  0 ]\n[ 1  0  1  1 ]\n```\n\n## Head 1\n\nWeights:\n```\n[ 0.33  0.67 ]\n[ 0.20  0.80 ]\n```\n\nHead output:\n```\n[ 0.33  1.33 ]\n[ 0.20  1.20 ]\n```\n\n## Head 2\n\nWeights:\n```\n[ 0.67  0.33 ]\n[ 0.33  0.67 ]\n```\n\nHead output:\n```\n[ 0.33  1.66 ]\n[ 0.67  2.34 ]\n```\n\n## Concat\n```\n[ 0.33  1.33  0.33  1.66 ]\n[ 0.20  1.20  0.67  2.34 ]\n```\n\n## Multiply by W_O\n```\n[ 1.99  1.33  1.99  1.99 ]\n[ 2.54  1.20  3.01  2.54 ]\n```\n",
    slip: ["[ 2.54  1.20  3.01  2.54 ]", "[ 2.54  1.20  3.81  2.54 ]"],
    cell: ["output", 1, 2],
  },
  "Cells of positions below headings": {
    text: "# Positional encodings by hand\n\n$d_{model} = 4$, so the frequencies are $1$ and $1/100$.\n\n**pos = 0**\n\n- PE(0,0) = sin(0) = 0.000\n- PE(0,1) = cos(0) = 1.000\n- PE(0,2) = sin(0/100) = 0.000\n- PE(0,3) = cos(0/100) = 1.000\n\n**pos = 1**\n\n- PE(1,0) = sin(1) = 0.841\n- PE(1,1) = cos(1) = 0.540\n- PE(1,2) = sin(1/100) = 0.010\n- PE(1,3) = cos(1/100) = 1.000\n\n**pos = 2**\n\n- PE(2,0) = sin(2) = 0.909\n- PE(2,1) = cos(2) = -0.416\n- PE(2,2) = sin(2/100) = 0.020\n- PE(2,3) = cos(2/100) = 1.000\n\n",
    slip: ["- PE(1,3) = cos(1/100) = 1.000", "- PE(1,3) = cos(1/100) = 0.700"],
    cell: ["encoding", 1, 3],
  },
  "A residual and a norm behind letters": {
    text: "Problem 5. Let X be the input and Q = K = V = X.\n\nX =\n   [ 1  0  2 ]\n   [ 0  3  1 ]\n\n(a) scores X X^T\n   [  5   2 ]\n   [  2  10 ]\n(b) scaled by sqrt(3)\n   [ 2.887  1.155 ]\n   [ 1.155  5.774 ]\n(c) weights\n   [ 0.850  0.150 ]\n   [ 0.010  0.990 ]\n(d) attention output\n   [ 0.850  0.451  1.850 ]\n   [ 0.010  2.971  1.010 ]\n(e) residual: X + output\n   [ 1.850  0.451  3.850 ]\n   [ 0.010  5.971  2.010 ]\n(f) layer norm of each row (no gamma/beta, eps = 0)\n   [ -0.144  -1.147   1.290 ]\n   [ -1.071   1.335  -0.264 ]\n",
    slip: ["   [ -1.071   1.335  -0.264 ]", "   [ -0.571   1.335  -0.264 ]"],
    cell: ["norm-1", 1, 0],
  },
};
