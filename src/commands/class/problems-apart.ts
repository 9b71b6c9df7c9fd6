import { findInputs } from "../../input/documents/find-inputs.js";
import type { Inputs } from "../../input/documents/problems.js";
import { sheetText } from "../../input/documents/sheet-text.js";
import type { Files } from "../../input/open.js";
import { openSheet } from "../../input/open-sheet.js";
import { storedBytes } from "../../input/stored.js";
import { once } from "../../math/remember.js";
import type { Values } from "../../runs/command-spec.js";
import { joined } from "./hand-ins.js";
import { type OwnSheet, problemIn } from "./own-sheets.js";

/** The heading of an exercise with its number: `Exercise 2`, `## Aufgabe 3 (5 Punkte)`. */
const HEADING =
  /^[^\p{L}\d]*((?:exercise|problem|question|task|example|aufgabe|übung|beispiel|frage|ejercicio|problema|exercice|question|esercizio|opgave|oefening|zadanie|batch(?: element| item| entry)?|习题|问题)\s*\d{1,2})(?![\d.,]*\d)/iu;

/** A temperature before the numbers that are computed with it. */
const TEMPERED = /^[^\p{L}\d(]{0,9}(?:temperature |with |for )?(?:T|τ)\s?=\s?\d+(?:[.,]\d+)?(?=\W*$|\s*:)/u;

/** Lines of a sheet that are about one problem. */
interface Part {
  /** Its first heading. */
  readonly name: string;
  /** The whole text with all other lines blank, so that lines keep their numbers. */
  readonly text: string;
}

/** A part of a sheet as a sheet of its own, and the access to its text. */
export interface PartOfSheet extends OwnSheet {
  readonly files: Files;
}

/**
 * Returns the exercises of a sheet that contain different problems. Questions about one problem stay together, and so
 * does a part without numbers. Returns nothing for a sheet about one problem.
 */
export async function problemsApart(
  { file, name: sheet }: OwnSheet,
  values: Values,
  files: Files,
): Promise<readonly PartOfSheet[]> {
  const { source, text } = await openSheet(file, files);
  const parts = text === undefined ? [] : partsOf(text, source.name);
  if (parts.length < 2) return [];
  const pathOf = ({ name }: Part) => joined(source.name, name);
  const partAt = (path: string) => parts.find((part) => path === pathOf(part));
  const ofParts: Files = {
    ...files,
    openFile(path) {
      const part = partAt(path);
      return part ? storedBytes(Buffer.from(part.text)) : files.openFile(path);
    },
    exists: (path) => partAt(path) !== undefined || files.exists?.(path) === true,
    // An archive takes what is below one of its files for an empty folder.
    listFolder: (path) => (partAt(path) ? undefined : files.listFolder?.(path)),
  };
  const called = sheet === file ? source.name : sheet;
  return parts.map((part) => ({
    name: `${called}, ${part.name}`,
    file: pathOf(part),
    problem: once(() => problemIn(pathOf(part), values, ofParts)),
    files: ofParts,
  }));
}

/** Splits a text at the headings below which another problem is given. */
function partsOf(text: string, file: string) {
  const headings = sheetText(text, file).lines.flatMap(({ text: line, number }) => {
    const [, heading] = HEADING.exec(line) ?? [];
    return heading === undefined ? [] : [{ heading, number }];
  });
  const lines = text.split(/\r?\n/);
  const textBetween = (from: number, to: number, shared = 0) =>
    lines.map((line, at) => (at < shared || (from <= at + 1 && at + 1 < to) ? line : "")).join("\n");
  const temperatures = lines.flatMap((line, at) => {
    const [heading] = TEMPERED.exec(line) ?? [];
    return heading === undefined ? [] : [{ heading: heading.replace(/^\W+/, ""), at }];
  });
  if (temperatures.length > 1)
    return temperatures.map(({ heading, at }, index) => ({
      name: heading,
      text: textBetween(at + 1, (temperatures[index + 1]?.at ?? lines.length) + 1, temperatures[0].at),
    }));
  // What is given above the first heading is the problem of all exercises that give no other.
  const [shared] = headings.length > 0 ? findInputs(sheetText(textBetween(1, headings[0].number), file)) : [];
  const starts: { readonly heading: string; readonly number: number; readonly inputs: Inputs }[] = shared
    ? [{ ...headings[0], inputs: shared }]
    : [];
  for (const [at, { heading, number }] of headings.entries()) {
    // The heading has a number of its own.
    const [inputs] = findInputs(
      sheetText(textBetween(number + 1, headings[at + 1]?.number ?? lines.length + 1), file),
    );
    if (inputs && isOther(inputs, starts.at(-1)?.inputs)) starts.push({ heading, number, inputs });
  }
  return starts.map(({ heading, number }, at) => {
    const isTwice = starts.filter((one) => one.heading === heading).length > 1;
    return {
      name: isTwice ? `${heading} in line ${number}` : heading,
      // What is above the first heading belongs to it.
      text: textBetween(at === 0 ? 1 : number + 1, starts[at + 1]?.number ?? lines.length + 1),
    };
  });
}

/**
 * Whether inputs are those of another problem: one has other numbers. Q, K and V below X and its projections are steps of
 * the same problem.
 */
function isOther(inputs: Inputs, before: Inputs | undefined) {
  if (!before) return true;
  const areEqual = (name: string) =>
    before.get(name)?.data.every((value, at) => value === inputs.get(name)?.data[at]);
  const known = [...inputs.keys()].filter((name) => before.has(name));
  return known.length > 0 ? !known.every(areEqual) : inputs.has("x");
}
