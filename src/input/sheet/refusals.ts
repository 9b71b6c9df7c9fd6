import type { Source } from "../source.js";
import { refuseLine, type SheetLine } from "./sheet-lines.js";
import { titleIn } from "./title.js";
import type { StepTitles } from "./titled-step.js";

/** Where on a sheet something is refused. */
interface Place {
  readonly source: Source;
  readonly titles: StepTitles;
  readonly block: { readonly title: string; readonly isClosed: boolean } | undefined;
}

/** Numbers below words that name no step. Throws UNKNOWN_STEP. */
export function refuseUnknown(
  source: Source,
  line: SheetLine,
  text: string,
  near: string | undefined,
): never {
  const hint =
    near === undefined
      ? "Write the name of the step, as the run prints it; a note may begin with //."
      : `Did you mean "${near}"? A note may begin with //.`;
  const message = `numbers stand below "${text}", which names no step.`;
  return refuseLine(source, line, "UNKNOWN_STEP", message, hint);
}

/** A row below a text that stands between it and the rows of a step. Throws AMBIGUOUS. */
export function refuseUnderText({ source, titles, block }: Place, line: SheetLine, last: SheetLine): never {
  const { text } = titleIn(last.text);
  const near = titles.near(text);
  const message = `this row may belong to ${block?.title}, or to what "${text}" says above it.`;
  const hint =
    near === undefined
      ? "Write the rows of a step together, under its name."
      : `Did you mean "${near}"? Otherwise write the rows of a step together, under its name.`;
  return refuseLine(source, line, "AMBIGUOUS", message, hint);
}

/** Numbers that answer nothing. Throws SYNTAX. */
export function refuseStray({ source, block }: Omit<Place, "titles">, line: SheetLine): never {
  const message =
    block?.isClosed === true
      ? `numbers stand here behind the answer to ${block.title}.`
      : "numbers stand in this line, which is no row of a step, no title, name or date.";
  const hint = "Write the rows of a step under its name, and // before a note.";
  return refuseLine(source, line, "SYNTAX", message, hint);
}
