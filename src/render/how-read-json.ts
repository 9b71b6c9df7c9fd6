import type { HowRead, ReadAside, ReadLines } from "../check/how-read.js";

type LinesReport = readonly [from: number, to: number];
type AsideReport = { readonly lines: LinesReport; readonly text: string };

/** How a sheet without a known form was read, for JSON. */
export type ReadingReport = {
  /** The form of the sheet: `words`, `csv`, `latex` … */
  readonly form: string;
  /** Each input and step that was found, with its lines. */
  readonly read: readonly {
    readonly key: string;
    readonly input: boolean;
    readonly lines: readonly LinesReport[];
    readonly shape: readonly [rows: number, cols: number];
    readonly notes: readonly string[];
    readonly doubts: readonly string[];
  }[];
  /** Numbers of the sheet that belong to nothing that was read. */
  readonly unused: readonly AsideReport[];
  /** Numbers that were written again further down. */
  readonly earlier: readonly (AsideReport & { readonly key: string })[];
  readonly struck: readonly AsideReport[];
  /** Doubts that belong to no step that was read. */
  readonly doubts: readonly string[];
  /** Cells of inputs that the sheet copies differently from the problem. */
  readonly copied: readonly {
    readonly input: string;
    readonly cell: readonly [row: number, col: number];
    readonly written: number;
    readonly given: number;
  }[];
};

const linesOf = ({ from, to }: ReadLines): LinesReport => [from, to];
const asideOf = ({ lines, text }: ReadAside): AsideReport => ({ lines: linesOf(lines), text });

/** Writes how a sheet was read as plain data. */
export function readingToJson({
  form,
  steps,
  earlier,
  struck,
  unused,
  doubts,
  copied,
}: HowRead): ReadingReport {
  return {
    form,
    read: steps.map(({ key, isInput, lines, rows, cols, notes, doubts: own }) => ({
      key,
      input: isInput,
      lines: lines.map(linesOf),
      shape: [rows, cols] as const,
      notes,
      doubts: own,
    })),
    unused: unused.map(asideOf),
    earlier: earlier.map((aside) => ({ key: aside.key, ...asideOf(aside) })),
    struck: struck.map(asideOf),
    doubts,
    copied: copied.map((cell) => ({ ...cell })),
  };
}
