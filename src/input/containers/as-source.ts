import type { AsideLine } from "../answers-in-value.js";
import type { Source } from "../source.js";
import type { ContainerText } from "./lines.js";
import { openContainer } from "./open.js";
import { readPlain } from "./plain-text.js";

/** A sheet as text, and what of it was left out. */
export interface SheetText {
  readonly source: Source;
  /** What was struck out, and what is no text. */
  readonly aside: readonly AsideLine[];
}

/**
 * The text of a sheet: of a .docx, .xlsx, .odt, .ods, notebook or page its lines, of a quoted mail the lines without their marks. Any
 * other source is given back. Throws SYNTAX.
 */
export async function sheetText(source: Source): Promise<SheetText> {
  const read = await openContainer(source, "displayed");
  return read ? { source: textOfLines(source, read), aside: asideOf(read) } : withoutMarks(source);
}

/** A source of these lines, which says of each where it stood. */
function textOfLines({ name, kind }: Source, { lines }: ContainerText): Source {
  const bytes = Buffer.from(lines.map(({ text }) => text).join("\n"), "utf8");
  return { name, kind, bytes, places: lines };
}

const asideOf = ({ struck, left }: ContainerText): SheetText["aside"] => [
  ...struck.map((line) => ({ ...line, text: `struck out: ${line.text}` })),
  ...left.map((text) => ({ text })),
];

/** At least two lines of an answered mail begin so. */
const QUOTED_LINES = /^>[^>\n][^\n]*\n(?:[^\n]*\n)*?>[^>\n]/m;

function withoutMarks(source: Source): SheetText {
  const { isBinary, stored, kind, bytes } = source;
  if (isBinary || stored || kind === "literal") return { source, aside: [] };
  const text = Buffer.from(bytes).toString("utf8");
  const isQuoted = QUOTED_LINES.test(text);
  if (!isQuoted && !text.includes("~~") && !text.includes("\u0336") && !/\\(?:sout|x?cancel|st)\{/.test(text))
    return { source, aside: [] };
  const read = readPlain(text);
  return { source: textOfLines(source, read), aside: asideOf(read) };
}
