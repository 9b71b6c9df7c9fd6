import { INPUTS, type InputName } from "../../attention/inputs.js";
import { AMBIGUOUS_WORDS, namesOf } from "../../attention/names.js";
import { either, wordsFor } from "./nouns.js";

/** The names of a step or an input. */
export interface Named {
  /** The id of a step, the same in every scope, or the name of an input. */
  readonly id: string;
  readonly names: readonly string[];
  readonly isInput?: boolean;
  /** Actions that give this step: `divide by the row sums`. */
  readonly actionPattern?: RegExp;
}

/** The id for calculations that are not steps, and for steps that the problem does not have. */
export const SIDE_CALCULATION = "aside";
export const OF_NO_STEP = "elsewhere";

/** The ids of what is outside the steps. */
export const OUTSIDE: readonly string[] = [SIDE_CALCULATION, OF_NO_STEP];

/** The names of either norm of a layer. Its numbers show which one it is. */
const NORMS =
  "ln, layernorm, layer normalization, add & norm, layer-normalisierung, normalisation de couche, normalización de capa, normalizzazione, 层归一化";

/** Stands for the step that is the product of the weights and V: the output of attention, or the context of a head. */
const PRODUCT_WITH_VALUES = "weights·V";

/** Its names. */
const PRODUCTS_WITH_VALUES =
  "a·v, α·v, p·v, v·a, ans·v, sm·v, softmax·v, weights·v, attention·v, attn·v, w·v, gewichte·v, a·x, α·x, softmax·x, weights·x, attention·x, gewichte·x, times v, times values, multiply by v, multiplied by v, multiply with v, multiplied with v, mal v, multipliziert mit v, weighted values, weighted sum of values, weighted sum of the values, gewichtete summe, somme pondérée, somma pesata, suma ponderada, soma ponderada, gewogen som, suma ważona, взвешенная сумма";

/** What people write for an action instead of its result. / √d_k stands for division by any number. */
const ACTION_NAMES: Readonly<Record<string, string>> = {
  scores:
    "dot products of q and k, x·x^t, matmul, raw attention, unskalierte scores, skalarprodukt, produit scalaire, produits scalaires, puntuación, producto escalar, productos escalares, punteggio, prodotto scalare, prodotti scalari, pontuações, produto escalar, produtos escalares, produto interno, produtos internos, producto interno, productos internos, prodotto interno, prodotti interni, inproduct, inproducten, iloczyn skalarny, iloczyny skalarne, wyniki, оценки, скалярные произведения",
  "scaled-scores":
    "s/√dk, /√dk, after division, nach division, nach der division, après division, tras dividir, dopo la divisione, escalado, scalato, skaliert, scores/√dk, qkt/√dk, score/√dk, √dk, scale, rescaled, divide, divided, dividing, skalierte, geteilt, dividiert, divisé, divisés, normalisés, scores normalisés, scores divisés, scores mis à l'échelle, escalados, escaladas, dividido, divididos, puntuaciones escaladas, scalati, divisi, punteggi scalati, pontuações escaladas, gedeeld, geschaald, geschaalde scores, schaling, przeskalowane, po przeskalowaniu, podzielone, 缩放, 缩放后, 缩放分数, 缩放后的分数, 缩放后的得分",
  exponentials:
    "e^s, e^x, e^z, e^s', exponential, exponentiated scores, exponentiate, exponentielles, exponenciales, exponenciais, exponentialfunktion, esponenziali, e-potenzen, e-machten, eksponenty, экспоненты, 指数",
  "row-sums":
    "sum of each row, add up, adds up, sommes, sumas, somme, summen, suma de las exponenciales, suma de exponenciales, somma degli esponenziali, somma delle esponenziali, summe der exponentiale, summe der exponentialwerte, somme des exponentielles, sommen, somas, sumy, суммы, Σ, 行和",
  weights:
    "w, soft, softmaxed, gewicht, aufmerksamkeitsgewicht, peso, sm, alignment, alignment weights, after softmax, attention weight, attention map, weight, weight matrix, e^x/Σ, aufmerksamkeit, pesos de atención, pesi di attenzione, pesos de atenção, gewichten, aandachtsgewichten, wagi, wagi uwagi, веса, 注意力, softmax权重",
  output:
    "attended values, new vector, new vectors, new embedding, new embeddings, new representation, new representations, updated vector, updated embedding, contextual embedding, contextualized embedding, contextualized vector, c, final result, final answer, final, resultat, resultaat, eindresultaat, resultado final, risultato finale, wynik, wynik końcowy, результат, ausgaben, saída, saídas, uitvoer, wyjście, выход, multihead, mha, 输出结果, 上下文, 上下文向量",
  mean: "μ, mu, average, mittelwert, moyenne, media, média, gemiddelde, średnia, среднее, 均值",
  variance: "σ², σ2, sigma^2, var, varianz, varianza, variância, variantie, wariancja, дисперсия, 方差",
  deviation:
    "desvio padrão, standaardafwijking, odchylenie standardowe, standard deviation, standard deviations, std, std dev, sigma, σ, standardabweichung, standardabweichungen, écarts types, écarts-types, deviazioni standard, desviaciones estándar, écart type, écart-type, desviación típica, desviación estándar, deviazione standard, 标准差",
  "shifted-scores": "shifted, shifted scores, verschoben, décalés, s - max",
  "added-features": "preactivation, pre-activation",
  "dropped-weights":
    "after dropout, weights after dropout, dropped, with dropout, nach dropout, après dropout",
  "masked-scores": "masking, after masking, with mask, maskierung, masque, máscara, maschera",
  "attention-output":
    "sublayer, sublayer output, sub-layer output, multihead, attention output, ausgabe der attention, attention-ausgabe, output of the attention, output of attention, attn out, attn, self attn, sortie de l'attention, salida de la atención, uscita dell'attenzione, saída da atenção, uitvoer van de aandacht, wyjście uwagi, выход внимания",
  "feed-forward-1": "ff1, fc1, linear 1",
  "feed-forward-2": "ff2, fc2, linear 2",
  normalised: "x̂, x_hat, normalized, normalisiert, normalisé, normalizado, normalizzato, po normalizacji",
  "residual-1":
    "skip connection, residualverbindung, connexion résiduelle, conexión residual, connessione residua, conexão residual, residuele verbinding, połączenie rezydualne, x + attn, x + self attn, x + attention output, x + multihead, x + mha, x + z, sum",
  "norm-1": NORMS,
  "norm-2": NORMS,
  "residual-2":
    "skip connection, sum, x + ffn, ln1 + ffn, norm1 + ffn, x1 + ffn, x1' + ffn, x' + ffn, h + ffn, ln1 + ff",
  q: "x·wq, wq·x",
  k: "x·wk, wk·x",
  v: "x·wv, wv·x",
  context: "attn, attention output, ausgabe der attention, attention-ausgabe",
  rotated:
    "after rotation, rotated vectors, rope(x), rotiert, gedreht, nach der drehung, tournés, girados, ruotati, 旋转后",
  encoding: "positionele codering, kodowanie pozycyjne, codificação posicional, позиционное кодирование",
  embedded:
    "sum, model input, input to the model, final embedding, final embeddings, embeddings with positions, input with positions, position-aware embeddings, input to the encoder, encoder input, summe, somme, suma, somma, 和",
  concat: "concatenation of heads, concatenate, concatenated heads, context",
};

const actionNamesOf = (id: string): readonly string[] => ACTION_NAMES[id]?.split(", ") ?? [];

const OUTPUT_PROJECTION =
  /(?<!\p{L})(?:after|times|multipl\w+ (?:by|with)|mal|nach)(?: the)? (?:w[_^]?o|output projection)(?!\p{L})|(?:concat\w*(?:\([^)]*\))?\s*[·*@]?|(?<!\p{L})(?:[b-z]|contexts?|heads?)\s?[·*@\s])\s*w\s*[_^]?\s*[({]?o(?!\p{L})/u;

/** A product with V that a program shows: `att @ V`, `round(att %*% V, 4)`. */
const SHOWN_PRODUCT = /(?<![\p{L}\d])(?!w_?v)[a-z]\w*\s*[·@]\s*v(?:alues?)?\s*(?:,\s*\d\s*)?\)?\s*$/u;

/** Returns a pattern for a product with a matrix of the feed-forward network: `N W_1`, `times W_1`, `x·W1 + b1`. */
function productWith(layer: number): RegExp {
  const factor =
    "(?:\\)|(?<!\\p{L})(?:times|mal|fois|por|per|\\p{L}|ln\\d?|norm\\d?)['′]?\\d?)\\s?[)·*@]?\\s?";
  return new RegExp(`${factor}w_?${layer}(?!\\d)|w_?${layer}\\)?\\s*\\+\\s*b_?${layer}(?!\\d)`, "u");
}

const [QUERIES, KEYS, VALUES] = [`q|${either("query")}`, `k|${either("key")}`, `v|${either("value")}`];

/** Returns a pattern for all keys or values: those of earlier tokens and the new ones below them. */
const withNewPattern = (of: string): RegExp =>
  new RegExp(
    `^[^=]{0,40}(?<!\\p{L})(?:(?:updated|extended|full|all|whole)\\s(?:kv[- ])?(?:${of})(?!\\p{L})|(?:${of})(?!\\p{L})[^=]{0,20}(?:append|concat|updat|extend|with the new|with new))`,
    "u",
  );

/** What says that vectors are not rotated yet: `Q before rotation`, `unrotated keys`. */
const NOT_TURNED =
  "(?<!\\p{L})(?:(?:before|prior to|pre|vor|avant|antes|prima)(?!\\p{L})|(?:un|non-?)(?:rotat|gedreht|tourn|girad|ruotat))";

/** Returns a pattern for vectors rotated by their positions: `rotated queries`, `Q after RoPE`, `q_rot`. Both make scores. */
function rotatedPattern(of: string, others: string): RegExp {
  const [vectors, other] = [of, others].map((words) => `(?<!\\p{L})(?:${words})\\d?(?!\\p{L})`);
  const turned = "(?:rotat|rotier|gedreht|tourn|girad|ruotat|rope|rot(?!\\p{L})|旋转)";
  const before = `${turned}\\p{L}{0,9}\\W{0,3}(?:\\p{L}{1,9} ){0,2}${vectors}`;
  return new RegExp(
    `^(?!.{0,80}(?:${other}|${NOT_TURNED})).{0,80}?(?:${before}|${vectors}[^=]{0,20}${turned})`,
    "u",
  );
}

/** Returns a pattern for vectors divided by their length, for cosines: `normalized Q`, `keys as unit vectors`, `K / ‖K‖`. */
function unitPattern(of: string, others: string): RegExp {
  const [vectors, other] = [of, others].map((words) => `(?<!\\p{L})(?:${words})(?!\\p{L})`);
  const unit =
    "(?<!\\p{L})(?:normali[sz]\\p{L}{0,8}|normiert\\p{L}{0,2}|norm[ée]{2}s?|unit|unitari\\p{L}{1,2}|einheits\\p{L}{0,9})(?!\\p{L})";
  return new RegExp(
    `^(?!.{0,80}${other})[^=]{0,60}?(?:${unit}\\W{0,3}${vectors}|${vectors}[^=·*@]{0,12}(?:${unit}|/\\s?(?:‖|\\|)))`,
    "u",
  );
}

/** Actions that mention other matrices than their result. They are tried in this order. */
const ACTION_PATTERNS: readonly (readonly [id: string, words: RegExp])[] = [
  // Weights that are masked are normalised again before they are a step.
  [SIDE_CALCULATION, /(?:weights?|attention|attn|α)\w*\s*[*⊙∘×]\s*mask/u],
  // The general score may begin with its keys: `W_a k_1`.
  [SIDE_CALCULATION, /(?<!\p{L})w_a\s?[·*@]?\s?k_?\d{1,2}\s*[=:]\s*[([]?\s*$/u],
  // The way back: through the softmax, then through the scale.
  [
    "d-scaled-scores",
    /(?<!\p{L})(?:through|durch|à travers|a través d\p{L}+|attraverso)(?: \p{L}{2,3})? softmax|softmax[- ](?:backward|jacobian|derivative)/u,
  ],
  // The gradient through the softmax, `A * (dA - rowsum(dA * A))`, before the division.
  [
    "d-scaled-scores",
    /=\s?\p{L}\w{0,8}\s?[·*⊙∘.]{0,2}\s?\(\s?[d∂]_?\p{L}\w{0,8}\s?-(?![^=]{0,60}(?:√|sqrt|root))/u,
  ],
  ["d-scores", /(?<!\p{L})d_?(?:s|z|scores?)\s*[·*/÷]\s*\(?\s*(?:√|sqrt|root|1\s*\/)/u],
  [
    "scores",
    /multipl\w+ (?:the )?q\w*(?: matrix)? (?:by|with|mit|par|por|per)(?: the)?(?: transpose of)?(?: the)? k/u,
  ],
  [
    "output",
    /(?<!\p{L})(?:head|attention|layer|kopf|tête|cabeza|testa)\s(?:then\s)?(?:returns|gives|liefert|donne|devuelve|restituisce)\W*$/u,
  ],
  // The product of a query and the key that a word names: `q·cat =`.
  ["scores", /^\W*q\d?\s?[·⋅]\s?(?!w_?[qkvo](?!\p{L})|sqrt|scale)\p{L}{2,20}\s?=/u],
  ["scores", /(?<!\p{L})dot(?:s|ted)? (?:\p{L}+ ){0,3}(?:with|and) (?:\p{L}+ ){0,3}keys?(?!\p{L})/u],
  [
    "masked-scores",
    /(?<!\p{L})(?:mask(?:ed|iert)|masqu|enmascarad|mascherat)\p{L}*(?:,? \p{L}+)? (?:scores?|punt\p{L}+|logits)|(?:scores?|punt\p{L}+),? (?:\p{L}+ ){0,3}(?:mask(?:ed|iert)|masqu|enmascarad|mascherat)|(?:掩码|屏蔽)后?的?(?:得分|分数)/u,
  ],
  ["masked-scores", /(?<!\p{L})mask(?:ing)?(?: out)? (?:the |all )?(?:future|upper|later)/u],
  [
    "masked-scores",
    /(?<!\p{L})(?:after|nach|après|después|dopo|após|na|po|после)\s(?:\p{L}+\s){0,2}\p{L}*ma(?:s[kqc]|ск)\p{L}*\W*$/u,
  ],
  [
    "biased-scores",
    /(?:(?:√|sqrt)[\w(]*|scores?|\bs|\bz|qk\S*)\s*\)?(?:\/[√\d.]+)?\s*\+\s*(?:the )?b(?:ias(?:es)?)?(?!\p{L})|(?<!\p{L})(?:with|after|plus)(?: (?:adding|the))* bias/u,
  ],
  ["masked-scores", /(?:√\S*|scores?|qk\S*)\)? (?:with|mit|avec|con)(?: \p{L}+)? (?:mask|mas[qc]|masch)/u],
  ["masked-scores", /(?:(?:√|sqrt)[\w(]*|scores?|\bs|\bz)\s*\)?\s*\+\s*m(?:ask)?(?!\p{L})/u],
  [
    "weights",
    /(?<!\p{L})(?:divid\w*|normali[sz]\w*)(?: \w+)* by (?:the |its |their |each )?(?:row )?(?:sums?|totals?)\b|\/\s*(?:row_?)?sums?\b|(?<!\p{L})(?:e\s*\^|exp)(?:[^=]*\/\s*[([{]\s*(?:e\s*\^|exp)|\s*(?:[-\d.,]+|[({][^(){}]*[)}])\s?\)?\s*[/÷]\s*\(?(?:\d|[zsdnσ∑](?:_?\w)?(?!\p{L})))/u,
  ],
  // One score over the root of a whole number: `-3/1.414 =`.
  [
    "scaled-scores",
    /^\W*[\d.]+\s*[/÷]\s*\(?(?:√|sqrt|1\.41|1\.73|2\.2[34]|2\.4[45]|2\.6[45]|2\.8[23]|3\.16|2(?![.\d]))/u,
  ],
  ["scaled-scores", /^\W*(?:before|pre)[ -](?:the )?softmax\W*$|^[\s,]*[/÷]\s*\(?\s*(?:√|sqrt|root|\d)/u],
  ["exponentials", /(?<!\p{L})e\s?(?:\^|hoch)\s?\(?(?:scaled )?scores?/u],
  ["exponentials", /(?<!\p{L})(?:exponentiat(?:e|ing)|e to the power)\b/u],
  [
    PRODUCT_WITH_VALUES,
    /(?<!\p{L})(?:multipl\w+|moltiplic\w+|times|weigh(?:t|t?ing|t?ed)?|mal)(?: the weights?)?(?: (?:by|with|of|mit|to|par|por|per|con))?(?: the| den)? v(?:alues?)?(?!\p{L})|(?<!\p{L})mit v multipl|(?:^|[^\p{L}\d)\]'′·×*@\s])\s*[·×*@]\s*v\s*(?:$|[=:≈→⇒-])|乘以?\s*v(?!\p{L})|Σ\S*\s*(?:α|a|w)\S*\s*[·*]?\s*v/u,
  ],
  // The papers call what a head gives by its name: `head_1 =`.
  ["context", /^\W*head[_\s]?\{?\d\}?\s*=\s*[[(]*\s*$/u],
  // For numbers that stay small, the largest score of its row is taken from each.
  [
    "shifted-scores",
    /(?<!\p{L})(?:subtract\p{L}*|minus|less|shift\p{L}* by) (?:\p{L}+ ){0,3}max|[\p{L})]\s*-\s*(?:the )?(?:row[- ]?)?max/u,
  ],
  ["row-max", /^\W*(?:row[- ]?|the )?max(?:im(?:um|a))?(?: (?:of|per|in) (?:each |the )?row)?\W*$/u],
  [
    "centred",
    /(?<!\p{L})x\s?-\s?(?:μ|mu|mean)(?!\p{L}|\s?\)?\s?[/÷])|(?<!\p{L})(?:cent(?:re|er)ed|zentriert|centré)/u,
  ],
  ["norm-1", /(?:γ|gamma).{1,30}\+\s*(?:β|beta)/u],
  ["scores", /v_?a\S{0,9}\s?[·*@]?\s?tanh|tanh\s?\([^()]{0,60}\)\s?[·*@]?\s?v_?a(?!\p{L})/u],
  // What tanh is applied to, `W_a q + U_a k`, is no result.
  ["tanh", /tanh/u],
  ["added-features", /(?<!\p{L})[wu]_?a(?!\p{L})[^+=]{0,20}\+[^+=]{0,20}(?<!\p{L})[wu]_?a(?!\p{L})/u],
  // A sum in brackets is one of vectors: `sum = [1.5, 1]`.
  ["row-sums", /^[\s,;]*(?:summe|somma|suma|soma|som)\s*[=:]\s*$/u],
  ["added-features", /^[\s,;]*(?:sum|summe|somme|suma|somma|soma|som)\s*[=:]\s*[[(]\s*$/u],
  ["query-features", /w_?a(?:\^t)?\)?\s*[·*@]?\s*q|(?<!\p{L})q\d?(?:\^t)?\s*[·*@]?\s*w_?a(?!\p{L})/u],
  ["key-features", /u_?a(?:\^t)?\)?\s*[·*@]?\s*k|(?<!\p{L})k\d?(?:\^t)?\s*[·*@]?\s*u_?a(?!\p{L})/u],
  [PRODUCT_WITH_VALUES, SHOWN_PRODUCT],
  ["residual-1", /(?<![\p{L}\d·*@+(]\s*)x\s*\+\s*(?!posi|pe\b|p\b|ff|mlp)\p{L}/u],
  // In a layer, the output projection gives the output of the attention.
  ["attention-output", OUTPUT_PROJECTION],
  ["output", OUTPUT_PROJECTION],
  // Those of earlier tokens with the new ones: `K after appending`, `updated K cache`.
  ["keys", withNewPattern(KEYS)],
  ["values", withNewPattern(VALUES)],
  ["q-rotated", rotatedPattern(QUERIES, KEYS)],
  ["k-rotated", rotatedPattern(KEYS, QUERIES)],
  ["unit-query", unitPattern(QUERIES, KEYS)],
  ["unit-key", unitPattern(KEYS, QUERIES)],
  ["embedded", /\+\s*(?:the )?(?:posi[tcz]\p{L}*|encodings?|pe|p)(?!\p{L})/u],
  [
    "feed-forward-1",
    /(?<!\p{L})(?:before|vor|avant|antes|prima)(?!\p{L}).*(?:a[ck]tiva?\p{L}*|attiva\p{L}*|(?:re|ge|si)lu)\W*$/u,
  ],
  ["feed-forward-2", productWith(2)],
  ["activation", /max\s*\(\s*0\s*,|(?<!\p{L})(?:re|ge)lu(?:\W*$|\s?\()/u],
  ["feed-forward-1", productWith(1)],
  [
    "residual-2",
    /(?<!\p{L})(?:second|2nd|zweite\p{L}*|deuxième|segund[oa]|second[oa]) (?:residual|add|residuum)/u,
  ],
  [
    "scaled-scores",
    /(?<!\p{L})(?:(?:re)?scal(?:e|ing)|divid(?:e|ing|ir|ere|o|imos|iamo)|division|divise[rz]?|skalier\w*|geteilt|teilen?)\b.*?(?:√|sqrt|root|wurzel|raíz|racine|radice|\bd_?k\b|\d)|除以.*?(?:√|d|\d)/u,
  ],
];

/** What people call keys and values of earlier tokens. */
const CACHED = ["cached", "past", "old", "previous", "earlier", "stored"];

const INPUT_WORDS: Readonly<Partial<Record<InputName, string>>> = {
  query: `${wordsFor("query").join(", ")}, query matrix, query's, decoder state, decoder states, decoder hidden state, decoder hidden states`,
  key: `${wordsFor("key").join(", ")}, key matrix`,
  value: `${wordsFor("value").join(", ")}, value matrix`,
  x: "inputs, decoder state, decoder states, decoder hidden state, decoder hidden states, embedding, word vectors, token vectors, tokens, words, word1, token1, eingabe, entrée, entrada, 输入, 词嵌入, 词嵌入矩阵, 词向量",
  sublayer:
    "attn, self attn, self-attention, attention, attention output, attn output, sublayer output, sub-layer output, output of the sublayer, multihead, mha, ausgabe der attention, attention-ausgabe, sortie de l'attention, salida de la atención, uscita dell'attenzione, z, o",
  wq: "query weights, weights for query, weights for queries, weights for q, query matrix, weight matrix",
  wk: "key weights, weights for key, weights for keys, weights for k, key matrix, weight matrix",
  wv: "value weights, weights for value, weights for values, weights for v, value matrix, weight matrix",
  wo: "output weights, output projection",
  memory:
    "encoder output, encoder outputs, encoder state, encoder states, encoder hidden states, annotations, speicher, mémoire, memoria",
  pastKey: CACHED.map((word) => `${word} keys, ${word} key, ${word} k`).join(", "),
  pastValue: CACHED.map((word) => `${word} values, ${word} value, ${word} v`).join(", "),
  norm1: "gamma, γ, gamma1, γ1, ln1 weight",
  norm1Bias: "beta, β, beta1, β1, ln1 bias",
  norm2: "gamma2, γ2, ln2 weight",
  norm2Bias: "beta2, β2, ln2 bias",
  dropoutMask: "dropout mask, dropout-maske",
  backward: "dL/dO, dL/dZ, ∂L/∂O, upstream, upstream gradient, gradient of the output",
};

/** Steps of gradients and layers, which many problems do not have. */
const OF_OTHER_PROBLEMS: readonly string[] = [
  ...["query", "key", "value", "weights", "scores", "output"].map((id) => `d-${id}`),
  ...["residual-1", "norm-1", "feed-forward-1", "activation", "feed-forward-2", "residual-2", "norm-2"],
];
const COSINES =
  "cosine, cosines, cosine similarity, cosine similarities, kosinus, similitud coseno, cos".split(", ");
const SIDE_CALCULATION_NAMES =
  "q/√dk, query/√dk, queries/√dk, scaled q, scaled query, scaled queries, k/√dk, scaled k, scaled keys, norm, norms, vector norms, length, lengths, distance, distances, difference, differences, error, errors, rank, ranks, argmax";

/** The matrices of projections, and products with one of them that has no name of its own. */
const PROJECTIONS: readonly string[] = ["wq", "wk", "wv", "wo", "x·w", "w·x"];

/** The projections, of which each head has its own columns. */
export const OF_HEADS = /^[wb][qkv]$/;
/** All inputs of which each head may have its own columns: without X, the queries themselves. */
export const MAY_BE_OF_HEADS = /^(?:[wb][qkv]|query|key|value)$/;

/** Steps of several heads that people call the output, as in attention with one head. */
const OUTPUTS_OF_ATTENTION = ["context", "attention-output"];

/** Names without their signs (e^s) that are also words of a sentence. */
const WORDS: readonly string[] = ["es", "ex"];

/** Returns the names by which steps and inputs are found on a sheet. */
export function sheetNames(
  steps: Iterable<string>,
  inputs: readonly string[],
  scoring?: unknown,
): readonly Named[] {
  const ids = [...new Set(steps)];
  const own = new Set(ids.flatMap(namesOf));
  const shared = [...AMBIGUOUS_WORDS];
  const hasCache = inputs.includes("pastKey");
  const ofProducts = ids.includes("context") ? "context" : "output";
  return [
    ...ids.map((id) => ({
      id,
      names: [
        ...namesOf(id).filter((name) => !WORDS.includes(name)),
        ...actionNamesOf(id),
        ...(id === ofProducts || id === "concat" ? PRODUCTS_WITH_VALUES.split(", ") : []),
        // Without projections, W means the weights.
        ...(id === "weights" && !inputs.some((name) => name.startsWith("w")) ? ["w"] : []),
        // In a head, "output" means its context. A single head is its own concatenation.
        ...(id === "context" ? ["output", ...namesOf("output"), ...actionNamesOf("output")] : []),
        ...(id === "concat" && !ids.includes("context") ? actionNamesOf("output") : []),
        ...shared.flatMap(([word, meant]) =>
          meant.includes(OUTPUTS_OF_ATTENTION.includes(id) ? "output" : id) ? [word] : [],
        ),
      ],
    })),
    // With cosine scoring, cosines are the scores. Beside other scores they are a side calculation.
    ...(ids.includes("scores")
      ? [{ id: scoring === "cosine" ? "scores" : SIDE_CALCULATION, names: COSINES }]
      : []),
    { id: SIDE_CALCULATION, names: SIDE_CALCULATION_NAMES.split(", ") },
    // Without projections, `Q = X W_Q` says where the queries come from.
    { id: SIDE_CALCULATION, names: PROJECTIONS.filter((name) => !inputs.includes(name)) },
    // The names of steps that the problem does not have must not match anything else.
    {
      id: OF_NO_STEP,
      names: OF_OTHER_PROBLEMS.filter((id) => !ids.includes(id))
        .flatMap((id) => [...namesOf(id), ...actionNamesOf(id)])
        .filter((name) => !own.has(name)),
    },
    ...ACTION_PATTERNS.flatMap(([given, actionPattern]) => {
      const id = given === PRODUCT_WITH_VALUES ? ofProducts : given;
      return id === SIDE_CALCULATION || ids.includes(id) ? [{ id, names: [], actionPattern }] : [];
    }),
    ...inputs.map((id) => ({
      id,
      // Scores that are given may be scaled ones, unless they are scaled further.
      names: [
        ...namesOfInput(id).filter((name) => !(hasCache && CACHE_NAME.test(name))),
        ...(hasCache && (id === "pastKey" || id === "pastValue")
          ? namesOfInput(id === "pastKey" ? "key" : "value").filter((name) => CACHE_NAME.test(name))
          : []),
        ...(id === "scores" && !ids.includes("scaled-scores")
          ? [...namesOf("scaled-scores"), ...actionNamesOf("scaled-scores")]
          : []),
      ],
      isInput: true,
    })),
  ];
}

const isInput = (name: string): name is InputName => Object.hasOwn(INPUTS, name);

/**
 * Aliases that count only in files. There xq means query; on a sheet the x in `Q x K` is a product, "grad" is the
 * gradient of anything, and "encoder" may be before the keys.
 */
const OF_FILES = /^(?:x\p{L}|grad|encoder)$/u;

/** The names of keys and values that may be those of earlier tokens. */
const CACHE_NAME = /_cache$/;

const namesOfInput = (id: string): readonly string[] =>
  isInput(id)
    ? [...INPUTS[id].aliases.filter((name) => !OF_FILES.test(name)), ...(INPUT_WORDS[id]?.split(", ") ?? [])]
    : [];
