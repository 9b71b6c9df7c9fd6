import { type Place, refuseBinary } from "../binary/place.js";
import { hasEnding } from "../endings.js";
import { type Source, textOf } from "../source.js";
import { readFrom } from "../stored.js";
import { HEAD_BYTES, textContainer } from "./kind.js";
import type { ContainerText } from "./lines.js";
import { type ArchiveKind, archiveKind, listArchive, partsOf } from "./parts.js";
import type { Numbers } from "./sheets.js";

/**
 * Opens a container: .docx, .xlsx, .odt, .ods, a notebook or an HTML page. Returns undefined for other bytes. Throws
 * SYNTAX for a damaged or malicious file.
 */
export async function openContainer(source: Source, numbers: Numbers): Promise<ContainerText | undefined> {
  const { name, stored } = source;
  const place: Place = { source: name, again: "Save it again with the program that wrote it." };
  if (!source.isBinary) {
    const head = stored ? readFrom(stored, 0, HEAD_BYTES) : source.bytes.subarray(0, HEAD_BYTES);
    const kind = textContainer(name, textOf(head));
    if (kind === undefined) return undefined;
    const text = textOf(source.bytes);
    if (kind === "page") return (await import("./page.js")).readPage(text, place);
    return (await import("./notebook.js")).readNotebook(text, place);
  }
  if (hasEnding(name, "npz pt pth")) return undefined;
  const entries = listArchive(source.bytes, place);
  if (!entries) return undefined;
  const kind = archiveKind(entries, place);
  return kind && readOffice(kind, partsOf(entries, place), place, numbers);
}

async function readOffice(
  kind: ArchiveKind,
  parts: ReturnType<typeof partsOf>,
  place: Place,
  numbers: Numbers,
): Promise<ContainerText> {
  switch (kind) {
    case "docx":
      return (await import("./word.js")).readWord(parts, place);
    case "odt":
      return (await import("./open-document.js")).readTextDocument(parts, place);
    case "xlsx":
      return (await import("./workbook.js")).readWorkbook(parts, place, numbers);
    case "ods":
      return (await import("./spreadsheet.js")).readSpreadsheet(parts, place, numbers);
    default:
      return refuseBinary(place, "SYNTAX", ...UNREAD[kind](place.source));
  }
}

/** Messages and hints for archives that qkv does not read. */
const UNREAD: Readonly<
  Record<Exclude<ArchiveKind, "docx" | "xlsx" | "odt" | "ods">, (name: string) => [string, string]>
> = {
  slides: () => [
    "these are slides, which qkv does not read.",
    "Copy the numbers into a text file, or save the tables as .xlsx.",
  ],
  iwork: () => [
    "this is a file of Pages, Numbers or Keynote, which qkv does not read.",
    "Export it: File, Export To, Word or Excel or CSV.",
  ],
  "hand-ins": (name) => [
    "this archive has files, but no arrays.",
    `If they are hand-ins: qkv check problem.json ${name}. Otherwise unpack it, and name the file.`,
  ],
};
