import type { AloneSheet } from "./fifteenth-look.js";

/**
 * Sheets without a separate problem that somebody else wrote for a thirty-second look, computed by NumPy, and that were
 * misread then: of 60 forms, each once right and once wrong, 98 of 120 were judged rightly, and of 40 forms of a next
 * look 66 of 80.
 */
export const TWENTY_THIRD_LOOK: Readonly<Record<string, AloneSheet>> = {
  "Products with a letter x": {
    text: "Exercice 3 - mécanisme d'attention\n\nDonnées : q = (2 ; -1)\nk1 = (1 ; 1), k2 = (0 ; -2), k3 = (1 ; 0)\nv1 = (1 ; 0), v2 = (0 ; 1), v3 = (2 ; 2)\n\n1) Produits scalaires\n   q.k1 = 2 x 1 + (-1) x 1 = 1\n   q.k2 = 2 x 0 + (-1) x (-2) = 2\n   q.k3 = 2 x 1 + (-1) x 0 = 2\n\n2) On divise par racine de 2 :\n   0,707 ; 1,414 ; 1,414\n\n3) Exponentielles : 2,028 ; 4,113 ; 4,113\n   Somme : 10,255\n   Poids d'attention : 0,198 ; 0,401 ; 0,401\n\n4) Sortie : 0,198 v1 + 0,401 v2 + 0,401 v3 = (1,000 ; 1,203)\n",
    slip: ["0,401 ; 0,401\n\n4", "0,471 ; 0,401\n\n4"],
    cell: ["weights", 0, 1],
  },
  "A division behind an arrow": {
    text: "CS 7643 quiz 4\n----------------\nquery q = (1, 2, -1, 0)\n\nkeys                 values\nk_1 = (2, 1, 0, 1)   v_1 = (1, 0, 0)\nk_2 = (1, 0, 1, 1)   v_2 = (0, 2, 0)\nk_3 = (0, 1, -2, 2)  v_3 = (1, 1, 3)\n\nd_k = 4 so sqrt(d_k) = 2\n\nscore_1 = 1*2 + 2*1 + (-1)*0 + 0*1 = 4   ->  /2  ->  2.00\nscore_2 = 1*1 + 2*0 + (-1)*1 + 0*1 = 0   ->  /2  ->  0.00\nscore_3 = 1*0 + 2*1 + (-1)*(-2) + 0*2 = 4   ->  /2  ->  2.00\n\nsoftmax:\n  e^2.0 = 7.389\n  e^0.0 = 1.000\n  e^2.0 = 7.389\n  sum = 15.778\n  weights = 0.468, 0.063, 0.468\n\nout[1] = 0.468*1 + 0.063*0 + 0.468*1 = 0.937\nout[2] = 0.468*0 + 0.063*2 + 0.468*1 = 0.595\nout[3] = 0.468*0 + 0.063*0 + 0.468*3 = 1.405\n",
    slip: ["0.468*1 = 0.595", "0.468*1 = 1.145"],
    cell: ["output", 0, 1],
  },
  "Cells of two steps in turns, of one token": {
    text: "Self-attention, we compute the output for the first word only.\n\nx1 = [1, 0], x2 = [1, 1], x3 = [0, 2]\nWq = [[1, 1], [0, 1]], Wk = [[1, 0], [1, 1]], Wv = [[2, 0], [0, 1]]\n\nq1 = x1 Wq = [1, 1]\nk1 = x1 Wk = [1, 0]\nk2 = x2 Wk = [2, 1]\nk3 = x3 Wk = [2, 2]\nv1 = x1 Wv = [2, 0]\nv2 = x2 Wv = [2, 1]\nv3 = x3 Wv = [0, 2]\n\nq1·k1 = 1×1 + 1×0 = 1, divided by sqrt(2): 0.71\nq1·k2 = 1×2 + 1×1 = 3, divided by sqrt(2): 2.12\nq1·k3 = 1×2 + 1×2 = 4, divided by sqrt(2): 2.83\n\nsoftmax: [0.07, 0.31, 0.62]\n\nz1 = 0.07 v1 + 0.31 v2 + 0.62 v3 = [0.76, 1.55]\n",
    slip: ["1×1 = 3, divided by sqrt(2): 2.12", "1×1 = 3, divided by sqrt(2): 2.32"],
    cell: ["scaled-scores", 0, 1],
  },
  "Division by d_k, as the sheet says": {
    text: "muP style attention\nNB: in this course's muP sheet the scores are divided by d_k (= 4), not by sqrt(d_k).\n\nQ\n  2   0   1   1\n  0   1   1   2\nK\n  1   1   0   2\n  0   2   1   0\n  1   0   3   1\nV\n  1   0\n  2   2\n  0   3\n\nQ K^T\n  4   1   6\n  5   3   5\n\nQ K^T / d_k\n  1.00   0.25   1.50\n  1.25   0.75   1.25\n\nsoftmax(Q K^T / d_k)\n  0.320   0.151   0.528\n  0.384   0.233   0.384\n\nsoftmax(Q K^T / d_k) V\n  0.623   1.887\n  0.849   1.616\n",
    slip: ["0.25   1.50", "0.25   1.90"],
    cell: ["scaled-scores", 0, 2],
  },
  "A row of scores for each key": {
    text: "## Column convention (as in Prince's book)\n\nTokens are the **columns** of $Q$, $K$, $V$. Then $A = \\mathrm{softmax}(K^TQ/\\sqrt{d_k})$ with the softmax taken over each **column**, and the output is $V A$. $d_k = 2$.\n\n$$Q = \\begin{pmatrix} 1 & 0 \\\\ 2 & 1 \\end{pmatrix}, K = \\begin{pmatrix} 1 & 1 \\\\ 0 & 1 \\end{pmatrix}, V = \\begin{pmatrix} 2 & 1 \\\\ 0 & 3 \\end{pmatrix}$$\n\n$$K^TQ = \\begin{pmatrix} 1 & 0 \\\\ 3 & 1 \\end{pmatrix}$$\n\n$$K^TQ/\\sqrt{2} = \\begin{pmatrix} 0.707 & 0.000 \\\\ 2.121 & 0.707 \\end{pmatrix}$$\n\n$$A = \\begin{pmatrix} 0.196 & 0.330 \\\\ 0.804 & 0.670 \\end{pmatrix}$$\n\n$$VA = \\begin{pmatrix} 1.196 & 1.330 \\\\ 2.413 & 2.009 \\end{pmatrix}$$\n",
    slip: ["0.804 & 0.670", "0.894 & 0.670"],
    cell: ["weights", 0, 1],
  },
  "A result below a vector of calculations": {
    text: "Position-wise feed-forward network\n\nFFN(x) = ReLU(x W1 + b1) W2 + b2\n\nx  = [1, -2]\nW1 = [[1, 0, 2], [0, 1, 1]]\nb1 = [0.5, 1, 0.5]\nW2 = [[1, 2], [0, 1], [3, -1]]\nb2 = [0.1, 0]\n\nx W1 + b1 = [1·1 + (-2)·0 + 0.5, 1·0 + (-2)·1 + 1, 1·2 + (-2)·1 + 0.5]\n          = [1.5, -1.0, 0.5]\nReLU(x W1 + b1) = [1.5, 0.0, 0.5]\nFFN(x) = [3.1, 2.5]\n",
    slip: ["[3.1, 2.5]", "[3.1, 3.2]"],
    cell: ["feed-forward-2", 0, 1],
  },
  "Heads side by side in a program": {
    text: "In [1]: import numpy as np; np.set_printoptions(precision=4, suppress=True)\n\nIn [2]: X = np.array([[0.2, 1, -0.5, 0.7], [0.9, -0.3, 0.4, 0.1], [-0.6, 0.5, 0.8, 0.3]])\n\nIn [3]: WQ = np.array([[0.1, 0.4, -0.2, 0.3], [0.5, 0, 0.6, -0.1], [0.2, 0.7, 0.3, 0.8], [-0.4, 0.1, 0.9, 0.2]])\n\nIn [4]: WK = np.array([[0.3, -0.5, 0.2, 0.1], [0.6, 0.4, 0, 0.7], [0.1, 0.2, 0.5, -0.3], [0.8, 0.3, -0.1, 0.4]])\n\nIn [5]: WV = np.array([[1, 0, 0.5, 0], [0, 1, 0, 0.5], [0.5, 0, 1, 0], [0, 0.5, 0, 1]])\n\nIn [6]: WO = np.array([[0.5, 0, 0, 0.5], [0, 0.5, 0.5, 0], [0.5, 0, 0.5, 0], [0, 0.5, 0, 0.5]])\n\nIn [7]: Q, K, V = X @ WQ, X @ WK, X @ WV\n\nIn [8]: def attend(Q, K, V):\n   ...:     S = Q @ K.T / np.sqrt(K.shape[1])\n   ...:     A = np.exp(S) / np.exp(S).sum(1, keepdims=True)\n   ...:     return A, A @ V\n   ...:\n\nIn [9]: A1, H1 = attend(Q[:, :2], K[:, :2], V[:, :2])\n\nIn [10]: A2, H2 = attend(Q[:, 2:], K[:, 2:], V[:, 2:])\n\nIn [11]: print(A1)\n[[0.3431 0.3528 0.3042]\n [0.3495 0.2375 0.4129]\n [0.3765 0.2597 0.3637]]\n\nIn [12]: print(A2)\n[[0.2014 0.4325 0.3661]\n [0.4732 0.2397 0.2871]\n [0.3331 0.3261 0.3408]]\n\nIn [13]: print(np.concatenate([H1, H2], axis=1) @ WO)\n[[0.3901 0.497  0.5214 0.3657]\n [0.1596 0.6973 0.4195 0.4375]\n [0.2542 0.6253 0.4971 0.3825]]\n",
    slip: ["0.497  0.5214", "0.4063 0.5214"],
    cell: ["output", 0, 1],
  },
  "Scaling that is left out, and scores repeated in a softmax": {
    text: "<article>\n<h2>Illustrated self-attention</h2>\n<p>Step 1. Prepare the inputs X</p>\n<pre>\n1 0 1 1\n0 2 0 1\n1 1 0 1\n</pre>\n<p>Step 2. Weights. W_K</p>\n<pre>\n0 0 1\n1 1 0\n0 1 0\n1 1 0\n</pre>\n<p>W_Q</p>\n<pre>\n1 0 1\n1 0 0\n0 0 1\n0 1 1\n</pre>\n<p>W_V</p>\n<pre>\n0 2 0\n0 3 0\n1 0 3\n1 1 0\n</pre>\n<p>Step 3. Derive key, query and value. K = X W_K</p>\n<pre>\n1 2 1\n3 3 0\n2 2 1\n</pre>\n<p>V = X W_V</p>\n<pre>\n2 3 3\n1 7 0\n1 6 0\n</pre>\n<p>Q = X W_Q</p>\n<pre>\n1 1 3\n2 1 1\n2 1 2\n</pre>\n<p>Step 4. Attention scores for input 1 (plain dot product, we leave the scaling by the root of d_k out): <code>[6, 6, 7]</code></p>\n<p>Step 5. Softmax: <code>softmax([6, 6, 7]) = [0.21, 0.21, 0.58]</code></p>\n<p>Step 6. Output 1: <code>[1.21, 5.58, 0.64]</code></p>\n</article>\n",
    slip: ["5.58", "5.79"],
    cell: ["output", 0, 1],
  },
  "A divisor in words": {
    text: "## Autoatención: solución del apartado b)\n\nEntradas: $x_1 = (1 ; 1)$, $x_2 = (2 ; 0)$, $x_3 = (0 ; 3)$\n\nMatrices: $W_Q = \\begin{pmatrix} 1 & 0 \\\\ 0 & 1 \\end{pmatrix}$, $W_K = \\begin{pmatrix} 1 & 1 \\\\ 1 & 0 \\end{pmatrix}$, $W_V = \\begin{pmatrix} 0 & 1 \\\\ 1 & 0 \\end{pmatrix}$\n\nQueremos la salida para la palabra 2.\n\n- $q_2 = x_2 W_Q = (2 ; 0)$\n- $k_1 = (2 ; 1)$, $k_2 = (2 ; 2)$, $k_3 = (3 ; 0)$\n- $v_1 = (1 ; 1)$, $v_2 = (0 ; 2)$, $v_3 = (3 ; 0)$\n\nPuntuaciones:\n\n- $q_2 \\cdot k_1 = 2 x 2 + 0 x 1 = 4$, entre $\\sqrt 2$: 2,828\n- $q_2 \\cdot k_2 = 2 x 2 + 0 x 2 = 4$, entre $\\sqrt 2$: 2,828\n- $q_2 \\cdot k_3 = 2 x 3 + 0 x 0 = 6$, entre $\\sqrt 2$: 4,243\n\nExponenciales: 16,92 ; 16,92 ; 69,59 (suma 103,43)\n\nPesos: 0,164 ; 0,164 ; 0,673\n\nSalida: $z_2 = (2,18 ; 0,49)$\n",
    slip: ["0,164 ; 0,164 ;", "0,164 ; 0,054 ;"],
    cell: ["weights", 1, 1],
  },
  "Cells without blanks beside decimal points": {
    text: "Prob 3.\nq=[1,2]  K=[1,1; 2,0; 0,2; 1,-1]  V=[1,10; 2,20; 3,30; 4,40]    (d_k=2)\n\nq.K^T = [3, 2, 4, -1]\n/sqrt2 = [2.12, 1.41, 2.83, -0.71]\nexp    = [8.33, 4.10, 16.95, 0.49]     sum = 29.87\nalpha  = [0.28, 0.14, 0.57, 0.02]\n   (I rounded everything to 2 decimals and went on with the rounded numbers)\nout_1 = 0.28*1 + 0.14*2 + 0.57*3 + 0.02*4 = 2.35\nout_2 = 0.28*10 + 0.14*20 + 0.57*30 + 0.02*40 = 23.50\n",
    slip: ["sum = 29.87", "sum = 25.87"],
    cell: ["row-sums", 0, 0],
  },
  "What follows from a mask": {
    text: "# GPT block by hand (masked self-attention)\n\nMATLAB-like notation, rows are tokens.\n\n    X  = [1 2; 0 1]\n    Wq = [1 1; 0 1]\n    Wk = [1 0; 0 2]\n    Wv = [3 0; 1 1]\n\n    Q = X*Wq = [1 3; 0 1]\n    K = X*Wk = [1 4; 0 2]\n    V = X*Wv = [5 2; 1 1]\n\n    S = Q*K'/sqrt(2) = [9.192 4.243; 2.828 1.414]\n\nThe causal mask hides token 2 from token 1, so the first row is simply [1 0].\nSecond row: exp(2.828) = 16.919, exp(1.414) = 4.113, sum = 21.032\n\n    A = [1 0; 0.804 0.196]\n    Y = A*V = [5.000 2.000; 4.218 1.804]\n",
    slip: ["0.804 0.196]", "0.904 0.196]"],
    cell: ["weights", 1, 0],
  },
  "A title behind a single number": {
    text: "hw5.txt -- Marek N.\n\nquery: 0.2 0.8 -0.4\nkeys:\n  1) 1 0.5 0\n  2) 0 1 -1\n  3) -0.5 0.3 2\nvalues:\n  1) 1 -1\n  2) 0.5 2\n  3) 3 0\n\nscores:\n  1) 0.2*1 + 0.8*0.5 + (-0.4)*0 = 0.60\n  2) 0.2*0 + 0.8*1 + (-0.4)*(-1) = 1.20\n  3) 0.2*(-0.5) + 0.8*0.3 + (-0.4)*2 = -0.66\nscaled scores (divided by sqrt(3) = 1.7321):\n  1) 0.3464\n  2) 0.6928\n  3) -0.3811\nexponentials:\n  1) 1.4140\n  2) 1.9993\n  3) 0.6831\nsum of exponentials: 4.0965\nweights:\n  1) 0.3452\n  2) 0.4881\n  3) 0.1668\noutput:\n  0.3452*1 + 0.4881*0.5 + 0.1668*3 = 1.0895\n  0.3452*(-1) + 0.4881*2 + 0.1668*0 = 0.6310\n",
    slip: ["0.4881\n  3)", "0.4181\n  3)"],
    cell: ["weights", 0, 1],
  },
  "Single values in a sentence of LaTeX": {
    text: "\\textbf{Problem 1.} A query $q=(1, 1)$ attends to the keys $k_1=(0, 1)$, $k_2=(1, 2)$, $k_3=(2, 2)$ with the scalar values $v_1=-1$, $v_2=0$, $v_3=2$.\n\n\\textbf{Solution.} We have $q\\cdot k_1=1$, $q\\cdot k_2=3$ and $q\\cdot k_3=4$. Dividing by $\\sqrt{2}$ gives $0.707$, $2.121$, $2.828$.\n\nThe exponentials are $2.03$, $8.34$, $16.92$; their sum is $27.29$. Hence\n\\begin{align*}\n\\alpha_1 &= \\frac{2.03}{27.29} = 0.074 \\\\\n\\alpha_2 &= \\frac{8.34}{27.29} = 0.306 \\\\\n\\alpha_3 &= \\frac{16.92}{27.29} = 0.620\n\\end{align*}\nand the output is $\\sum_j \\alpha_j v_j = 0.074 \\cdot (-1) + 0.306 \\cdot 0 + 0.620 \\cdot 2 = 1.166$.\n",
    slip: ["= 0.620", "= 0.550"],
    cell: ["weights", 0, 2],
  },
  "Rows that grow from token to token": {
    text: "Causal attention with three tokens, row by row.\n\nq1 = (1, 1)  q2 = (0, 2)  q3 = (1, -1)\nk1 = (2, 0)  k2 = (1, 1)  k3 = (0, 1)\nv1 = (1, 1)  v2 = (4, 0)  v3 = (0, 2)\n\nPosition 1 (sees 1)\n  q1.k1 = 1*2 + 1*0 = 2;  /1.414 = 1.414;  exp = 4.113\n  sum of exps = 4.113\n  weights: 1.000\n  output 1 = (1.000, 1.000)\n\nPosition 2 (sees 1, 2)\n  q2.k1 = 0*2 + 2*0 = 0;  /1.414 = 0.000;  exp = 1.000\n  q2.k2 = 0*1 + 2*1 = 2;  /1.414 = 1.414;  exp = 4.113\n  sum of exps = 5.113\n  weights: 0.196, 0.804\n  output 2 = (3.413, 0.196)\n\nPosition 3 (sees 1, 2, 3)\n  q3.k1 = 1*2 + (-1)*0 = 2;  /1.414 = 1.414;  exp = 4.113\n  q3.k2 = 1*1 + (-1)*1 = 0;  /1.414 = 0.000;  exp = 1.000\n  q3.k3 = 1*0 + (-1)*1 = -1;  /1.414 = -0.707;  exp = 0.493\n  sum of exps = 5.606\n  weights: 0.734, 0.178, 0.088\n  output 3 = (1.447, 0.910)\n",
    slip: ["weights: 0.196, 0.804", "weights: 0.126, 0.804"],
    cell: ["weights", 1, 0],
  },
  "What an arrow leads to": {
    text: "CAUSAL ATTENTION - lecture 11, board example (copied by Sofie)\n\nq1=(1,0) q2=(1,1) q3=(0,2)\nk1=(1,1) k2=(2,0) k3=(0,1)\nv1=(1,0) v2=(0,2) v3=(4,4)\n\nA token may not look into the future, so masked scores are set to -inf.\n\nscores q.k / sqrt(2):\n\n         k1      k2      k3\nq1    0.707    -inf    -inf\nq2    1.414   1.414    -inf\nq3    1.414   0.000   1.414\n\nsoftmax row by row:\n\nq1: only one key left => weights 1, 0, 0\nq2: exp(1.414)=4.113, exp(1.414)=4.113, sum=8.227 => 0.500, 0.500, 0\nq3: exp(1.414)=4.113, exp(0.000)=1.000, exp(1.414)=4.113, sum=9.227 => 0.446, 0.108, 0.446\n\noutputs:\n\no1 = v1 = (1, 0)\no2 = 0.500*(1,0) + 0.500*(0,2) = (0.500, 1.000)\no3 = 0.446*(1,0) + 0.108*(0,2) + 0.446*(4,4) = (2.229, 2.000)\n",
    slip: ["0.446, 0.108, 0.446", "0.446, 0.163, 0.446"],
    cell: ["weights", 2, 1],
  },
  "Several heads in a line": {
    text: "\\problem{3} Let $h=2$, $d_{\\text{model}}=2$, $d_k=d_v=2$ and\n\\[ X=\\begin{pmatrix} 1 & 2 \\\\ 2 & 1 \\end{pmatrix}. \\]\nThe parameters are\n\\begin{align*}\nW_1^Q&=\\begin{pmatrix} 1 & 0 \\\\ 0 & 1 \\end{pmatrix}, & W_1^K&=\\begin{pmatrix} 0 & 1 \\\\ 1 & 0 \\end{pmatrix}, & W_1^V&=\\begin{pmatrix} 1 & 1 \\\\ 0 & 1 \\end{pmatrix},\\\\\nW_2^Q&=\\begin{pmatrix} 1 & 1 \\\\ 0 & 1 \\end{pmatrix}, & W_2^K&=\\begin{pmatrix} 1 & 0 \\\\ 1 & 1 \\end{pmatrix}, & W_2^V&=\\begin{pmatrix} 1 & 0 \\\\ 1 & 0 \\end{pmatrix},\n\\end{align*}\nand\n\\[ W^O=\\begin{pmatrix} 1 & 0 \\\\ 0 & 1 \\\\ 0.5 & 0 \\\\ 0 & 0.5 \\end{pmatrix}. \\]\n\\answer\n\\begin{align*}\nA_1 &= \\begin{pmatrix} 0.330 & 0.670 \\\\ 0.670 & 0.330 \\end{pmatrix}, & A_2 &= \\begin{pmatrix} 0.893 & 0.107 \\\\ 0.893 & 0.107 \\end{pmatrix}\\\\\n\\mathrm{head}_1 &= \\begin{pmatrix} 1.670 & 3.000 \\\\ 1.330 & 3.000 \\end{pmatrix}, & \\mathrm{head}_2 &= \\begin{pmatrix} 3.000 & 0.000 \\\\ 3.000 & 0.000 \\end{pmatrix}\n\\end{align*}\n\\[ \\mathrm{MultiHead}(X) = [\\mathrm{head}_1,\\mathrm{head}_2]W^O = \\begin{pmatrix} 3.170 & 3.000 \\\\ 2.830 & 3.000 \\end{pmatrix} \\]\n",
    slip: ["3.170 & 3.000", "3.170 & 2.790"],
    cell: ["output", 0, 1],
  },
  "Two matrices side by side": {
    text: "\\section*{Esercizio 2 (svolto)}\nSiano\n\\[Q=\\begin{pmatrix}1&3\\\\0&1\\end{pmatrix},\\; K=\\begin{pmatrix}1&0\\\\0&1\\end{pmatrix},\\; V=\\begin{pmatrix}4&0\\\\0&2\\end{pmatrix}.\\]\n\\paragraph{Punteggi.} Poiché $K$ è la matrice identità, $QK^T=Q$. Dividendo per $\\sqrt{2}$:\n\\[\\frac{QK^T}{\\sqrt 2}=\\begin{pmatrix} 0.707 & 2.121 \\\\ 0.000 & 0.707 \\end{pmatrix}.\\]\n\\paragraph{Softmax.} Per la prima riga\n\\[\\frac{e^{0.707}}{e^{0.707}+e^{2.121}}=\\frac{2.028}{2.028+8.342}=0.196,\\qquad 1-0.196=0.804.\\]\nPer la seconda riga\n\\[\\frac{e^{0.000}}{e^{0.000}+e^{0.707}}=\\frac{1.000}{1.000+2.028}=0.330,\\qquad 1-0.330=0.670.\\]\n\\paragraph{Uscita.}\n\\[ \\text{Attention}(Q,K,V)=\\begin{pmatrix} 0.196 & 0.804 \\\\ 0.330 & 0.670 \\end{pmatrix}\\begin{pmatrix}4&0\\\\0&2\\end{pmatrix}=\\begin{pmatrix} 0.782 & 1.609 \\\\ 1.321 & 1.340 \\end{pmatrix}\\]\n",
    slip: ["0.707 & 2.121", "0.707 & 2.521"],
    cell: ["scaled-scores", 0, 1],
  },
  "Commas in braces beside lists": {
    text: "\\aufgabe{Attention}{8}\nGegeben sind die Query $q=(1,2,-1,0)$, die Keys $k_1=(1,1,1,0)$, $k_2=(2,1,0,1)$, $k_3=(0,0,2,3)$ und die Values $v_1=(1,0)$, $v_2=(2,2)$, $v_3=(0,4)$.\n\\begin{loesung}\n\\begin{enumerate}\n\\item Skalarprodukte: $q\\cdot k_1=1+2-1+0=2$, $q\\cdot k_2=2+2+0+0=4$, $q\\cdot k_3=0+0-2+0=-2$. \\punkte{2}\n\\item Skalierung mit $\\sqrt{d_k}=\\sqrt{4}=2$: $1$, $2$, $-1$. \\punkte{1}\n\\item Softmax: $e^{1}=2{,}718$, $e^{2}=7{,}389$, $e^{-1}=0{,}368$, Summe $10{,}475$, also\n\\[\\alpha_1=\\frac{2{,}718}{10{,}475}=0{,}259,\\quad \\alpha_2=\\frac{7{,}389}{10{,}475}=0{,}705,\\quad \\alpha_3=\\frac{0{,}368}{10{,}475}=0{,}035.\\] \\punkte{3}\n\\item Ausgabe: $\\alpha_1v_1+\\alpha_2v_2+\\alpha_3v_3=(1{,}670;\\ 1{,}551)$. \\punkte{2}\n\\end{enumerate}\n\\end{loesung}\n",
    slip: ["e^{-1}=0{,}368", "e^{-1}=0{,}413"],
    cell: ["exponentials", 0, 2],
  },
  // 0.67·2 = 1.34, 0.33·4 = 1.32: chains of sums of vectors.
  "A chain of sums of vectors": {
    text: "Q = [[1, 0]]\nK = [[1, 1], [0, 1]]\nV = [[2, 0], [0, 4]]\nweights = [0.67, 0.33]\noutput = 0.67·[2, 0] + 0.33·[0, 4]\n       = [1.34, 0] + [0, 1.32]\n       = [1.34, 1.32]\n",
    slip: ["[0.67, 0.33]", "[0.67, 0.43]"],
    cell: ["weights", 0, 1],
  },
};
