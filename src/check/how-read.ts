import type { LeftOut, Lines } from "../sheet-lines.js";

/** An input or a step that was found on a sheet. */
export interface ReadStep {
  /** The name of the input, or the key of the step. */
  readonly key: string;
  readonly isInput: boolean;
  readonly lines: readonly Lines[];
  readonly rows: number;
  readonly cols: number;
  /** What was changed to read it. */
  readonly notes: readonly string[];
  /** Reasons why it may mean something else. */
  readonly doubts: readonly string[];
}

/** A cell of an input whose number on the sheet differs from the problem. */
export interface CopiedCell {
  readonly input: string;
  readonly cell: readonly [row: number, col: number];
  readonly written: number;
  readonly given: number;
}

const SYMBOLS: Readonly<Record<string, string>> = { query: "Q", key: "K", value: "V", x: "X" };

/** Returns the letter of an input in formulas: Q, W^Q, b^O. */
export const symbolOf = (input: string): string =>
  SYMBOLS[input] ??
  input.replace(/^([wb])([qkvo])$/, (_, letter, of) => `${letter === "w" ? "W" : "b"}^${of.toUpperCase()}`);

export const copiedText = ({ input, cell: [row, col], written, given }: CopiedCell): string =>
  `You copied ${symbolOf(input)}[${row},${col}] as ${numberText(written)}; it is ${numberText(given)}.`;

export const numberText = (value: number) => String(Number(value.toPrecision(6))).replace("-", "\u2212");

/** The person's own names for rows, columns and heads. */
export interface OwnNames {
  /** The labels, by the name of the axis. */
  readonly labels: ReadonlyMap<string, readonly string[]>;
  /** The number of the first head. Undefined if there is only one and the sheet does not number it. */
  readonly firstHead: number | undefined;
  /** Whether the sheet counts its tokens from 1. */
  readonly countsFromOne: boolean;
}

/** A sentence or a calculation on a sheet that is not so. */
export interface Untrue {
  readonly line: number;
  /** The number or token in it that is wrong, as written. */
  readonly said: string;
  /** What is right instead, in the words of the sheet: `The → sat is 61.3 %`, `2·3 + 1 is 7`. */
  readonly right: string;
  /** The key of the step, and the cell, if it is a sentence about a weight. */
  readonly key?: string;
  readonly cell?: readonly [row: number, col: number];
}

export const untrueText = ({ line, said, right }: Untrue): string =>
  `line ${line}: you wrote ${said}, but ${right}`;

/** How a sheet of an unknown form was read. */
export interface HowRead {
  /** The form that was found, by its name for `--form`. */
  readonly form: string;
  readonly steps: readonly ReadStep[];
  readonly earlier: readonly (LeftOut & { readonly key: string })[];
  readonly struck: readonly LeftOut[];
  readonly unused: readonly LeftOut[];
  /** What its sentences say about weights, and is not so. */
  readonly untrue: readonly Untrue[];
  /** Doubts that do not concern a step that was read. */
  readonly doubts: readonly string[];
  readonly copied: readonly CopiedCell[];
}

/** Whether a sheet may mean something else than what was read. */
export const isDoubted = ({ steps, doubts }: HowRead): boolean =>
  doubts.length > 0 || steps.some((step) => step.doubts.length > 0);
