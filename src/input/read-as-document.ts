import { refuseAs, setting } from "../errors.js";
import { severalLines } from "../sheet-lines.js";
import type { GivenSheet } from "./answers-in-value.js";
import type { AnswerOpener } from "./reading-answers.js";
import type { Source } from "./source.js";

/**
 * Reads a text in the way that explains its numbers best. Returns undefined if it contains no answer. `title` is a line
 * above the first, if the text is the answer to one step. Throws AMBIGUOUS with `--strict-reading` if another reading
 * is possible.
 */
export async function readAsDocument(
  source: Source,
  opener: AnswerOpener,
  title?: string,
): Promise<GivenSheet | undefined> {
  if (!isSheet(source)) return undefined;
  const known = opener.subject?.();
  if (!known) return undefined;
  const { readSheetDocument } = await import("./documents/read-sheet-document.js");
  const sheet = readSheetDocument(source, known, { title, form: opener.form });
  if (sheet && opener.isStrict) refuseDoubts(source, sheet);
  return sheet;
}

/** The maximum size of a sheet that a person writes. Larger texts, and longer lines, are read by their form. */
const MAX_BYTES = 2 ** 17;
const LONGEST_LINE = 2 ** 12;

/** Whether a source is short enough to be the work of a person, and text. */
export function isSheet({ bytes, isBinary, stored }: Source): boolean {
  if (isBinary || stored || bytes.length > MAX_BYTES) return false;
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    if (end - start > LONGEST_LINE) return false;
    start = end + 1;
  }
  return bytes.length - start <= LONGEST_LINE;
}

/** Throws AMBIGUOUS at the first part of the sheet whose reading is not certain. */
function refuseDoubts({ name }: Source, { reading }: GivenSheet): void {
  if (!reading) return;
  const doubted = reading.matrices.flatMap(({ item, lines, doubts, notes }) =>
    [...doubts, ...notes].map((doubt) => ({
      text: `${item.key} in ${severalLines(lines)}: ${doubt}`,
      lines,
    })),
  );
  const others = [...reading.unused, ...reading.earlier].map(({ lines, text }) => ({
    text: `${severalLines([lines])}: “${text}” may be something else`,
    lines: [lines],
  }));
  const whole = reading.doubts.map((text) => ({ text, lines: [] }));
  const [first] = [...doubted, ...others, ...whole];
  if (!first) return;
  const line = first.lines.at(0)?.from;
  refuseAs("AMBIGUOUS", `not sure how to read ${name}: ${first.text}.`, {
    hint: `Write each step under its name, and nothing else with numbers; or leave ${setting("strictReading")} out.`,
    location: { source: name, ...(line !== undefined && { line }) },
  });
}
