/**
 * Evaluates an arithmetic expression as people type it for a number: `1/sqrt(8)`, `-0.5`, `1/√d_k`, `sqrt2`, `2*pi`, `1e-3`. It
 * knows + − * / ^, parentheses, sqrt √ exp ln sin cos, pi π, inf, and the given names. Throws RangeError; its message says
 * what was not understood and at which character (from 1).
 */
export function evaluateArithmetic(text: string, names: Names = {}): number {
  const cursor = createCursor(tokenize(text));
  const value = readSum(cursor, names);
  return cursor.peek() === undefined ? value : cursor.fail();
}

type Names = Readonly<Record<string, number>>;

// There is one function per level of precedence, lowest first. Each one reads its part and returns its value.

function readSum(cursor: Cursor, names: Names): number {
  let value = readTerm(cursor, names);
  for (let sign = cursor.accept("+", "-"); sign; sign = cursor.accept("+", "-")) {
    const term = readTerm(cursor, names);
    value = sign === "+" ? value + term : value - term;
  }
  return value;
}

function readTerm(cursor: Cursor, names: Names): number {
  let value = readSigned(cursor, names);
  for (let sign = cursor.accept("*", "/"); sign; sign = cursor.accept("*", "/")) {
    const factor = readSigned(cursor, names);
    value = sign === "*" ? value * factor : value / factor;
  }
  return value;
}

/** -2^2 is -(2^2), and 2^-1 is allowed: a power binds more tightly than the sign before it, as on paper. */
function readSigned(cursor: Cursor, names: Names): number {
  if (cursor.accept("-")) return -readSigned(cursor, names);
  if (cursor.accept("+")) return readSigned(cursor, names);
  const base = readPrimary(cursor, names);
  return cursor.accept("^", "**") ? base ** readSigned(cursor, names) : base;
}

function readPrimary(cursor: Cursor, names: Names): number {
  if (cursor.accept("(")) {
    const value = readSum(cursor, names);
    return cursor.accept(")") ? value : cursor.fail();
  }
  if (cursor.accept("√")) return Math.sqrt(readPrimary(cursor, names));
  const word = cursor.peek();
  if (word === undefined) return cursor.fail();
  if (Object.hasOwn(FUNCTIONS, word)) {
    cursor.accept(word);
    return FUNCTIONS[word](readPrimary(cursor, names));
  }
  const value = Object.hasOwn(names, word)
    ? names[word]
    : (CONSTANTS.get(word.toLowerCase()) ?? Number(word));
  if (Number.isNaN(value)) return cursor.fail();
  cursor.accept(word);
  return value;
}

const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  sqrt: Math.sqrt,
  exp: Math.exp,
  ln: Math.log,
  sin: Math.sin,
  cos: Math.cos,
};

const CONSTANTS: ReadonlyMap<string, number> = new Map([
  ["pi", Math.PI],
  ["π", Math.PI],
  ["inf", Number.POSITIVE_INFINITY],
  ["infinity", Number.POSITIVE_INFINITY],
  ["∞", Number.POSITIVE_INFINITY],
]);

interface Token {
  readonly text: string;
  readonly start: number;
}

/** A position in the tokens. It moves on when a token is accepted. */
interface Cursor {
  /** Returns the token at this position; undefined after the last. */
  peek(): string | undefined;
  /** Moves past the next token if it is one of `texts`, and returns it. */
  accept(...texts: string[]): string | undefined;
  /** Throws a RangeError about the next token. */
  fail(): never;
}

function createCursor(tokens: readonly Token[]): Cursor {
  let position = 0;
  return {
    peek: () => tokens[position]?.text,
    accept(...texts) {
      const token = tokens[position];
      if (!token || !texts.includes(token.text)) return undefined;
      position++;
      return token.text;
    },
    fail() {
      const token = tokens[position];
      throw new RangeError(
        token ? `"${token.text}" at character ${token.start + 1} was not understood` : "it ends too early",
      );
    },
  };
}

/**
 * Splits a text into numbers (not hexadecimal), names, and single signs, separated by optional spaces. U+2212 is a
 * minus; · and × multiply. A function ends before a digit: sqrt2 is √2.
 */
function tokenize(text: string): Token[] {
  const plain = text.replaceAll("−", "-").replaceAll("·", "*").replaceAll("×", "*");
  const tokens: Token[] = [];
  for (const match of plain.matchAll(
    /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|(?:sqrt|exp|ln)(?=\d)|[A-Za-z_]\w*|\*\*|\S/g,
  )) {
    tokens.push({ text: match[0], start: match.index });
  }
  return tokens;
}
