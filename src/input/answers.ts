import { UserError } from "../errors.js";
import type { Matrix } from "../math/matrix.js";
import type { WrittenNumber } from "../math/written.js";
import { writtenRows } from "./answer-cells.js";
import { nameInPick } from "./binary/pick.js";
import type { FormOptions, Parsed } from "./forms/form.js";
import { parseText } from "./forms/registry.js";
import { type HeadAnswer, type Piece, splitAnswer } from "./head-answers.js";
import type { HeadArrays } from "./head-arrays.js";
import { createOpener, type Files, isLiteral, type Opener } from "./open.js";
import { readSheetText } from "./sheet/read-sheet.js";
import { isRemark } from "./sheet/remarks.js";
import type { StepTitles } from "./sheet/titled-step.js";
import { refuseAt, type Source, textOf } from "./source.js";
import type { AnswerOfSource } from "./source-matrices.js";
import { markSource, markUnanswered } from "./unanswered.js";
import type { NumbersValue, ObjectValue, Value } from "./value.js";
import { rowsAt } from "./value-axes.js";

/** What a person wrote for one step; null where nothing was answered. */
export interface GivenAnswer {
  /** The step, as it was named. */
  readonly key: string;
  /** Equally long; none when `null` stands for the whole step. */
  readonly rows: readonly (readonly (WrittenNumber | null)[])[];
  /** As messages name the place. */
  readonly source: string;
  /** The line of the source at which it stands, where that is known. */
  readonly line?: number;
  /** The names beside its rows and above its columns. */
  readonly rowLabels?: readonly string[];
  readonly columnLabels?: readonly string[];
  /** Of numbers out of a binary file: how many significant digits their type keeps. */
  readonly storedDigits?: number;
  /** The numbers themselves, and the type that they were stored in. */
  readonly stored?: { readonly matrix: Matrix; readonly type: string };
  /** Of arrays with an axis for batches: the one that it is the answer of. */
  readonly batch?: number;
}

/** One sheet: the answers of one bundle, or those that were given step by step. */
export interface GivenSheet {
  readonly name: string;
  readonly answers: readonly GivenAnswer[];
  /** The lines that answer nothing, and were skipped. */
  readonly aside?: readonly { readonly number: number; readonly text: string }[];
}

/** What the reading of answers needs to know. */
export interface ReadingAnswers {
  readonly slice?: FormOptions["slice"];
  /** How arrays lie, where query, key and value have axes for heads. */
  readonly arrays?: HeadArrays | undefined;
  /** What the titles on a sheet mean in this run; asked for when a text may be a sheet of several steps, which is not read without. */
  readonly titles?: () => StepTitles;
}

/** `weights=FILE`, `QK^T=1 0; 0 1`. */
const STEP = /^\s*([^=[\]{}"<>;\n]{1,120}?)\s*=([^=].*)$/s;

/** A second assignment behind the first: then it is a text of several steps. */
const SEVERAL = /[;\n]\s*\p{L}[^=;\n]{0,40}=/u;

/**
 * Reads the values of `--check`: each a bundle of step ids (file, "-", or text), which is a sheet, or `step=FILE`, or a file
 * of one matrix that is named like its step, which add to the one sheet. Numbers keep the digits they were written with.
 * Throws USAGE for single steps beside several bundles, and what reading a matrix throws.
 */
export async function readSheets(
  values: readonly string[],
  files: Files,
  reading: ReadingAnswers = {},
): Promise<readonly GivenSheet[]> {
  const opener = { ...createOpener(files), ...reading, ...(reading.arrays && { slice: { isWhole: true } }) };
  const sheets: GivenSheet[] = [];
  const single: GivenAnswer[] = [];
  for (const value of values) {
    const [, key, given] = SEVERAL.test(value) ? [] : (STEP.exec(value) ?? []);
    const read = key && given ? await readStep(key, given, opener) : await readBundle(value, opener);
    if ("name" in read) sheets.push(read);
    else single.push(...read);
  }
  if (single.length === 0) return sheets;
  if (sheets.length > 1) {
    throw new UserError("USAGE", "--check has several sheets, and answers to single steps beside them.", {
      hint: "Give several bundles, or one bundle and step=FILE.",
      location: { source: "--check" },
    });
  }
  const [sheet = { name: "--check", answers: [] }] = sheets;
  return [{ ...sheet, answers: [...sheet.answers, ...single] }];
}

/** What was read, and how its arrays lie where query, key and value have axes for heads. */
interface Reading extends Parsed {
  readonly arrays?: HeadArrays | undefined;
}

interface AnswerOpener extends Opener, ReadingAnswers {}

/** The answer to one step, whose rows have names that only the problem tells from numbers and brackets. */
async function readLoneRows(
  source: Source,
  key: string,
  opener: AnswerOpener,
): Promise<readonly GivenAnswer[] | undefined> {
  const titles = mayBeSheet(source) ? opener.titles?.() : undefined;
  const read = titles && (await readSheetText(source, titles, optionsOf(key, opener), key).catch(asRefused));
  return read && !(read instanceof UserError) && read.answers.length === 1 && read.answers[0].rows.length > 0
    ? read.answers
    : undefined;
}

async function readStep(key: string, given: string, opener: AnswerOpener): Promise<readonly GivenAnswer[]> {
  const source = openAnswers(given, opener);
  const parsed = await parseAnswers(source, key, opener);
  if (parsed instanceof UserError) {
    const rows = await readLoneRows(source, key, opener);
    if (rows) return rows;
    throw parsed;
  }
  if (parsed.value.kind !== "object") return answersIn(key, parsed.value, parsed);
  const ofRun = isRun(parsed.value) ? answersOfRun(parsed.value, parsed) : [];
  const own = ofRun.filter((answer) => answer.key === key || answer.key.endsWith(`/${key}`));
  if (own.length > 0) return own;
  const member = parsed.value.entries.get(key) ?? parsed.value.entries.get("output");
  if (member) return answersIn(key, member.value, parsed);
  return refuseAt(
    parsed.source,
    parsed.value.start,
    "UNKNOWN_STEP",
    `${parsed.source.name} holds no "${key}".`,
    `Its names are: ${[...parsed.value.entries.keys()].join(", ")}.`,
  );
}

/** A sheet, or the answers to one step: a matrix in a file that is named like it, or written as `weights = …`. */
async function readBundle(given: string, opener: AnswerOpener): Promise<GivenSheet | readonly GivenAnswer[]> {
  const source = openAnswers(given, opener);
  const titles = mayBeSheet(source) ? opener.titles?.() : undefined;
  const sheet =
    titles && (await readSheetText(source, titles, optionsOf("the answers", opener)).catch(asRefused));
  if (sheet && !(sheet instanceof UserError)) return { name: source.name, ...sheet };
  const parsed = await parseAnswers(source, "the answers", opener);
  const key = nameOfFile(source);
  const rows = parsed instanceof UserError && key !== undefined && (await readLoneRows(source, key, opener));
  if (rows) return rows;
  const asideAlone = parsed instanceof UserError && !sheet ? linesAside(source) : undefined;
  if (asideAlone) return { name: source.name, answers: [], aside: asideAlone };
  // What is refused as a sheet may be a list of assignments, which other rules hold for.
  if (sheet && !("value" in parsed && parsed.value.kind === "object")) throw sheet;
  if (parsed instanceof UserError) throw parsed;
  return answersOfParsed(parsed);
}

/** The lines of a file in which nothing is answered: names, dates, sentences, or none at all. Undefined where a number may be one. */
function linesAside({ kind, isBinary, stored, bytes }: Source): GivenSheet["aside"] | undefined {
  if (kind === "literal" || isBinary || stored) return undefined;
  const lines = textOf(bytes, 0, bytes.length).split(/\r?\n/);
  const said = lines
    .map((text, index) => ({ number: index + 1, text }))
    .filter(({ text }) => text.trim() !== "");
  return said.every(({ text }) => isRemark(text) && !/[[\]{}<>]/.test(text)) ? said : undefined;
}

function asRefused(error: unknown): UserError {
  if (error instanceof UserError) return error;
  throw error;
}

/** A text with words in it may be a sheet of several steps; JSON, which has its names in quotes, is none. */
function mayBeSheet({ isBinary, stored, bytes }: Source): boolean {
  if (isBinary || stored) return false;
  const text = textOf(bytes, 0, bytes.length);
  return /[\p{L}Σα]/u.test(text) && !/^\s*\{\s*["}]/.test(text);
}

/** A sheet, or the answers to one step. */
function answersOfParsed(parsed: Reading): GivenSheet | readonly GivenAnswer[] {
  const { value, source, assigned } = parsed;
  if (value.kind === "object") {
    const answers = answersOfObject(value, parsed, "");
    if (answers.length > 0) return { name: source.name, answers };
    const hint = 'Give numbers by step, such as {"weights": [[0.67, 0.33]]}.';
    return refuseAt(source, value.start, "EMPTY_MATRIX", `${source.name} answers no step.`, hint);
  }
  const key = assigned?.name ?? nameOfFile(source);
  if (key !== undefined) return answersIn(key, value, parsed);
  const message = `${source.name} holds one matrix, not named steps.`;
  return refuseAt(source, value.start, "UNKNOWN_NAME", message, "Say which step it is: --check weights=….");
}

/** The answers that a SOURCE holds beside its problem, as one sheet. */
export function sheetOfSource(given: readonly AnswerOfSource[], arrays?: HeadArrays): GivenSheet {
  const [first] = given;
  return {
    name: first?.parsed.source.name ?? "SOURCE",
    answers: given.flatMap(({ key, value, parsed }) => {
      const reading = { ...parsed, arrays };
      return value.kind === "object" ? answersOfObject(value, reading, key) : answersIn(key, value, reading);
    }),
  };
}

/** `weights` of `a/weights.csv` and of `sheet.npz:weights`. */
function nameOfFile({ kind, name, pick = "" }: Source): string | undefined {
  if (kind !== "file") return undefined;
  return nameInPick(pick) ?? /([^/\\]+?)(?:\.\w+)?$/.exec(name)?.[1];
}

const optionsOf = (subject: string, { slice }: AnswerOpener): FormOptions => ({
  ...{ subject, decimalComma: false, header: undefined, nullIsNaN: true },
  ...(slice && { slice }),
});

/** What was read of it; a refusal is for others to try. */
async function parseAnswers(
  source: Source,
  subject: string,
  opener: AnswerOpener,
): Promise<Reading | UserError> {
  const parsed = await parseText(markSource(source), optionsOf(subject, opener)).catch(asRefused);
  return parsed instanceof UserError ? parsed : { ...parsed, arrays: opener.arrays };
}

function openAnswers(given: string, opener: AnswerOpener): Source {
  // Marks would make a literal look like the name of a file, and a row of nulls is one only in brackets.
  const marked = markUnanswered(given);
  const text = isLiteral(marked.replaceAll("null", "NaN")) && !isLiteral(marked) ? `[${marked}]` : marked;
  return opener.open(isLiteral(text) ? text : given, "--check");
}

/** Steps by name; an object below a name is a scope. */
function answersOfObject(object: ObjectValue, parsed: Reading, scope: string): GivenAnswer[] {
  if (isRun(object)) return answersOfRun(object, parsed);
  return Array.from(object.entries).flatMap(([name, { value }]) => {
    const key = scope === "" ? name : `${scope}/${name}`;
    return value.kind === "object" ? answersOfObject(value, parsed, key) : answersIn(key, value, parsed);
  });
}

const isRun = ({ entries }: ObjectValue): boolean => entries.has("schema");

/** The matrices that the JSON of a run has beside its steps, as results. */
const RESULTS = ["weights", "output", "averageWeights", "attentional", "encoding"];

/** What the archive of a run holds beside its arrays. */
const ABOUT = ["schema", "settings", "tokens", "keyTokens", "inputs"];

/** The steps and results of a run that was written as JSON, or the arrays of one that was written as .npz; not its inputs. */
function answersOfRun({ entries }: ObjectValue, parsed: Reading): GivenAnswer[] {
  const steps = entries.get("steps")?.value;
  const inputs = entries.get("inputs")?.value;
  const scorings = entries.get("scorings")?.value;
  const names = steps ? RESULTS : [...entries.keys()].filter((name) => !ABOUT.includes(name));
  const isInput = (name: string) => inputs?.kind === "object" && inputs.entries.has(name);
  const recorded = steps?.kind === "list" ? steps.items.filter((item) => item.kind === "object") : [];
  return [
    ...recorded.flatMap((step) => answersOfRecordedStep(step, parsed)),
    ...names.flatMap((name) => {
      const found = isInput(name) ? undefined : entries.get(name);
      return found ? answersIn(name, found.value, parsed) : [];
    }),
    ...(scorings?.kind === "object" ? answersOfObject(scorings, parsed, "") : []),
  ];
}

function answersOfRecordedStep({ entries }: ObjectValue, parsed: Reading): GivenAnswer[] {
  const text = (name: string) => {
    const value = entries.get(name)?.value;
    return value?.kind === "scalar" ? String(value.value) : "";
  };
  const data = entries.get("data")?.value;
  const key = text("scope") === "" ? text("id") : `${text("scope")}/${text("id")}`;
  return data ? answersIn(key, data, parsed) : [];
}

/** One matrix; or one a head, which is what `head 0/…`, `head 1/…` answer. */
function answersIn(key: string, value: Value, parsed: Reading): GivenAnswer[] {
  const source = parsed.source.name;
  if (value.kind === "scalar" && value.value === null) return [{ key, rows: [], source }];
  if (parsed.arrays) {
    return splitAnswer(key, value, parsed.arrays, source).map((answer) => answerOfHead(answer, parsed));
  }
  if (value.kind === "list" && value.items.length > 0 && value.items.every(isMatrix)) {
    return value.items.flatMap((item, head) => answersIn(`head ${head}/${key}`, item, parsed));
  }
  if (!parsed.source.isBinary || value.kind !== "numbers") {
    const { labels, columnLabels } = parsed;
    const named = { ...(labels && { rowLabels: labels }), ...(columnLabels && { columnLabels }) };
    return [{ key, rows: writtenRows(key, value, parsed), source, ...named }];
  }
  return [storedAnswer(key, value, parsed)];
}

/** The answer of one head, put together of rows of arrays. */
function answerOfHead({ key, batch, pieces }: HeadAnswer, parsed: Reading): GivenAnswer {
  const written = (piece: Piece) => {
    const rows = writtenRows(key, piece.value, parsed);
    return piece.row === undefined
      ? rows.map((row) => (piece.col === undefined ? row : [row[piece.col]]))
      : [rows[piece.row]];
  };
  const ofBatch = batch === undefined ? {} : { batch };
  const [{ value }] = pieces;
  if (!parsed.source.isBinary || value.kind !== "numbers") {
    return { key, ...ofBatch, source: parsed.source.name, rows: pieces.flatMap(written) };
  }
  return { ...storedAnswer(key, joinPieces(pieces), parsed), ...ofBatch };
}

/** The rows of pieces below each other; a column lies. */
function joinPieces(pieces: readonly Piece[]): NumbersValue {
  const [{ value, row, col }] = pieces;
  if (pieces.length > 1)
    return rowsAt(
      pieces.map((piece) => piece.value),
      row ?? 0,
    );
  if (row !== undefined) return rowsAt([value], row);
  if (col === undefined) return value;
  const data = Float64Array.from({ length: value.rows }, (_, at) => value.data[at * value.cols + col]);
  return { ...value, rows: 1, cols: value.rows, data };
}

/** Numbers out of a binary file; what they would be as numbers that someone wrote is worked out when it is asked for. */
function storedAnswer(key: string, value: NumbersValue, parsed: Reading): GivenAnswer {
  const { rows, cols, data, kept, stored: type = "float64" } = value;
  const made: { rows?: GivenAnswer["rows"] } = {};
  return {
    ...{ key, source: parsed.source.name, storedDigits: kept?.significant ?? DOUBLE_DIGITS },
    stored: { matrix: { rows, cols, data }, type },
    get rows() {
      made.rows ??= writtenRows(key, value, parsed);
      return made.rows;
    },
  };
}

/** So many significant digits tell any double from every other. */
const DOUBLE_DIGITS = 17;

const isMatrix = (value: Value): boolean =>
  (value.kind === "numbers" && !value.flat) || (value.kind === "list" && value.items.every(isRow));

const isRow = (value: Value): boolean =>
  (value.kind === "numbers" && value.flat) ||
  (value.kind === "list" && value.items.every((item) => item.kind === "scalar"));
