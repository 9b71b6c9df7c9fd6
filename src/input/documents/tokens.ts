import { typedNumber, type WrittenNumber } from "../../math/written.js";
import { countUp } from "./count-up.js";
import type { Line } from "./lines.js";
import { type Commas, numberAt } from "./number-at.js";
import {
  BLANK_CELL,
  COUNT,
  HAS_POINT,
  LONGEST_OPERAND,
  MASKED,
  NO_NUMBER,
  NUMBERING,
  OF_FORMULA,
  SIMPLE,
  type TokenKind,
} from "./token-patterns.js";

export interface Token {
  readonly kind: TokenKind;
  /** The index of its line. */
  readonly line: number;
  readonly at: number;
  readonly end: number;
  readonly text: string;
  /** The number of open brackets before it. */
  readonly depth: number;
  /** For a number: its value and decimals; null for a blank cell. */
  readonly cell?: WrittenNumber | null;
  /** Whether it contains letters that were read as digits. */
  readonly isMisspelt?: true;
}

/** Splits a sheet into tokens. `labels` are row names that look like numbers or brackets. */
export function tokensOf(
  lines: readonly Line[],
  commas: Commas,
  labels: readonly string[] = [],
): readonly Token[] {
  const scanner = new Scanner(labels);
  lines.forEach(({ text }, line) => {
    scanner.readLine(text, line, commas === "decimals" && HAS_POINT.test(text) ? "cells" : commas);
  });
  return scanner.tokens;
}

/** `dim 1 dim 2 dim 3`: column names, so the numbers are not cells. */
const COUNTED_NAMES = /^[\s,;]*(?:\p{L}+[\s,;]+)?(\p{L}[\p{L}.]*)\s?#?\d{1,2}(?:[\s,;]+\1\s?#?\d{1,2})+\s*$/u;

function countsNames(text: string): boolean {
  if (!COUNTED_NAMES.test(text)) return false;
  return countUp(Array.from(text.matchAll(/\d+/g), ([number]) => Number(number)));
}

class Scanner {
  readonly tokens: Token[] = [];
  private commas: Commas = "cells";
  private depth = 0;
  private line = 0;
  private text = "";
  private at = 0;

  private readonly labels: readonly string[];

  constructor(labels: readonly string[]) {
    this.labels = labels;
  }

  readLine(text: string, line: number, commas: Commas): void {
    this.commas = commas;
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
    // NumPy wraps long rows. The only sign is the open bracket.
    const goesOn = !text.includes("\t") && (this.depth > 1 || (this.depth > 0 && last?.text === ","));
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
      // In `are 0 2`, "are" is the name of a row, because it begins the line, and so is "y" in the first cell of a table.
      const isName = kind === "relation" ? /^\p{L}/u : /^\p{L}+\t/u;
      const isFirst = this.tokens.at(-1)?.line !== this.line;
      if (kind !== "word" && isFirst && isName.test(this.text.slice(this.at))) continue;
      if (kind === "close") this.depth = Math.max(0, this.depth - 1);
      this.push(kind, end);
      if (kind === "open") this.depth++;
      return;
    }
    this.push("other", this.at + 1);
  }

  /** Whether a number may begin here: not right behind a letter or a digit. */
  private isFresh(): boolean {
    return !/[\p{L}\d_.]/u.test(this.text[this.at - 1] ?? "");
  }

  private takesNoNumber(): boolean {
    if (!this.isFresh()) return false;
    const end = this.endOf(this.depth > 0 ? COUNT : NO_NUMBER);
    if (end === undefined) return false;
    const before = this.tokens.at(-1);
    // `(2)` behind the numbers of a row may be its sum.
    if (this.text[this.at] === "(" && before?.kind === "number" && before.line === this.line) return false;
    this.push("word", end);
    return true;
  }

  /** Takes a cell that is masked by a word. */
  private takesMasked(): boolean {
    const end = this.isFresh() ? this.endOf(MASKED) : undefined;
    if (end === undefined || !/\d/.test(this.text)) return false;
    this.push("number", end, { cell: { value: Number.NEGATIVE_INFINITY, decimals: 0 } });
    return true;
  }

  private takesNumber(): boolean {
    if (!this.isFresh()) return false;
    const found = /[-+.,\d√(esSi∞wI]/.test(this.text[this.at])
      ? numberAt(this.text, this.at, this.commas)
      : undefined;
    if (found && OF_FORMULA.test(this.text.slice(Math.max(0, this.at - LONGEST_OPERAND), this.at))) {
      this.push("word", found.end);
      return true;
    }
    const isGrouped =
      found && this.text[this.at] === "(" && !/[-+*/·]|\)\(/.test(this.text.slice(this.at, found.end));
    if (found && !isGrouped && !/[\p{L}_]/u.test(this.text[found.end] ?? "")) {
      const { value, decimals, end } = found;
      // No sentence ends inside brackets, so the point belongs to the number: `[0.5 0.`, where NumPy wraps a row.
      const isLeftOpen = this.depth > 0 && this.text[end] === ".";
      this.push("number", isLeftOpen ? end + 1 : end, { cell: { value, decimals } });
      return true;
    }
    return this.takesMisspelt();
  }

  /**
   * Takes numbers with letters for digits: `O.14`, `-l.5`. A single l or O counts between the commas of a row in
   * brackets.
   */
  private takesMisspelt(): boolean {
    const end = this.endOf(/-?[lIOo\d]+(?:[.,][lIOo\d]+)?(?![\w.])/y);
    if (end === undefined) return false;
    const signed = this.text.slice(this.at, end);
    const typed = signed.replace("-", "");
    const isLone =
      /^[lO]$/.test(typed) &&
      (/^[\s\d.,lOo|()[\]-]*[\dlOo]\s[\s\d.,lOo|()[\]-]*$/.test(this.text) ||
        (/[[(,\t]\s*$/.test(this.text.slice(0, this.at)) && /^\s*[,\])\t]/.test(this.text.slice(end))));
    // o1 is a name, not a misspelt number.
    if (!isLone && !/^(?=.*\d)(?=.*[lIOo])(?:.*[.,]|(?!o).{1,4}$)/i.test(typed)) return false;
    const cell = typedNumber(signed.replace(/[lI]/g, "1").replace(/[Oo]/g, "0"));
    this.push("number", end, { cell, isMisspelt: true });
    return true;
  }

  private takesBlankCell(): boolean {
    if (!this.isFresh() || !/[\t,;:=[(\s]|^$/.test(this.text[this.at - 1] ?? "")) return false;
    const end = this.endOf(BLANK_CELL);
    if (end === undefined) return false;
    // A mark for a blank cell must be among the numbers of its row, or behind the name of one cell.
    const before = this.tokens.at(-1);
    const isInRow =
      (before?.line === this.line && (before.kind === "number" || before.kind === "separator")) ||
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
