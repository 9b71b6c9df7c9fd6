import type { CellReference } from "../../explain/cell-reference.js";
import type { BooleanMatrix, Matrix } from "../../math/matrix.js";
import type { Axes, Step, Trace } from "../../trace/trace.js";
import type { Document } from "../document.js";
import type { PictureLook } from "../drawing/svg.js";
import type { JsonValue } from "../json-value.js";
import type { Precision } from "../number.js";
import type { CheckedDump } from "../page/dump.js";
import type { Editable } from "../page/editable.js";
import type { CheckedSheet } from "../page/sheet.js";

/** Output is handed on piece by piece: one string for all of it would end at 512 MiB. */
export type Chunk = string | Uint8Array;

/** Output piece by piece, as it is made. */
export type Chunks = Iterable<Chunk> | AsyncIterable<Chunk>;

/** A matrix of a run by its key ("weights", "head 0/weights"), with what runs along its sides. */
export interface NamedMatrix {
  readonly key: string;
  readonly matrix: Matrix;
  readonly axes: Axes;
  /** Where the rows are those of several batches and heads, below each other: how long all axes are. */
  readonly shape?: readonly number[];
  /** Cells that may not attend. */
  readonly blocked?: BooleanMatrix | undefined;
}

export interface WriteView {
  /** "full" writes the shortest digits that read back to the same number. */
  readonly precision: Precision;
  /** Names or indices of rows and columns are written too, where a format can leave them out. */
  readonly labels: boolean;
  readonly look?: PictureLook | undefined;
}

interface Described {
  /** Of file names, the usual one first. */
  readonly endings: readonly string[];
}

/** A format that holds a single matrix. */
export interface MatrixFormat extends Described {
  readonly holds: "matrix";
  readonly isBinary?: true;
  write(named: NamedMatrix, view: WriteView): Iterable<Chunk>;
}

/** What a run is made of beside its matrices. */
export interface AboutRun {
  /** Keys of the matrices that were given. */
  readonly inputs: readonly string[];
  readonly settings: Readonly<Record<string, JsonValue>>;
  readonly tokens?: readonly string[] | undefined;
  readonly keyTokens?: readonly string[] | undefined;
}

/** A format that holds several matrices, each with its key. */
export interface ArchiveFormat extends Described {
  readonly holds: "matrices";
  readonly isBinary: true;
  /** `about` tells what the matrices are of, so that they can be read as a run. */
  write(named: Iterable<NamedMatrix>, about?: AboutRun): AsyncIterable<Chunk>;
}

/** A format that holds the steps of a run, one after the other. */
export interface StepsFormat extends Described {
  readonly holds: "steps";
  readonly isBinary?: never;
  write(steps: readonly Step[]): Iterable<Chunk>;
}

/** What is to be shown of a run, and the run, for formats that show more than is written. */
export interface ShownRun {
  readonly document: Document;
  readonly trace: Trace;
  readonly precision: Precision;
  /** Whether nobody chose some of its steps, a cell or a check. */
  readonly isWhole?: boolean;
  /** The cell whose arithmetic is asked for. */
  readonly cell?: CellReference | undefined;
  /** A person's sheet that was checked, and how much is told of it. */
  readonly sheet?: CheckedSheet | undefined;
  /** What a machine computed, judged. */
  readonly dump?: CheckedDump | undefined;
  /** What a page needs on which the problem can be changed. */
  readonly editable?: Editable | undefined;
  /** Of pictures and pages. */
  readonly look?: PictureLook | undefined;
  /** The command that works it again, where that is short. */
  readonly repeat?: string | undefined;
}

/**
 * A format that shows a run as a whole: `lower` does, where that is not done by the command line itself; `write` is for one
 * matrix of it alone, where that needs no terminal.
 */
export interface RunFormat extends Described {
  readonly holds: "run";
  readonly isBinary?: true;
  /** Whether it holds pictures alone, so that marks and arithmetic have no place in it. */
  readonly isDrawn?: true;
  /** Whether a program may read its tables, so that a number that rounds to 0 stands as 0 in decimals that were asked for. */
  readonly writesZeros?: true;
  /** Whether every step belongs in it when nobody chooses any. */
  readonly isComplete?: true;
  write?(named: NamedMatrix, view: WriteView): Iterable<Chunk>;
  /** Writes one matrix with what is loaded when that is asked for. */
  draw?(named: NamedMatrix, view: WriteView): AsyncIterable<Chunk>;
  lower?(shown: ShownRun): Chunks;
}

export type Format = MatrixFormat | ArchiveFormat | StepsFormat | RunFormat;
