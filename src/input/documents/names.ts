import { remember } from "../../math/remember.js";
import { HEADS_BY_NUMBER, type HeadFinder } from "./heads.js";
import { ASIDE as BESIDE_STEPS, type Named } from "./sheet-names.js";

/** How strongly a text names each step or input, by id: 1 for a plain name. */
export type Strengths = ReadonlyMap<string, number>;

/** What is named most strongly. */
export const bestOf = (names: Strengths): readonly [id: string, strength: number] | undefined =>
  [...names].sort(([, one], [, other]) => other - one)[0];

/** A name as it is compared, with how much it says. */
type Table = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** What finds names in texts. */
export interface NameFinder {
  find(text: string): Strengths;
  /** The ids of inputs. */
  readonly inputs: ReadonlySet<string>;
  readonly heads: HeadFinder;
}

// The strengths are set by taste; the tables of test/support/document-forms.ts hold with 20 % more or less.
const LETTER = 0.75;
const SMALL_LETTER = 0.6;
const WORD = 1;
const SEVERAL_WORDS = 1.12;
const DONE = 1.2;
/** What one of several ids is named by a word that means each of them. */
const SHARED = 0.7;
/** A name behind the equals sign of its clause, or behind "of", "from". */
const BEHIND_SIGN = 0.55;
const ASIDE = 0.5;
/** What is said to come only later. */
const BEFORE = 0.2;

/** Words that turn what follows them into its opposite. */
export const NEGATIONS = "no|not|non|never|without|don['\u2019]t|kein\\p{L}*|nicht|ohne|sans|pas de|senza";

/** What is said not to be done names nothing: `forgot the scaling`, `without a mask`. */
const LEFT_OUT = new RegExp(
  `(?<!\\p{L})(?:${NEGATIONS}|forg[eo]t\\p{L}*|vergessen|oubli\\p{L}+|olvid\\p{L}+|dimentica\\p{L}+)\\s(?:(?:to|an?|the|die|das|de|la|le|el|il|lo)\\s)*\\p{L}+`,
  "giu",
);

/** Makes the finder of these names. */
export function nameFinder(named: readonly Named[], heads: HeadFinder = HEADS_BY_NUMBER): NameFinder {
  const table = remember(TABLES, JSON.stringify(named), () => tableOf(named));
  const known = new Map<string, Strengths>();
  const ids = new Set(named.map(({ id }) => id));
  const inputs = new Set(named.flatMap(({ id, isInput }) => (isInput ? [id] : [])));
  return {
    inputs,
    heads,
    find(given) {
      const text = heads.without(given).replace(LEFT_OUT, " ");
      const found =
        known.get(text) ??
        ofGradients(withDone(strengthsIn(text, table, inputs), text, { named, table, inputs }), text, ids);
      known.set(text, found);
      return found;
    },
  };
}

/** "Gradient with respect to the values", `∂L/∂V`. */
const GRADIENT = /gradient|derivative|ableitung|dérivée|derivada|derivata|梯度|∂|∇|nabla/iu;

/** Where gradients are spoken of, what is named is the gradient by it; where none is worked, that is something else than the steps. */
function ofGradients(found: Strengths, text: string, ids: ReadonlySet<string>): Strengths {
  if (!GRADIENT.test(text)) return found;
  const moved = new Map<string, number>();
  const hasNone = ![...ids].some((id) => id.startsWith("d-"));
  for (const [id, strength] of found) {
    const meant = ids.has(`d-${id}`) ? `d-${id}` : hasNone ? BESIDE_STEPS : id;
    moved.set(meant, Math.max(moved.get(meant) ?? 0, strength));
  }
  return moved;
}

/** Several finders are made for a sheet, of the same names or much the same. */
const TABLES = new Map<string, Table>();
const plainNames = new Map<string, string>();

function tableOf(named: readonly Named[]): Table {
  const ids = new Map<string, Set<string>>();
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
    Array.from(ids, ([name, own]) => {
      // What is written as the id of one of them says that one.
      const shareOf = (id: string) => (own.size > 1 && plainNames.get(id) !== name ? SHARED : 1);
      const strength = name.length === 1 ? LETTER : WORD;
      return [name, new Map(Array.from(own, (id) => [id, shareOf(id) * strength]))];
    }),
  );
}

/** A text as names are compared: small letters, no signs of products or brackets; `/2` and `/√2` are a division by √d_k. */
function plain(text: string): string {
  return (
    text
      .toLowerCase()
      // The factors of a product, in words or letters: `Query·Key^T`.
      .replace(/quer(?:y|ies)(?=\s*[·*@])|(?<=[·*@]\s*)(?:key|value)s?(?!\p{L})/gu, (word) => word[0])
      // Read from a picture: Sc0res, va1ue.
      .replace(/(?<=\p{L}{2})[01](?=\p{L}{2})/gu, (digit) => (digit === "0" ? "o" : "l"))
      .replace(/(?<=\S\s)(?:times|mal|fois|por)(?=\s\S)/gu, "·")
      .replace(/\stranspos(?:ed?|iert|ée?|ta|ado)(?!\p{L})/gu, "^t")
      .replace(/(?<!\p{L})e\s*\^\s*\(?-?\d[\d.,]*\)?/gu, "e^x")
      .replace(/sqrt|wurzel(?:\s*aus)?|root(?: of)?|(?<=\/\s*)rt\b/g, "√")
      .replace(/√\s*\(?\s*(?:d_?\{?k?\}?|[\d.]+)(?!\p{L})\s*\)?/gu, "√dk")
      .replace(/\s*[/÷]\s*(?:[\d.,]+|d_?k?(?!\p{L}))/gu, "/√dk")
      .replace(/\s*[/÷]\s*/g, "/")
      .replace(/(?<!(?<!\p{L})e)\^/gu, "")
      .replace(/[\s._·*@(){}[\]\\|-]/g, "")
  );
}

const FUNCTION = /(?<=softmax|exp|multi-?head|mha|concat(?:enate)?)\s*\(/gi;

/** The argument of a softmax or of a power says what it is made of, not what it is. */
function withoutArguments(text: string): string {
  let left = text;
  for (const { index } of text.matchAll(FUNCTION)) {
    let depth = 0;
    for (let at = index; at < text.length; at++) {
      if (text[at] === "(") depth++;
      if (text[at] === ")") depth--;
      if (depth === 0 && text[at] === ")") {
        left = left.slice(0, index) + " ".repeat(at + 1 - index) + left.slice(at + 1);
        break;
      }
    }
  }
  return left;
}

/** What is done next. */
const NEXT = /(?:[,;→]|(?<!\p{L})(?:and|then|und|dann|et|puis|y|luego|e|poi)(?!\p{L}|\s*\^)).*/iu;

/** What is done says more than the names of what it is done with. */
function withDone(
  found: Strengths,
  text: string,
  { named, table, inputs }: { named: readonly Named[]; table: Table; inputs: ReadonlySet<string> },
): Strengths {
  const plain = text.toLowerCase().replace(/\s/g, " ");
  for (const { id, done } of named) {
    const said = done?.exec(plain);
    if (!said) continue;
    // `Softmax (after dividing by √d_k)`: what was done before it.
    const isAside = /\([^)]*$/.test(plain.slice(0, said.index));
    if (isAside && named.findIndex((one) => one.id === id) < latestOf(found, named, inputs)) return found;
    // "Dividing by √d_k and taking the softmax" comes to what is named last.
    const next = NEXT.exec(text.slice(said.index + said[0].length));
    const behind = next ? strengthsOfClause(next[0], table) : [];
    const isOther = [...behind].some(
      ([other, strength]) => other !== id && !inputs.has(other) && strength >= WORD,
    );
    const others = Array.from(found, ([other, strength]) => [other, ASIDE * strength] as const);
    return new Map(isOther ? [...found, ...behind] : [...others, [id, DONE]]);
  }
  return found;
}

/** Where among the steps the last one stands that is plainly named. */
const latestOf = (found: Strengths, named: readonly Named[], inputs: ReadonlySet<string>): number =>
  named.findLastIndex(({ id, names }) => names.length > 0 && !inputs.has(id) && (found.get(id) ?? 0) >= WORD);

/** A letter of its own right before the sign, behind words that say what it is: `with query matrix Q =`. */
const ASSIGNED = /(?:\p{Ll}{2}|,)\s+(?<!\b(?:times|by|mal|par|por|per)\s+)([QKVXW]|W[_^]\S{1,4})\s*$/u;

/** Which row a sentence is about, before it says what of it: `For query 1, the dot products are`, `The second query attends with weights`. */
const OF_ROW =
  /^\W*(?:for|für|pour|para|per)\s[^,:=]*\d\s*,|^\W*(?:(?:for|für|pour|para|per)\s+)?(?:\p{L}{1,3}['’ ]\s*)?(?:first|second|third|fourth|last|erste|zweite|dritte|letzte|premi[eè]r|deuxième|troisième|prim[eo]r|segund|tercer|prim[ao]|second[ao]|terz[ao])\p{L}*\s(?:query|token|word|row|one|anfrage|wort|zeile|requête|mot|ligne|consulta|palabra|fila|parola|riga)(?!\p{L})/iu;

/** `Row 1 (q1 with all keys): [`: whose row it is. */
const NUMBERED_ROW =
  /^\W*(?:row|token|word|zeile|wort|ligne|mot|fila|palabra|riga|parola|linha|行)\s*#?\d{1,2}\s*\(/iu;

/** What is left of the first sign counts first; without a name there, what is right of it. */
function strengthsIn(given: string, table: Table, inputs: ReadonlySet<string>): Strengths {
  const row = OF_ROW.exec(given)?.[0] ?? "";
  if (row !== "") {
    const said = strengthsIn(given.slice(row.length), table, inputs);
    if (said.size > 0) return said;
  }
  const label = NUMBERED_ROW.exec(given)?.[0];
  // What it was made from stands in its parentheses.
  if (label !== undefined)
    return new Map(
      [...strengthsIn(given.slice(label.length), table, inputs)].filter(([id]) => !inputs.has(id)),
    );
  const text = withoutArguments(given);
  const sign = /[=≈→⇒]|\bapprox/.exec(text);
  if (!sign) return strengthsOfClause(text, table);
  const before = text.slice(0, sign.index);
  const head = strengthsOfClause(ASSIGNED.exec(given.slice(0, sign.index))?.[1] ?? before, table);
  const tail = strengthsOfClause(text.slice(sign.index), table);
  if (head.size === 0) return new Map(Array.from(tail, ([id, strength]) => [id, BEHIND_SIGN * strength]));
  const ofSteps = Array.from(tail, ([id, strength]) => (inputs.has(id) ? 0 : strength));
  // A letter may stand for anything, and the formula behind it says for what: S = QK^T/√d_k.
  const isFormula =
    !GRADIENT.test(text.slice(0, sign.index)) &&
    Math.max(...head.values()) < WORD &&
    Math.max(0, ...ofSteps) > SEVERAL_WORDS - 0.1;
  return isFormula ? tail : head;
}

/** Where a clause says what something is of, or comes before or behind. */
const TURNS =
  /[([]|(?<![\p{L}])(?:of|for|für|pour|para|from|before|after|by|using|with|into|on|aus|von|vor|nach|mit|durch|avant|après|de|di|del|dei|antes|después|dopo|prima)(?![\p{L}])/giu;

function strengthsOfClause(text: string, table: Table): Strengths {
  const turns = [...text.matchAll(TURNS)];
  const found = new Map<string, number>();
  for (const { id, strength, at, length } of hitsIn(text, table)) {
    const turn = turns.findLast(({ index }) => index <= at);
    // The words themselves may begin with one: "weighted sum of values".
    const isInside = turn !== undefined && turn.index < at + length && turn.index > at;
    const factor = turn && !isInside ? factorOf(turn[0], found.size > 0) : 1;
    const later = (0.02 * at) / (text.length + 1);
    found.set(id, Math.max(found.get(id) ?? 0, strength * factor + later));
  }
  return found;
}

function factorOf(turn: string, hasName: boolean): number {
  if (/^(?:before|vor|avant|antes|prima)$/i.test(turn)) return BEFORE;
  if (!hasName || /^(?:after|nach|après|después|dopo)$/i.test(turn)) return 1;
  return ASIDE;
}

interface Hit {
  readonly id: string;
  readonly strength: number;
  readonly at: number;
  readonly length: number;
}

/** How many words a name may have, and how many letters with blanks and signs between them. */
const MOST_WORDS = 6;
const LONGEST_NAME = 60;

/** The letter of a part is none of a name: `b) Q K^T`. */
const PART_OF_EXERCISE = /^\p{Ll}[).]\s/u;

/** The names in a text, each as long as it can be. */
function hitsIn(text: string, table: Table): readonly Hit[] {
  const words = [...text.matchAll(/[\p{L}\p{N}Σ√∂′']+/gu)];
  const hits: Hit[] = [];
  for (let from = 0; from < words.length; ) {
    const longest = longestAt(text, words, from, table);
    // `Scores matrix values`: the table of the scores.
    const isFiller = hits.length > 0 && /^(?:values?|results?)$/i.test(words[from][0]);
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
  for (let count = Math.min(MOST_WORDS, words.length - from); count > 0; count--) {
    const last = words[from + count - 1];
    const at = words[from].index;
    const slice = text.slice(at, last.index + last[0].length);
    if (slice.length > LONGEST_NAME || (count > 1 && PART_OF_EXERCISE.test(slice))) continue;
    // The k of `d_k` is no name.
    const found =
      slice.length === 1 && text[at - 1] === "_"
        ? undefined
        : idsOf(slice, count, table, slice === text.trim());
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

/** What some words name, and how much they say beside a plain name. */
function idsOf(slice: string, count: number, table: Table, isAlone: boolean) {
  const name = plain(slice);
  const isLetter = /^\p{Ll}$/u.test(slice) && /^\p{ASCII}$/u.test(slice);
  // "a" is a word of English, where it is not all that stands before the sign.
  if (isLetter && !isAlone && !/^[qkvx]$/.test(slice)) return undefined;
  const factor = isLetter ? SMALL_LETTER / LETTER : count > 1 || /√|\//.test(slice) ? SEVERAL_WORDS : 1;
  const ids = table.get(name);
  if (ids) return { ids, factor };
  // `q1`, `α_12`, `score1`: the cells and rows of what the letter or word names.
  const [, letter = ""] = /^(\p{L}+['′]?)_?\d{1,2}(?:[_,]?\d{1,2})?['′]?$/u.exec(slice) ?? [];
  const ofLetter = table.get(letter.toLowerCase());
  if (ofLetter) return { ids: ofLetter, factor: 1 };
  // `q1·k2`, `<q1, k2>`: a score.
  const bare = count > 1 ? slice.replace(/(?<=\b[qkv])_?\d{1,2}/gi, "") : slice;
  const ofBare = bare === slice ? undefined : table.get(plain(bare).replace(",", ""));
  return ofBare && { ids: ofBare, factor: SEVERAL_WORDS };
}
