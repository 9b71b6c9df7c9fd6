/** A sheet that quotes its result in a sentence. */
export interface StatedSheet {
  readonly text: string;
  /** A right part of a sentence, and wrong ones instead. */
  readonly said: string;
  readonly wrong: readonly string[];
  /** What is told about the first wrong one, with its line. */
  readonly told: string;
}

/**
 * Sheets without a separate problem that somebody else wrote for two further looks, computed by NumPy, and whose
 * sentences state a weight or the largest one. Until then a wrong sentence with a number of another cell was called
 * right.
 */
export const TWENTIETH_STATEMENTS: Readonly<Record<string, StatedSheet>> = {
  "A percentage between quoted tokens": {
    text: 'Sure! Let\'s compute the attention step by step. 🚀\n\nWe have the tokens **The**, **cat**, **sat** with\n\n- Q = [[1, 0, 1], [0, 1, 1], [1, 1, 0]]\n- K = [[1, 1, 0], [0, 2, 1], [2, 0, 1]]\n- V = [[1, 0], [0, 1], [2, 2]]\n\n### Step 1: Compute QKᵀ\n\n[[1, 1, 3], [1, 3, 1], [2, 2, 2]]\n\n### Step 2: Scale by √d_k = √3 ≈ 1.732\n\n[[0.577, 0.577, 1.732], [0.577, 1.732, 0.577], [1.155, 1.155, 1.155]]\n\n### Step 3: Softmax (row-wise)\n\n[[0.193, 0.193, 0.613], [0.193, 0.613, 0.193], [0.333, 0.333, 0.333]]\n\n### Step 4: Multiply by V\n\n[[1.420, 1.420], [0.580, 1.000], [1.000, 1.000]]\n\n### Summary\n\n"The" puts 61.3% of its attention on "sat", while "cat" looks mostly at itself (61.3%). Let me know if you want to see the backward pass!\n',
    said: "puts 61.3% of",
    wrong: ["puts 52.3% of", "puts 19.3% of", "puts less than 50% of"],
    told: "Line 27: you wrote 52.3%, but The → sat is 61.3 %.",
  },
  "A token that looks mostly at itself": {
    text: 'Sure! Let\'s compute the attention step by step. 🚀\n\nWe have the tokens **The**, **cat**, **sat** with\n\n- Q = [[1, 0, 1], [0, 1, 1], [1, 1, 0]]\n- K = [[1, 1, 0], [0, 2, 1], [2, 0, 1]]\n- V = [[1, 0], [0, 1], [2, 2]]\n\n### Step 1: Compute QKᵀ\n\n[[1, 1, 3], [1, 3, 1], [2, 2, 2]]\n\n### Step 2: Scale by √d_k = √3 ≈ 1.732\n\n[[0.577, 0.577, 1.732], [0.577, 1.732, 0.577], [1.155, 1.155, 1.155]]\n\n### Step 3: Softmax (row-wise)\n\n[[0.193, 0.193, 0.613], [0.193, 0.613, 0.193], [0.333, 0.333, 0.333]]\n\n### Step 4: Multiply by V\n\n[[1.420, 1.420], [0.580, 1.000], [1.000, 1.000]]\n\n### Summary\n\n"The" puts 61.3% of its attention on "sat", while "cat" looks mostly at itself (61.3%). Let me know if you want to see the backward pass!\n',
    said: "looks mostly at itself (61.3%)",
    wrong: ['looks mostly at "The" (19.3%)', "looks mostly at itself (19.3%)"],
    told: "Line 27: you wrote The, but cat attends most to cat (0.613).",
  },
  "One query, and keys with names": {
    text: "query for 'bank' = [1 2 0 1], dk=4\nkeys:\n  money  1 0 1 1\n  river  0 1 1 0\n  bank   1 1 0 1\n  tree   0 0 2 1\n\nraw scores   : 2  2  4  1\nscaled (/2)  : 1  1  2  0.5\nweights      : 0.188  0.188  0.510  0.114\n\nSo 'bank' attends to itself with weight 0.510, to 'river' with 0.188 and to 'tree' only with 0.114.\n",
    said: "'river' with 0.188",
    wrong: ["'river' with 0.288", "'river' with 0.510"],
    told: "Line 12: you wrote 0.288, but bank → river is 0.188.",
  },
  "Italian ordinals": {
    text: "Esercizio 4 - cross-attention (2 query, 3 chiavi)\n\nQ =\n  [ 2  0 ]\n  [ 1  1 ]\n\nK =\n  [  1   1 ]\n  [  0   1 ]\n  [  2  -1 ]\n\nV =\n  [ 1  0 ]\n  [ 0  1 ]\n  [ 1  1 ]\n\nSvolgimento\n\nQ K^T =\n  [ 2  0  4 ]\n  [ 2  1  1 ]\n\nQ K^T / sqrt(2) =\n  [ 1,41  0,00  2,83 ]\n  [ 1,41  0,71  0,71 ]\n\npesi (softmax per riga) =\n  [ 0,187  0,045  0,768 ]\n  [ 0,503  0,248  0,248 ]\n\nuscita =\n  [ 0,955  0,813 ]\n  [ 0,752  0,497 ]\n\nConclusione: la prima query assegna il 76,8 % del peso alla terza chiave; la seconda query assegna il 24,8 % alla seconda chiave.\n",
    said: "il 24,8 % alla",
    wrong: ["il 35,8 % alla", "il 50,3 % alla"],
    told: "Line 35: you wrote 35,8 %, but seconda query → seconda chiave is 24.8 %.",
  },
  "The answer to which token": {
    text: "Tokens: 1 = dogs, 2 = chase, 3 = the, 4 = ball\n\nQ:\n   1   0\n   0   1\n   1   1\n   2  -1\nK:\n   0   1\n   1   0\n   1   3\n   2  -1\nQK'/sqrt(2):\n   0.00   0.71   0.71   1.41\n   0.71   0.00   2.12  -0.71\n   0.71   0.71   2.83   0.71\n  -0.71   1.41  -0.71   3.54\nA = softmax:\n  0.109  0.221  0.221  0.449\n  0.171  0.084  0.703  0.042\n  0.088  0.088  0.735  0.088\n  0.013  0.104  0.013  0.871\n\na) Which token gets most of the attention of token 2?   -> token 3\nb) Which token gets most of the attention of token 4?   -> token 4\n",
    said: "token 2?   -> token 3",
    wrong: ["token 2?   -> token 1", "token 2?   -> token 2", 'token 2?   -> "dogs"'],
    told: "Line 24: you wrote token 1, but token 2 attends most to token 3 (0.703).",
  },
  "French, a token to itself": {
    text: "### Corrigé de l'exercice 1\n\nQ = K = V = X, avec d_k = 4 :\n\n$$X = \\begin{pmatrix} 1 & 1 & 0 & 0 \\\\ 0 & 1 & 1 & 0 \\\\ 1 & 0 & 0 & 2 \\end{pmatrix}$$\n\nScores : $QK^T = \\begin{pmatrix} 2 & 1 & 1 \\\\ 1 & 2 & 0 \\\\ 1 & 0 & 5 \\end{pmatrix}$\n\nScores divisés par 2 : $\\begin{pmatrix} 1.0 & 0.5 & 0.5 \\\\ 0.5 & 1.0 & 0.0 \\\\ 0.5 & 0.0 & 2.5 \\end{pmatrix}$\n\nPoids d'attention : $A = \\begin{pmatrix} 0.452 & 0.274 & 0.274 \\\\ 0.307 & 0.506 & 0.186 \\\\ 0.111 & 0.067 & 0.821 \\end{pmatrix}$\n\nSortie : $Z = \\begin{pmatrix} 0.726 & 0.726 & 0.274 & 0.548 \\\\ 0.494 & 0.814 & 0.506 & 0.373 \\\\ 0.933 & 0.179 & 0.067 & 1.643 \\end{pmatrix}$\n\n**Interprétation.** Le jeton 3 s'accorde à lui-même un poids de 0.821, alors que le jeton 1 donne 0.274 au jeton 2.\n",
    said: "poids de 0.821",
    wrong: ["poids de 0.701", "poids de 0.111"],
    told: "Line 15: you wrote 0.701, but jeton 3 → jeton 3 is 0.821.",
  },
  "About a percentage, in French": {
    text: "### Corrigé de l'exercice 3\n\nDonnées : $Q = \\begin{pmatrix} 1 & 1 & 0 \\\\ 0 & 1 & 2 \\end{pmatrix}$, $K = \\begin{pmatrix} 1 & 0 & 1 \\\\ 0 & 1 & 1 \\\\ 2 & 1 & 0 \\end{pmatrix}$, $V = \\begin{pmatrix} 1 & 0 \\\\ 0 & 1 \\\\ 2 & 2 \\end{pmatrix}$.\n\nOn calcule d'abord les scores : $QK^T = \\begin{pmatrix} 1 & 1 & 3 \\\\ 2 & 3 & 1 \\end{pmatrix}$.\n\nOn divise par $\\sqrt{3}$ : $\\begin{pmatrix} 0{,}577 & 0{,}577 & 1{,}732 \\\\ 1{,}155 & 1{,}732 & 0{,}577 \\end{pmatrix}$.\n\nLe softmax ligne par ligne donne les poids d'attention : $A = \\begin{pmatrix} 0{,}193 & 0{,}193 & 0{,}613 \\\\ 0{,}299 & 0{,}533 & 0{,}168 \\end{pmatrix}$.\n\nSortie : $AV = \\begin{pmatrix} 1{,}420 & 1{,}420 \\\\ 0{,}635 & 0{,}869 \\end{pmatrix}$.\n\nConclusion : la deuxième requête accorde environ 53 % de son attention à la deuxième clé.\n",
    said: "environ 53 %",
    wrong: ["environ 62 %", "environ 30 %"],
    told: "Line 13: you wrote 62 %, but deuxième requête → deuxième clé is 53.3 %.",
  },
  "A question in LaTeX": {
    text: "\\begin{enumerate}\n\\item[] Consider $Q=\\begin{bmatrix} 1 & 0 & 1 & 0 \\\\ 0 & 1 & 1 & 1 \\\\ 2 & 0 & 0 & 1 \\end{bmatrix}$, $K=\\begin{bmatrix} 1 & 1 & 0 & 0 \\\\ 0 & 1 & 1 & 0 \\\\ 1 & 0 & 1 & 1 \\end{bmatrix}$, $V=\\begin{bmatrix} 1 & 0 & 2 \\\\ 0 & 3 & 1 \\\\ 2 & 1 & 0 \\end{bmatrix}$ with $d_k=4$, $d_v=3$.\n\\item[(a)] \\textit{Compute $QK^T$ and the scaled scores.}\n $$QK^T=\\begin{bmatrix} 1 & 1 & 2 \\\\ 1 & 2 & 2 \\\\ 2 & 0 & 3 \\end{bmatrix},\\qquad \\tfrac{1}{2}QK^T=\\begin{bmatrix} 0.5 & 0.5 & 1.0 \\\\ 0.5 & 1.0 & 1.0 \\\\ 1.0 & 0.0 & 1.5 \\end{bmatrix}$$\n\\item[(b)] \\textit{Compute the exponentials and the row sums.}\n $$\\exp(\\tfrac{1}{2}QK^T)=\\begin{bmatrix} 1.649 & 1.649 & 2.718 \\\\ 1.649 & 2.718 & 2.718 \\\\ 2.718 & 1.000 & 4.482 \\end{bmatrix},\\qquad \\text{row sums}=\\begin{bmatrix} 6.016 \\\\ 7.085 \\\\ 8.200 \\end{bmatrix}$$\n\\item[(c)] \\textit{Compute the attention matrix.}\n $$A=\\begin{bmatrix} 0.274 & 0.274 & 0.452 \\\\ 0.233 & 0.384 & 0.384 \\\\ 0.331 & 0.122 & 0.547 \\end{bmatrix}$$\n\\item[(d)] \\textit{How much attention does token 3 pay to token 1?} It is $0.331$.\n\\item[(e)] \\textit{Compute the output.}\n $$AV=\\begin{bmatrix} 1.178 & 1.274 & 0.822 \\\\ 1.000 & 1.535 & 0.849 \\\\ 1.425 & 0.912 & 0.785 \\end{bmatrix}$$\n\\end{enumerate}\n",
    said: "It is $0.331$",
    wrong: ["It is $0.451$", "It is $0.122$"],
    told: "Line 9: you wrote 0.451, but token 3 → token 1 is 0.331.",
  },
  "Tokens of a table": {
    text: '# Self-attention for "The dog barked"\n\nFor this toy example the projections are the identity, so Q = K = V = X:\n\n| token | x1 | x2 | x3 | x4 |\n|---|---|---|---|---|\n| The | 1 | 0 | 0 | 1 |\n| dog | 0 | 2 | 1 | 0 |\n| barked | 1 | 1 | 0 | 2 |\n\nDot products X Xᵀ:\n\n|  | The | dog | barked |\n|---|---|---|---|\n| The | 2 | 0 | 3 |\n| dog | 0 | 5 | 2 |\n| barked | 3 | 2 | 6 |\n\nDivide by √4 = 2:\n\n|  | The | dog | barked |\n|---|---|---|---|\n| The | 1.0 | 0.0 | 1.5 |\n| dog | 0.0 | 2.5 | 1.0 |\n| barked | 1.5 | 1.0 | 3.0 |\n\nSoftmax row-wise:\n\n|  | The | dog | barked |\n|---|---|---|---|\n| The | 0.331 | 0.122 | 0.547 |\n| dog | 0.063 | 0.766 | 0.171 |\n| barked | 0.164 | 0.100 | 0.736 |\n\nOutput (weights × X):\n\n| token | z1 | z2 | z3 | z4 |\n|---|---|---|---|---|\n| The | 0.878 | 0.790 | 0.122 | 1.425 |\n| dog | 0.234 | 1.703 | 0.766 | 0.405 |\n| barked | 0.900 | 0.935 | 0.100 | 1.637 |\n\nWe see that "barked" puts a weight of 0.100 on "dog".\n',
    said: "weight of 0.100 on",
    wrong: ["weight of 0.164 on", "weight of 0.171 on"],
    told: "Line 43: you wrote 0.164, but barked → dog is 0.100.",
  },
};
