import type { SkippedLine } from "../answers-in-value.js";
import { linesOf, numbered } from "../forms/lines.js";
import { refuseIn, type Source, textOf } from "../source.js";
import type { ContainerText } from "./lines.js";
import { openContainer } from "./open.js";

/** A sheet as text, and the lines that were left out of it. */
export interface SheetSource {
  readonly source: Source;
  /** Text that was struck out, and parts that are not text. */
  readonly skipped: readonly SkippedLine[];
}

/**
 * Returns a sheet as text: the lines of a .docx, .xlsx, .odt, .ods, notebook or HTML page, or a quoted mail without its
 * `>` marks. Returns other sources unchanged. Throws SYNTAX.
 */
export async function sheetSource(source: Source): Promise<SheetSource> {
  const read = await openContainer(source, "displayed");
  return read ? { source: textOfLines(source, read), skipped: skippedOf(read) } : withoutMarks(source);
}

/**
 * Runs of more than 60 spaces are shortened. Nobody needs more to align columns, and parsing a line takes more than
 * linear time in the length of such a run.
 */
const LONG_BLANK = / {61,}/g;

/** The maximum length of a line. A paragraph that fills a page has 3,000 characters. */
const LONGEST_LINE = 20_000;

/**
 * Makes a source of these lines, with the place of each in the container. Throws SYNTAX for a line that is too long.
 */
function textOfLines({ name, kind }: Source, { lines }: Pick<ContainerText, "lines">): Source {
  const long = lines.find(({ text }) => text.length > LONGEST_LINE);
  if (long) {
    const message = `${long.where ?? `line ${long.number}`} in it has more than ${LONGEST_LINE} characters.`;
    refuseIn(name, "SYNTAX", message, "Keep only the answers, one row per line.");
  }
  const text = lines.map((line) => line.text.replace(LONG_BLANK, " ".repeat(60))).join("\n");
  return { name, kind, bytes: Buffer.from(text, "utf8"), places: lines };
}

const skippedOf = ({ struck, omitted }: ContainerText): SheetSource["skipped"] => [
  ...struck.map((line) => ({ ...line, text: `struck out: ${line.text}`, struck: line.text })),
  ...omitted.map((text) => ({ text })),
];

/** At least two quoted lines, as in the answer to a mail. */
const QUOTED_LINES = /^>[^>\n][^\n]*\n(?:[^\n]*\n)*?>[^>\n]/m;

/** The start of a quoted line in a mail, repeated for each answer. */
const QUOTED = /^(?:>[ \t]?)+/;

function withoutMarks(source: Source): SheetSource {
  const { isBinary, stored, kind, bytes } = source;
  if (isBinary || stored || kind === "literal") return { source, skipped: [] };
  const text = textOf(bytes);
  if (!QUOTED_LINES.test(text)) return { source, skipped: [] };
  const lines = numbered(linesOf(source).map((line) => line.text.replace(QUOTED, "")));
  return { source: textOfLines(source, { lines }), skipped: [] };
}
