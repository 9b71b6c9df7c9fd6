import type { Slice } from "./arrays/choose-matrix.js";
import type { HeadArrays } from "./arrays/head-arrays.js";
import type { SheetSubject } from "./documents/read-sheet-document.js";
import type { FormName } from "./forms/form-names.js";
import type { Opener } from "./open.js";
import type { StepTitles } from "./step-titles.js";

/** What is needed to read answers. */
export interface ReadingAnswers {
  /** The batch and the head that were picked. */
  readonly picked?: Slice | undefined;
  /** The layout of the arrays, if query, key and value have axes for heads. */
  readonly arrays?: HeadArrays | undefined;
  /** Returns what titles on a sheet mean in this run. It is called only if a text may be a sheet of several steps. */
  readonly titles?: () => StepTitles;
  /**
   * Returns what a sheet may contain, for reading it as a document. Returns undefined if the run is too large for a
   * sheet.
   */
  readonly subject?: () => SheetSubject | undefined;
  /** The form of sheets. If undefined, qkv detects it. */
  readonly form?: FormName | undefined;
  /** Whether sheets with an uncertain reading are refused. */
  readonly isStrict?: boolean;
}

/** Opens answers, and knows how to read them. */
export interface AnswerOpener extends Opener, ReadingAnswers {}
