import { refuse } from "../../errors.js";
import { type Files, isText, isThere } from "../../input/open.js";
import { remember } from "../../math/remember.js";

/**
 * Returns Files that show an archive as a folder of hand-ins, if a word names one. Throws SYNTAX for a damaged archive.
 */
export const withHandIns = async (words: readonly string[], files: Files) =>
  words.some((word) => /\.zip$/i.test(word))
    ? (await import("../../input/containers/archive-files.js")).withArchives(words, files)
    : files;

/** The files that one person handed in. */
export interface HandIn {
  /** The person, if a learning platform names them, else the file or the folder. */
  readonly name: string;
  readonly files: readonly string[];
}

/** Returns each file of a hand-in with its name: the person, and also the file if there are several. */
export const filesOf = ({ name, files }: HandIn) =>
  files.map((file) => ({ file, name: files.length === 1 ? name : `${name}, ${fileOf(file)}` }));

/** Returns the last part of a path: `ada.txt` for `sheets/ada.txt`. */
export const fileOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);

/** The names that learning platforms give to downloaded files: the person, a number, and often the name of the file. */
const NAME_PATTERNS: readonly RegExp[] = [
  // Moodle: "Ada Lovelace_123_assignsubmission_file_", with or without the file after it
  /^(?<person>.+?)_(?<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?<file>.*)$/,
  // Blackboard: "Homework 3_s1234567_attempt_2024-12-10-11-30-05_sheet.docx"
  /^(?:.+)_(?<person>[^_]+)_attempt_(?<id>\d{4}(?:-\d\d){5})(?:_(?<file>.*)|\.txt)?$/,
  // Canvas: "lovelaceada_LATE_1234_56789_sheet.docx"
  /^(?<person>[^_\W\d][^_]*)(?:_LATE)?_(?<id>\d+)_\d+_(?<file>.+)$/,
];

/** Returns the person and the number in a name of a learning platform, or undefined for any other name. */
const personIn = (name: string) =>
  NAME_PATTERNS.map((pattern) => pattern.exec(name)?.groups).find((groups) => groups !== undefined);

/** The maximum depth of folders in a hand-in. Deeper folders belong to a project. */
const MAX_DEPTH = 4;

/**
 * Returns the hand-ins in a folder. The files of each inner folder belong to one person, and so do files with the same
 * person and number in their names. Any other file is a hand-in of its own. Returns undefined if `folder` is no folder.
 */
export function handInsIn(folder: string, files: Files): readonly HandIn[] | undefined {
  const names = files.listFolder?.(folder);
  if (!names) return undefined;
  const folders = files.listFolders?.(folder) ?? [];
  const [only, second] = folders;
  // Most archive programs put one folder around all files.
  if (names.length === 0 && only !== undefined && second === undefined && !personIn(only))
    return handInsIn(joined(folder, only), files);
  const people = new Map<string, { readonly id: string; readonly name: string; readonly files: string[] }>();
  const add = (key: string, usualName: string, handedIn: readonly string[]) => {
    const { person: name = usualName, id: number } = personIn(key) ?? {};
    const id = number === undefined ? joined(folder, key) : `${name}_${number}`;
    remember(people, id, () => ({ id, name, files: [] })).files.push(...handedIn);
  };
  // An inner folder has the name of the person, a file has its path.
  for (const name of folders) add(name, name, filesBelow(joined(folder, name), files));
  for (const name of names) add(name, joined(folder, name), [joined(folder, name)]);
  const all = [...people.values()].filter((one) => one.files.length > 0);
  // Two people with the same name have their numbers in it.
  const isTwice = (name: string) => all.filter((one) => one.name === name).length > 1;
  return all.map(({ id, name, files }) => ({ name: isTwice(name) ? id : name, files }));
}

function filesBelow(folder: string, files: Files, depth = 1): readonly string[] {
  const own = (files.listFolder?.(folder) ?? []).map((name) => joined(folder, name));
  if (depth >= MAX_DEPTH) return own;
  const folders = files.listFolders?.(folder) ?? [];
  return [...own, ...folders.flatMap((name) => filesBelow(joined(folder, name), files, depth + 1))];
}

export const joined = (folder: string, name: string) => `${folder.replace(/[/\\]$/, "")}/${name}`;

/**
 * Returns the sheets that words on a command line name. A text or file is a sheet. A folder contains hand-ins. A
 * pattern (`*` or `?` in its last part) names the files that fit it. Files and hand-ins are in the order of their
 * names. Throws USAGE for a folder or pattern without a file.
 */
export function findSheets(words: readonly string[], files: Files): readonly HandIn[] {
  return words.flatMap((word) => {
    if (word === "-" || isText(word, files)) return [alone(word)];
    const found = handInsIn(word, files) ?? (isThere(word, files) ? undefined : filesLike(word, files));
    if (!found) return [alone(word)];
    if (found.length > 0) return found;
    return refuse(
      `${word} contains no sheet.`,
      "Name files, a folder or a .zip with files in it, or a pattern such as 'sheets/*.txt'.",
    );
  });
}

const alone = (word: string) => ({ name: word, files: [word] });

/** Returns the files that fit a pattern, or undefined if the word is no pattern. */
function filesLike(word: string, files: Files) {
  const [, folder = "", pattern] = /^(?:(.*)[/\\])?([^/\\]*[*?][^/\\]*)$/.exec(word) ?? [];
  if (pattern === undefined) return undefined;
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  const fits = new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
  const names = (files.listFolder?.(folder || ".") ?? []).filter((name) => fits.test(name));
  return names.map((name) => alone(folder === "" ? name : joined(folder, name)));
}
