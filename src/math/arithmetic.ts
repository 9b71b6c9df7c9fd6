/**
 * Evaluates an arithmetic expression as people type it where a number is expected: `1/sqrt(8)`, `-0.5`,
 * `1/√d_k`, `2*pi`, `1e-3`. Knows + − * / ^, parentheses, sqrt √ exp ln, pi π, inf, and the given names.
 * Throws RangeError, whose message says what was not understood and at which character (from 1).
 */
export function evaluateArithmetic(text: string, names: Readonly<Record<string, number>> = {}): number {
  const tokens = tokenize(text);
  let position = 0;
  const peek = () => tokens[position]?.text;
  const accept = (...texts: string[]): string | undefined => {
    const token = tokens[position];
    if (!token || !texts.includes(token.text)) return undefined;
    position++;
    return token.text;
  };
  const fail = (): never => {
    const token = tokens[position];
    throw new RangeError(
      token ? `"${token.text}" at character ${token.start + 1} was not understood` : "it ends too early",
    );
  };

  const sum = (): number => {
    let value = term();
    for (let sign = accept("+", "-"); sign; sign = accept("+", "-")) {
      value = sign === "+" ? value + term() : value - term();
    }
    return value;
  };
  const term = (): number => {
    let value = signed();
    for (let sign = accept("*", "/"); sign; sign = accept("*", "/")) {
      value = sign === "*" ? value * signed() : value / signed();
    }
    return value;
  };
  // -2^2 is -(2^2), and 2^-1 is allowed: a sign binds looser than a power on its right, as on paper.
  const signed = (): number => {
    if (accept("-")) return -signed();
    if (accept("+")) return signed();
    return power();
  };
  const power = (): number => {
    const value = primary();
    return accept("^", "**") ? value ** signed() : value;
  };
  const primary = (): number => {
    if (accept("(")) {
      const value = sum();
      return accept(")") ? value : fail();
    }
    if (accept("√")) return Math.sqrt(primary());
    const word = peek();
    if (word === undefined) return fail();
    if (Object.hasOwn(FUNCTIONS, word) && tokens[position + 1]?.text === "(") {
      position++;
      return FUNCTIONS[word](primary());
    }
    const value = Object.hasOwn(names, word)
      ? names[word]
      : (CONSTANTS.get(word.toLowerCase()) ?? Number(word));
    if (Number.isNaN(value)) return fail();
    position++;
    return value;
  };

  const value = sum();
  return position === tokens.length ? value : fail();
}

const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  sqrt: Math.sqrt,
  exp: Math.exp,
  ln: Math.log,
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

/** Numbers (not hexadecimal), names, and single signs; spaces separate; U+2212 is a minus, · and × multiply. */
function tokenize(text: string): Token[] {
  const plain = text.replaceAll("−", "-").replaceAll("·", "*").replaceAll("×", "*");
  const tokens: Token[] = [];
  for (const match of plain.matchAll(/(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[A-Za-z_]\w*|\*\*|\S/g)) {
    tokens.push({ text: match[0], start: match.index });
  }
  return tokens;
}
