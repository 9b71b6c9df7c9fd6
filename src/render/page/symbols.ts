import { findStep, type Input, idOfKey, type Step, type Trace } from "../../trace/trace.js";
import type { Markup } from "./markup.js";
import { row, words } from "./math.js";

// Decides which symbol a matrix has in formulas, and in which hue.

/** The letters that papers use for given matrices. */
const LETTERS: Readonly<Record<string, string>> = {
  query: "Q",
  key: "K",
  value: "V",
  memory: "M",
  bias: "b",
  mask: "M",
};

/** Letters of steps whose formula names none. */
const LETTERS_OF_ROLES: Readonly<Record<string, string>> = {
  "masked-scores": "M",
  "capped-scores": "S″",
  "biased-scores": "B",
  "query-projection": "Q",
  "key-projection": "K",
  "value-projection": "V",
  "head-q": "Q",
  "head-k": "K",
  "head-v": "V",
  concat: "C",
};

/** Returns the letter of a key: Q, W^Q, S′. Without a letter it returns the name in words. */
export function symbolOf(trace: Trace, key: string): string {
  const step = findStep(trace, key);
  return step ? symbolOfStep(step) : symbolOfName(key);
}

function symbolOfStep({ id, formula, role = "", axes, shape }: Step): string {
  const [, letter] = /^(\S{1,3}) = /.exec(formula) ?? [];
  const atEdge = shape.cols === 1 ? axes[1].labels?.[0] : undefined;
  return letter ?? LETTERS_OF_ROLES[role] ?? atEdge ?? symbolOfName(id);
}

export function symbolOfName(name: Input["name"]): string {
  const [, kind, of] = /^([wb])([a-z]|\d)$/.exec(name) ?? [];
  if (kind !== undefined) {
    const letter = kind === "w" ? "W" : "b";
    return /\d/.test(of) ? `${letter}_${of}` : `${letter}^${of.toUpperCase()}`;
  }
  return LETTERS[name] ?? (name.length === 1 ? name.toUpperCase() : name);
}

/** Returns q, k, v or a: the hue of queries, keys, values or weights. Empty for other matrices. */
export function hueOf(trace: Trace, key: string): string {
  const step = findStep(trace, key);
  if (step?.view === "distribution") return "a";
  const id = idOfKey(key);
  return /^(?:past-?)?[wb]?([qkv])(?:uery|ey|alue)?(?:-rotated|-norm)?$/i.exec(id)?.[1].toLowerCase() ?? "";
}

const HUES: Readonly<Record<string, string>> = { Q: "q", K: "k", V: "v", α: "a" };

/** Functions that are written upright. Unlike words, they get no blanks around them. */
const FUNCTIONS = /^(?:max|min|exp|ln|tanh|sin|cos|argmax|softmax|relu|gelu|concat)$/i;

/** A text with two words in sequence is a sentence, not a formula. */
const SENTENCE = /[a-z]{3,}[,;]? [a-z]{2,}/;

/** Letters with their marks, words with their hyphens, numbers, signs. */
const TOKENS = /\p{L}[\p{L}\p{M}]{2,}(?:-[\p{L}\d]+)*|[\p{L}\p{M}]+[′″₀-₉]*|\d+(?:\.\d+)?|\s+|./gu;

/** Writes a formula as in papers, "S′ = S / √d_k", as mathematics. */
export function formulaMath(text: string): Markup {
  if (SENTENCE.test(text)) return words(text);
  const tokens = text.match(TOKENS) ?? [];
  let at = 0;
  const group = (): Markup => {
    const open = tokens[at];
    if (open !== "(" && open !== "{") return piece();
    at++;
    const kids: Markup[] = [];
    while (at < tokens.length && tokens[at] !== (open === "(" ? ")" : "}")) kids.push(...next());
    at++;
    return row(...kids);
  };
  const piece = (): Markup => {
    const token = tokens[at++] ?? "";
    if (token === "√") return ["msqrt", undefined, withScripts(group())];
    if (/^\p{L}/u.test(token)) return letterOf(token);
    if (/^\d/.test(token)) return ["mn", undefined, token];
    return ["mo", undefined, token === "-" ? "−" : token];
  };
  const withScripts = (base: Markup): Markup => {
    let whole = base;
    while (tokens[at] === "_" || tokens[at] === "^") {
      const tag = tokens[at++] === "_" ? "msub" : "msup";
      const script = group();
      const hue = tag === "msup" && script[0] === "mi" ? HUES[String(script[2])] : undefined;
      whole = hue === undefined ? [tag, undefined, whole, script] : [tag, { class: hue }, whole, script];
    }
    return whole;
  };
  const next = (): readonly Markup[] => {
    if (/^\s/.test(tokens[at])) {
      at++;
      return [];
    }
    return [withScripts(piece())];
  };
  const kids: Markup[] = [];
  while (at < tokens.length) kids.push(...next());
  return kids.length === 1 ? kids[0] : row(...kids);
}

function letterOf(token: string): Markup {
  const plain = token.replace(/ᵀ$/, "");
  if (plain !== token) return ["msup", undefined, letterOf(plain), ["mi", undefined, "T"]];
  const isWord = /^[a-z]{3}[-a-z\d]*$/i.test(plain) && !FUNCTIONS.test(plain);
  if (isWord) return words(`\u00a0${plain}\u00a0`);
  // Several lower-case letters are several indices: E_ij.
  const hue = HUES[plain];
  return ["mi", hue === undefined ? undefined : { class: hue }, plain];
}
