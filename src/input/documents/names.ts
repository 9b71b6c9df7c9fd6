import { remember } from "../../math/remember.js";
import { anyOf, byWord } from "../words.js";
import { HEADS_BY_NUMBER, type HeadFinder } from "./heads.js";
import { either, LAST, ORDINALS, plural, singular } from "./nouns.js";
import { type Named, OF_NO_STEP, OUTSIDE, SIDE_CALCULATION } from "./sheet-names.js";

/** How strongly a text names each step or input, by id: 1 for a plain name. */
export type Strengths = ReadonlyMap<string, number>;

/** Returns the id that is named most strongly. */
export const bestOf = (names: Strengths): readonly [id: string, strength: number] | undefined =>
  [...names].sort(([, one], [, other]) => other - one)[0];

/** The strength of each id, by normalised name. */
type Table = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Finds names in texts. */
export interface NameFinder {
  find(text: string): Strengths;
  /** The ids of inputs. */
  readonly inputs: ReadonlySet<string>;
  readonly heads: HeadFinder;
}

// The strengths were chosen by hand. The tables of test/support/document-forms.ts hold with 20 % more or less.
const LETTER = 0.75;
const SMALL_LETTER = 0.6;
const WORD = 1;
const SEVERAL_WORDS = 1.12;
const ACTION = 1.2;
/** The factor for each id if a word names several. */
const SHARED = 0.7;
/** The factor for a name behind the equals sign of its clause. SOURCE_FACTOR is the factor behind "of" or "from". */
const BEHIND_SIGN = 0.55;
const SOURCE_FACTOR = 0.5;
/** The factor for a name behind "before". */
const BEFORE_FACTOR = 0.2;

/** Words that negate what follows. */
export const NEGATIONS =
  "no|not|non|never|without|don['\u2019]t|omit\\p{L}*|ignor\\p{L}*|skip\\p{L}*(?!\\sconn)|neglect\\p{L}*|(?:leav(?:e|ing)|left) out|kein\\p{L}*|nicht|ohne|sans|pas de|senza|n[aã]o|sem|zonder|niet|geen|bez|не|без";

/** The beginnings of words for forgetting. */
const FORGET = "forg[eo]t|vergiss|vergess|oubli|olvid|esque[cç]|dimentic";

/** What is done although a negation is before it: `Don't forget the root`, `never skip the scaling`, `not optional`. */
export const DONE = `${FORGET}|optional|(?:${NEGATIONS})(?!\\p{L})`;

/** Words for something that was not done. They say nothing: `forgot the scaling`, `without a mask`. */
export const LEFT_OUT = new RegExp(
  `(?<!\\p{L})(?:${NEGATIONS}|(?:${FORGET})\\p{L}*)\\s(?:(?:to|an?|the|die|das|de|la|le|el|il|lo)\\s)*\\p{L}+|(?<!\\p{L})(?:leav(?:e|ing)|left|drop(?:ping)?)\\s(?:the\\s)?\\p{L}+(?=[^.;:]{0,50}\\sout(?!\\p{L}))`,
  "giu",
);

/** What is true of all weights: `every row sums to one`. It does not name the sums. */
const SUMS_TO_ONE = new RegExp(
  `(?<!\\p{L})(?:${either("row")}|weights?|they)\\s(?:\\p{L}+\\s){0,2}(?:sums?|adds?|summier\\p{L}*|ergeb\\p{L}*|somm\\p{L}*|suman?)\\s(?:up\\s)?(?:to|zu|auf|à|a)?\\s?(?:1|one|eins|un|uno)(?![\\p{L}\\d.,])`,
  "iu",
);

/** A size: `d_k = 2` is no gradient of K, and `batch 1, 3 tokens` no matrix of tokens. */
const SIZE = new RegExp(
  `(?<!\\p{L})d_\\{?[kv]\\}?\\s*=(?:\\s*\\d+(?!\\.?\\d))?|(?<=(?:^|[,;:#(])\\s{0,3})\\d{1,4}\\s(?:${plural("token", "query", "key", "value")}|inputs)(?!\\p{L})`,
  "gu",
);

/** What is set to nothing: `mask: null`. */
const SET_TO_NOTHING = /(?<!\p{L})\p{L}{1,20}["']?\s?[:=]\s?(?:null|none|false|off)(?!\p{L})/giu;

/** The solutions of an exercise. They are not K. */
const ANSWER_KEY = /(?<!\p{L})(?:answer|correction|marking|solutions?|grading|exam)[\s-]key(?!\p{L})/giu;

/** What is done with numbers in parentheses right behind: `Softmax by hand for the scores (2, 1, 0.5)`. */
const OF_GIVEN = /softmax(?:\s\p{L}+){0,2}\s(?:of|for|to|von|für|de|para|pour)\s(?=[^:=]*\(\s*$)/iu;

/** Queries and keys that are rotated, in their product: `RoPE(Q) RoPE(K)^T`, `Q'K'^T`. */
const ROTATED_PRODUCT =
  /(?<!\p{L})(?:(?:rope|r)\(\s?q\s?\)|q(?:['′]|_?r(?:ot)?))(\s?[·*@×]?\s?)(?:(?:rope|r)\(\s?k\s?\)|k(?:['′]|_?r(?:ot)?))(?!\p{L})/giu;

/** Builds the finder for a list of names. */
export function nameFinder(named: readonly Named[], heads: HeadFinder = HEADS_BY_NUMBER): NameFinder {
  const table = remember(TABLES, JSON.stringify(named), () => tableOf(named));
  const known = new Map<string, Strengths>();
  const ids = new Set(named.map(({ id }) => id));
  const inputs = new Set(named.flatMap(({ id, isInput }) => (isInput ? [id] : [])));
  return {
    inputs,
    heads,
    find(given) {
      const text = [LEFT_OUT, SUMS_TO_ONE, SIZE, OF_GIVEN, SET_TO_NOTHING, ANSWER_KEY]
        .reduce((left, pattern) => left.replace(pattern, " "), heads.without(given))
        .replace(ROTATED_PRODUCT, "Q$1K");
      const found =
        known.get(text) ??
        ofGradients(withActions(strengthsIn(text, table, inputs), text, named, table, inputs), text, ids);
      known.set(text, found);
      return found;
    },
  };
}

/** The words and signs for gradients: "Gradient with respect to the values", `∂L/∂V`. */
const GRADIENT = /gradient|derivative|ableitung|dérivée|derivada|derivata|梯度|∂|∇|nabla/iu;

/**
 * Changes names into the names of their gradients, if a text is about gradients. If the problem has no gradients, the
 * text names something outside the steps.
 */
function ofGradients(found: Strengths, text: string, ids: ReadonlySet<string>): Strengths {
  if (!GRADIENT.test(text)) return found;
  const moved = new Map<string, number>();
  const hasNone = ![...ids].some((id) => id.startsWith("d-"));
  for (const [id, strength] of found) {
    // The gradient of the output is given.
    const given = id === "output" && ids.has("backward") ? "backward" : id;
    const meant = ids.has(`d-${id}`) ? `d-${id}` : hasNone ? OF_NO_STEP : given;
    moved.set(meant, Math.max(moved.get(meant) ?? 0, strength));
  }
  return moved;
}

/** Cached tables. Several finders per sheet use the same names. */
const TABLES = new Map<string, Table>();
const plainNames = new Map<string, string>();

function tableOf(named: readonly Named[]): Table {
  const ids = new Map<string, Set<string>>();
  const inputs = new Set(named.flatMap(({ id, isInput }) => (isInput ? [id] : [])));
  for (const { id, names } of named)
    for (const name of [id, ...names]) {
      const key = plainNames.get(name) ?? plain(name);
      plainNames.set(name, key);
      if (key === "") continue;
      const known = ids.get(key);
      if (known) known.add(id);
      else ids.set(key, new Set([id]));
    }
  return new Map(
    Array.from(ids, ([name, idsOfName]) => {
      // If several ids share a name, an input or else the id with exactly this name gets its full strength.
      const hasInput = [...idsOfName].some((id) => inputs.has(id));
      const isMeant = (id: string) => (hasInput ? inputs.has(id) : plainNames.get(id) === name);
      const shareOf = (id: string) => (idsOfName.size === 1 || isMeant(id) ? 1 : SHARED);
      const strength = name.length === 1 ? LETTER : WORD;
      return [name, new Map(Array.from(idsOfName, (id) => [id, shareOf(id) * strength]))];
    }),
  );
}

/** Normalises a name: lower case, without signs of products or brackets. `/2` and `/√2` become a division by √d_k. */
function plain(text: string): string {
  return (
    text
      .toLowerCase()
      // The factors of a product, as words or letters: `Query·Key^T`.
      .replace(/quer(?:y|ies)(?=\s*[·*@])|(?<=[·*@]\s*)(?:key|value)s?(?!\p{L})/gu, (word) => word[0])
      // Errors of text recognition: Sc0res, va1ue.
      .replace(/(?<=\p{L}{2})[01](?=\p{L}{2})/gu, (digit) => (digit === "0" ? "o" : "l"))
      .replace(
        /(?<=\S\s)(?:times|mal|fois|por)(?=\s\S)|(?<=(?<!\p{L})\p{L}\s{1,3})x(?=\s{1,3}\p{L}t?(?!\p{L}))/gu,
        "·",
      )
      .replace(/\stranspos(?:ed?|iert|ée?|ta|ado)(?!\p{L})/gu, "^t")
      .replace(/(?<!\p{L})e\s*\^\s*\(?-?\d[\d.,]*\)?/gu, "e^x")
      .replace(/sqrt|wurzel(?:\s*aus)?|root(?: of)?|(?<=\/\s*)rt\b/g, "√")
      .replace(/√\s*\(?\s*(?:d_?\{?k?\}?|[\d.]+)(?!\p{L})\s*\)?/gu, "√dk")
      .replace(/\s*[/÷]\s*(?:[\d.,]+|(?:d_?k?|t|τ)(?!\p{L}))/gu, "/√dk")
      .replace(/\s*[/÷]\s*/g, "/")
      .replace(/(?<!(?<!\p{L})e)\^/gu, "")
      .replace(/[\s._·*@(){}[\]\\|-]/g, "")
  );
}

/** A function with its arguments, in which brackets may be nested. */
const CALLED =
  /(?<=softmax|tanh|exp|multi-?head|mha|concat(?:enate)?|at(?:tentio)?n|ffn?|mlp|norm|ln|relu|gelu)\s*\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\)/gi;

/**
 * Removes the arguments of softmax and similar functions: they say what the result is computed from, not what it is.
 */
const withoutArguments = (text: string): string => text.replace(CALLED, (call) => " ".repeat(call.length));

/** The words that begin the next action. */
const NEXT = /(?:[,;→]|(?<!\p{L})(?:and|then|und|dann|et|puis|y|luego|e|poi)(?!\p{L}|\s*\^)).*/iu;

/** Prefers an action ("scaled by √d_k") to the names of the matrices it is applied to. */
function withActions(
  found: Strengths,
  text: string,
  named: readonly Named[],
  table: Table,
  inputs: ReadonlySet<string>,
): Strengths {
  const plain = withoutArguments(text)
    .toLowerCase()
    .replace(/\s/g, " ")
    .replace(LETTER_OF_PART, (part) => " ".repeat(part.length));
  for (const { id, actionPattern } of named) {
    const match = actionPattern?.exec(plain);
    if (!match) continue;
    // `Softmax (after dividing by √d_k)`: the action came before the named step.
    const isInParentheses = /\([^)]*$/.test(plain.slice(0, match.index));
    if (isInParentheses && named.findIndex((one) => one.id === id) < latestOf(found, named, inputs))
      return found;
    // "Dividing by √d_k and taking the softmax" means the last step.
    const next = NEXT.exec(text.slice(match.index + match[0].length));
    const behind = next ? strengthsOfClause(next[0], table) : [];
    const isOther = [...behind].some(
      ([other, strength]) => other !== id && !inputs.has(other) && strength >= WORD,
    );
    const others = Array.from(found, ([other, strength]) => [other, SOURCE_FACTOR * strength] as const);
    if (isOther) return new Map([...others, ...behind]);
    return new Map(id === SIDE_CALCULATION ? [[id, ACTION]] : [...others, [id, ACTION]]);
  }
  return found;
}

/** Returns the index of the last step that is named plainly. */
const latestOf = (found: Strengths, named: readonly Named[], inputs: ReadonlySet<string>): number =>
  named.findLastIndex(({ id, names }) => names.length > 0 && !inputs.has(id) && (found.get(id) ?? 0) >= WORD);

/** A single letter right before the sign, after words that describe it: `with query matrix Q =`. */
const ASSIGNED =
  /(?:\p{Ll}{2}|,)\s+(?<!\b(?:times|by|mal|par|por|per)\s+)([QKVXW]|W[_^]\S{1,4}|[qkv]_?\d{1,2})\s*$/u;

/**
 * What a sentence says before its step: the row, `For query 1, dot products are`, `Token 1: mean =`, `The second query
 * attends with weights`, what it follows from, `sum = 6.14, so α_1 =`, or actions that lead to it, `After the softmax, the
 * weights are`, `multiply the weights by V to get`, `encoder outputs used as keys`, `Encoder states: k1 = (`.
 */
const BEFORE_STEP = new RegExp(
  [
    /^.*(?:(?:state|output|annotation)s[^:]{0,40}:\s{1,3}(?=[qkv]_?\d{1,2}\s?=\s?[[(]*\s*$)|,\s(?=(?:the|die|das|les?|las?|los|el|il|i)\s)|(?<!\p{L})(?:so|hence|thus|therefore|daher|donc|así|quindi|to (?:get|obtain|find)|(?:used|serve|serving|taken) as|(?<!\([^)]{0,20})gives?|giving|yields?|(?:we|I) (?:get|obtain)|ergibt|erhalten wir|on obtient|pour obtenir|obtenemos|para obtener|si ottiene|per ottenere)\s|得到|(?:d['’ ]abord|zuerst|zunächst|primero|first (?:compute|calculate|take|need))\s)/u
      .source,
    /^\W*(?:\p{L}{1,12}[\s_#]{0,2}\d{1,2}\s?:|\p{L}{3,12}\s\d{1,2}\s[-–])\s(?=[^\d:=]{0,40}\p{L})/u.source,
    /^\W*(?:for|für|pour|para|per|voor|dla|для)\s[^,:=]*\d\s*[,:]/u.source,
    `^\\W*(?:(?:for|für|pour|para|per)\\s+)?(?:\\p{L}{1,3}['’ ]\\s*)?(?:${[...ORDINALS, LAST].join("|")})\\s(?:${singular("query", "token", "row")}|one)(?!\\p{L})`,
  ].join("|"),
  "iu",
);

/** Words before what follows from the rest of a sentence. */
const FOLLOWS = /(?<!\p{L})(?:so|hence|thus|therefore|daher|donc|así|quindi)\s*$/iu;

/** The label of a row, with its source in parentheses: `Row 1 (q1 with all keys): [`. */
const NUMBERED_ROW = new RegExp(`^\\W*(?:${singular("row", "token")})\\s*#?\\d{1,2}\\s*\\(`, "iu");

/** Words behind a sign. Behind a formula they name its result: `A·V = output`. */
const PLAIN_NAME = /^[=≈→⇒]\s*(?:\p{L}{3,}\s*)+[:=]?\s*$/u;

/** A formula of an input must name a step more strongly than this. */
const MIN_OF_FORMULA = 0.3;

/** A matrix of weights at the end of a label: `Feed-forward: W1`. */
const LABEL_OF_WEIGHTS =
  /(?:\p{L}{2}:?|,)\s+(?<!\b(?:times|by|with|and|mal|mit|und|par|avec|et|por|con|per|y|e)\s+)([Wb]_?[\dQKVO]{1,2})\s*:?\s*$/u;

/** The row of what a text names: `QK^T token 1`. Alone, `token 1` may be a row of X. */
const ROW_BEHIND = new RegExp(
  `(?<=[\\p{L}\\d)'′]\\s{0,3}),?\\s(?:of\\s)?(?:${either("token")})\\s?#?\\d{1,2}\\W*$`,
  "iu",
);

/** Finds names left of the first sign. If there are none, finds names right of it. */
function strengthsIn(given: string, table: Table, inputs: ReadonlySet<string>): Strengths {
  const row = BEFORE_STEP.exec(given)?.[0] ?? "";
  if (row !== "") {
    const match = strengthsIn(given.slice(row.length), table, inputs);
    if (match.size > 0) return match;
    // What follows from a mask is no mask: `The mask hides token 2, so the first row is [1 0]`.
    if (FOLLOWS.test(row))
      return new Map([...strengthsOfClause(given, table)].filter(([id]) => !inputs.has(id)));
  }
  const end = ROW_BEHIND.exec(given)?.index;
  const ofRow = end === undefined ? undefined : strengthsIn(given.slice(0, end), table, inputs);
  if (ofRow && ofRow.size > 0) return ofRow;
  const label = NUMBERED_ROW.exec(given)?.[0];
  // The parentheses contain the inputs it was computed from.
  if (label !== undefined)
    return new Map(
      [...strengthsIn(given.slice(label.length), table, inputs)].filter(([id]) => !inputs.has(id)),
    );
  const text = withoutArguments(given);
  const sign = /[=≈→⇒为是]|\bapprox/.exec(text);
  if (!sign) return strengthsOfClause(LABEL_OF_WEIGHTS.exec(text)?.[1] ?? text, table);
  const before = text.slice(0, sign.index);
  // An arrow leads on to the next step: `→ scaled`.
  if (before.trim() === "" && "→⇒".includes(sign[0]))
    return strengthsIn(text.slice(sign.index + 1), table, inputs);
  const head = strengthsOfClause(ASSIGNED.exec(given.slice(0, sign.index))?.[1] ?? before, table);
  const tail = strengthsOfClause(text.slice(sign.index), table);
  if (head.size === 0) return new Map(Array.from(tail, ([id, strength]) => [id, BEHIND_SIGN * strength]));
  const isStep = (id: string) => !inputs.has(id) && !OUTSIDE.includes(id);
  // What an arrow leads to is no input: `only one key left → weights`.
  const isOfStep = [...tail.keys()].every(isStep);
  if (
    "→⇒".includes(sign[0]) &&
    isOfStep &&
    Math.max(0, ...tail.values()) >= WORD &&
    [...head.keys()].every((id) => inputs.has(id))
  )
    return tail;
  const strongest = (isOfStep: boolean) =>
    Math.max(0, ...Array.from(tail, ([id, strength]) => (isStep(id) === isOfStep ? strength : 0)));
  // A letter may mean anything. The formula behind it shows the meaning: S = QK^T/√d_k. An input has no formula, so
  // X1 = LN(X) is another matrix. In V = X W_V, the formula names an input most strongly.
  const isOfInput = [...head.keys()].every((id) => inputs.has(id));
  if (isOfInput && isChain(text.slice(sign.index), table, inputs)) return new Map([...tail, ...head]);
  const isFormula =
    !GRADIENT.test(text.slice(0, sign.index)) &&
    Math.max(...head.values()) < WORD &&
    strongest(true) > (isOfInput ? Math.max(MIN_OF_FORMULA, strongest(false)) : SEVERAL_WORDS - 0.1);
  const isOfResult =
    strongest(true) >= WORD && /[·*@/]/.test(before) && PLAIN_NAME.test(text.slice(sign.index));
  return isFormula || isOfResult ? tail : head;
}

/** Whether a text is only inputs behind equals signs, `= K = V`: each of them is what stands before. */
function isChain(text: string, table: Table, inputs: ReadonlySet<string>): boolean {
  let end = 0;
  return hitsIn(text, table).every(({ id, at, length }) => {
    const isNext = inputs.has(id) && /^(?:\s*=\s*)?$/.test(text.slice(end, at));
    end = at + length;
    return isNext;
  });
}

/** The words before an order, a source, or the row that numbers belong to: `for q1`, `of q1`. */
const TURNS = byWord({
  before: "before vor avant antes prima",
  after: "after nach après después dopo",
  row: "for für pour para voor dla для of von de di der des dos das delle van",
  source: "from by using with into on over along aus mit durch über del dei sur sobre su",
});
const TURN = new RegExp(`[([]|(?<!\\p{L})(?:${anyOf(TURNS.keys())})(?!\\p{L})`, "giu");

/** Parentheses that are closed again. */
const CLOSED = /^(?:\([^()]*\)|\[[^[\]]*\])/;

function strengthsOfClause(text: string, table: Table): Strengths {
  const turns = [...text.matchAll(TURN)];
  const found = new Map<string, number>();
  for (const { id, strength, at, length } of hitsIn(text, table)) {
    const turn = turns.findLast(({ index }) => index <= at && !CLOSED.test(text.slice(index, at)));
    const kind = turn && TURNS.get(turn[0].toLowerCase());
    // A name may contain such a word: "weighted sum of values".
    const isInside = turn !== undefined && turn.index < at + length && turn.index > at;
    // `and for q2 it is`: only the row is named.
    const isRightBehind = turn && text.slice(turn.index + turn[0].length, at).trim() === "";
    if (isRightBehind && kind === "row" && /\d$/.test(text.slice(at, at + length))) continue;
    // In `Gradient of V`, the word before names no matrix.
    const hasName = found.size > 0 && !(kind === "row" && GRADIENT.test(text.slice(0, turn?.index)));
    const factor = turn && !isInside ? factorOf(kind, hasName) : 1;
    const later = (0.02 * at) / (text.length + 1);
    found.set(id, Math.max(found.get(id) ?? 0, strength * factor + later));
  }
  return found;
}

function factorOf(turn: string | undefined, hasName: boolean): number {
  if (turn === "before") return BEFORE_FACTOR;
  return !hasName || turn === "after" ? 1 : SOURCE_FACTOR;
}

interface Hit {
  readonly id: string;
  readonly strength: number;
  readonly at: number;
  readonly length: number;
}

/** The maximum number of words in a name, and its maximum length with spaces and signs. */
const MAX_WORDS = 6;
const LONGEST_NAME = 60;

/** The letter of a part of an exercise is not a name: `b) Q K^T`. */
const PART_OF_EXERCISE = /^\p{Ll}[).]\s/u;

const LETTER_OF_PART = /^\s{0,9}\(?\p{Ll}\)\s/u;

/** A word that adds nothing to the name before it. */
const FILLER = /(?<!(?:[,/&]|(?<!\p{L})(?:and|und|et|y|e|i))\s*)(?<!\p{L})(?:values?|results?)$/iu;

/** Finds the names in a text, the longest name first at each word. */
function hitsIn(text: string, table: Table): readonly Hit[] {
  // In Chinese, no space ends the name before 为 and 是.
  const words = [...text.matchAll(/(?:(?![为是])[\p{L}\p{N}Σ√∂′'])+/gu)];
  const hits: Hit[] = [];
  for (let from = 0; from < words.length; ) {
    const longest = longestAt(text, words, from, table);
    // In `Scores matrix values`, "values" does not mean V. In `keys and values` it does.
    const isFiller = hits.length > 0 && FILLER.test(text.slice(0, words[from].index + words[from][0].length));
    if (!isFiller || longest.words > 1) hits.push(...longest.hits);
    from += longest.words;
  }
  return hits;
}

function longestAt(
  text: string,
  words: readonly RegExpExecArray[],
  from: number,
  table: Table,
): { readonly hits: readonly Hit[]; readonly words: number } {
  for (let count = Math.min(MAX_WORDS, words.length - from); count > 0; count--) {
    const last = words[from + count - 1];
    const at = words[from].index;
    const slice = text.slice(at, last.index + last[0].length);
    if (slice.length > LONGEST_NAME || (count > 1 && PART_OF_EXERCISE.test(slice))) continue;
    // The k of `d_k` is not a name, and neither is the letter of a question: `(q) Hidden layer`.
    const isOfOther = text[at - 1] === "_" || LETTER_OF_PART.exec(text)?.[0].length === at + 3;
    const found =
      slice.length === 1 && isOfOther ? undefined : idsOf(slice, count, table, slice === text.trim());
    if (!found) continue;
    const { ids, factor } = found;
    const hits = Array.from(ids, ([id, share]) => ({
      id,
      strength: share * factor,
      at,
      length: slice.length,
    }));
    return { hits, words: count };
  }
  return { hits: [], words: 1 };
}

/** Returns the ids that some words name, and a factor for the strength. */
function idsOf(slice: string, count: number, table: Table, isAlone: boolean) {
  const name = plain(slice);
  const isLetter = /^[a-z]$/.test(slice);
  // "a" is an English word, unless it is all the text.
  if (isLetter && !isAlone && !"qkvx".includes(slice)) return undefined;
  const factor =
    isLetter && !isAlone ? SMALL_LETTER / LETTER : count > 1 || /√|\//.test(slice) ? SEVERAL_WORDS : 1;
  const ids = table.get(name);
  if (ids) return { ids, factor };
  // `x1_hat`, `x1 hat`: a row of `x_hat`.
  const [, start, suffix] = /^(\p{L}+)_?\d{1,2}(_\p{L}{2,}|\shat)$/u.exec(slice) ?? [];
  const ofRow = start && table.get(plain(start + suffix));
  if (ofRow) return { ids: ofRow, factor: 1 };
  // `q1`, `α_12`, `score1`: cells and rows of the matrix that the letter or word names.
  const [, letter = ""] = /^(\S*\p{L}['′]?)_?\d{1,2}(?:[_,]?\d{1,2})?['′]?$/u.exec(slice) ?? [];
  const ofLetter = table.get(plain(letter)) ?? table.get(`${plain(letter)}1`);
  if (ofLetter) return { ids: ofLetter, factor: 1 };
  // `q1·k2` and `<q1, k2>` are scores.
  const bare = count > 1 ? slice.replace(/(?<=\b[qkv])_?\d{1,2}/gi, "") : slice;
  const ofBare = bare === slice ? undefined : table.get(plain(bare).replace(",", ""));
  return ofBare && { ids: ofBare, factor: SEVERAL_WORDS };
}
