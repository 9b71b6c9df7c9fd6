import type { SheetText } from "./lines.js";

// Sheets with letters of their own for the inputs are read with the usual ones.

/** `Q = D W_Q`, `K = X_enc @ W_K`, `v1 = e1·W_V`: which matrix a projection is applied to. */
const PROJECTED =
  /(?<![\p{L}\d_])([QKV])\d?\s{0,3}=\s{0,3}(\p{Lu}(?:_\{?\w{1,9}\}?)?|\p{L}{1,20}(?:_\w{1,9})?(?=\s{0,3}[·*@\s]))\s{0,3}[·*@]?\s{0,3}W\s?[_^]?[({]*\1(?![\p{L}\d])/giu;

/** `position bias B[i][j] =`, `softmax(QK^T + B)`: the letter of what is added to the scores. */
const BIAS =
  /(?<!\p{L})[Bb]ias(?:es)?(?: matrix)?\s+(B)(?![\p{L}\d])|K\^?T(?:\s?\/\s?\S{1,12})?\s?\+\s?(B)(?![\p{L}\d])/u;

/** `X = E + PE`: the letter of the embeddings, before the positions are added. */
const EMBEDDED = /=\s?(\p{Lu})\s?\+\s?(?:PE?|pos(?:itional)?[ _-]?enc(?:oding)?)(?!\p{L})/u;

/** Names that mean the input everywhere. */
const USUAL = /^(?:x|inputs?|memory|W)$/i;

type Text = SheetText["lines"][number]["text"];
/** Words in place of others, one after the other. */
type Renaming = readonly (readonly [written: RegExp, instead: string])[];

/** Writes the usual letters for the inputs in all lines of a sheet that says what its own letters mean. */
export function withInputLetters({ lines, ...more }: SheetText): SheetText {
  const texts = lines.map(({ text }) => text);
  const [, titled, bias = titled] = BIAS.exec(texts.join("\n")) ?? [];
  const embeddings = EMBEDDED.exec(texts.join("\n"))?.[1];
  const renaming = [
    ...(embeddings === undefined || embeddings === "X" ? [] : [[wordOf(embeddings), "embeddings"] as const]),
    ...lettersOfTokens(texts),
    ...lettersOfProjections(texts),
    ...lettersOfStates(texts),
    ...(bias === undefined ? [] : [[wordOf(bias), "bias"] as const]),
  ];
  const named = texts.map((text) => inOtherWords(text, renaming));
  const ofScoring = lettersOfScoring(named);
  return { lines: lines.map((line, at) => ({ ...line, text: inOtherWords(named[at], ofScoring) })), ...more };
}

const inOtherWords = (text: Text, renaming: Renaming): Text =>
  renaming.reduce((plain, [written, instead]) => plain.replace(written, instead), text);

/** Writes X for the matrix that the queries are projected from, and "memory" for that of the keys if it is another one. */
function lettersOfProjections(texts: readonly Text[]): Renaming {
  const projected = texts.flatMap((text) => [...text.matchAll(PROJECTED)]);
  const nameFor = (letter: string) =>
    projected.find(([, of]) => of.toUpperCase() === letter)?.[2].replace(/\d$/, "");
  const [query, key = query] = [nameFor("Q"), nameFor("K")];
  const isOne = query === key || query === undefined;
  if (key === undefined || (isOne && USUAL.test(key))) return [];
  // Both names are written with a sign first, because one may be the usual name of the other.
  const sign = (name: string, instead: string) => [wordOf(name), `\0${instead}$1`] as const;
  const names = isOne ? [sign(key, "X")] : [sign(query, "X"), sign(key, "memory")];
  return [...names, [/\0/g, ""]];
}

/** A name, with the number of its row. */
const wordOf = (name: string): RegExp => new RegExp(`(?<![\\p{L}\\d_])${name}(_?\\d?)(?![\\p{L}\\d_])`, "gu");

/** A vector of a token that has a letter: `kA = [1 0 2]`, `k_B = (1, 0)`. */
const OF_LETTER = /(?<![\p{L}\d_])([qk])_?\{?([A-H])\}?\s*[=:]/giu;

/** Counts tokens that have the first letters as their names: `qA`, `kB` and `outB` are q1, k2 and out2. */
function lettersOfTokens(texts: readonly Text[]): Renaming {
  const found = texts.flatMap((text) => [...text.matchAll(OF_LETTER)]);
  const lettersOf = (vectors: string) =>
    [...new Set(found.flatMap(([, of, letter]) => (of.toLowerCase() === vectors ? letter : [])))].join("");
  const keys = lettersOf("k");
  if (keys.length < 2 || !"ABCDEFGH".startsWith(keys) || lettersOf("q") === "") return [];
  return Array.from(keys, (letter, at) => [
    new RegExp(
      `(?<![\\p{L}\\d_])([qkvxosacz]|out|output|weights|scores)_?\\{?${letter}\\}?(?![\\p{L}\\d_])`,
      "giu",
    ),
    `$1${at + 1}`,
  ]);
}

/** What sheets about the attention of Bahdanau and Luong speak of. */
const OF_STATES =
  /Bahdanau|Luong|hidden state|(?:en|de)coder[- ]?(?:hidden[- ])?(?:state|output|step)|seq2seq|annotation|tanh\s*\(/iu;
/** The encoder's states, counted: `h1 =`, `h_s = [[`, `h'_1 =`. */
const STATES = /(?<![\p{L}\d_])(h'?(?:_?s)?)(?:_?\{?[ij\d]\}?)?\s*[=:\t]/u;
/** The decoder's state: `s =`, `s_t =`, `h_t =`, `s_{t-1} =`. */
const STATE = /(?<![\p{L}\d_])(s_?(?:\{\s*\w\s*(?:-\s*1\s*)?\}|[ti\d](?:-1)?)?|h_?t)\s*[=:]/u;
/** The terms of additive scoring: `tanh(W_s s + W_h h_i)`, `tanh(s W + h_i U)`. */
const ADDED = /tanh\s{0,3}[([]([^+()[\]]{2,20})\+([^+()[\]]{2,20})/u;
/** The query in one of them, and the vector before tanh. */
const OF_QUERY = /(?<![\p{L}\d_])q/iu;
const OF_SUM = /(?<![\p{L}\d_])([vw](?:_?\w)?)(?:\^T)?\s{0,3}[·*@]?\s{0,3}tanh/u;
const MATRIX = /(?<![\p{L}\d_])\p{Lu}(?:_?\w)?(?![\p{L}\d_])/u;
/** Luong's general scoring: `q^T W k_i`. */
const BILINEAR = /(?<![\p{L}\d])q(?:_?\w)?(?:\^T)?\s{0,2}[·*@]?\s{0,2}(W)\s{0,2}[·*@]?\s{0,2}k/u;

/** Writes the letters of Bahdanau and Luong as query, key and scores: s, h_j and e_j. */
function lettersOfStates(texts: readonly Text[]): Renaming {
  const text = texts.join("\n");
  const [[, state] = [], [, states] = []] = [STATE.exec(text) ?? [], STATES.exec(text) ?? []];
  if (
    !OF_STATES.test(text) ||
    state === undefined ||
    states === undefined ||
    /(?<!\p{L})[QK]\s*[=:]/u.test(text)
  )
    return [];
  return [
    [wordOf(state.replace(/[{}]/g, "\\$&")), "q$1"],
    [/(?<![\p{L}\d_])h'?(?:_?s)?(?:_\{?[ij]\}?|(_?\d))?(?![\p{L}\d_])/gu, "k$1"],
    [/(?<![\p{L}\d_])e_?\{?(?:[\dijt],?(?=[\dij]))?(?:[ij]|(\d))?\}?(?=\s*[=:(,\t])/gu, "scores $1"],
    [/(?<![\p{L}\d_])[aα]_?t\s?\(\s?[sij]\s?\)/gu, "weights"],
  ];
}

/** Writes the letters of additive and general scoring as W_a, U_a and v_a: `v^T tanh(W_1 q + W_2 k)`, `q^T W k`. */
function lettersOfScoring(texts: readonly Text[]): Renaming {
  const text = texts.join("\n");
  const terms = ADDED.exec(text)?.slice(1);
  if (!terms) return texts.some((one) => BILINEAR.test(one)) ? [[wordOf("W"), "W_a$1"]] : [];
  const ordered = OF_QUERY.test(terms[0].replace(MATRIX, " ")) ? terms : terms.toReversed();
  const [ofQuery, ofKeys] = ordered.map((term) => MATRIX.exec(term)?.[0]);
  if (ofQuery === undefined || ofKeys === undefined || !OF_QUERY.test(ordered[0].replace(MATRIX, " ")))
    return [];
  const [, ofSum = "v(?:_?a)?"] = OF_SUM.exec(text) ?? [];
  return [
    // All names are written with a sign first, because one may be the new name of another.
    [wordOf(ofQuery), "\0W_a$1"],
    [wordOf(ofKeys), "\0U_a$1"],
    [wordOf(ofSum), "\0v_a$1"],
    [/\0/g, ""],
  ];
}
