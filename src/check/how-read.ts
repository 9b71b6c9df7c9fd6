/** Lines of a sheet, by their numbers, both included. */
export interface ReadLines {
  readonly from: number;
  readonly to: number;
}

/** An input or a step as it was found on a sheet. */
export interface ReadStep {
  /** The name of the input or the key of the step. */
  readonly key: string;
  readonly isInput: boolean;
  readonly lines: readonly ReadLines[];
  readonly rows: number;
  readonly cols: number;
  /** What was done to read it. */
  readonly notes: readonly string[];
  /** Why it may have been meant otherwise. */
  readonly doubts: readonly string[];
}

/** Numbers of a sheet that were not compared. */
export interface ReadAside {
  readonly lines: ReadLines;
  readonly text: string;
}

/** A cell of an input that stands on the sheet otherwise than in the problem. */
export interface CopiedCell {
  readonly input: string;
  readonly cell: readonly [row: number, col: number];
  readonly written: number;
  readonly given: number;
}

const SYMBOLS: Readonly<Record<string, string>> = { query: "Q", key: "K", value: "V", x: "X" };

export const copiedText = ({ input, cell: [row, col], written, given }: CopiedCell): string =>
  `You copied ${SYMBOLS[input] ?? input}[${row},${col}] as ${numberText(written)}; it is ${numberText(given)}.`;

const numberText = (value: number) => String(Number(value.toPrecision(6))).replace("-", "\u2212");

/** What a person calls rows, columns and heads on a sheet. */
export interface OwnNames {
  /** By the name of the axis. */
  readonly labels: ReadonlyMap<string, readonly string[]>;
  /** The number of the first head. */
  readonly firstHead: number;
}

/** How a sheet was read that has no known form. */
export interface HowRead {
  /** How it is written: the name of a form that `form` takes. */
  readonly form: string;
  readonly steps: readonly ReadStep[];
  readonly earlier: readonly (ReadAside & { readonly key: string })[];
  readonly struck: readonly ReadAside[];
  readonly unused: readonly ReadAside[];
  /** Doubts that are about no step that was read. */
  readonly doubts: readonly string[];
  readonly copied: readonly CopiedCell[];
}

/** Whether a sheet may have been read otherwise than it was meant. */
export const isDoubted = ({ steps, doubts }: HowRead): boolean =>
  doubts.length > 0 || steps.some((step) => step.doubts.length > 0);
