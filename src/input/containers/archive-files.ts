import { sumOver } from "../../math/lists.js";
import { type Place, refuseBinary } from "../binary/place.js";
import { unpackEntry, type ZipEntry } from "../binary/zip.js";
import { hasEnding } from "../endings.js";
import type { Files } from "../open.js";
import { readWhole, type Stored, storedBytes } from "../stored.js";
import { archiveKind, listArchive } from "./parts.js";

/** The maximum number of files in an archive. A download of a course has a few hundred. */
const MAX_FILES = 5_000;

/** The maximum ratio of unpacked to packed size over all files, checked if they unpack to more than LARGE bytes. */
const MAX_INFLATION = 200;
const LARGE = 256 * 1024 ** 2;

/** An archive and its files, by their paths in it. */
interface Archive {
  readonly path: string;
  readonly entries: ReadonlyMap<string, ZipEntry>;
}

/**
 * Returns file access in which each of these archives looks like a folder, if it contains hand-ins. Its files are
 * unpacked one by one when they are opened. Throws SYNTAX for an archive that is damaged or malicious.
 */
export async function withArchives(words: readonly string[], files: Files): Promise<Files> {
  const archives = words.filter((word) => isZip(word, files)).flatMap((path) => openArchive(path, files));
  if (archives.length === 0) return files;
  const insideOf = (path: string) => {
    const archive = archives.find((one) => path === one.path || path.startsWith(`${one.path}/`));
    return archive && { ...archive, inside: path.slice(archive.path.length + 1) };
  };
  return {
    ...files,
    openFile(path) {
      const found = insideOf(path);
      const entry = found?.entries.get(found.inside);
      return found && entry ? unpacked(found.path, entry) : files.openFile(path);
    },
    exists: (path) => insideOf(path) !== undefined || files.exists?.(path) === true,
    listFolder(path) {
      const found = insideOf(path);
      if (!found) return files.listFolder?.(path);
      return found.entries.has(found.inside) ? undefined : childrenOf(found.entries, found.inside, false);
    },
    listFolders(path) {
      const found = insideOf(path);
      return found ? childrenOf(found.entries, found.inside, true) : (files.listFolders?.(path) ?? []);
    },
  };
}

const isZip = (word: string, files: Files) => hasEnding(word, "zip") && files.exists?.(word) === true;

function openArchive(path: string, files: Files): readonly Archive[] {
  if (files.listFolder?.(path)) return [];
  const place: Place = { source: path, again: "Download it again, or unpack it and name the folder." };
  const listed = listArchive(readWhole(files.openFile(path)), place);
  if (!listed || archiveKind(listed, place) !== "hand-ins") return [];
  const entries = listed.filter(({ name }) => isHandedIn(name));
  if (entries.length > MAX_FILES) {
    const message = `it has ${entries.length} files; qkv reads up to ${MAX_FILES}.`;
    refuseBinary(place, "SYNTAX", message, "Unpack it, and name folders of it.");
  }
  refuseBomb(entries, place);
  return [{ path, entries: new Map(entries.map((entry) => [entry.name, entry])) }];
}

/**
 * Whether an entry is a file that a person handed in. Folders have no content, and operating systems add files of their
 * own.
 */
const isHandedIn = (name: string) =>
  !name.endsWith("/") && !/(?:^|\/)(?:__MACOSX\/|\.|Thumbs\.db$|desktop\.ini$)/i.test(name);

function refuseBomb(entries: readonly ZipEntry[], place: Place): void {
  const size = sumOver(entries, (entry) => entry.size);
  const packed = sumOver(entries, (entry) => entry.packed.length);
  if (size <= LARGE || size <= packed * MAX_INFLATION) return;
  const message = `its files unpack from ${packed} bytes to ${size}, more than ${MAX_INFLATION} times as many.`;
  refuseBinary(place, "SYNTAX", message, "Unpack it, and name the files.");
}

function unpacked(archive: string, entry: ZipEntry): Stored {
  const place = { source: `${archive}/${entry.name}`, again: "Ask the sender for a new copy." };
  if (hasEnding(entry.name, "zip 7z rar tar gz tgz")) {
    const message = "this is an archive within an archive, which qkv does not open.";
    refuseBinary(place, "SYNTAX", message, "Unpack it, and name the files in it.");
  }
  return storedBytes(unpackEntry(entry, place));
}

/** Returns the names in a folder of an archive: its files, or its subfolders if `folders`. */
function childrenOf(entries: Archive["entries"], folder: string, folders: boolean): readonly string[] {
  const start = folder === "" ? "" : `${folder.replace(/\/$/, "")}/`;
  const names = new Set<string>();
  for (const name of entries.keys()) {
    if (!name.startsWith(start)) continue;
    const [first, ...rest] = name.slice(start.length).split("/");
    if (rest.length > 0 === folders) names.add(first);
  }
  return [...names].sort();
}
