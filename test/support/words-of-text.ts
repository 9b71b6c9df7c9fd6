/** A word of a text that contains a digit or means a number. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Its number. NaN if it is not one (`1--2`), undefined if it is not meant as one (`c0`, `float64`). */
  readonly value: number | undefined;
  /** Whether it may be left out, because it describes the numbers or is in a note. */
  readonly optional: boolean;
  /** How many brackets are open around it. */
  readonly depth: number;
}

/** Patterns of words that describe the numbers and are none: sizes, indices, factors, types, column names, prompts. */
const ABOUT: readonly RegExp[] = [
  /\d+ ?[×x] ?\d+/g,
  /\[\d+ rows x \d+ columns\]/g,
  /\(\d+ rows?\)/g,
  /\w*Type\{[\d,]*\}/g,
  /^\d+×\d+ [^\n]*/g,
  /\[\d*,\]|\[,\d*\]/g,
  /(?<=\w)(?:\s*\[\w*\])+\s*\w?(?=\s*=)/g,
  /(?:\[\d*\])+(?=float)|(?<=double)(?:\[\d*\])+/g,
  /\d+-element/g,
  /dtype: \w+/g,
  /(?:1(?:\.0*)?)?e[-+]?\d+\s*\*/gi,
  /Columns? \d+(?: (?:through|to|and) \d+)?:?/gi,
  /(?<=\])\s*,\s*[A-Za-z_][^[]*=[\s\S]*$/g,
];

/** Up to the end of a line. */
const NOTES = /(?:#|%|\/\/)[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;

const SEPARATOR = /[\s,;&|│┃[\](){}"'`⎡⎤⎢⎥⎣⎦┌┐└┘├┤┬┴┼─═\\:=<>$]+/u;

/** Finds the words of a text that contain digits, without reading its form. */
export function wordsOf(given: string, decimalComma: boolean): Word[] {
  const text = plainly(given, decimalComma);
  const optional = new Uint8Array(text.length + 1);
  for (const pattern of [...ABOUT, NOTES])
    for (const { 0: found, index } of text.matchAll(pattern)) optional.fill(1, index, index + found.length);
  const depths = depthsIn(text);
  const words: Word[] = [];
  for (const { 0: word, index: start } of text.matchAll(
    new RegExp(`[^${SEPARATOR.source.slice(1, -2)}]+`, "gu"),
  )) {
    const value = numberIn(word);
    if (value === undefined) continue;
    words.push({
      ...{ text: word, start, end: start + word.length, value },
      ...{ optional: optional[start] === 1, depth: depths[start] },
    });
  }
  return words;
}

/** Replaces signs by plain ones with the same meaning, one for one, so that positions do not change. */
function plainly(text: string, decimalComma: boolean): string {
  const plain = (text.includes("\\begin{") ? text.replace(/%(?=\n)/g, " ") : text)
    .replace(/[０-９]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/，/g, ",")
    .replace(/~/g, " ")
    .replace(/[\u00a0\u2000-\u200a\u202f]/g, " ")
    .replace(/−|(?<![\w)\]])[–‐](?=[\d.√])|(?<=,\])–(?=[\d.])/g, "-")
    // Blanks may separate a sign from its number.
    .replace(/(?<=^|[,;&[{(|\n\\}]\s*)([-+])([^\S\n]+)(?=[\d.])/g, "$2$1");
  return decimalComma ? plain.replace(/(?<=\d),(?=\d)/g, ".") : plain;
}

function numberIn(word: string): number | undefined {
  if (/^[-+]?(?:nan|inf|infinity)$/i.test(word))
    return Number(word.toLowerCase().replace(/inf.*/, "Infinity"));
  if (!/\d|[½∞]/.test(word)) return undefined;
  const root = /^([-+]?)√([\d.]+)\/([\d.]+)$/.exec(word);
  if (root) return Number(`${root[1]}1`) * (Math.sqrt(Number(root[2])) / Number(root[3]));
  // A type may follow a number.
  const typed = /^([-+]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][-+]?\d+)?)(?:[fFdDL]|_\w+)?$/.exec(word);
  if (typed) return Number(typed[1].replace(/d/i, "e"));
  if (/^[^\d]*[\p{L}_]/u.test(word)) return undefined;
  const product = productIn(word);
  if (product !== undefined) return product;
  if (/^[-+]?\d*½$/.test(word)) {
    const whole = Number(word.slice(0, -1).replace(/^[-+]/, "") || 0) + 0.5;
    return word.startsWith("-") ? -whole : whole;
  }
  if (/^[-+]?√[\d.]+(?:e[-+]?\d+)?$/.test(word))
    return (word.startsWith("-") ? -1 : 1) * Math.sqrt(Number(word.replace(/^[-+]?√/, "")));
  return Number.NaN;
}

/** Computes `3/4`, `2*5/3`, `-2^3`: plain numbers and operators, from left to right. */
function productIn(word: string): number | undefined {
  const [, sign, text] =
    /^([-+]?)((?:[\d.]|(?<=[\d.])e[-+]?\d)+(?:(?:\/\/?|\*\*?|\^)-?√?(?:[\d.]|(?<=[\d.])e[-+]?\d)+)+)$/i.exec(
      word,
    ) ?? [];
  if (text === undefined) return undefined;
  const [first, ...rest] = text.split(/(\/\/?|\*\*?|\^)/);
  let value = Number(first);
  for (let at = 0; at < rest.length; at += 2) {
    const right = rest[at + 1].includes("√")
      ? Math.sqrt(Number(rest[at + 1].replace("√", "")))
      : Number(rest[at + 1]);
    if (rest[at].startsWith("/")) value /= right;
    else if (rest[at] === "*") value *= right;
    else value = at === 0 ? value ** right : Number.NaN;
  }
  return sign === "-" ? -value : value;
}

/** Counts the open brackets at each position. Parentheses count if they contain a comma. */
function depthsIn(text: string): Uint16Array {
  const depths = new Uint16Array(text.length + 1);
  const open: boolean[] = [];
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === "[" || sign === "{") open.push(true);
    else if (sign === "(") open.push(/^[^()]*,/.test(text.slice(at + 1)));
    else if (/[\])}]/.test(sign)) open.pop();
    depths[at] = open.filter(Boolean).length;
  }
  return depths;
}
