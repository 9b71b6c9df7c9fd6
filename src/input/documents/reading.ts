import type { LeftOut, Lines } from "../../sheet-lines.js";
import type { FormName } from "../forms/form-names.js";
import type { Cells, Item } from "./items.js";
import type { Layout } from "./layouts.js";
import type { NamesOnSheet } from "./names-on-sheet.js";
import type { Statement } from "./statements/find-statements.js";

/** A matrix that was read from a sheet. */
export interface ReadMatrix {
  readonly item: Item;
  readonly cells: Cells;
  /** Its lines; several ranges if it was joined from pieces. */
  readonly lines: readonly Lines[];
  readonly layout: Layout;
  /** Reasons why it may have been read wrongly, as sentences without a full stop. */
  readonly doubts: readonly string[];
  /** Whether neither its title nor its numbers show what it is. */
  readonly isGuess: boolean;
  /** What qkv changed to read it, and the person should know. */
  readonly notes: readonly string[];
  /** The person's names of its rows and columns, if they are in the order of the problem. */
  readonly names?: NamesOnSheet;
  /** The number of the first head on the sheet, for a matrix of a head. Absent if the sheet numbers none. */
  readonly firstHead?: number;
}

/** A calculation on a sheet that does not give the result behind it. */
export interface FalseCalculation {
  readonly line: number;
  /** The calculation and its result as written. */
  readonly calculation: string;
  readonly said: string;
  /** What it gives, with one digit more than was written. */
  readonly right: string;
}

/** Everything that was read from a sheet. */
export interface Reading {
  /** The form of the sheet. */
  readonly form: FormName;
  readonly matrices: readonly ReadMatrix[];
  /** Matrices that are written again further down. */
  readonly earlier: readonly (LeftOut & { readonly key: string })[];
  readonly struck: readonly LeftOut[];
  readonly unused: readonly LeftOut[];
  /** Doubts that are not about a matrix that was read. */
  readonly doubts: readonly string[];
  readonly falseCalculations: readonly FalseCalculation[];
  /** Whether the sheet counts its tokens from 1. */
  readonly countsFromOne: boolean;
  /** What its sentences say about single weights. */
  readonly statements: readonly Statement[];
  /** The total evidence for this reading. */
  readonly total: number;
}
