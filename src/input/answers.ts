import { isNameOfGradient, isNameOfStep } from "../attention/names.js";
import { listed, setting, UserError } from "../errors.js";
import {
  answersIn,
  answersOfList,
  answersOfObject,
  answersOfRun,
  type GivenAnswer,
  type GivenSheet,
  isRun,
  type Reading,
  skippedIn,
} from "./answers-in-value.js";
import { answerNamed, answerOfFile } from "./arrays/answer-named.js";
import { chooseMatrix, type Slice } from "./arrays/choose-matrix.js";
import type { HeadArrays } from "./arrays/head-arrays.js";
import { isBlank, readCellOf } from "./blank.js";
import type { SheetSource } from "./containers/as-source.js";
import { type FormName, isOfLines } from "./forms/form-names.js";
import { parseText } from "./forms/registry.js";
import { asArgument, wordOfFile } from "./lone-matrix.js";
import { createOpener, type Files } from "./open.js";
import { readPrinted } from "./printed/read-printed.js";
import { readAsDocument } from "./read-as-document.js";
import type { AnswerOpener, ReadingAnswers } from "./reading-answers.js";
import { asSheet, placed, withSkipped } from "./sheet-source.js";
import { refuseAt, refuseIn, type Source } from "./source.js";
import type { AnswerOfSource } from "./source-matrices.js";
import { mayBeSheet, namesSteps, skippedLines } from "./text-of-answers.js";

export type { GivenAnswer, GivenSheet } from "./answers-in-value.js";
export type { ReadingAnswers } from "./reading-answers.js";

/** A sheet, or the answers to single steps. */
type Read = GivenSheet | readonly GivenAnswer[];

/** A step with its value: `weights=FILE`, `QK^T=1 0; 0 1`. */
const STEP = /^\s*([^=[\]{}"<>;\n]{1,120}?)\s*=([^=].*)$/s;

/** A second assignment after the first, which makes it a text of several steps. */
const SEVERAL = /[;\n]\s*\p{L}[^=;\n]{0,40}=|[\])][,\s]\s*\p{L}[\p{L}\d_^ ]{0,20}=/u;

/**
 * Reads the values of `--check`. A bundle of step ids (file, "-", or text) is a sheet. A `step=FILE`, or a file with
 * one matrix named like its step, is added to the only sheet. Numbers keep the digits as written. Throws USAGE for
 * single steps together with several bundles, and the errors of reading a matrix.
 */
export async function readSheets(
  values: readonly string[],
  files: Files,
  reading: ReadingAnswers = {},
): Promise<readonly GivenSheet[]> {
  const opener = { ...createOpener(files, isCell), ...reading };
  const sheets: GivenSheet[] = [];
  const single: GivenAnswer[] = [];
  for (const value of values) {
    const isBundle = opener.isThere(value) || SEVERAL.test(value);
    const [, key, given] = isBundle ? [] : (STEP.exec(value) ?? []);
    const read = key && given ? await readStep(key, given, opener) : await readBundle(value, opener);
    if ("name" in read) sheets.push(read);
    else single.push(...read);
  }
  if (single.length === 0) return sheets;
  if (sheets.length > 1) {
    const message = `${setting("check")} has several sheets, and answers to single steps beside them.`;
    refuseIn(setting("check"), "USAGE", message, "Give several bundles, or one bundle and step=FILE.");
  }
  const [sheet = { name: setting("check"), answers: [] }] = sheets;
  return [{ ...sheet, answers: [...sheet.answers, ...single] }];
}

/**
 * Reads the answer to one step as a document: rows with names, or numbers in sentences. Only the problem shows which
 * numbers are cells.
 */
async function readLoneStep(
  source: Source,
  key: string,
  opener: AnswerOpener,
): Promise<readonly GivenAnswer[] | undefined> {
  const read = mayBeSheet(source, opener) ? await readAsDocument(source, opener, key) : undefined;
  return read?.answers.length === 1 && read.reading?.matrices.every(({ doubts }) => doubts.length === 0)
    ? read.answers.map((answer) => ({ ...answer, key }))
    : undefined;
}

async function readStep(key: string, given: string, opener: AnswerOpener): Promise<readonly GivenAnswer[]> {
  const { source } = await openAnswers(given, opener);
  const parsed = await parseAnswers(source, key, opener);
  if (parsed instanceof UserError) {
    const rows = await readLoneStep(source, key, opener);
    if (rows) return rows;
    throw parsed;
  }
  if (parsed.value.kind !== "object") return answersIn(key, parsed.value, parsed);
  const ofRun = isRun(parsed.value) ? answersOfRun(parsed.value, parsed) : [];
  const ofStep = ofRun.filter((answer) => answer.key === key || answer.key.endsWith(`/${key}`));
  if (ofStep.length > 0) return ofStep;
  const member = parsed.value.entries.get(key) ?? parsed.value.entries.get("output");
  if (member) return answersIn(key, member.value, parsed);
  const message = `${parsed.source.name} holds no "${key}".`;
  const hint = `Its names are: ${listed([...parsed.value.entries.keys()])}.`;
  return refuseAt(parsed.source, parsed.value.start, "UNKNOWN_STEP", message, hint);
}

/** Reads a sheet, or the answer to one step: a matrix in a file with the step's name, or `weights = …`. */
async function readBundle(given: string, opener: AnswerOpener): Promise<Read> {
  const { source, skipped } = await openAnswers(given, opener);
  const read = await (opener.form
    ? readInGivenForm(source, opener, opener.form)
    : readSource(source, opener));
  return "name" in read ? withSkipped(read, skipped) : read;
}

/** Reads a sheet, or the answer to one step, in the form that the user gave. Throws the errors of reading that form. */
async function readInGivenForm(source: Source, opener: AnswerOpener, form: FormName): Promise<Read> {
  const sheet = isOfLines(form) ? await readAsDocument(source, opener) : undefined;
  if (sheet) return sheet;
  if (form !== "words") return answersOfParsed(orThrow(await parseAnswers(source, "the answers", opener)));
  const hint = "Write the name of each step above its rows, such as Scores: and Weights:.";
  return refuseIn(source.name, "UNKNOWN_STEP", "it names no step of this run.", hint);
}

const LINE_END = 10;

async function readSource(source: Source, opener: AnswerOpener): Promise<Read> {
  const titles = mayBeSheet(source, opener) ? opener.titles?.() : undefined;
  const key = wordOfFile(source);
  const isOfStep = key !== undefined && titles?.isStep(key) === true;
  // A text in one line is short. Read by its form, an error in it is reported with its place.
  const isLine = source.kind === "literal" && !source.bytes.includes(LINE_END);
  const isForm = isLine || (isOfStep && !namesSteps(source, opener));
  const printed = titles && readPrinted(source, titles);
  if (printed) return { name: source.name, ...printed, skipped: placed(printed.skipped, source) };
  const sheet = titles && !isForm ? await readAsDocument(source, opener) : undefined;
  if (sheet) return sheet;
  const unanswered = source.kind === "literal" ? skippedLines(source) : undefined;
  if (unanswered) return { name: source.name, answers: [], skipped: unanswered };
  const parsed = await parseAnswers(source, "the answers", opener);
  const unnamed = await readUnnamed(parsed, opener);
  if (unnamed) return unnamed;
  const copy = isForm && givesInput(parsed, opener) ? await readAsDocument(source, opener) : undefined;
  if (copy) return copy;
  if (!(parsed instanceof UserError)) return answersOfParsed(parsed);
  const rows = isOfStep ? await readLoneStep(source, key, opener) : undefined;
  const fallback = rows ?? (isForm || !titles ? await readAsDocument(source, opener) : undefined);
  if (fallback) return fallback;
  const skipped = skippedLines(source);
  if (skipped) return { name: source.name, answers: [], skipped };
  throw parsed;
}

/** Whether a text also gives an input of the problem: `K = [[1, 0]]; S = …`. It is then compared as on a sheet. */
function givesInput(parsed: Reading | UserError, { subject }: AnswerOpener): boolean {
  if (parsed instanceof UserError || parsed.value.kind !== "object") return false;
  const finder = subject?.()?.finder;
  return [...parsed.value.entries.keys()].some((name) => {
    const ids = [...(finder?.find(name).keys() ?? [])];
    return ids.length > 0 && ids.every((id) => finder?.inputs.has(id));
  });
}

/**
 * Reads numbers without the name of a step: files are often named after persons. A single letter also counts as a
 * person, unless the numbers have the shape of the step with this letter.
 */
async function readUnnamed(parsed: Reading | UserError, opener: AnswerOpener): Promise<Read | undefined> {
  if (parsed instanceof UserError || parsed.assigned !== undefined) return undefined;
  const { source, arrays, picked = {} } = parsed;
  // A batch of one is a matrix.
  const value = arrays ? parsed.value : chooseMatrix(parsed.value, picked, source.name).value;
  const word = source.kind === "stdin" ? "" : wordOfFile(source);
  const [name, known, titles] = [word, opener.subject?.(), opener.titles?.()];
  if (value.kind !== "numbers" || name === undefined || !known || !titles) return undefined;
  const isOfStep = titles.isStep(name);
  const { stepOfNumbers, lastStep } = await import("./numbers-alone.js");
  const byShape = stepOfNumbers(known.subject, value);
  // The name of a step of the heads may also be used for the whole: `y` or `attn`.
  const isOfWhole = byShape !== undefined && titles.isOfHeads(name) && !isNameOfGradient(name);
  if (
    source.isBinary
      ? !isOfWhole && (isOfStep || answerNamed(name) !== undefined)
      : isOfStep && name.length > 1
  )
    return undefined;
  const step = byShape ?? lastStep(known.subject);
  if (!step || (step.head === undefined && isNameOfStep(step.id, name))) return undefined;
  return source.isBinary ? answersIn(step.key, value, parsed) : readAsDocument(source, opener, step.id);
}

function orThrow(parsed: Reading | UserError): Reading {
  if (parsed instanceof UserError) throw parsed;
  return parsed;
}

function answersOfParsed(parsed: Reading): Read {
  const { value, source, assigned } = parsed;
  if (value.kind === "object") {
    const answers = answersOfObject(value, parsed, "");
    const skipped = skippedIn(value, parsed);
    if (answers.length > 0) return { name: source.name, answers, ...(skipped.length > 0 && { skipped }) };
    const hint = 'Give numbers by step, such as {"weights": [[0.67, 0.33]]}.';
    return refuseAt(source, value.start, "EMPTY_MATRIX", `${source.name} answers no step.`, hint);
  }
  const listed = answersOfList(value, parsed);
  if (listed) return { name: source.name, answers: listed };
  const stem = wordOfFile(source);
  const key =
    assigned?.name ??
    (stem !== undefined && source.isBinary ? answerOfFile(stem, value, parsed.arrays) : stem);
  if (key !== undefined) return answersIn(key, value, parsed);
  const message = `${source.name} has one matrix, not named steps.`;
  return refuseAt(
    source,
    value.start,
    "UNKNOWN_NAME",
    message,
    `Name the step: ${setting("check")} weights=${asArgument(source)}.`,
  );
}

/** Returns the answers that a SOURCE contains besides its problem, as one sheet. */
export function sheetOfSource(
  given: readonly AnswerOfSource[],
  { arrays, picked }: { readonly arrays?: HeadArrays | undefined; readonly picked?: Slice | undefined } = {},
): GivenSheet {
  const [first] = given;
  return {
    name: first?.parsed.source.name ?? "SOURCE",
    answers: given.flatMap(({ key, called = key, value, parsed }) => {
      const reading = { ...parsed, arrays, picked };
      if (value.kind === "object") return answersOfObject(value, reading, key);
      // The answer is extended, not copied, because its numbers are read on first use.
      return answersIn(key, value, reading).map((answer) => Object.assign(answer, { called }));
    }),
  };
}

/** Parses answers. Returns an error instead of throwing it, so that other readers can be tried. */
async function parseAnswers(
  source: Source,
  subject: string,
  opener: AnswerOpener,
): Promise<Reading | UserError> {
  const { form, arrays, picked } = opener;
  try {
    const parsed = await parseText(source, {
      subject,
      decimalComma: false,
      header: undefined,
      emptyCells: "unanswered",
      form: form === "words" ? undefined : form,
    });
    return { ...parsed, arrays, picked };
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

async function openAnswers(given: string, opener: AnswerOpener): Promise<SheetSource> {
  // After `step=`, a single - means standard input.
  const isAlone = given !== "-" && given.trim() !== "" && isBlank(given.trim());
  return asSheet(
    isAlone && !opener.isThere(given)
      ? opener.write(given, setting("check"))
      : opener.open(given, setting("check")),
  );
}

/** Whether a word is a cell of a sheet, also a blank one. */
const isCell = (word: string) => readCellOf(word, "unanswered") !== undefined;
