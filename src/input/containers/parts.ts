import { isZip } from "../binary/detect.js";
import { type Place, refuseBinary } from "../binary/place.js";
import { listZip, unpackEntry, type ZipEntry } from "../binary/zip.js";

/** The parts of an office document, which is an archive, by name. */
export interface Parts {
  readonly names: readonly string[];
  /**
   * Returns the text of a part, or undefined if it does not exist. Throws SYNTAX if it is damaged, too large or not
   * what it claims to be.
   */
  read(name: string): string | undefined;
}

/** The maximum size of a part. The text of an essay is below 1 MiB; a sheet of 100,000 cells is 5 MiB. */
const MAX_BYTES = 24 * 1024 * 1024;

/** Returns the parts of an archive whose entries were checked. */
export function partsOf(entries: readonly ZipEntry[], place: Place): Parts {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  return {
    names: [...byName.keys()],
    read(name) {
      const entry = byName.get(name);
      if (!entry) return undefined;
      if (entry.size > MAX_BYTES) refuseLarge(entry, place);
      const text = new TextDecoder().decode(unpackEntry(entry, place));
      if (/<!(?:DOCTYPE|ENTITY)/i.test(text.slice(0, 4096))) refuseEntities(entry, place);
      return text;
    },
  };
}

function refuseLarge({ name, size }: ZipEntry, place: Place): never {
  const message = `"${name}" in it is ${Math.round(size / 1024 ** 2)} MiB; up to ${MAX_BYTES / 1024 ** 2} are read.`;
  return refuseBinary(place, "SYNTAX", message, "Save the numbers as CSV.");
}

/** Refuses declared entities. Office programs never declare any, and they can expand a small file to a huge one. */
function refuseEntities({ name }: ZipEntry, place: Place): never {
  const message = `"${name}" in it declares its own entities, which no office program does.`;
  return refuseBinary(place, "SYNTAX", message, "Save it again with an office program, or as text.");
}

/** The kind of an archive, recognised from the names of its files. */
export type ArchiveKind = "docx" | "xlsx" | "odt" | "ods" | "slides" | "iwork" | "hand-ins";

/**
 * Returns the kind of an archive. Returns undefined if it contains arrays, nothing, or an unknown office document.
 * OpenDocument files state their kind in a part of their own.
 */
export function archiveKind(entries: readonly ZipEntry[], place: Place): ArchiveKind | undefined {
  const parts = partsOf(entries, place);
  const has = (part: string) => parts.names.includes(part);
  if (has("word/document.xml")) return "docx";
  if (has("xl/workbook.xml")) return "xlsx";
  if (has("ppt/presentation.xml")) return "slides";
  if (parts.names.some((name) => name.endsWith(".iwa") || name === "index.apxl")) return "iwork";
  if (has("mimetype") && has("content.xml")) {
    const said = parts.read("mimetype") ?? "";
    if (said.includes("spreadsheet")) return "ods";
    return said.includes("presentation") || said.includes("graphics") ? "slides" : "odt";
  }
  const arrays = parts.names.some((name) => /\.npy$|(?:^|\/)data\.pkl$/.test(name));
  return arrays || has("[Content_Types].xml") || parts.names.length === 0 ? undefined : "hand-ins";
}

/**
 * Lists the entries of an archive after all checks. Returns undefined if the bytes are not a zip archive. Throws SYNTAX
 * or DUPLICATE_KEY.
 */
export const listArchive = (bytes: Uint8Array, place: Place): readonly ZipEntry[] | undefined =>
  isZip(bytes) ? listZip(bytes, place) : undefined;
