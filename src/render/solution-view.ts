import type { TableView } from "./document.js";
import type { PictureView } from "./picture.js";
import type { Selection } from "./selection.js";

/** What of a Trace is shown. */
export interface SolutionView extends TableView, Selection, PictureView {
  /** Whether the inputs are shown before the steps. */
  readonly inputs?: boolean;
}
