import {
  formulaName,
  linear,
  ROW_MEASURE,
  ROW_SUM,
  rowsWithColumns,
  rowsWithRows,
  type StepKind,
  singleAxis,
} from "./step-kind.js";

/** Returns the formula α V, or α̃ V after dropout. */
const weightedBy =
  (result: string): NonNullable<StepKind["formula"]> =>
  ([weights]) =>
    `${result} = ${formulaName(weights) === "dropped-weights" ? "α̃" : "α"} V`;

/** The steps of one attention, from its vectors to its output. */
export const ATTENTION_STEPS = {
  "segment-embeddings": { formula: "row segment of the segment table" },
  embedded: { symbol: "X" },
  q: {
    title: "Q (projected query)",
    formula: linear("W^Q", "b^Q", "Q"),
    symbol: "Q",
    names: "query queries",
    role: "query-projection",
    columns: "d_k",
  },
  k: {
    title: "K (projected key)",
    formula: linear("W^K", "b^K", "K"),
    symbol: "K",
    names: "key keys",
    role: "key-projection",
    columns: "d_k",
  },
  v: {
    title: "V (projected value)",
    formula: linear("W^V", "b^V", "V"),
    symbol: "V",
    names: "value values",
    role: "value-projection",
    columns: "d_v",
  },
  "query-features": { columns: "d_a" },
  "key-features": { columns: "d_a" },
  "wa-query": { title: "W_a for the query" },
  "wa-key": { title: "W_a for the key" },
  "wa-places": {},
  "place-features": {
    formula: linear("W_p", "", undefined, () => "Q"),
    columns: "d_p",
  },
  places: { symbol: "p", columns: singleAxis("place", "p") },
  scores: {
    formula: "S = Q Kᵀ",
    symbol: "S",
    names:
      "s qkt qk ktq rawscores dotproducts dotproduct score unscaledscores scorematrix compatibilityscores similarityscores similarities affinities energy energies rohescores skalarprodukte skalarprodukt puntuaciones punteggi 分数 得分 注意力分数 点积",
    isPairwise: true,
    axes: (inputs) => (inputs.length === 1 ? inputs[0].axes : rowsWithRows(inputs)),
  },
  "scaled-scores": {
    symbol: "S′",
    names:
      "s' s′ scaled qkt√dk qktsqrt(dk) scaledscore scaleddotproducts scaling skaliert skaliertescores skalierung",
    isPairwise: true,
  },
  "capped-scores": { isPairwise: true },
  "biased-scores": {
    formula: ({ length }) => (length === 2 ? "s + b" : "s + b₁ + b₂"),
    names: "biased biasedscore scores+bias scoreswithbias scaledscores+bias withbias afterbias s+b",
    isPairwise: true,
  },
  "masked-scores": {
    names:
      "masked aftermask aftermasking maskedscore maskedscaledscore maskedscaledscores scoreaftermask scoreaftermasking scorewithmask scorewithmasking scoresaftermask scoresaftermasking scoreswithmask scoreswithmasking",
    isPairwise: true,
  },
  exponentials: {
    symbol: "E",
    names: "exp exps exponential es ex expscores exponentiated exponentialwerte",
    isPairwise: true,
  },
  "masked-exponentials": { names: "maskedexp maskedexps maskedexponential", isPairwise: true },
  "row-sums": {
    formula: "Σ_j E_ij",
    names: "sum sums rowsum expsum sumofexp zeilensummen zeilensumme denominators",
    isPairwise: true,
    ...ROW_SUM,
  },
  align: {
    title: "Alignment",
    formula: "E / Σ E",
    symbol: "A",
    role: "softmax",
    isPairwise: true,
    view: "distribution",
  },
  falloff: { title: "Fall-off", formula: "e^(−(j − p_i)² / 2σ²)", symbol: "F", isPairwise: true },
  "local-weights": {
    formula: "align · fall-off",
    isPairwise: true,
  },
  "local-sums": {
    title: "Sums of local weights",
    formula: "Σ_j",
    isPairwise: true,
    ...ROW_SUM,
  },
  weights: {
    formula: "α = E / Σ E",
    symbol: "α",
    names:
      "a alpha α p softmax attentionweights attentionmatrix probabilities probs attentionprobabilities attentiondistribution softmaxweights softmaxoutput attn attnweights attnprobs normalized normalised normalize normalise gewichte aufmerksamkeitsgewichte poids poidsd'attention pesos pesi 权重 注意力权重",
    isPairwise: true,
    view: "distribution",
  },
  "dropped-weights": { symbol: "α̃", isPairwise: true },
  output: {
    formula: weightedBy("O"),
    symbol: "O",
    names:
      "o out result attnoutput attnout attentionoutput context contextvector contextvectors weightedsum weightedsums x+pe x+encoding embedding+pe outputs outputvector outputvectors ausgabe ergebnis sortie résultat salida resultado uscita risultato saída 输出 结果",
    role: "context",
    axes: rowsWithColumns,
  },
  context: {
    formula: weightedBy("C"),
    symbol: "C",
    names: "contextvector contextvectors headoutput",
    axes: rowsWithColumns,
  },
  "weight-sums": { formula: "Σ_j α_ij", ...ROW_SUM },
  "column-sums": { formula: "Σ_i α_ij", rows: singleAxis("sum", "Σ"), view: "margin" },
  "strongest-key": { title: "looks at", formula: "argmax_j α_ij", ...ROW_MEASURE },
  "largest-weight": { title: "with weight", formula: "max_j α_ij", ...ROW_MEASURE },
  entropy: { title: "entropy / ln m", formula: "−Σ_j α_ij ln α_ij / ln m", ...ROW_MEASURE },
  "log-sum-exp": { title: "log-sum-exp", formula: "ln Σ_j e^s_ij", names: "lse softmaxlse", ...ROW_MEASURE },
  "context-and-query": { id: "concat", title: "Context and query", formula: "[c; h]" },
  combined: { formula: linear("W_c", "", undefined, () => "[c; h]"), columns: "d_out" },
  attentional: { title: "Attentional vector", formula: "h̃ = tanh(W_c[c; h])", symbol: "h̃" },
} as const satisfies Record<string, StepKind>;
