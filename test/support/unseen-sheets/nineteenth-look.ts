import type { AloneSheet } from "./fifteenth-look.js";

/**
 * Sheets without a separate problem that somebody else wrote for a twenty-fifth and a twenty-sixth look, computed by
 * NumPy, and that were misread then: of 50 forms of plain homework, each once right and once wrong, 78 of 100 were
 * judged rightly, and of 50 about the parts of a layer, softmax alone and drawn matrices 40 of 100.
 */
export const NINETEENTH_LOOK: Readonly<Record<string, AloneSheet>> = {
  "Add and norm of a given attention": {
    text: "### Problem 3: Add & Norm\n\nThe input of the sublayer and the attention output are\n\n$X = \\begin{pmatrix} 0.7 & -0.3 & -0.7 & -0.4 \\\\ 1.0 & 0.0 & 0.3 & 1.0 \\end{pmatrix}$ and $\\text{Attn}(X) = \\begin{pmatrix} 0.0 & 0.9 & 1.1 & -1.6 \\\\ 0.2 & -0.4 & -1.0 & 1.0 \\end{pmatrix}$.\n\nCompute LayerNorm(X + Attn(X)) with γ = 1, β = 0 (ignore ε).\n\n**Residual**\n\n$Y = X + \\text{Attn}(X) = \\begin{pmatrix} 0.7 & 0.6 & 0.4 & -2.0 \\\\ 1.2 & -0.4 & -0.7 & 2.0 \\end{pmatrix}$\n\n**Mean of each row**\n\n$\\mu_1 = -0.075$, $\\mu_2 = 0.525$\n\n**Standard deviation of each row** (divide by 4)\n\n$\\sigma_1 = 1.117$, $\\sigma_2 = 1.117$\n\n**Normalised**\n\n$\\text{LN}(Y) = \\begin{pmatrix} 0.694 & 0.604 & 0.425 & -1.724 \\\\ 0.604 & -0.828 & -1.097 & 1.321 \\end{pmatrix}$\n",
    slip: ["0.525", "0.725"],
    cell: ["mean", 1, 0],
  },
  "Attention with a residual and a norm of its own": {
    text: "Exam 2023, Q6 - model solution\nX = [[0, 2, 0, 0], [-1, 0, 2, 0]]\nQ = [[1, 0, 1, 0], [0, 0, 0, 0]]\nK = [[1, 1, 1, 1], [1, 1, 0, 1]]\nV = [[-1, -1, -1, 1], [2, -1, 2, 1]]\nd_k = 4\n\n(i) Attention\nQK^T = [[2, 1], [0, 0]]\nQK^T/sqrt(d_k) = [[1.0, 0.5], [0.0, 0.0]]\nsoftmax = [[0.622, 0.378], [0.500, 0.500]]\nO = [[0.133, -1.000, 0.133, 1.000], [0.500, -1.000, 0.500, 1.000]]\n\n(ii) Residual connection\nR = X + O = [[0.133, 1.000, 0.133, 1.000], [-0.500, -1.000, 2.500, 1.000]]\n\n(iii) Layer normalisation (population variance, gamma=1, beta=0, epsilon neglected)\nrow 1: mean = 0.566, std = 0.434\nrow 2: mean = 0.500, std = 1.369\nLN(R) = [[-1.000, 1.000, -1.000, 1.000], [-0.730, -1.095, 1.461, 0.365]]\n",
    slip: ["0.434", "0.734"],
    cell: ["deviation", 0, 0],
  },
  "A feed-forward network alone": {
    text: "# Position-wise feed-forward network\n\n$$\\text{FFN}(x) = \\max(0, xW_1 + b_1)W_2 + b_2$$\n\nInput (two tokens): $X = \\begin{bmatrix} -1.5 & 1.5 \\\\ 1.1 & 0.5 \\end{bmatrix}$\n\n$$W_1 = \\begin{bmatrix} -1.3 & -1.9 & 0.3 & -0.9 \\\\ -2.1 & 0.2 & 1.2 & 1.1 \\end{bmatrix}, \\quad b_1 = \\begin{bmatrix} -0.7 & 0 & 0.8 & -1.2 \\end{bmatrix}$$\n\n$$W_2 = \\begin{bmatrix} -0.4 & 0.7 \\\\ -1.7 & 0.5 \\\\ 1.1 & 0.4 \\\\ 1.2 & -0.3 \\end{bmatrix}, \\quad b_2 = \\begin{bmatrix} 0.3 & 0.3 \\end{bmatrix}$$\n\n**1. First linear layer**\n\n$$XW_1 + b_1 = \\begin{bmatrix} -1.90 & 3.15 & 2.15 & 1.80 \\\\ -3.18 & -1.99 & 1.73 & -1.64 \\end{bmatrix}$$\n\n**2. ReLU** (negative numbers become 0)\n\n$$H = \\begin{bmatrix} 0.00 & 3.15 & 2.15 & 1.80 \\\\ 0.00 & 0.00 & 1.73 & 0.00 \\end{bmatrix}$$\n\n**3. Second linear layer**\n\n$$HW_2 + b_2 = \\begin{bmatrix} -0.530 & 2.195 \\\\ 2.203 & 0.992 \\end{bmatrix}$$\n",
    slip: ["00 & 3.15 & 2.15", "00 & 3.15 & 2.65"],
    cell: ["activation", 0, 2],
  },
  "An encoder layer in LaTeX, its activation as max": {
    text: "\\section*{One encoder layer, number by number}\nLet $X=\\begin{pmatrix} -0.4 & 0.3 & 1.7 & -1.9 \\\\ 0.9 & 0.0 & -1.1 & 0.2 \\end{pmatrix}$, $W_Q=\\begin{pmatrix} -0.6 & -0.3 \\\\ 0.7 & 0.8 \\\\ -0.4 & 0.7 \\\\ 0.2 & 0.5 \\end{pmatrix}$, $W_K=\\begin{pmatrix} 0.0 & -0.1 \\\\ 0.9 & 2.0 \\\\ -0.2 & -1.2 \\\\ 0.6 & 0.8 \\end{pmatrix}$, $W_V=\\begin{pmatrix} 0.7 & -0.3 & -2.4 & -0.3 \\\\ -0.9 & -1.1 & -0.1 & 0.0 \\\\ -0.4 & -0.8 & -0.9 & -0.6 \\\\ 0.1 & -0.2 & -0.3 & 0.7 \\end{pmatrix}$,\n$W_1=\\begin{pmatrix} 0.8 & -0.9 & 0.3 \\\\ -1.1 & 0.8 & 0.5 \\\\ -0.2 & -1.4 & 1.2 \\\\ -2.2 & 2.3 & 0.4 \\end{pmatrix}$, $W_2=\\begin{pmatrix} 0.6 & -1.1 & 2.2 & -0.6 \\\\ -0.3 & -1.3 & 1.5 & 1.9 \\\\ 1.2 & 0.3 & 1.5 & -0.1 \\end{pmatrix}$. No biases, $\\gamma=1$, $\\beta=0$, $\\epsilon=0$, post-norm.\n\n\\paragraph{Projections.}\n\\[Q=XW_Q=\\begin{pmatrix} -0.610 & 0.600 \\\\ -0.060 & -0.940 \\end{pmatrix},\\quad K=XW_K=\\begin{pmatrix} -1.210 & -2.920 \\\\ 0.340 & 1.390 \\end{pmatrix},\\quad V=XW_V=\\begin{pmatrix} -1.420 & -1.190 & -0.030 & -2.230 \\\\ 1.090 & 0.570 & -1.230 & 0.530 \\end{pmatrix}\\]\n\\paragraph{Attention.}\n\\[\\frac{QK^\\top}{\\sqrt2}=\\begin{pmatrix} -0.717 & 0.443 \\\\ 1.992 & -0.938 \\end{pmatrix},\\quad A=\\operatorname{softmax}=\\begin{pmatrix} 0.239 & 0.761 \\\\ 0.949 & 0.051 \\end{pmatrix},\\quad O=AV=\\begin{pmatrix} 0.491 & 0.150 & -0.944 & -0.129 \\\\ -1.293 & -1.101 & -0.091 & -2.090 \\end{pmatrix}\\]\n\\paragraph{Add \\& norm.}\n\\[X+O=\\begin{pmatrix} 0.091 & 0.450 & 0.756 & -2.029 \\\\ -0.393 & -1.101 & -1.191 & -1.890 \\end{pmatrix},\\qquad L=\\mathrm{LayerNorm}(X+O)=\\begin{pmatrix} 0.251 & 0.580 & 0.861 & -1.691 \\\\ 1.416 & 0.081 & -0.089 & -1.408 \\end{pmatrix}\\]\n\\paragraph{Feed-forward.}\n\\[H=\\max(0,LW_1)=\\begin{pmatrix} 3.112 & 0.000 & 0.721 \\\\ 4.158 & 0.000 & 0.000 \\end{pmatrix},\\qquad F=HW_2=\\begin{pmatrix} 2.733 & -3.206 & 7.927 & -1.939 \\\\ 2.495 & -4.574 & 9.148 & -2.495 \\end{pmatrix}\\]\n\\paragraph{Add \\& norm.}\n\\[Y=\\mathrm{LayerNorm}(L+F)=\\begin{pmatrix} 0.323 & -0.807 & 1.492 & -1.009 \\\\ 0.490 & -0.998 & 1.402 & -0.894 \\end{pmatrix}\\]\n",
    slip: ["1.402", "1.202"],
    cell: ["norm-2", 1, 2],
  },
  "Drawn matrices with names beside blank rows": {
    text: "    | 1  2 |       | 0  1 |       | 2  1 |\nQ = |      |   K = |      |   V = |      |\n    | 3  1 |       | 1  1 |       | 0  4 |\n\n       | 2  3 |\nQK^T = |      |\n       | 1  4 |\n\n                 | 1.41  2.12 |\nQK^T / sqrt(2) = |            |\n                 | 0.71  2.83 |\n\n          | 0.33  0.67 |\nsoftmax = |            |\n          | 0.11  0.89 |\n\n         | 0.66  3.01 |\noutput = |            |\n         | 0.21  3.68 |\n",
    slip: ["1  4", "1  5"],
    cell: ["scores", 1, 1],
  },
  "A layer norm of one vector with gamma and beta": {
    text: "LayerNorm, task 1\n\nx = (2, 4, -1, 3)\ngamma = (1, 0.5, 2, 1), beta = (0, 0.1, -0.1, 0.5), population variance, no epsilon\n\nmu = (2 + 4 - 1 + 3)/4 = 2\nx - mu = (0, 2, -3, 1)\nsigma^2 = (0 + 4 + 9 + 1)/4 = 3.5\nsigma = 1.871\nx_hat = (0.000, 1.069, -1.604, 0.535)\ny = gamma * x_hat + beta = (0.000, 0.635, -3.307, 1.035)\n",
    slip: ["1.871", "2.221"],
    cell: ["deviation", 0, 0],
  },
  "Means and variances as columns": {
    text: "### Add & Norm\n\nInput to the block X and output of the self-attention sublayer A (given):\n\n$$X = \\begin{bmatrix} 1 & 2 & 0 & -1 \\\\ 0.5 & -0.5 & 1 & 1 \\end{bmatrix},\\quad A = \\begin{bmatrix} 0.3 & -1 & 0.5 & 2 \\\\ 1.5 & 0 & -0.5 & 0.8 \\end{bmatrix}$$\n\n**1. Residual** X + A\n\n$$X + A = \\begin{bmatrix} 1.3 & 1.0 & 0.5 & 1.0 \\\\ 2.0 & -0.5 & 0.5 & 1.8 \\end{bmatrix}$$\n\n**2. Statistics per row** (biased variance, ε = 0)\n\n| row | μ | σ² |\n|---|---|---|\n| 1 | 0.950 | 0.0825 |\n| 2 | 0.950 | 1.0325 |\n\n**3. LayerNorm(X + A)** (γ = 1, β = 0)\n\n$$Y = \\begin{bmatrix} 1.219 & 0.174 & -1.567 & 0.174 \\\\ 1.033 & -1.427 & -0.443 & 0.837 \\end{bmatrix}$$\n",
    slip: ["1.0325", "1.1525"],
    cell: ["variance", 1, 0],
  },
  "A layer norm in French": {
    text: "TD 5 – Exercice 2 : normalisation de couche (LayerNorm)\n\nx = (1,5 ; -0,5 ; 2,5 ; 0,5)\nγ = (2,0 ; 1,0 ; 1,0 ; 0,5)   β = (0,5 ; 0,0 ; -0,5 ; 0,0)   ε = 1e-5\n\nMoyenne : μ = 1,0\nVariance (biaisée) : σ² = 1,25\nx̂ = (x − μ)/√(σ² + ε) = (0,4472 ; -1,3416 ; 1,3416 ; -0,4472)\ny = γ·x̂ + β = (1,3944 ; -1,3416 ; 0,8416 ; -0,2236)\n",
    slip: ["0,8416", "0,7416"],
    cell: ["norm-1", 0, 2],
  },
  "Add and norm in Polish, gamma and beta as numbers": {
    text: "Zadanie 3. Add & Norm\n\nWejście x = (4; 0; 1; -1), wyjście podwarstwy Sublayer(x) = (-1; 2; 0; 1).\ngamma = 2, beta = -1 (dla wszystkich współrzędnych), epsilon pomijamy.\n\nx + Sublayer(x) = (3; 2; 1; 0)\nśrednia = 1,50\nwariancja = 1,2500\nodchylenie standardowe = 1,1180\npo normalizacji: (1,342; 0,447; -0,447; -1,342)\nwynik (gamma*z + beta): (1,683; -0,106; -1,894; -3,683)\n",
    slip: ["0,447", "0,537"],
    cell: ["normalised", 0, 1],
  },
  "A feed-forward network without titles": {
    text: "FFN(x) = max(0, x W1 + b1) W2 + b2\n\nx  = [1 -2]\nW1 = [ 1    0  -1  2 ]\n     [ 0.5 -1   1  1 ]\nb1 = [0.1 0 0.2 -0.5]\nW2 = [ 1    0  ]\n     [ 0    1  ]\n     [ 2   -1  ]\n     [ 0.5  0.5]\nb2 = [0.1 -0.1]\n\nx W1 + b1 = [0.1 2.0 -2.8 -0.5]\nReLU      = [0.1 2.0 0.0 0.0]\nFFN(x)    = [0.20 1.90]\n",
    slip: ["8 -0.5", "8 0.1"],
    cell: ["feed-forward-1", 0, 3],
  },
  "FFN(H) = max(0, …) W2": {
    text: "# Encoder layer (post-norm) – solution\n\nGiven\n\nX = $\\begin{bmatrix} 1 & 0 & 2 \\\\ 0 & 1 & -1 \\end{bmatrix}$, W_Q = $\\begin{bmatrix} 1 & 0 & 0 \\\\ 0 & 1 & 0 \\\\ 0 & 0 & 1 \\end{bmatrix}$, W_K = $\\begin{bmatrix} 0 & 1 & 0 \\\\ 1 & 0 & 0 \\\\ 0 & 0 & 1 \\end{bmatrix}$, W_V = $\\begin{bmatrix} 1 & 0 & 1 \\\\ 0 & 1 & 0 \\\\ 0 & 0 & 1 \\end{bmatrix}$\n\nW_1 = $\\begin{bmatrix} 1 & -1 \\\\ 0 & 1 \\\\ 0.5 & 0 \\end{bmatrix}$, b_1 = (0, 0.5), W_2 = $\\begin{bmatrix} 1 & 0 & -1 \\\\ 0 & 2 & 1 \\end{bmatrix}$, b_2 = (0.1, 0, 0)\n\nOne head, d_k = 3, LayerNorm with γ = 1, β = 0, ε = 0.\n\n1. Q = X W_Q = $\\begin{bmatrix} 1 & 0 & 2 \\\\ 0 & 1 & -1 \\end{bmatrix}$, K = X W_K = $\\begin{bmatrix} 0 & 1 & 2 \\\\ 1 & 0 & -1 \\end{bmatrix}$, V = X W_V = $\\begin{bmatrix} 1 & 0 & 3 \\\\ 0 & 1 & -1 \\end{bmatrix}$\n2. QKᵀ = $\\begin{bmatrix} 4 & -1 \\\\ -1 & 1 \\end{bmatrix}$\n3. QKᵀ/√3 = $\\begin{bmatrix} 2.309 & -0.577 \\\\ -0.577 & 0.577 \\end{bmatrix}$\n4. softmax: A = $\\begin{bmatrix} 0.947 & 0.053 \\\\ 0.240 & 0.760 \\end{bmatrix}$\n5. Z = A V = $\\begin{bmatrix} 0.947 & 0.053 & 2.789 \\\\ 0.240 & 0.760 & -0.041 \\end{bmatrix}$\n6. X + Z = $\\begin{bmatrix} 1.947 & 0.053 & 4.789 \\\\ 0.240 & 1.760 & -1.041 \\end{bmatrix}$\n7. H = LayerNorm(X + Z) = $\\begin{bmatrix} -0.162 & -1.136 & 1.298 \\\\ -0.070 & 1.258 & -1.188 \\end{bmatrix}$\n8. FFN(H) = max(0, H W_1 + b_1) W_2 + b_2 = $\\begin{bmatrix} 0.587 & 0.000 & -0.487 \\\\ 0.100 & 3.656 & 1.828 \\end{bmatrix}$\n9. H + FFN(H) = $\\begin{bmatrix} 0.424 & -1.136 & 0.811 \\\\ 0.030 & 4.914 & 0.639 \\end{bmatrix}$\n10. Y = LayerNorm(H + FFN(H)) = $\\begin{bmatrix} 0.465 & -1.389 & 0.924 \\\\ -0.843 & 1.405 & -0.562 \\end{bmatrix}$\n",
    slip: ["3.656", "3.856"],
    cell: ["feed-forward-2", 1, 1],
  },
  "A stable softmax as a table": {
    text: "**数値安定な softmax** / numerically stable softmax\n\nlogits: 3.2, 5.1, -1.4, 4.6; max = 5.1\n\n| i | z_i | z_i − max | exp(z_i − max) | p_i |\n|---|---|---|---|---|\n| 1 | 3.2 | -1.9 | 0.1496 | 0.0851 |\n| 2 | 5.1 | 0.0 | 1.0000 | 0.5690 |\n| 3 | -1.4 | -6.5 | 0.0015 | 0.0009 |\n| 4 | 4.6 | -0.5 | 0.6065 | 0.3451 |\n\nSum of the exponentials: 1.7576\n",
    slip: ["-6.5", "-6.2"],
    cell: ["shifted-scores", 0, 2],
  },
  "A softmax with a temperature in German": {
    text: "Übung 9 – Softmax mit Temperatur\n\nLogits: z = (2,4; 0,8; -1,2), Temperatur τ = 0,8\n\nz/τ = (3,0; 1,0; -1,5)\nexp(z/τ) = (20,086; 2,718; 0,223)\nSumme = 23,027\np = (0,872; 0,118; 0,010)\n",
    slip: ["2,718", "2,988"],
    cell: ["exponentials", 0, 1],
  },
  "Embeddings in Chinese": {
    text: "# 作业三:位置编码与自注意力\n\n词嵌入矩阵(3 个词,d_model = 4):\n$$\\begin{bmatrix} 1 & 0 & 0.5 & 0 \\\\ 0 & 1 & 0 & 0.5 \\\\ 0.5 & 0.5 & 0 & 1 \\end{bmatrix}$$\n\n**1. 位置编码** $PE_{(pos,2i)}=\\sin(pos/10000^{2i/d})$,$PE_{(pos,2i+1)}=\\cos(pos/10000^{2i/d})$,pos 从 0 开始:\nPE = $$\\begin{bmatrix} 0.0000 & 1.0000 & 0.0000 & 1.0000 \\\\ 0.8415 & 0.5403 & 0.0100 & 1.0000 \\\\ 0.9093 & -0.4161 & 0.0200 & 0.9998 \\end{bmatrix}$$\n\n**2. 加到词嵌入上** X = E + PE:\n$$\\begin{bmatrix} 1.0000 & 1.0000 & 0.5000 & 1.0000 \\\\ 0.8415 & 1.5403 & 0.0100 & 1.5000 \\\\ 1.4093 & 0.0839 & 0.0200 & 1.9998 \\end{bmatrix}$$\n\n**3. 自注意力**(Q = K = V = X,d_k = 4)\n\nQK^T =\n$$\\begin{bmatrix} 3.2500 & 3.8867 & 3.5029 \\\\ 3.8867 & 5.3306 & 4.3148 \\\\ 3.5029 & 4.3148 & 5.9928 \\end{bmatrix}$$\n\n缩放后(除以 2):\n$$\\begin{bmatrix} 1.6250 & 1.9434 & 1.7515 \\\\ 1.9434 & 2.6653 & 2.1574 \\\\ 1.7515 & 2.1574 & 2.9964 \\end{bmatrix}$$\n\n注意力权重:\n$$\\begin{bmatrix} 0.2849 & 0.3917 & 0.3233 \\\\ 0.2327 & 0.4790 & 0.2883 \\\\ 0.1674 & 0.2512 & 0.5814 \\end{bmatrix}$$\n\n输出:\n$$\\begin{bmatrix} 1.0702 & 0.9154 & 0.1528 & 1.5191 \\\\ 1.0420 & 0.9947 & 0.1269 & 1.5277 \\\\ 1.1981 & 0.6031 & 0.0978 & 1.7068 \\end{bmatrix}$$\n",
    slip: ["5 & 2.1574", "5 & 2.3574"],
    cell: ["scaled-scores", 2, 1],
  },
  "E + PE in Julia": {
    text: "julia> E = [0.1 0.9; -0.4 0.3; 0.7 -0.2];\n\njulia> PE = [j == 0 ? sin(p) : cos(p) for p in 0:2, j in 0:1]\n3×2 Matrix{Float64}:\n  0.00000   1.00000\n  0.84147   0.54030\n  0.90930  -0.41615\n\njulia> X = E + PE\n3×2 Matrix{Float64}:\n  0.10000   1.90000\n  0.44147   0.84030\n  1.60930  -0.61615\n\njulia> S = X * X' / sqrt(2)\n3×3 Matrix{Float64}:\n  2.55973   1.16017  -0.71400\n  1.16017   0.63711   0.13627\n -0.71400   0.13627   2.09974\n\njulia> A = exp.(S) ./ sum(exp.(S), dims=2)\n3×3 Matrix{Float64}:\n  0.77847   0.19205   0.02948\n  0.51232   0.30366   0.18402\n  0.04997   0.11694   0.83309\n\njulia> A * X\n3×2 Matrix{Float64}:\n  0.21007   1.62231\n  0.48143   1.11519\n  1.39731  -0.32010\n",
    slip: ["0.51232", "0.54252"],
    cell: ["weights", 1, 0],
  },
  "A mask with a legend": {
    text: "Given Q = [[1, 2], [0, 1], [2, 1]], K = [[1, 1], [2, 0], [0, 1]], V = [[3, 0], [0, 3], [1, 1]], d_k = 2.\n\nMask (1 = may attend, 0 = blocked):\n\n|  | t1 | t2 | t3 |\n|---|---|---|---|\n| t1 | 1 | 0 | 1 |\n| t2 | 1 | 1 | 0 |\n| t3 | 1 | 1 | 1 |\n\nScaled scores Q K^T / √2 (before mask):\n\n|  | t1 | t2 | t3 |\n|---|---|---|---|\n| t1 | 2.121 | 1.414 | 1.414 |\n| t2 | 0.707 | 0.000 | 0.707 |\n| t3 | 2.121 | 2.828 | 0.707 |\n\nAttention weights after mask + softmax:\n\n|  | t1 | t2 | t3 |\n|---|---|---|---|\n| t1 | 0.670 | 0.000 | 0.330 |\n| t2 | 0.670 | 0.330 | 0.000 |\n| t3 | 0.306 | 0.620 | 0.074 |\n\nOutput rows: (2.340, 0.330), (2.009, 0.991), (0.991, 1.934)\n",
    slip: ["2 | 0.670", "2 | 0.600"],
    cell: ["weights", 1, 0],
  },
  "Products with named factors, drawn": {
    text: "Attention homework 11/3\n\n             |  1   2 |   | 1  0 |   |  3   2 |\nQ = X * WQ = |  0   1 | * | 1  1 | = |  1   1 |\n             |  3  -1 |              |  2  -1 |\n\n             |  1   2 |   | 0  1 |   |  2   3 |\nK = X * WK = |  0   1 | * | 1  1 | = |  1   1 |\n             |  3  -1 |              | -1   2 |\n\n             |  1   2 |   | 1  1 |   | 1  5 |\nV = X * WV = |  0   1 | * | 0  2 | = | 0  2 |\n             |  3  -1 |              | 3  1 |\n\n             |  3   2 |   |  2   1  -1 |   | 12   5   1 |\nS = Q * K' = |  1   1 | * |  3   1   2 | = |  5   2   1 |\n             |  2  -1 |                    |  1   1  -4 |\n\n            |  8.49   3.54   0.71 |\nS/sqrt(2) = |  3.54   1.41   0.71 |\n            |  0.71   0.71  -2.83 |\n\n              | 0.99  0.01  0.00 |\nA = softmax = | 0.85  0.10  0.05 |\n              | 0.49  0.49  0.01 |\n\n            | 0.99  4.98 |\nZ = A * V = | 1.00  4.49 |\n            | 0.54  3.46 |\n",
    slip: [
      " 3   2 |\nQ = X * WQ = |  0   1 | * | 1  1 | = |  1   1 |\n             |  3  -1 |              |  2  -1",
      "3  2 |\nQ = X * WQ = |  0   1 | * | 1  1 | = | 1  1 |\n             |  3  -1 |              | 2  0",
    ],
    cell: ["q", 2, 1],
  },
  "Matrices between slashes": {
    text: "2x2 example (d_k = 2)\n\nQ = /  1  -1 \\   K = / 0  1 \\   V = / 4  0 \\\n    \\  2   1 /       \\ 1  1 /       \\ 1  2 /\n\nQ K^T = / -1   0 \\     Q K^T / sqrt(2) = / -0.707   0.000 \\\n        \\  1   3 /                       \\  0.707   2.121 /\n\nsoftmax -> A = / 0.330  0.670 \\     A V = / 1.991  1.340 \\\n               \\ 0.196  0.804 /           \\ 1.587  1.609 /\n",
    slip: ["\\  1", "\\  3"],
    cell: ["scores", 1, 0],
  },
};
