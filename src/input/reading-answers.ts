import type { Slice } from "./arrays/choose-matrix.js";
import type { HeadArrays } from "./arrays/head-arrays.js";
import type { SheetSubject } from "./documents/read-sheet-document.js";
import type { FormName } from "./forms/form-names.js";
import type { Opener } from "./open.js";
import type { StepTitles } from "./step-titles.js";

/** What the reading of answers needs to know. */
export interface ReadingAnswers {
  /** The batch and the head that were picked. */
  readonly picked?: Slice | undefined;
  /** How arrays lie, where query, key and value have axes for heads. */
  readonly arrays?: HeadArrays | undefined;
  /** What the titles on a sheet mean in this run; asked for when a text may be a sheet of several steps, which is not read without. */
  readonly titles?: () => StepTitles;
  /** What a sheet may hold, by which it is read as a document where its form is no known one; undefined where a run is too large for a sheet. */
  readonly subject?: () => SheetSubject | undefined;
  /** The form that sheets are said to have; found out when it is not said. */
  readonly form?: FormName | undefined;
  /** Whether a sheet whose form is no known one is refused. */
  readonly isStrict?: boolean;
}

/** Opens answers, and knows how they are to be read. */
export interface AnswerOpener extends Opener, ReadingAnswers {}
