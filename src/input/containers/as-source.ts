import type { AsideLine } from "../answers-in-value.js";
import { refuseIn, type Source, textOf } from "../source.js";
import type { ContainerText } from "./lines.js";
import { openContainer } from "./open.js";
import { readPlain } from "./plain-text.js";

/** A sheet as text, and what of it was left out. */
export interface SheetSource {
  readonly source: Source;
  /** What was struck out, and what is no text. */
  readonly aside: readonly AsideLine[];
}

/**
 * The text of a sheet: of a .docx, .xlsx, .odt, .ods, notebook or page its lines, of a quoted mail the lines without their marks. Any
 * other source is given back. Throws SYNTAX.
 */
export async function sheetSource(source: Source): Promise<SheetSource> {
  const read = await openContainer(source, "displayed");
  return read ? { source: textOfLines(source, read), aside: asideOf(read) } : withoutMarks(source);
}

/** Nobody aligns columns by more blanks; what reads lines takes a time that grows faster than a run of them. */
const LONG_BLANK = / {61,}/g;

/** A paragraph of a page is 3,000 characters long. */
const LONGEST_LINE = 20_000;

/** A source of these lines, which says of each where it stood. Throws SYNTAX for a line that no person writes. */
function textOfLines({ name, kind }: Source, { lines }: ContainerText): Source {
  const long = lines.find(({ text }) => text.length > LONGEST_LINE);
  if (long) {
    const message = `${long.where ?? `line ${long.number}`} in it has more than ${LONGEST_LINE} characters.`;
    refuseIn(name, "SYNTAX", message, "Keep only the answers, one row per line.");
  }
  const text = lines.map((line) => line.text.replace(LONG_BLANK, " ".repeat(60))).join("\n");
  return { name, kind, bytes: Buffer.from(text, "utf8"), places: lines };
}

const asideOf = ({ struck, left }: ContainerText): SheetSource["aside"] => [
  ...struck.map((line) => ({ ...line, text: `struck out: ${line.text}` })),
  ...left.map((text) => ({ text })),
];

/** At least two lines of an answered mail begin so. */
const QUOTED_LINES = /^>[^>\n][^\n]*\n(?:[^\n]*\n)*?>[^>\n]/m;

function withoutMarks(source: Source): SheetSource {
  const { isBinary, stored, kind, bytes } = source;
  if (isBinary || stored || kind === "literal") return { source, aside: [] };
  const text = textOf(bytes);
  const read = readPlain(text);
  if (read.struck.length === 0 && !QUOTED_LINES.test(text)) return { source, aside: [] };
  return { source: textOfLines(source, read), aside: asideOf(read) };
}
