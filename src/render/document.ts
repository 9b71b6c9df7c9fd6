import type { Mark } from "../check/judgement.js";
import { present } from "../math/lists.js";
import type { BooleanMatrix, Matrix } from "../math/matrix.js";
import type { Axes, Axis } from "../trace/trace.js";
import type { Precision, Tiny } from "./number.js";

/**
 * The content to show, before any decision about its looks: no widths, no colours, no rounded digits. `text.ts` lowers
 * it for a terminal. Another target (Markdown, LaTeX) is another function of a Document.
 */
export type Document = readonly Block[];

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

/** The meaning of a piece of text. A target decides how it looks. */
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

/** Running text, wrapped at the width of the target. */
export interface Paragraph {
  readonly kind: "paragraph";
  readonly spans: readonly Span[];
  /** Whether it begins a new part, separate from what comes before. */
  readonly opensPart?: true;
}

/** Lines, each belonging to the line under which it is indented. */
export interface Outline {
  readonly kind: "outline";
  readonly lines: readonly OutlineLine[];
}

export interface OutlineLine {
  /** The indentation, from 0. */
  readonly level: number;
  /** The indentation of wrapped lines in columns; 4 by default. */
  readonly hang?: number;
  readonly spans: readonly Span[];
}

/** Names with their values, one pair per line. */
export interface Pairs {
  readonly kind: "pairs";
  readonly pairs: readonly { readonly name: string; readonly value: string }[];
}

/** A line to copy. It is never wrapped or cut, whatever the width. */
export interface Code {
  readonly kind: "code";
  readonly text: string;
}

/** How much of a table is shown, and with how many digits. */
export interface TableView {
  readonly precision: Precision;
  /** What replaces a number that rounds to 0. Without it, the number keeps its own digits. */
  readonly tiny?: Tiny | undefined;
  /** Whether to show every row and column. Otherwise the middle of a large table is left out. */
  readonly full: boolean;
}

/** A matrix of numbers with the sums (or other margins) at its edges. */
export interface MatrixTable {
  readonly kind: "matrix";
  /** The key of its step or input. */
  readonly key?: string;
  readonly matrix: Matrix;
  readonly axes: Axes;
  readonly blocked?: BooleanMatrix | undefined;
  /** One number per row, drawn at the right. */
  readonly rowMargins: readonly Margin[];
  /** One number per column, drawn below. */
  readonly columnMargins: readonly Margin[];
  readonly view: TableView;
}

export interface Margin {
  readonly label: string;
  readonly values: Float64Array;
}

/** Several measures of the same rows, one column each. */
export interface MeasureTable {
  readonly kind: "measures";
  readonly rowAxis: Axis;
  readonly rows: number;
  readonly measures: readonly Measure[];
  readonly view: TableView;
}

/** Numbers as somebody wrote them, each with its mark. */
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
  readonly mark: Mark;
}

export interface Measure {
  readonly title: string;
  /** Whether the title is a label of an axis, which may be any text. */
  readonly isLabelled?: true;
  readonly values: Float64Array;
  /** If the values are positions on an axis: that axis. Its labels are shown instead. */
  readonly valuesOn?: Axis | undefined;
  /** Returns all positions that are equally good for a row. */
  readonly alike?: ((row: number) => readonly number[]) | undefined;
}

/** Numbers as shades, from the smallest number or 0 to the largest, which is darkest or brightest. */
export interface HeatMap extends Picture {
  readonly kind: "heatmap";
  /** Whether numbers may have either sign, and both must be visible. */
  readonly hasSigns?: boolean;
  /** The maximum number of rows. If there are more, several are drawn as one. */
  readonly mostRows?: number | undefined;
}

/** Titled heat maps or tables side by side, as many as fit. */
export interface Gallery {
  readonly kind: "gallery";
  readonly pictures: readonly TitledPicture[];
}

export interface TitledPicture {
  readonly title: string;
  readonly block: HeatMap | MatrixTable;
}

/** Numbers from 0 to 1 as lengths of bars, one group of bars per row. */
export interface Bars extends Picture {
  readonly kind: "bars";
}

/** Some columns against the rows, as lines of a chart. */
export interface Curves extends Picture {
  readonly kind: "curves";
  readonly columns: readonly number[];
}

/** Angles in radians as hands of clocks: a line per column, a hand per row. */
export interface Hands extends Picture {
  readonly kind: "hands";
}

/** The common part of all pictures of a matrix. */
export interface Picture {
  readonly matrix: Matrix;
  readonly axes: Axes;
  readonly blocked?: BooleanMatrix | undefined;
  readonly view: TableView;
}

/** Returns the text of spans, without their tones. */
export const textOf = (spans: readonly Span[]) => spans.map(({ text }) => text).join("");

/** Creates a paragraph in one tone. */
export function paragraph(text: string, tone: Tone = "plain"): Paragraph {
  return { kind: "paragraph", spans: [{ text, tone }] };
}

/** Creates the heading of a step, or of anything except a scope. */
export const heading = (title: string, more: Pick<Heading, "formula" | "shape"> = {}): Heading => ({
  kind: "heading",
  level: 2,
  title,
  ...more,
});

/** Creates an outline of the lines that are there. */
export const outline = (lines: readonly (OutlineLine | false | undefined)[]): Outline => ({
  kind: "outline",
  lines: present(lines),
});

/** Creates a line of an outline in one tone. */
export const line = (text: string, tone: Tone = "plain", level = 0): OutlineLine => ({
  level,
  spans: [{ text, tone }],
});

export const pairsOf = (pairs: Pairs["pairs"]): Pairs => ({ kind: "pairs", pairs });

/** Creates a table of a matrix without margins. */
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
