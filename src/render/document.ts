import type { BooleanMatrix, Matrix } from "../math/matrix.js";
import type { Axes, Axis } from "../trace/trace.js";
import type { Precision, Tiny } from "./number.js";

/**
 * What is to be shown, before it is decided how: no widths, no colours, no rounded digits. `text.ts` lowers it for
 * a terminal; another target (Markdown, LaTeX) is another function of a Document.
 */
export interface Document {
  readonly blocks: readonly Block[];
}

export type Block =
  | Heading
  | Paragraph
  | Outline
  | Pairs
  | Code
  | MatrixTable
  | MeasureTable
  | MarkedTable
  | HeatMap
  | Gallery
  | Bars
  | Curves
  | Hands;

/** What a piece of text is, from which a target chooses how it looks. */
export type Tone = "plain" | "label" | "dim" | "strong" | "masked" | "warning" | "wrong" | "formula";

export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** Level 1 opens a scope ("head 2"), level 2 a step. */
export interface Heading {
  readonly kind: "heading";
  readonly level: 1 | 2;
  readonly title: string;
  readonly formula?: string;
  /** "3×4, query × key". */
  readonly shape?: string;
}

/** Running text, wrapped where a line ends. */
interface Paragraph {
  readonly kind: "paragraph";
  readonly spans: readonly Span[];
  /** Whether it belongs to nothing that stands before it. */
  readonly opensPart?: true;
}

/** Lines that belong to the lines they are indented under. */
export interface Outline {
  readonly kind: "outline";
  readonly lines: readonly OutlineLine[];
}

export interface OutlineLine {
  /** From 0. */
  readonly level: number;
  /** By how many columns what does not fit in its first line is indented; 4 where nothing else is said. */
  readonly hang?: number;
  readonly spans: readonly Span[];
}

/** Names with what belongs to them, one a line. */
export interface Pairs {
  readonly kind: "pairs";
  readonly pairs: readonly { readonly name: string; readonly value: string }[];
}

/** A line to copy: never wrapped or cut, whatever the width. */
export interface Code {
  readonly kind: "code";
  readonly text: string;
}

/** How much of a table is shown, and with how many digits. */
export interface TableView {
  readonly precision: Precision;
  /** What stands for a number that rounds to 0; its own digits when this is absent. */
  readonly tiny?: Tiny | undefined;
  /** Every row and column, where otherwise the middle of a large table is left out. */
  readonly full: boolean;
}

/** A matrix of numbers with the sums (or other margins) that stand at its edges. */
export interface MatrixTable {
  readonly kind: "matrix";
  /** Of the step or input that it is. */
  readonly key?: string;
  readonly matrix: Matrix;
  readonly axes: Axes;
  readonly blocked?: BooleanMatrix | undefined;
  /** One number a row each, drawn at the right. */
  readonly rowMargins: readonly Margin[];
  /** One number a column each, drawn below. */
  readonly columnMargins: readonly Margin[];
  readonly view: TableView;
}

export interface Margin {
  readonly label: string;
  readonly values: Float64Array;
}

/** Several measures of the same rows, a column each. */
export interface MeasureTable {
  readonly kind: "measures";
  readonly rowAxis: Axis;
  readonly rows: number;
  readonly measures: readonly Measure[];
  readonly view: TableView;
}

/** Numbers as somebody wrote them, each with the mark that it got. */
export interface MarkedTable {
  readonly kind: "marked";
  readonly axes: Axes;
  readonly rows: number;
  readonly cols: number;
  /** Row by row. */
  readonly cells: readonly MarkedCell[];
}

export interface MarkedCell {
  readonly text: string;
  readonly mark: "right" | "wrong" | "carried" | "rounded";
}

export interface Measure {
  readonly title: string;
  /** Whether the title is a label of an axis, which may be any text. */
  readonly isLabelled?: true;
  readonly values: Float64Array;
  /** When the values are positions on an axis: that axis, whose labels are shown in their place. */
  readonly valuesOn?: Axis;
  /** Of such positions all those that a row has alike. */
  readonly alike?: (row: number) => readonly number[];
}

/** Numbers as shades, from the smallest or 0 to the largest, which is darkest or brightest. */
export interface HeatMap extends Picture {
  readonly kind: "heatmap";
  /** Numbers may have either sign, and both are to be seen. */
  readonly hasSigns?: boolean;
  /** With more rows several are drawn as one. */
  readonly mostRows?: number | undefined;
}

/** Heat maps or tables beside each other, as many as fit, each under its title. */
export interface Gallery {
  readonly kind: "gallery";
  readonly pictures: readonly TitledPicture[];
}

export interface TitledPicture {
  readonly title: string;
  readonly block: HeatMap | MatrixTable;
}

/** Numbers from 0 to 1 as the lengths of bars, a group of bars a row. */
export interface Bars extends Picture {
  readonly kind: "bars";
}

/** Some columns against the rows, as lines of a chart. */
export interface Curves extends Picture {
  readonly kind: "curves";
  readonly columns: readonly number[];
}

/** Angles in radians as the hands of clocks: a line for each column, a hand for each row. */
export interface Hands extends Picture {
  readonly kind: "hands";
}

/** What every picture of a matrix is made of. */
export interface Picture {
  readonly matrix: Matrix;
  readonly axes: Axes;
  readonly blocked?: BooleanMatrix | undefined;
  readonly view: TableView;
}

/** What spans say, whatever their tones. */
export const textOf = (spans: readonly Span[]): string => spans.map(({ text }) => text).join("");

/** A paragraph in one tone. */
export function paragraph(text: string, tone: Tone = "plain"): Paragraph {
  return { kind: "paragraph", spans: [{ text, tone }] };
}

/** The heading of a step, or of what is no scope. */
export const heading = (title: string, more: Pick<Heading, "formula" | "shape"> = {}): Heading => ({
  kind: "heading",
  level: 2,
  title,
  ...more,
});

export const outline = (lines: readonly OutlineLine[]): Outline => ({ kind: "outline", lines });

/** A line of an outline in one tone. */
export const line = (text: string, tone: Tone = "plain", level = 0): OutlineLine => ({
  level,
  spans: [{ text, tone }],
});

export const pairsOf = (pairs: Pairs["pairs"]): Pairs => ({ kind: "pairs", pairs });

/** A matrix as a table with nothing at its edges. */
export const plainTable = (
  { matrix, axes, blocked }: Pick<MatrixTable, "matrix" | "axes" | "blocked">,
  view: TableView,
): MatrixTable => ({
  kind: "matrix",
  matrix,
  axes,
  blocked,
  rowMargins: [],
  columnMargins: [],
  view,
});
