import type { Span } from "../forms/form.js";
import { linesOf, offsetIn, type Line as TextLine } from "../forms/lines.js";
import type { Source } from "../source.js";
import type { SheetText } from "./lines.js";
import type { Token } from "./tokens.js";

/**
 * Finds the numbers of a text in its source. Lines lost their decoration, so each number is searched after the one
 * before.
 */
export class Places {
  readonly #lines: readonly TextLine[];
  readonly #ends = new Map<number, number>();
  readonly #spans = new Map<Token, Span>();
  readonly #blocks = new Map<number, readonly Span[]>();

  constructor(
    readonly source: Source,
    readonly sheet: SheetText,
  ) {
    this.#lines = linesOf(source);
  }

  find(token: Token): Span {
    const known = this.#spans.get(token);
    if (known) return known;
    const { number } = this.sheet.lines[token.line];
    const line = this.#lines[number - 1];
    const from = this.#ends.get(number) ?? 0;
    const at = Math.max(line.text.indexOf(token.text, from), from);
    this.#ends.set(number, at + token.text.length);
    const span = { start: offsetIn(line, at), end: offsetIn(line, at + token.text.length) };
    this.#spans.set(token, span);
    return span;
  }

  /** Returns where a matrix begins, and keeps the places of its cells for spanOfCell. */
  startOf(spans: readonly Span[]): number {
    const [{ start }] = spans;
    this.#blocks.set(start, spans);
    return start;
  }

  spanOfCell(start: number, cell: number): Span {
    const spans = this.#blocks.get(start) ?? [];
    return spans[cell] ?? spans[0] ?? { start, end: start };
  }
}
