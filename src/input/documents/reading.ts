import type { FormName } from "../forms/form-names.js";
import type { Cells, Item } from "./items.js";
import type { Layout } from "./layouts.js";

/** Lines of a sheet, by their numbers, both included. */
export interface Lines {
  readonly from: number;
  readonly to: number;
}

/** A matrix as it was read on a sheet. */
export interface ReadMatrix {
  readonly item: Item;
  readonly cells: Cells;
  /** Where it stands; several where it was put together. */
  readonly lines: readonly Lines[];
  readonly layout: Layout;
  /** Why it is not certain that it was read as it was meant; sentences without an end. */
  readonly doubts: readonly string[];
  /** What was done to read it that the person should know. */
  readonly notes: readonly string[];
  /** What the person calls its rows and columns, where they stand in the order of the problem. */
  readonly names?: NamesOnSheet;
  /** The number that the sheet gives the first head, where it is of one. */
  readonly firstHead?: number;
}

/** Names beside all rows of a matrix, and above all columns. */
export interface NamesOnSheet {
  readonly rows?: readonly string[];
  readonly columns?: readonly string[];
}

/** Numbers of a sheet that were not used, or stand for something that was replaced. */
export interface LeftOut {
  readonly lines: Lines;
  readonly text: string;
}

/** What a sheet says. */
export interface Reading {
  /** How the sheet is written. */
  readonly form: FormName;
  readonly matrices: readonly ReadMatrix[];
  /** Matrices that were written again further down. */
  readonly earlier: readonly (LeftOut & { readonly key: string })[];
  readonly struck: readonly LeftOut[];
  readonly unused: readonly LeftOut[];
  /** Doubts that are about no matrix that was read. */
  readonly doubts: readonly string[];
  /** How much speaks for this way to read the sheet. */
  readonly total: number;
}

/** `line 4`, `lines 4–6`. */
export const linesText = ({ from, to }: Lines): string =>
  from === to ? `line ${from}` : `lines ${from}–${to}`;

/** `lines 4–6, 9 and 12`. */
export function severalLines(lines: readonly Lines[]): string {
  const [first] = lines;
  if (lines.length === 1) return linesText(first);
  const texts = lines.map(({ from, to }) => (from === to ? `${from}` : `${from}–${to}`));
  return `lines ${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}`;
}
