import { findInputs } from "../../input/documents/find-inputs.js";
import { sheetText } from "../../input/documents/sheet-text.js";
import { createOpener, type Files } from "../../input/open.js";
import { isSheet } from "../../input/read-as-document.js";
import { asSheet } from "../../input/sheet-source.js";
import { textOf } from "../../input/source.js";
import { storedBytes } from "../../input/stored.js";
import { joined } from "./hand-ins.js";

/** The heading of an exercise with its number: `Exercise 2`, `## Aufgabe 3 (5 Punkte)`. */
const HEADING =
  /^[^\p{L}\d]*((?:exercise|problem|question|task|example|aufgabe|übung|beispiel|frage|ejercicio|problema|exercice|question|esercizio|opgave|oefening|zadanie|习题|问题)\s*\d{1,2})(?![\d.,]*\d)/iu;

/** A part of a sheet with its own problem. */
interface Part {
  readonly name: string;
  /** The whole text with all other lines blank, so that lines keep their numbers. */
  readonly text: string;
}

/** The words of a command line, and the files that they name. */
interface Named {
  readonly words: readonly string[];
  readonly files: Files;
}

/** The name of standard input as a folder. */
const PIPED = "stdin";

/**
 * If a single sheet contains several exercises, each with its own problem, returns it as a folder with one sheet each.
 * Questions about one problem stay together.
 */
export async function withProblemsApart({ words, files }: Named, isPiped: boolean): Promise<Named> {
  const [word = "-", another] = words;
  if (another !== undefined || !(isPiped || isFile(word, files))) return { words, files };
  const { source } = await asSheet(createOpener(files).open(word, ""));
  const parts = isSheet(source) ? partsOf(textOf(source.bytes), source.name) : [];
  const areApart = parts.length > 1 && parts.every(({ name, text }) => hasProblem(text, name));
  if (!areApart) return { words, files };
  const folder = isPiped ? PIPED : word;
  const partAt = (path: string) => parts.find(({ name }) => path === joined(folder, name));
  const inFolder: Files = {
    ...files,
    openFile(path) {
      const part = partAt(path);
      return part ? storedBytes(Buffer.from(part.text)) : files.openFile(path);
    },
    exists: (path) => path === folder || partAt(path) !== undefined || files.exists?.(path) === true,
    listFolder: (path) => (path === folder ? parts.map(({ name }) => name) : files.listFolder?.(path)),
    listFolders: (path) => (path === folder ? [] : (files.listFolders?.(path) ?? [])),
  };
  return { words: [folder], files: inFolder };
}

const isFile = (word: string, files: Files): boolean =>
  files.exists?.(word) === true && files.listFolder?.(word) === undefined;

function partsOf(text: string, file: string): readonly Part[] {
  const starts = sheetText(text, file).lines.flatMap((line) => {
    const [, name] = HEADING.exec(line.text) ?? [];
    return name === undefined ? [] : [{ name, number: line.number }];
  });
  const lines = text.split(/\r?\n/);
  return starts.map(({ name, number }, index) => {
    const end = starts[index + 1]?.number ?? lines.length + 1;
    const isIn = (at: number) => number < at + 1 && at + 1 < end;
    return { name, text: lines.map((line, at) => (isIn(at) ? line : "")).join("\n") };
  });
}

const hasProblem = (text: string, name: string): boolean =>
  findInputs(sheetText(text, name)).some((inputs) => inputs.has("query") || inputs.has("x"));
