import type { Check } from "../../check/check.js";
import type { MachineCheck } from "../../check/machine/check-dump.js";
import type { CellReference } from "../../explain/cell-reference.js";
import type { BooleanMatrix, Matrix } from "../../math/matrix.js";
import type { Axes, Step, Trace } from "../../trace/trace.js";
import type { Document } from "../document.js";
import type { PictureLook } from "../drawing/svg.js";
import type { JsonValue } from "../json-value.js";
import type { Precision } from "../number.js";
import type { Editable } from "../page/editable.js";

/** A piece of output. A single string for everything would be limited to 512 MiB. */
export type Chunk = string | Uint8Array;

/** Output in pieces, as it is made. */
export type Chunks = Iterable<Chunk> | AsyncIterable<Chunk>;

/** A matrix of a run with its key ("weights", "head 0/weights") and its axes. */
export interface NamedMatrix {
  readonly key: string;
  readonly matrix: Matrix;
  readonly axes: Axes;
  /** The lengths of all axes, if the rows of several batches and heads are below each other. */
  readonly shape?: readonly number[];
  /** Cells that may not attend. */
  readonly blocked?: BooleanMatrix | undefined;
}

export interface WriteView {
  /** "full" writes the shortest digits that read back to the same number. */
  readonly precision: Precision;
  /** Whether names or indices of rows and columns are written too, if a format can leave them out. */
  readonly labels: boolean;
  readonly look?: PictureLook | undefined;
}

interface Described {
  /** File name endings, the usual one first. */
  readonly endings: readonly string[];
}

/** A format for a single matrix. */
export interface MatrixFormat extends Described {
  readonly holds: "matrix";
  readonly isBinary?: true;
  write(named: NamedMatrix, view: WriteView): Iterable<Chunk>;
}

/** What belongs to a run besides its matrices. */
export interface AboutRun {
  /** Keys of the given matrices. */
  readonly inputs: readonly string[];
  readonly settings: Readonly<Record<string, JsonValue>>;
  readonly tokens?: readonly string[] | undefined;
  readonly keyTokens?: readonly string[] | undefined;
}

/** A format for several matrices, each with its key. */
export interface ArchiveFormat extends Described {
  readonly holds: "matrices";
  readonly isBinary: true;
  /** Writes the matrices. `about` describes their run, so that they can be read as a run. */
  write(named: Iterable<NamedMatrix>, about?: AboutRun): AsyncIterable<Chunk>;
}

/** A format for the steps of a run, in order. */
export interface StepsFormat extends Described {
  readonly holds: "steps";
  readonly isBinary?: never;
  write(steps: readonly Step[]): Iterable<Chunk>;
}

/** A check, and how much of it is shown: 1 where a mistake is, 2 also a question or its kind, 3 also what it is. */
export interface ShownCheck<Of> {
  readonly check: Of;
  readonly hint: number;
}

export type CheckedSheet = ShownCheck<Check>;
export type CheckedDump = ShownCheck<MachineCheck>;

/** A run and the content to show, for formats that show more than matrices. */
export interface ShownRun {
  readonly document: Document;
  readonly trace: Trace;
  readonly precision: Precision;
  /** Whether the user chose no steps, no cell and no check. */
  readonly isWhole?: boolean;
  /** The cell whose arithmetic is shown. */
  readonly cell?: CellReference | undefined;
  /** A person's checked sheet, and how much of it is shown. */
  readonly sheet?: CheckedSheet | undefined;
  /** A machine's judged numbers. */
  readonly dump?: CheckedDump | undefined;
  /** What a page needs so that its problem can be changed. */
  readonly editable?: Editable | undefined;
  /** The look of pictures and pages. */
  readonly look?: PictureLook | undefined;
  /** The command that repeats the run, if it is short. */
  readonly repeat?: string | undefined;
}

/**
 * A format that shows a whole run. `lower` writes it, unless the command line does that itself. `write` writes one
 * matrix, if that needs no terminal.
 */
export interface RunFormat extends Described {
  readonly holds: "run";
  readonly isBinary?: true;
  /** Whether it contains only pictures, so that it cannot show marks and arithmetic. */
  readonly isDrawn?: true;
  /**
   * Whether a program may read its tables. A number that rounds to 0 is then written as 0 in the requested decimals.
   */
  readonly writesZeros?: true;
  /** Whether it contains every step if the user chooses none. */
  readonly isComplete?: true;
  write?(named: NamedMatrix, view: WriteView): Iterable<Chunk>;
  /** Writes one matrix with code that is loaded only then. */
  draw?(named: NamedMatrix, view: WriteView): AsyncIterable<Chunk>;
  lower?(shown: ShownRun): Chunks;
}

export type Format = MatrixFormat | ArchiveFormat | StepsFormat | RunFormat;
