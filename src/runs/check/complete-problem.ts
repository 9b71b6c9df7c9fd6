import { userError } from "../../errors.js";
import { blocksOf, placements } from "../../input/documents/find-inputs.js";
import type { SheetText } from "../../input/documents/lines.js";
import { sheetText } from "../../input/documents/sheet-text.js";
import type { FormName } from "../../input/forms/form-names.js";
import { createOpener, type Files } from "../../input/open.js";
import { isSheet } from "../../input/read-as-document.js";
import { asSheet } from "../../input/sheet-source.js";
import { textOf } from "../../input/source.js";
import type { FilledIn } from "../../systems/fill-in.js";
import type { CommandSpec, RunRequest } from "../command-spec.js";
import type { ReadingValues } from "../read/reading-settings.js";
import { recordProblem } from "../record-problem.js";
import { readAbout } from "./sheet-subject.js";

/** The inputs that may be on the sheet instead of in the problem: the values, and the gradient of the output. */
const LEFT_TO_SHEETS = ["value", "backward"] as const;

type Given = FilledIn["problem"];

/**
 * Completes a problem with matrices from a sheet, if that explains the sheet better. Returns undefined if nothing is
 * missing, or if the sheet does not contain it.
 */
export async function completeFromSheet(
  { command, values }: RunRequest,
  problem: Given,
  file: string,
  files: Files,
) {
  const lacking = LEFT_TO_SHEETS.filter((name) => command.inputs.includes(name) && !problem.matrices[name]);
  const isThere = file === "-" || (files.exists?.(file) === true && !files.listFolder?.(file));
  if (lacking.length === 0 || !isThere) return problem;
  const text = await textIn(file, (values as Partial<ReadingValues>).form, files);
  if (!text) return problem;
  const completed = placements(text, lacking)
    .map(({ candidates }) =>
      blocksOf(candidates, lacking).flatMap(({ name, matrix }) => (matrix ? [[name, matrix] as const] : [])),
    )
    .filter((found) => found.length > 0)
    .map((found) => ({ ...problem, matrices: { ...problem.matrices, ...Object.fromEntries(found) } }));
  if (completed.length === 0) return problem;
  const [best] = [problem, ...completed]
    .map((one) => ({ one, total: explained(text, command, one) }))
    .sort((one, other) => other.total - one.total);
  return best.one;
}

/**
 * Reads the text of a sheet. Returns undefined for arrays, and for a file that cannot be read. Marking that file
 * reports the error.
 */
async function textIn(file: string, form: FormName | undefined, files: Files) {
  try {
    const { source } = await asSheet(createOpener(files).open(file, ""));
    return isSheet(source) ? sheetText(textOf(source.bytes), source.name, form) : undefined;
  } catch (error) {
    userError(error);
    return undefined;
  }
}

/**
 * Returns how well a problem explains a sheet. Returns −∞ if the problem cannot be computed, or if the sheet answers
 * nothing of it.
 */
function explained(text: SheetText, command: CommandSpec, problem: Given) {
  try {
    return (
      readAbout(text, recordProblem(command, problem, { needs: "steps" }))?.total ?? Number.NEGATIVE_INFINITY
    );
  } catch (error) {
    userError(error);
    return Number.NEGATIVE_INFINITY;
  }
}
