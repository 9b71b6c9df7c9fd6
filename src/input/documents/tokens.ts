import type { WrittenNumber } from "../../math/written.js";
import { BLANK } from "../blank.js";
import { DAY_AND_MONTH, MONTH_AND_YEAR } from "../remarks.js";
import type { Line } from "./lines.js";
import { numberAt } from "./number-at.js";

/**
 * - `number`: a number, or a cell that is left blank.
 * - `relation`: `=`, `≈`, `:`, `→`, and words for them.
 * - `separator`: what may stand between two cells of a row.
 * - `line` and `blank`: the end of a line, and a line without anything.
 */
export type TokenKind =
  | "number"
  | "word"
  | "relation"
  | "separator"
  | "semicolon"
  | "open"
  | "close"
  | "operator"
  | "line"
  | "blank"
  | "wrapped"
  | "other";

export interface Token {
  readonly kind: TokenKind;
  /** The index of its line. */
  readonly line: number;
  readonly at: number;
  readonly end: number;
  readonly text: string;
  /** How many brackets are open before it. */
  readonly depth: number;
  /** Of a number: what it says; null for a cell that is left blank. */
  readonly cell?: WrittenNumber | null;
  /** Whether letters stand in it that were read as digits. */
  readonly isMisspelt?: true;
}

/** What looks like a number and is none: dates, times, numbers of students, `1)`, `#3`, `[1,]`, the 2nd, das 2. */
const NO_NUMBER = new RegExp(
  `${DAY_AND_MONTH}|${/(?<=\bd(?:as|er|ie|em|en|es)\s)\d{1,2}\.(?=\s\p{L})|\d+(?<sign>[-./:])\d+(?:\k<sign>\d+)+|\d{1,2}:\d\d(?!\d)|0\d+(?![.,\d])|\d{5,}(?![.\d])|\d+(?=\p{L})(?![eE][-+]?\d)|\(?\d{1,2}[a-z]?\)|#\s?\d+|\[\d+,\]|\[,\d+\]|\d+\s?[x×·]\s?\d+(?=\s*(?:[,;.)]|\p{L}|$))/u.source}`,
  "iuy",
);

/** `1.` or `2)` before words, `3:` before the cells of a row, `row 2:`. */
const NUMBERING = /^\s*(?:\(?\d{1,2}[.)]|[a-z]\))\s+(?=[^\d\s.,+-])|^\s*\d{1,2}\s*:\s+(?=[-+.\d[(])/y;

/** A cell that is left blank, or says so, up to what separates it from the next. */
const BLANK_CELL = new RegExp(`(?:${BLANK}|nan)(?=\\s*(?:[\\t,;\\])|]|$)|\\s+[-.\\d?_])`, "iy");

const RELATION =
  /[=≈≃≅~]+|→|⇒|->|=>|:=|(?:\b(?:approx(?:\.|imately)?|ca\.|gives?|is|are|ergibt|ist|sind|est|sont|es|son|è|sono))(?=\s)|[:：]|为|是/y;

const SIMPLE: readonly (readonly [kind: TokenKind, pattern: RegExp])[] = [
  ["relation", RELATION],
  ["separator", /(?:and|und|et|y|e|&)(?![\p{L}\d])|[,\t]/uy],
  // Rows stand between slashes with blanks around them, too.
  ["semicolon", /;|(?<=\d\s+)\/(?=\s+-?\.?\d)(?!\s+[-\d.,]+\s*(?:[=≈→]|->))/y],
  ["open", /[[({]/y],
  ["close", /[\])}]/y],
  ["operator", /[*·/+@^√-]/y],
  // The shape of an array that is printed beside it.
  ["word", /(?:torch\.)?Size\(\[[\d, ]*\]\)|shape\s?[=:]\s?[([][\d, ]*[\])]/y],
  ["word", new RegExp(MONTH_AND_YEAR, "iuy")],
  ["word", /[\p{L}_Σ][\p{L}\p{M}\d_'′]*(?:[-.]\p{L}[\p{L}\d]*)*/uy],
];

/** What stands before a number that a formula divides or multiplies a name by: `QKᵀ/` before √2, `S ·` before 2. */
const OF_FORMULA = /\p{L}[\p{L}\p{M}\d_^'′]*\)?\s*[/÷]\s*\(?$/u;
const LONGEST_OPERAND = 40;

/** A decimal point, which is none of a date. */
export const HAS_POINT = /(?<![\d.])\d*\.\d+(?![\d.])/;

/** The tokens of a sheet. `isComma`: numbers are written with a decimal comma. `labels`: names of rows that look like numbers or brackets. */
export function tokensOf(
  lines: readonly Line[],
  isComma: boolean,
  labels: readonly string[] = [],
): readonly Token[] {
  const scanner = new Scanner(labels);
  lines.forEach(({ text }, line) => {
    scanner.readLine(text, line, isComma && !HAS_POINT.test(text));
  });
  return scanner.tokens;
}

/** The words for a masked cell, in a row of numbers. */
const MASKED =
  /(?:masked|mask|maskiert|masqué|masqu[ée]e|enmascarad[oa]|mascherat[oa]|屏蔽)(?=\s*(?:[\t,;|\])]|$|\s[-.\d]|\smask))(?<=(?:^|[\d\t,;([]|d)\s*\p{L}+)/iuy;

/** `dim 1  dim 2  dim 3`: the names of columns, which no cell stands among. */
const COUNTED_NAMES = /^[\s,;]*(?:\p{L}+[\s,;]+)?(\p{L}[\p{L}.]*)\s?#?\d{1,2}(?:[\s,;]+\1\s?#?\d{1,2})+\s*$/u;

function countsNames(text: string): boolean {
  if (!COUNTED_NAMES.test(text)) return false;
  const numbers = Array.from(text.matchAll(/\d+/g), ([number]) => Number(number));
  return numbers[0] <= 1 && numbers.every((number, at) => number === numbers[0] + at);
}

class Scanner {
  readonly tokens: Token[] = [];
  private isComma = false;
  private depth = 0;
  private line = 0;
  private text = "";
  private at = 0;

  private readonly labels: readonly string[];

  constructor(labels: readonly string[]) {
    this.labels = labels;
  }

  readLine(text: string, line: number, isComma: boolean): void {
    this.isComma = isComma;
    this.line = line;
    this.text = text;
    this.at = 0;
    if (text.trim() === "") {
      this.push("blank", text.length);
      this.depth = 0;
      return;
    }
    if (countsNames(text)) {
      this.push("word", text.length);
      this.push("line", text.length);
      return;
    }
    const lead = this.endOfLabel() ?? this.endOf(NUMBERING);
    if (lead !== undefined) this.push("word", lead);
    while (this.at < text.length) this.readToken();
    const last = this.tokens.at(-1);
    const goesOn =
      this.depth > 0 && !text.includes("\t") && (last?.text === "," || /^\s*[-\d.][\d.eE+\s-]*$/.test(text));
    this.push(goesOn ? "wrapped" : "line", text.length);
  }

  private endOfLabel(): number | undefined {
    const at = this.text.search(/\S/);
    const label = this.labels.find((one) => this.text.startsWith(one, at));
    return label !== undefined && /^[\s:,;]/.test(this.text.slice(at + label.length))
      ? at + label.length
      : undefined;
  }

  private readToken(): void {
    const space = this.endOf(/[^\S\t]+/y);
    if (space !== undefined) {
      this.at = space;
      return;
    }
    if (this.takesNoNumber() || this.takesMasked() || this.takesNumber() || this.takesBlankCell()) return;
    for (const [kind, pattern] of SIMPLE) {
      const end = this.endOf(pattern);
      if (end === undefined) continue;
      // `are 0 2`: the name of a row, where nothing stands before it.
      if (
        kind === "relation" &&
        /^\p{L}/u.test(this.text.slice(this.at)) &&
        this.tokens.at(-1)?.line !== this.line
      )
        continue;
      if (kind === "close") this.depth = Math.max(0, this.depth - 1);
      this.push(kind, end);
      if (kind === "open") this.depth++;
      return;
    }
    this.push("other", this.at + 1);
  }

  /** Whether a number may begin here: behind a letter or a digit it may not. */
  private isFresh(): boolean {
    return !/[\p{L}\d_.]/u.test(this.text[this.at - 1] ?? "");
  }

  private takesNoNumber(): boolean {
    if (this.depth > 0 || !this.isFresh()) return false;
    const end = this.endOf(NO_NUMBER);
    if (end === undefined) return false;
    const before = this.tokens.at(-1);
    // The sums of rows stand in brackets behind them.
    if (this.text[this.at] === "(" && before?.kind === "number" && before.line === this.line) return false;
    this.push("word", end);
    return true;
  }

  /** A cell that is said to be masked. */
  private takesMasked(): boolean {
    const end = this.isFresh() ? this.endOf(MASKED) : undefined;
    if (end === undefined || !/\d/.test(this.text)) return false;
    this.push("number", end, { cell: { value: Number.NEGATIVE_INFINITY, decimals: 0 } });
    return true;
  }

  private takesNumber(): boolean {
    if (!this.isFresh()) return false;
    const found = /[-+.,\d√(esSi∞wI]/.test(this.text[this.at])
      ? numberAt(this.text, this.at, this.isComma)
      : undefined;
    if (found && OF_FORMULA.test(this.text.slice(Math.max(0, this.at - LONGEST_OPERAND), this.at))) {
      this.push("word", found.end);
      return true;
    }
    const isGrouped =
      found && this.text[this.at] === "(" && !/[-+*/·]/.test(this.text.slice(this.at, found.end));
    if (found && !isGrouped && !/[\p{L}_]/u.test(this.text[found.end] ?? "")) {
      const { value, decimals } = found;
      this.push("number", found.end, { cell: { value, decimals } });
      return true;
    }
    return this.takesMisspelt();
  }

  /** `O.14`, `-l.5`; a lone l or O counts between the commas of a row in brackets. */
  private takesMisspelt(): boolean {
    const end = this.endOf(/-?[lIOo\d]+(?:[.,][lIOo\d]+)?(?![\w.])/y);
    if (end === undefined) return false;
    const signed = this.text.slice(this.at, end);
    const typed = signed.replace("-", "");
    const isLone =
      /^[lO]$/.test(typed) &&
      (/^[\s\d.,lOo|()[\]-]*[\dlOo]\s[\s\d.,lOo|()[\]-]*$/.test(this.text) ||
        (/[[(,\t]\s*$/.test(this.text.slice(0, this.at)) && /^\s*[,\])\t]/.test(this.text.slice(end))));
    if ((!isLone && !/\d/.test(typed)) || !/[lIOo]/.test(typed)) return false;
    if (!isLone && !/^[lIOo\d]*[.,]/.test(typed) && !/^[\dlIOo]{1,4}$/.test(typed)) return false;
    const digits = typed.replace(/[lI]/g, "1").replace(/[Oo]/g, "0").replace(",", ".");
    const decimals = digits.split(".")[1]?.length ?? 0;
    const value = Number(signed === typed ? digits : `-${digits}`);
    this.push("number", end, { cell: { value, decimals }, isMisspelt: true });
    return true;
  }

  private takesBlankCell(): boolean {
    if (!this.isFresh() || !/[\t,;:=[(\s]|^$/.test(this.text[this.at - 1] ?? "")) return false;
    const end = this.endOf(BLANK_CELL);
    if (end === undefined) return false;
    // A mark stands among the numbers of its row, or behind the name of one cell.
    const isInRow =
      /[\d\])\t]/.test(this.text.slice(0, this.at).slice(-12) + this.text.slice(end)) ||
      /=\s*$/.test(this.text.slice(0, this.at));
    if (!isInRow) return false;
    this.push("number", end, { cell: null });
    return true;
  }

  private endOf(pattern: RegExp): number | undefined {
    pattern.lastIndex = this.at;
    return pattern.test(this.text) ? pattern.lastIndex : undefined;
  }

  private push(kind: TokenKind, end: number, more: Pick<Token, "cell" | "isMisspelt"> = {}): void {
    const { line, at, depth } = this;
    this.tokens.push({ kind, line, at, end, text: this.text.slice(at, end), depth, ...more });
    this.at = end;
  }
}
