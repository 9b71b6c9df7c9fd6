import { tabulate } from "../math/lists.js";
import { matmulTransposed } from "../ops/product.js";
import type { Axes, Op, Ref } from "../trace/op.js";
import { type Axis, idOfKey, type Step, type View } from "../trace/trace.js";

/** What all steps of one kind have in common. A recipe says what differs. */
export interface StepKind {
  /** The public id, if it differs from the name of the kind: several kinds of steps are called `output`. */
  readonly id?: string;
  /** The default is its id in words. */
  readonly title?: string;
  /** Its formula as papers write it, if it can be derived from the inputs. */
  readonly formula?: string | ((inputs: readonly Ref[], op: Pick<Op, "name">) => string);
  /** Its symbol in formulas: "S′". */
  readonly symbol?: string;
  /** Names that people use for it, in all supported languages, normalised by `plainName` and separated by blanks. */
  readonly names?: string;
  readonly view?: View;
  /**
   * Its role in the recipe, by which readers find it. The default is the name of the kind; several kinds may share a
   * role.
   */
  readonly role?: string;
  /** The axes of its rows and columns. The default are the axes of its first input. */
  readonly rows?: Axis;
  readonly columns?: Axis | string;
  readonly axes?: (inputs: readonly Ref[]) => Axes;
}

/** Returns the last part of a key, as formulas write inputs. x is written X, because it is a matrix. */
const formulaName = ({ key }: Pick<Ref, "key">) => (key === "x" ? "X" : idOfKey(key));

/** Returns the formula of x·W + b, or of x·Wᵀ + b if W is stored out × in. */
export const linear =
  (w: string, b: string, result?: string, of = formulaName): NonNullable<StepKind["formula"]> =>
  ([x, , bias], { name }) =>
    `${result ? `${result} = ` : ""}${of(x)} ${w}${name === matmulTransposed.name ? "ᵀ" : ""}${bias ? ` + ${b}` : ""}`;

/** Returns the axis of a single row or column. */
const singleAxis = (name: string, label: string) => ({ name, labels: [label] });

/** One number for each row of its first input, shown at the edge. */
const ROW_SUM = { columns: singleAxis("sum", "Σ"), view: "margin" } as const;

/** One measure for each row of its first input. */
const rowMeasure = (title: string, formula: string) =>
  ({ title, formula, columns: "measure", view: "row-summary" }) as const;

const norm = (title: string) => ({ title, role: "norm" }) as const;

type AxesOf = NonNullable<StepKind["axes"]>;

const rowsWithRows: AxesOf = ([first, second]) => (second ? [first.axes[0], second.axes[0]] : first.axes);

const rowsWithColumns: AxesOf = ([first, second]) => [first.axes[0], second.axes[1]];

/** Returns the formula α V, or α̃ V after dropout. */
const weightedBy =
  (result: string): NonNullable<StepKind["formula"]> =>
  ([weights]) =>
    `${result} = ${formulaName(weights) === "dropped-weights" ? "α̃" : "α"} V`;

/** What the output of all heads has in common, whatever its name. */
const OUTPUT_PROJECTION = {
  formula: linear("W^O", "b^O", "O", () => "concat"),
  role: "output-projection",
  columns: "d_model",
} as const;

const sumOfParts = (parts: readonly Ref[]) => parts.map(formulaName).join(" + ");

const RESIDUAL = { formula: sumOfParts, role: "residual" } as const;

const HEAD_SHARES = {
  title: "What the heads look at",
  formula: "mean over the queries of Σ α_ij on such keys",
} as const;

const ALL_WEIGHTS = {
  title: "Weights of all heads",
  formula: "a tile for each head: one row per layer, one column per head",
  view: "distribution",
} as const;

const FREQUENCIES = {
  rows: singleAxis("frequency", "ω"),
  columns: "pair",
} as const;

const DOT_PRODUCTS = { formula: "(R x)(R x)ᵀ", view: "similarity" } as const;

/** One row of a gradient of a single number, the loss. */
const LOSS_ROW = { rows: singleAxis("loss", "L") } as const;

const SWEPT = { view: "curve" } as const;

/**
 * The steps with a number for every pair of a query and a key, and those computed from them per row. If there are too many
 * numbers, they are not kept.
 */
const PAIR_STEPS = {
  scores: {
    formula: "S = Q Kᵀ",
    symbol: "S",
    names:
      "s qkt qk ktq rawscores dotproducts dotproduct score unscaledscores scorematrix compatibilityscores similarityscores similarities affinities energy energies rohescores skalarprodukte skalarprodukt puntuaciones punteggi 分数 得分 注意力分数 点积",
    axes: rowsWithRows,
  },
  "scaled-scores": {
    symbol: "S′",
    names:
      "s' s′ scaled qkt√dk qktsqrt(dk) scaledscore scaleddotproducts scaling skaliert skaliertescores skalierung",
  },
  "capped-scores": {},
  "biased-scores": {
    formula: ({ length }) => (length === 2 ? "s + b" : "s + b₁ + b₂"),
    names: "biased biasedscore scores+bias scoreswithbias scaledscores+bias withbias afterbias s+b",
  },
  "masked-scores": {
    names:
      "masked aftermask aftermasking maskedscore maskedscaledscore maskedscaledscores scoreaftermask scoreaftermasking scorewithmask scorewithmasking scoresaftermask scoresaftermasking scoreswithmask scoreswithmasking",
  },
  "row-max": {
    title: "Row maximum",
    formula: "max = max_j S_ij",
    symbol: "max",
    columns: singleAxis("maximum", "max"),
  },
  "scores-less-maximum": { id: "shifted-scores", title: "Scores less their maximum", formula: "S − max" },
  exponentials: {
    symbol: "E",
    names: "exp exps exponential es ex expscores exponentiated exponentialwerte",
  },
  "masked-exponentials": { names: "maskedexp maskedexps maskedexponential" },
  "row-sums": {
    formula: "Σ_j E_ij",
    names: "sum sums rowsum expsum sumofexp zeilensummen zeilensumme denominators",
    ...ROW_SUM,
  },
  align: {
    title: "Alignment",
    formula: "E / Σ E",
    symbol: "A",
    view: "distribution",
  },
  falloff: { title: "Fall-off", formula: "e^(−(j − p_i)² / 2σ²)", symbol: "F" },
  "local-weights": {
    formula: "align · fall-off",
  },
  "local-sums": {
    title: "Sums of local weights",
    formula: "Σ_j",
    ...ROW_SUM,
  },
  weights: {
    formula: "α = E / Σ E",
    symbol: "α",
    names:
      "a alpha α p softmax attentionweights attentionmatrix probabilities probs attentionprobabilities attentiondistribution softmaxweights softmaxoutput attn attnweights attnprobs normalized normalised normalize normalise gewichte aufmerksamkeitsgewichte poids poidsd'attention pesos pesi 权重 注意力权重",
    view: "distribution",
  },
  "dropped-weights": { symbol: "α̃" },
} as const satisfies Record<string, StepKind>;

/**
 * The catalogue of every kind of step that a recipe records. Recipes, readers, the names that people may use and the
 * reference are derived from it.
 */
export const STEPS = {
  // The steps of one attention, from its vectors to its output.
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
  "added-features": { title: "Sums of features", formula: "q W + k W" },
  "tanh-features": { id: "tanh", title: "tanh of the features", formula: "tanh(q W + k W)" },
  "unit-query": { title: "Queries of length 1", formula: "q / ‖q‖" },
  "unit-key": { title: "Keys of length 1", formula: "k / ‖k‖" },
  "wa-query": { title: "W_a for the query" },
  "wa-key": { title: "W_a for the key" },
  "wa-places": {},
  "place-features": {
    formula: linear("W_p", "", undefined, () => "Q"),
    columns: "d_p",
  },
  places: { symbol: "p", columns: singleAxis("place", "p") },
  ...PAIR_STEPS,
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
  "strongest-key": rowMeasure("looks at", "argmax_j α_ij"),
  "largest-weight": rowMeasure("with weight", "max_j α_ij"),
  entropy: rowMeasure("entropy / ln m", "−Σ_j α_ij ln α_ij / ln m"),
  "log-sum-exp": { ...rowMeasure("log-sum-exp", "ln Σ_j e^s_ij"), names: "lse softmaxlse" },
  "context-and-query": { id: "concat", title: "Context and query", formula: "[c; h]" },
  combined: { formula: linear("W_c", "", undefined, () => "[c; h]"), columns: "d_out" },
  attentional: { title: "Attentional vector", formula: "h̃ = tanh(W_c[c; h])", symbol: "h̃" },

  // The steps around the heads of a layer, and the steps of heads in addition to those of one attention.
  wq: { title: "W^Q" },
  wk: { title: "W^K" },
  wv: { title: "W^V" },
  bq: { title: "b^Q" },
  bk: { title: "b^K" },
  bv: { title: "b^V" },
  split: {
    formula: "head of a column = ⌊column / head size⌋",
    axes: () => [{ name: "matrix", labels: ["Q", "K", "V"] }, { name: "column" }],
  },
  "open-bias": { title: "Bias for all keys" },
  "given-bias": { title: "Given bias of this head", names: "bias attnbias attentionbias" },
  "dropout-mask": { title: "Dropout mask of this head" },
  "head-q": { id: "q", title: "Q of this head", columns: "d_k" },
  "head-k": { id: "k", title: "K of this head", columns: "d_k" },
  "head-v": { id: "v", title: "V of this head", columns: "d_v" },
  "past-k": { title: "PAST-K of this head", columns: "d_k" },
  "past-v": { title: "PAST-V of this head", columns: "d_v" },
  "bias-k": { title: "BIAS-K of this head", columns: "d_k" },
  "bias-v": { title: "BIAS-V of this head", columns: "d_v" },
  sink: { title: "Sink of this head" },
  "sink-bias": { title: "The sink's logit", formula: "0, and the sink after the keys" },
  keys: { title: "All keys" },
  values: { title: "All values" },
  "q-norm": norm("Norm of the queries"),
  "k-norm": norm("Norm of the keys"),
  "q-rotated": { title: "Q rotated by its position" },
  "k-rotated": { title: "K rotated by its position" },
  "average-weights": { formula: "mean of α over the heads", view: "distribution" },
  "head-entropy": rowMeasure("entropy / ln m", "mean over the rows"),
  "head-strongest-key": rowMeasure("strongest key", "argmax_j Σ_i α_ij"),
  "head-first-key": rowMeasure("on key 0", "mean of α_i0"),
  "head-diagonal": rowMeasure("on itself", "mean of α_ii"),
  "head-previous": rowMeasure("on the one before", "mean of α_i,i−1"),
  concat: {
    title: "Concatenation",
    formula: ({ length }) =>
      length === 1 ? "the context of the one head" : `[context of head 0; …; head ${length - 1}]`,
    symbol: "concat",
    names: "concatenated concatenation",
    axes: (contexts) => {
      const labels = contexts.flatMap(({ shape }, head) => tabulate(shape.cols, (col) => `h${head}:${col}`));
      return [contexts[0].axes[0], { name: "column", labels }];
    },
  },
  "joined-output": { id: "output", ...OUTPUT_PROJECTION },
  "attention-output": {
    names: "selfattention selfattentionoutput multiheadattention mha",
    ...OUTPUT_PROJECTION,
  },
  aligned: OUTPUT_PROJECTION,
  "compared-places": {
    id: "places",
    title: "Keys that a query's heads look at",
    formula: "number of different argmax_j α_ij among the heads",
  },
  "different-places": {
    id: "places",
    title: "Different keys looked at",
    formula: "number of different argmax_j α_ij among the heads",
    columns: "measure",
  },

  // The steps of a layer around its attention.
  input: { formula: "x" },
  mean: { formula: "μ = Σ x / d", symbol: "μ", columns: singleAxis("measure", "μ") },
  variance: {
    formula: "σ² = Σ (x − μ)² / d",
    symbol: "σ²",
    columns: singleAxis("measure", "σ²"),
  },
  "mean-square": {
    formula: "Σ x² / d",
    symbol: "m",
    columns: singleAxis("measure", "x²"),
  },
  deviation: {
    title: "Standard deviation",
    formula: "σ = √σ²",
    symbol: "σ",
    columns: singleAxis("measure", "σ"),
  },
  centred: { title: "Rows less their mean", formula: "x − μ" },
  normalised: { symbol: "x̂" },
  "norm-1": {
    role: "norm",
    names: "layernorm1 layernormalisation1 layernormalization1 ln1 rmsnorm1 add&norm1 addandnorm1",
  },
  "norm-2": {
    role: "norm",
    names: "layernorm2 layernormalisation2 layernormalization2 ln2 rmsnorm2 add&norm2 addandnorm2",
  },
  "cross-norm": norm("Norm of the cross-attention"),
  "residual-1": {
    ...RESIDUAL,
    title: "Residual sum 1",
    names: "residualsum1 residualconnection1 add1 skipconnection1 x+attention residualafterattention",
  },
  "residual-2": {
    ...RESIDUAL,
    title: "Residual sum 2",
    names: "residualsum2 residualconnection2 add2 skipconnection2 residualafterfeedforward residualafterffn",
  },
  "cross-residual": { ...RESIDUAL, title: "Residual sum of the cross-attention" },
  "feed-forward-1": {
    title: "Feed-forward, before the activation",
    formula: linear("W₁", "b₁"),
    names:
      "preactivation ffn1 feedforwardhidden beforeactivation beforerelu beforegelu beforesilu beforeswish",
    columns: "d_ff",
  },
  gate: { formula: linear("W₃", "b₃"), columns: "d_ff" },
  activation: {
    names:
      "activations activated afteractivation relu afterrelu gelu aftergelu silu aftersilu swish afterswish",
  },
  gated: { formula: "activation · gate, cell by cell" },
  "feed-forward-2": {
    title: "Feed-forward",
    formula: linear("W₂", "b₂"),
    names: "feedforward feedforwardoutput ff ffn ffnoutput ffn2 mlp mlpoutput",
    columns: "d_model",
  },
  "layer-output": {
    id: "output",
    title: "Output of the layer",
    formula: "the output of the last step",
  },

  // The steps of a model around its layers.
  "token-embedding": { columns: "d_model" },
  "position-embedding": { columns: "d_model" },
  "segment-embedding": { columns: "d_model" },
  "embedding-sum": { title: "Sum of the embeddings", formula: sumOfParts },
  "embedding-norm": norm("Norm of the embeddings"),
  embedding: { formula: sumOfParts },
  begin: { title: "First token, and the first start token" },
  between: {},
  text: { title: "Last end token, and the text" },
  sequence: {
    title: "Modalities and tokens",
    formula: "first token, each modality between its start and its end token, text",
  },
  windows: { columns: "column" },
  convolved: { formula: "windows Wᵀ + b", columns: "column" },
  projected: { formula: "convolved Wᵀ + b", columns: "d_model" },
  "residual-stream": { id: "residual", formula: "output" },
  "head-shares": HEAD_SHARES,
  "cross-head-shares": HEAD_SHARES,
  "all-weights": ALL_WEIGHTS,
  "all-cross-weights": ALL_WEIGHTS,
  "final-norm": { role: "norm" },
  "head-dense": { title: "Dense layer of the head", formula: "x Wᵀ + b" },
  "head-activation": { title: "Activation of the head" },
  "head-norm": norm("Norm of the head"),
  logits: {
    formula: ([x, table, bias]) => `${formulaName(x)} ${table.key}ᵀ${bias ? ` + ${bias.key}` : ""}`,
    view: "similarity",
  },
  "logit-exponentials": { title: "Exponentials of the logits", formula: "E = e^(logit − row maximum)" },
  "logit-sums": {
    title: "Sums of the exponentials",
    formula: "Σ E",
    ...ROW_SUM,
  },
  probabilities: { formula: "p = E / Σ E" },
  "lens-input": { title: "Residual stream of one token" },
  "lens-norm": norm("Final norm"),
  "lens-head-norm": norm("Norm of the head"),
  loss: { rows: { name: "loss" }, columns: singleAxis("loss", "L") },

  // The steps of positions, in `posenc` and in heads.
  "scaled-embeddings": { formula: "√d_model·X" },
  rates: { rows: singleAxis("rate", "ω"), columns: "pair" },
  wavelengths: {
    formula: "λ_i = 2π / ω_i positions",
    view: "margin",
    rows: singleAxis("wavelength", "λ"),
  },
  angles: { formula: "pos·ω_i, in radians", view: "angle" },
  encoding: {
    names: "pe encodings positionalencoding positionalencodings positionencoding posenc",
    view: "curve",
    columns: "column",
  },
  "learned-encoding": {
    id: "encoding",
    formula: "row pos of the table",
    view: "curve",
    columns: "column",
  },
  "encoded-output": { id: "output" },
  rotation: { view: "similarity" },
  "shifted-angles": { formula: "(pos + k)·ω_i" },
  shifted: { title: "Shifted encoding" },
  unshifted: { title: "Encoding", formula: "PE(pos)" },
  mapped: { title: "Mapped by M" },
  difference: { formula: "shifted − mapped" },
  fit: { title: "Fit of the shifted sines", rows: { name: "pair" } },
  "column-frequencies": {
    formula: "cos ω = Σ x_t (x_t+1 + x_t−1) / 2 Σ x_t², radians a position",
    rows: singleAxis("frequency", "ω"),
  },
  "first-encoding": { formula: "PE of the first position" },
  "dot-by-distance": {
    title: "Dot product against distance",
    formula: "PE(pos)·PE(first)",
    view: "curve",
    columns: singleAxis("dot product", "PE·PE"),
  },
  "dot-products": { formula: "PE·PEᵀ", view: "similarity", axes: rowsWithRows },
  "inverse-frequencies": FREQUENCIES,
  "unscaled-frequencies": FREQUENCIES,
  ramp: { title: "Share kept", rows: singleAxis("share", "k") },
  cos: { view: "curve" },
  sin: { view: "curve" },
  rotated: {},
  "rotated-half-split": { title: "Rotated in half-split pairs" },
  "rotated-scores": { id: "scores", ...DOT_PRODUCTS },
  "shifted-scores": { title: "Scores, shifted", ...DOT_PRODUCTS },
  "score-difference": { formula: "shifted − unshifted" },
  slopes: { rows: { name: "head" }, columns: singleAxis("slope", "m") },
  distance: { formula: "i − j" },
  bias: { view: "similarity", axes: ([, distance]) => distance.axes },
  "relative-position": {},
  bucket: {
    formula: "near distances one by one, then logarithmically up to the last bucket",
    view: "similarity",
  },
  index: { formula: "clip(j − i, −K, K) + K", view: "similarity" },

  // The steps that compare scorings.
  wa: { title: "W_a (drawn)" },
  ua: { title: "U_a (drawn)" },
  va: { title: "v_a (drawn)" },
  "effective-keys": rowMeasure("effective keys", "e^(−Σ_j α_ij ln α_ij)"),
  "jacobian-norm": rowMeasure("Jacobian norm", "‖diag(p) − p pᵀ‖, the Frobenius norm"),
  ranks: { formula: "rank in the row, minus the mean rank" },
  jacobian: { formula: "J = diag(p) − p pᵀ", axes: ([{ axes }]) => [axes[1], axes[1]] },
  "jacobian-row-sums": { title: "Row sums of the Jacobian", formula: "Σ_k J_jk = 0", ...ROW_SUM },
  "output-gradient": { formula: "g = ∂L/∂o", ...LOSS_ROW },
  "weight-gradient": { title: "Gradient of the weights", ...LOSS_ROW },
  "score-gradient": { title: "Gradient of the scores", ...LOSS_ROW },
  costs: { title: "Costs of the scores", formula: "as in table 1 of Vaswani et al. 2017" },
  "layer-costs": { title: "Layers compared", formula: "Vaswani et al. 2017, table 1, without the O" },
  "looks-at": { title: "Where each row looks", formula: "argmax_j α_ij" },
  "largest-weights": { title: "Largest weight", formula: "max_j α_ij" },
  entropies: { title: "Entropy / ln m", formula: "−Σ_j α ln α / ln m" },
  "effective-key-counts": { title: "Effective number of keys", formula: "e^(−Σ_j α ln α)" },
  "jacobian-norms": { title: "Softmax Jacobian norm", formula: "‖diag(p) − p pᵀ‖" },
  "rank-correlation": {
    formula: "Spearman's ρ of the weights, mean over the rows",
  },
  "total-variation": { formula: "½ Σ_j |α_ij − α′_ij|, mean over the rows" },
  "dot-variance": { title: "Variance of q·k", formula: "var(q·k) = d_k in theory", ...SWEPT },
  "score-variance": { title: "Variance of the scores", formula: "as they enter the softmax", ...SWEPT },
  "swept-entropy": { id: "entropy", title: "Entropy / ln m", formula: "mean over the samples", ...SWEPT },
  "swept-largest-weight": {
    id: "largest-weight",
    formula: "mean over the samples",
    ...SWEPT,
  },
  "swept-jacobian-norm": {
    id: "jacobian-norm",
    title: "Softmax Jacobian norm",
    formula: "‖diag(p) − p pᵀ‖, median over the samples",
    ...SWEPT,
  },
  "published-bleu": { title: "Published: BLEU by attention dimension", formula: "Britz et al. 2017" },
} as const satisfies Record<string, StepKind>;

export type StepName = keyof typeof STEPS;

/**
 * The roles of steps in their recipes, independent of their ids. A gradient has the role "d-" plus the role of what it
 * belongs to.
 */
export type StepRole =
  | { [Name in StepName]: (typeof STEPS)[Name] extends { readonly role: infer Role } ? Role : Name }[StepName]
  | "d-weights"
  | "d-scores";

/** Whether a step has one of these roles. */
export function hasRole({ role }: Pick<Step, "role">, ...roles: readonly StepRole[]): boolean {
  return roles.some((one) => one === role);
}

const PAIR_ROLES = Object.entries<StepKind>(PAIR_STEPS).map(([name, { role = name }]) => role);

/** Gradients that are computed from steps with n×m numbers and do not belong to a step. */
const PAIR_GRADIENTS: readonly string[] = ["d-row-dots", "d-quotient-dots"];

/**
 * Whether a step, or a gradient, has one number for every pair of a query and a key, or is computed from such a step
 * per row.
 */
export function isPairwise({ role = "" }: Pick<Step, "role">): boolean {
  const part = role.startsWith("d-") ? role.slice("d-".length) : role;
  return PAIR_GRADIENTS.includes(role) || PAIR_ROLES.includes(part);
}
