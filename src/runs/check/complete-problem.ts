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
import type { CommandSpec } from "../command-spec.js";
import { recordProblem } from "../record-problem.js";
import { readAbout } from "./sheet-subject.js";

/** What a problem may leave to the sheet that answers it: its values, and the gradient of its output. */
const LEFT_TO_SHEETS = ["value", "backward"] as const;

type Given = FilledIn["problem"];

/**
 * A problem with what it lacks and the sheet in a file gives, where that explains the sheet better; undefined where nothing is lacking,
 * or the sheet has none of it.
 */
export async function completeFromSheet(
  command: CommandSpec,
  problem: Given,
  sheet: { readonly file: string; readonly form?: FormName | undefined },
  files: Files,
): Promise<Given | undefined> {
  const lacking = LEFT_TO_SHEETS.filter((name) => command.inputs.includes(name) && !problem.matrices[name]);
  if (lacking.length === 0 || files.exists?.(sheet.file) !== true || files.listFolder?.(sheet.file))
    return undefined;
  const text = await textIn(sheet, files);
  if (!text) return undefined;
  const completed = placements(text, lacking)
    .map(({ takes }) =>
      blocksOf(takes, lacking).flatMap(({ name, matrix }) => (matrix ? [[name, matrix] as const] : [])),
    )
    .filter((found) => found.length > 0)
    .map((found) => ({ ...problem, matrices: { ...problem.matrices, ...Object.fromEntries(found) } }));
  const [best, ...others] = completed.map((one) => ({ one, total: explained(text, command, one) }));
  if (!best) return undefined;
  const better = others.reduce((one, other) => (other.total > one.total ? other : one), best);
  return better.total > explained(text, command, problem) ? better.one : undefined;
}

/** The text of a sheet; undefined for arrays, and for what cannot be read, which is told where it is marked. */
async function textIn(
  { file, form }: Parameters<typeof completeFromSheet>[2],
  files: Files,
): Promise<SheetText | undefined> {
  try {
    const { source } = await asSheet(createOpener(files).open(file, ""));
    return isSheet(source) ? sheetText(textOf(source.bytes), source.name, form) : undefined;
  } catch (error) {
    userError(error);
    return undefined;
  }
}

/** How well a sheet is explained as one about a problem; least where that cannot be worked, or nothing on the sheet answers it. */
function explained(text: SheetText, command: CommandSpec, problem: Given): number {
  try {
    return (
      readAbout(text, recordProblem(command, problem, { needs: "steps" }))?.total ?? Number.NEGATIVE_INFINITY
    );
  } catch (error) {
    userError(error);
    return Number.NEGATIVE_INFINITY;
  }
}
