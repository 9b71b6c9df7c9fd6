import type { GivenSheet, Reading } from "./answers-in-value.js";
import type { AnswerOpener } from "./reading-answers.js";
import type { StepTitles } from "./sheet/titled-step.js";
import { type Source, textOf } from "./source.js";

// When a sheet is read by what explains its numbers, and not by a form that is known.

/** Whether Q, K, V or X stand on a sheet of a run that has no such step: no known form of a sheet holds inputs. */
export const givesInputs = ({ bytes }: Source, titles: StepTitles): boolean =>
  /^[\s#>*\d.)-]*[QKVX]\s*[:=]/m.test(textOf(bytes, 0, bytes.length)) && titles.find("Q", "").length === 0;

/** Whether a step is answered twice: the last attempt counts, which is known only where a sheet is read as a document. */
export const hasAttempts = ({ answers }: Pick<GivenSheet, "answers">): boolean =>
  new Set(answers.map(({ key }) => key)).size < answers.length;

/**
 * Whether what was read as a form says itself which steps it answers: by its names, or a lone matrix by that of its file. Q, K and V
 * among the names of a text are no answers.
 */
export function saysSteps(
  { value, assigned }: Reading,
  isSheet: boolean,
  ofFile: string | undefined,
  { titles }: AnswerOpener,
): boolean {
  const isStep = (name: string) => titles?.().find(name, "").length !== 0;
  if (value.kind === "object")
    return (
      !isSheet ||
      Array.from(value.entries).every(([name, own]) => own.value.kind === "object" || isStep(name))
    );
  if (isSheet) return false;
  const name = assigned?.name ?? ofFile;
  return (
    (value.kind === "list" && value.items.some(({ kind }) => kind === "object")) ||
    (name !== undefined && isStep(name))
  );
}

/** A text of no known form, read by what explains its numbers best; undefined where nothing is answered in it. */
export async function readAsDocument(source: Source, opener: AnswerOpener): Promise<GivenSheet | undefined> {
  // What is typed on a command line is short, and a slip in it is told with its place.
  if (source.kind === "literal" || source.isBinary || source.stored || opener.isStrict) return undefined;
  const known = opener.subject?.();
  if (!known) return undefined;
  const { readSheetDocument } = await import("./documents/read-sheet-document.js");
  return readSheetDocument(source, known);
}
