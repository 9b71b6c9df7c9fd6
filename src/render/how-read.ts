import type { Check } from "../check/check.js";
import { type CopiedCell, copiedText, type HowRead, type ReadStep, type Untrue } from "../check/how-read.js";
import { type LeftOut, type Lines, linesText, severalLines } from "../sheet-lines.js";
import { type Paragraph, paragraph } from "./document.js";
import type { Plain } from "./json-value.js";

/** Describes what is not sure in a sheet, one sentence per doubt. A doubt about several steps is written once. */
export function describeDoubts({ steps, doubts }: HowRead): readonly string[] {
  const texts = new Set(steps.flatMap((step) => step.doubts));
  return [
    ...[...texts].map((doubt) => {
      const doubted = steps.filter((step) => step.doubts.includes(doubt));
      const lines = severalLines(doubted.flatMap((step) => step.lines));
      return `Not sure how to read ${lines} (${doubted.map(({ key }) => key).join(", ")}): ${doubt}.`;
    }),
    ...doubts.map((doubt) => `Not sure: ${doubt}.`),
  ];
}

/** Describes how a sheet was read: a line per step, or one line for all steps if nothing is unusual. */
export function describeReading({
  read,
  diagnosis,
}: Pick<Check, "read" | "diagnosis">): readonly Paragraph[] {
  if (!read) return [];
  const isPlain =
    read.steps.every(({ notes, doubts }) => notes.length === 0 && doubts.length === 0) &&
    [read.earlier, read.struck, read.unused, read.doubts].every((list) => list.length === 0);
  const lines = isPlain
    ? [`Read ${read.steps.map(({ lines: at, key }) => `${severalLines(at)} as ${key}`).join(", ")}.`]
    : [
        ...read.steps.map(stepText),
        ...read.earlier.map(
          ({ key, lines: at }) => `${linesText(at)}: an earlier attempt at ${key}, not judged`,
        ),
        ...read.struck.map(({ lines: at, text }) => `${linesText(at)}: struck out, not read: ${text}`),
        ...read.unused.map(({ lines: at, text }) => `${linesText(at)}: not used: ${text}`),
      ];
  return [
    ...read.copied
      .map(copiedText)
      .filter((text) => !isCoveredBy(diagnosis, text))
      .map((text) => paragraph(text)),
    ...lines.map((text) => paragraph(text, "dim")),
  ];
}

/** Whether a mistake that was found already says it. */
const isCoveredBy = (diagnosis: Check["diagnosis"], text: string): boolean =>
  diagnosis.some(({ specificTitle }) => specificTitle?.({ row: String, column: String }).includes(text));

function stepText({ key, lines, rows, cols, notes }: ReadStep): string {
  return [`${severalLines(lines)}: ${key}, ${rows}×${cols}`, ...notes].join("; ");
}

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
  /** What its sentences say about weights, and is not so. */
  readonly untrue: readonly Plain<Untrue>[];
  /** Doubts that belong to no step that was read. */
  readonly doubts: readonly string[];
  /** Cells of inputs that the sheet copies differently from the problem. */
  readonly copied: readonly Plain<CopiedCell>[];
};

const linesOf = ({ from, to }: Lines): LinesReport => [from, to];
const asideOf = ({ lines, text }: LeftOut): AsideReport => ({ lines: linesOf(lines), text });

/** Writes how a sheet was read as plain data. */
export function readingToJson({
  form,
  steps,
  earlier,
  struck,
  unused,
  untrue,
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
    untrue: untrue.map((one) => ({ ...one })),
    doubts,
    copied: copied.map((cell) => ({ ...cell })),
  };
}
