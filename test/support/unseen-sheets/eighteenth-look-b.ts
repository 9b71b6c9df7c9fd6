import type { AloneSheet } from "./fifteenth-look.js";

/**
 * Sheets without a separate problem that somebody else wrote for a twenty-fifth look, computed by NumPy, and that were
 * misread then: of 50 forms, each once right and once wrong, 75 of 100 were judged rightly. A wrong sum of exponentials
 * and a wrong percentage in a sentence passed.
 */
export const EIGHTEENTH_LOOK_B: Readonly<Record<string, AloneSheet>> = {
  "Additive scoring in LaTeX, a line for each key": {
    text: "# Bahdanau attention by hand\n\nDecoder state $s = \\begin{bmatrix} -2 \\\\ -1.1 \\end{bmatrix}$ and encoder states\n\n$$h_1 = \\begin{bmatrix} -1 \\\\ 0 \\end{bmatrix},\\quad h_2 = \\begin{bmatrix} -0.8 \\\\ 0.1 \\end{bmatrix},\\quad h_3 = \\begin{bmatrix} -0.6 \\\\ 0.4 \\end{bmatrix}$$\n\nParameters:\n\n$$W_a = \\begin{bmatrix} 1.5 & 0.4 \\\\ 0.7 & 0.7 \\end{bmatrix},\\quad U_a = \\begin{bmatrix} 0.9 & -0.4 \\\\ 0.2 & -1.5 \\end{bmatrix},\\quad v_a = \\begin{bmatrix} 0.4 \\\\ -1.4 \\end{bmatrix}$$\n\nThe score is $e_i = v_a^\\top \\tanh(W_a s + U_a h_i)$.\n\n**Step 1.** $W_a s = \\begin{bmatrix} -3.4400 \\\\ -2.1700 \\end{bmatrix}$\n\n**Step 2.** Hidden vectors $\\tanh(W_a s + U_a h_i)$:\n\n- $i=1$: $U_a h_1 = \\begin{bmatrix} -0.9000 \\\\ -0.2000 \\end{bmatrix}$, so $\\tanh(\\cdot) = \\begin{bmatrix} -0.9997 \\\\ -0.9827 \\end{bmatrix}$\n- $i=2$: $U_a h_2 = \\begin{bmatrix} -0.7600 \\\\ -0.3100 \\end{bmatrix}$, so $\\tanh(\\cdot) = \\begin{bmatrix} -0.9996 \\\\ -0.9861 \\end{bmatrix}$\n- $i=3$: $U_a h_3 = \\begin{bmatrix} -0.7000 \\\\ -0.7200 \\end{bmatrix}$, so $\\tanh(\\cdot) = \\begin{bmatrix} -0.9995 \\\\ -0.9938 \\end{bmatrix}$\n\n**Step 3.** Scores:\n\n- $e_1 = 0.9759$\n- $e_2 = 0.9807$\n- $e_3 = 0.9916$\n\n**Step 4.** Softmax: $\\alpha = (0.3311, 0.3326, 0.3363)$\n\n**Step 5.** Context vector $c = \\sum_i \\alpha_i h_i = \\begin{bmatrix} -0.7990 \\\\ 0.1678 \\end{bmatrix}$\n",
    slip: ["$e_2 = 0.9807$", "$e_2 = 1.1307$"],
    cell: ["scores", 0, 1],
  },
  "Additive scoring in Chinese, tanh in rows": {
    text: "作业三：加性注意力（Bahdanau）\n\n已知：\n解码器状态 s = [1, 0.5]\n编码器状态 h1 = [0.5, -0.5]，h2 = [1, -0.5]，h3 = [-0.5, 0.5]\nW_a = [[0, 0.5], [-0.5, -0.5]]\nU_a = [[0.5, -0.5], [-0.5, 0]]\nv_a = [1, -0.5]\n\n打分函数：e_i = v_a^T tanh(W_a s + U_a h_i)\n\n解：\n（1）W_a s = [0.250, -0.750]\n（2）tanh(W_a s + U_a h_i)：\n    i=1: [0.635, -0.762]\n    i=2: [0.762, -0.848]\n    i=3: [-0.245, -0.462]\n（3）得分：e1 = 1.016，e2 = 1.186，e3 = -0.014\n（4）softmax：α1 = 0.393，α2 = 0.466，α3 = 0.140\n（5）上下文向量：c = α1 h1 + α2 h2 + α3 h3 = [0.593, -0.360]\n",
    slip: ["[0.593, -0.360]", "[0.593, -0.240]"],
    cell: ["output", 0, 1],
  },
  "Additive scoring, rows below each title": {
    text: "Additive attention (Bahdanau)\nDecoder state s = [1.0, 0.5]\nEncoder states h1 = [0.5, -0.5], h2 = [1.0, -0.5], h3 = [-0.5, 0.5]\nW_1 = [[-1, -0.5], [0.5, 1]]\nW_2 = [[0, 1], [-1, -1]]\nv = [1.0, -0.5]\ne_i = v^T tanh(W_1 s + W_2 h_i)\n\n1) W_1 s = [-1.250, 1.000]\n2) W_2 h_i:\n   i=1: [-0.500, 0.000]\n   i=2: [-0.500, -0.500]\n   i=3: [0.500, 0.000]\n3) tanh(W_1 s + W_2 h_i):\n   i=1: [-0.941, 0.762]\n   i=2: [-0.941, 0.462]\n   i=3: [-0.635, 0.762]\nScores: e1 = -1.322, e2 = -1.172, e3 = -1.016\nsoftmax: α1 = 0.284, α2 = 0.330, α3 = 0.386\nContext vector c = [0.279, -0.114]\n",
    slip: ["e2 = -1.172,", "e2 = -0.972,"],
    cell: ["scores", 0, 1],
  },
  "Additive scoring, sums of features": {
    text: "Additive attention (Bahdanau)\nDecoder state s = [1.0, 0.5]\nEncoder states h1 = [0.5, -0.5], h2 = [1.0, -0.5], h3 = [-0.5, 0.5]\nW_s = [[0.5, 0], [-0.5, -0.5]]\nW_h = [[1, 1], [-1, -0.5]]\nv = [1.0, -0.5]\ne_i = v^T tanh(W_s s + W_h h_i)\n\nW_s s = [0.500, -0.750]\nW_s s + W_h h1 = [0.500, -1.000]\nW_s s + W_h h2 = [1.000, -1.500]\nW_s s + W_h h3 = [0.500, -0.500]\ntanh(W_s s + W_h h1) = [0.462, -0.762]\ntanh(W_s s + W_h h2) = [0.762, -0.905]\ntanh(W_s s + W_h h3) = [0.462, -0.462]\nScores: e1 = 0.843, e2 = 1.214, e3 = 0.693\nsoftmax: α1 = 0.302, α2 = 0.438, α3 = 0.260\nContext vector c = [0.459, -0.240]\n",
    slip: ["W_s s = [0.500,", "W_s s = [0.800,"],
    cell: ["query-features", 0, 0],
  },
  "A temperature in place of √d_k": {
    text: "**Attention with a temperature**\n\nInstead of √d_k we divide the scores by a temperature τ = 3.\n\nQ = [[2, 1], [0, 1]], K = [[1, 0], [1, 1], [0, 2]], V = [[1, 0], [0, 2], [3, 1]]\n\nQKᵀ = [[2, 3, 2], [0, 1, 2]]\n\nQKᵀ/τ = [[0.67, 1.00, 0.67], [0.00, 0.33, 0.67]]\n\nsoftmax(QKᵀ/τ) = [[0.29, 0.41, 0.29], [0.23, 0.32, 0.45]]\n\nOutput = [[1.18, 1.12], [1.58, 1.09]]\n",
    slip: ["0.32, 0.45", "0.24, 0.45"],
    cell: ["weights", 1, 1],
  },
  "A table of one query between rules": {
    text: "attention for a single query\n\nq  = (1, 2)\nk1 = (1, 1)   v1 = (1, 2)\nk2 = (2, 0)   v2 = (3, 0)\nk3 = (0, 1)   v3 = (0, 4)\n\n           q.k     q.k/sqrt(2)     exp      weight\n------------------------------------------------------\nkey 1      3       2.12            8.34     0.50\nkey 2      2       1.41            4.11     0.25\nkey 3      2       1.41            4.11     0.25\n------------------------------------------------------\nsum                               16.57    1.00\n\noutput = 0.50 v1 + 0.25 v2 + 0.25 v3 = (1.25, 2.00)\n",
    slip: ["1.41            4.11     0.25\nkey 3", "1.41            4.71     0.25\nkey 3"],
    cell: ["exponentials", 0, 1],
  },
  "Weights times X": {
    text: '# Self-attention for "The dog barked"\n\nFor this toy example the projections are the identity, so Q = K = V = X:\n\n| token | x1 | x2 | x3 | x4 |\n|---|---|---|---|---|\n| The | 1 | 0 | 0 | 1 |\n| dog | 0 | 2 | 1 | 0 |\n| barked | 1 | 1 | 0 | 2 |\n\nDot products X Xᵀ:\n\n|  | The | dog | barked |\n|---|---|---|---|\n| The | 2 | 0 | 3 |\n| dog | 0 | 5 | 2 |\n| barked | 3 | 2 | 6 |\n\nDivide by √4 = 2:\n\n|  | The | dog | barked |\n|---|---|---|---|\n| The | 1.0 | 0.0 | 1.5 |\n| dog | 0.0 | 2.5 | 1.0 |\n| barked | 1.5 | 1.0 | 3.0 |\n\nSoftmax row-wise:\n\n|  | The | dog | barked |\n|---|---|---|---|\n| The | 0.331 | 0.122 | 0.547 |\n| dog | 0.063 | 0.766 | 0.171 |\n| barked | 0.164 | 0.100 | 0.736 |\n\nNew representations (weights × X):\n\n| token | z1 | z2 | z3 | z4 |\n|---|---|---|---|---|\n| The | 0.878 | 0.790 | 0.122 | 1.425 |\n| dog | 0.234 | 1.703 | 0.766 | 0.405 |\n| barked | 0.900 | 0.935 | 0.100 | 1.637 |\n\nWe see that "barked" puts a weight of 0.100 on "dog".\n',
    slip: ["| 0.900 | 0.935", "| 0.900 | 0.995"],
    cell: ["output", 2, 1],
  },
  "A remark behind a title, tokens in columns": {
    text: "NB: in this course tokens are COLUMNS, i.e. Q = [q1 q2 q3] etc.\n\nQ =\n    [ 1  0  2 ]\n    [ 1  2  0 ]\nK =\n    [ 0  1  1 ]\n    [ 2  1  0 ]\nV =\n    [ 1  0  3 ]\n    [ 0  2  1 ]\n\nScores S = K^T Q   (column j belongs to query j)\n    [ 2  4  0 ]\n    [ 2  2  2 ]\n    [ 1  0  2 ]\n\nS / sqrt(2)\n    [ 1.414  2.828  0.000 ]\n    [ 1.414  1.414  1.414 ]\n    [ 0.707  0.000  1.414 ]\n\nA = softmax over each column\n    [ 0.401  0.768  0.108 ]\n    [ 0.401  0.187  0.446 ]\n    [ 0.198  0.045  0.446 ]\n\nOutput O = V A\n    [ 0.994  0.904  1.446 ]\n    [ 1.000  0.419  1.337 ]\n",
    slip: ["[ 2  2  2 ]", "[ 0  2  2 ]"],
    cell: ["scores", 0, 1],
  },
  "Sums of exponentials in Spanish": {
    text: "Ejercicio 3. Calcular la atención con\n\nQ = [[1, 1], [0, 2]], K = [[1, 0], [1, 1], [-1, 1]], V = [[1, 3], [2, 0], [0, 1]]\n\nResolución:\n\nPosición 1:\n  productos escalares: 1, 2, 0\n  escalados (entre raíz de 2): 0.707, 1.414, 0.000\n  exponenciales: 2.028, 4.113, 1.000\n  suma de las exponenciales: 7.141\n  pesos: 0.284, 0.576, 0.140\n  salida: (1.436, 0.992)\n\nPosición 2:\n  productos escalares: 0, 2, 2\n  escalados (entre raíz de 2): 0.000, 1.414, 1.414\n  exponenciales: 1.000, 4.113, 4.113\n  suma de las exponenciales: 9.227\n  pesos: 0.108, 0.446, 0.446\n  salida: (1.000, 0.771)\n\n",
    slip: ["9.227", "9.827"],
    cell: ["row-sums", 1, 0],
  },
};
