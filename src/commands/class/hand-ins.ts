import type { Files } from "../../input/open.js";
import { remember } from "../../math/remember.js";

/** Files in which an archive is a folder of what is handed in, if words name one. Throws SYNTAX for one that is damaged. */
export const withHandIns = async (words: readonly string[], files: Files): Promise<Files> =>
  words.some((word) => /\.zip$/i.test(word))
    ? (await import("../../input/containers/archive-files.js")).withArchives(words, files)
    : files;

/** What one person handed in. */
export interface HandIn {
  /** The person, where a learning platform names them, else the file or the folder. */
  readonly name: string;
  readonly files: readonly string[];
}

/** The files of a hand-in, each by itself: called like the person, and where there are several like the file as well. */
export const filesOf = ({ name, files }: HandIn) =>
  files.map((file) => ({ file, name: files.length === 1 ? name : `${name}, ${fileOf(file)}` }));

/** `ada.txt` of `sheets/ada.txt`. */
export const fileOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);

/** How learning platforms name what they let teachers download: the person, a number, and the file where it stands behind them. */
const NAMED: readonly RegExp[] = [
  // Moodle: "Ada Lovelace_123_assignsubmission_file_", with or without the file behind it
  /^(?<person>.+?)_(?<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?<file>.*)$/,
  // Blackboard: "Homework 3_s1234567_attempt_2024-12-10-11-30-05_sheet.docx"
  /^(?:.+)_(?<person>[^_]+)_attempt_(?<id>\d{4}(?:-\d\d){5})(?:_(?<file>.*)|\.txt)?$/,
  // Canvas: "lovelaceada_LATE_1234_56789_sheet.docx"
  /^(?<person>[^_\W\d][^_]*)(?:_LATE)?_(?<id>\d+)_\d+_(?<file>.+)$/,
];

/** The person and the number in a name of a learning platform; undefined for any other name. */
function personIn(name: string): { readonly person: string; readonly id: string } | undefined {
  for (const pattern of NAMED) {
    const { person, id } = pattern.exec(name)?.groups ?? {};
    if (person !== undefined && id !== undefined) return { person, id };
  }
  return undefined;
}

/** Deeper folders are of a project, and not of a hand-in. */
const MOST_DEPTH = 4;

/**
 * What is handed in in a folder: the files of each folder in it are of one person, and so are files that a platform names alike. Any
 * other file is a hand-in by itself. Undefined for what is no folder.
 */
export function handInsIn(folder: string, files: Files): readonly HandIn[] | undefined {
  const names = files.listFolder?.(folder);
  if (!names) return undefined;
  const folders = files.listFolders?.(folder) ?? [];
  const [only, second] = folders;
  // A folder around all of them, as most programs pack one.
  if (names.length === 0 && only !== undefined && second === undefined && !personIn(only))
    return handInsIn(joined(folder, only), files);
  const found = [
    ...folders.map((name) => ({ key: name, file: filesBelow(joined(folder, name), files) })),
    ...names.map((name) => ({ key: name, file: [joined(folder, name)] })),
  ];
  const people = new Map<string, { readonly name: string; readonly files: string[] }>();
  for (const { key, file } of found) {
    const known = personIn(key);
    const id = known ? `${known.person}_${known.id}` : joined(folder, key);
    const name = known?.person ?? nameOf(folder, key, folders);
    remember(people, id, () => ({ name, files: [] })).files.push(...file);
  }
  return apart([...people].map(([id, one]) => ({ id, ...one })).filter((one) => one.files.length > 0));
}

/** A folder is called like the person; a file as it is named. */
const nameOf = (folder: string, key: string, folders: readonly string[]) =>
  folders.includes(key) ? key : joined(folder, key);

/** Two people of one name are told apart by their numbers. */
function apart(all: readonly (HandIn & { readonly id: string })[]): readonly HandIn[] {
  const counts = new Map<string, number>();
  for (const { name } of all) counts.set(name, (counts.get(name) ?? 0) + 1);
  return all.map(({ id, name, files }) => ({ name: counts.get(name) === 1 ? name : id, files }));
}

function filesBelow(folder: string, files: Files, depth = 1): readonly string[] {
  const own = (files.listFolder?.(folder) ?? []).map((name) => joined(folder, name));
  if (depth >= MOST_DEPTH) return own;
  const folders = files.listFolders?.(folder) ?? [];
  return [...own, ...folders.flatMap((name) => filesBelow(joined(folder, name), files, depth + 1))];
}

export const joined = (folder: string, name: string) => `${folder.replace(/[/\\]$/, "")}/${name}`;
