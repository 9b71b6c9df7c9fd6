import { type Matrix, toRows } from "../math/matrix.js";
import { once } from "../math/remember.js";
import type { WrittenNumber } from "../math/written.js";
import { writtenFrom, writtenRows } from "./answer-cells.js";
import { answerNamed } from "./arrays/answer-named.js";
import { chooseMatrix, type Slice } from "./arrays/choose-matrix.js";
import type { HeadArrays } from "./arrays/head-arrays.js";
import { type HeadAnswer, splitAnswer } from "./arrays/split-answer.js";
import type { Reading as DocumentReading } from "./documents/reading.js";
import type { Parsed } from "./forms/form.js";
import { isRemark } from "./remarks.js";
import { type Source, textOf } from "./source.js";
import type { Among, NumbersValue, ObjectValue, Value } from "./value.js";

/** What a person wrote for one step; null where nothing was answered. */
export interface GivenAnswer {
  /** The step, as it was named. */
  readonly key: string;
  /** Equally long; none when `null` stands for the whole step. */
  readonly rows: readonly (readonly (WrittenNumber | null)[])[];
  /** What a dump calls it. */
  readonly called?: string;
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
  /** It is of an array with an axis for heads or batches, as machines make them. */
  readonly isOfArray?: true;
  /** Of how many matrices of its array it was picked. */
  readonly among?: Among | undefined;
}

/** One sheet: the answers of one bundle, or those that were given step by step. */
export interface GivenSheet {
  readonly name: string;
  readonly answers: readonly GivenAnswer[];
  /** The lines that answer nothing, and were skipped. */
  readonly aside?: readonly AsideLine[];
  /** How it was read, where it was read as a document. */
  readonly reading?: DocumentReading;
}

/** A line of a sheet that answers nothing, or a part that was left out. */
export interface AsideLine {
  readonly number?: number;
  readonly text: string;
  /** Where it stands in what has no lines that somebody sees. */
  readonly where?: string | undefined;
}

/** What was read, and how its arrays lie where query, key and value have axes for heads. */
export interface Reading extends Parsed {
  readonly arrays?: HeadArrays | undefined;
  /** The batch and the head that were picked. */
  readonly picked?: Slice | undefined;
}

/** Steps by name; an object below a name is a scope. */
export function answersOfObject(object: ObjectValue, parsed: Reading, scope: string): GivenAnswer[] {
  if (isRun(object)) return answersOfRun(object, parsed);
  return Array.from(object.entries).flatMap(([name, { value }]) => {
    if (isAside(name, value)) return [];
    const isWrapper = WRAPPERS.includes(name.toLowerCase());
    if (isWrapper && value.kind === "object") return answersOfObject(value, parsed, scope);
    const listed = isWrapper && scope === "" ? answersOfList(value, parsed) : undefined;
    if (listed) return [...listed];
    const key = scope === "" ? name : `${scope}/${name}`;
    return value.kind === "object" ? answersOfObject(value, parsed, key) : answersIn(key, value, parsed);
  });
}

/** What people put their answers in. */
const WRAPPERS: readonly string[] = ["steps", "answers", "solution", "sheet"];

/** Whether a member says who wrote the sheet, and when, and answers nothing: a name, a date, a remark. */
function isAside(name: string, value: Value): boolean {
  if (value.kind !== "scalar" || value.value === null || typeof value.value === "boolean") return false;
  return isRemark(`${name.replace(/[_-]/g, " ")}: ${value.value}`);
}

/** The members of a sheet that answer nothing, with their lines; what a run says of itself is known to be none. */
export function asideIn(object: ObjectValue, { source }: Reading): NonNullable<GivenSheet["aside"]> {
  if (isRun(object)) return [];
  return Array.from(object.entries).flatMap(([name, { keyStart, value }]) =>
    value.kind === "scalar" && isAside(name, value)
      ? [{ number: lineAt(source, keyStart), text: `${name}: ${value.value}` }]
      : [],
  );
}

const lineAt = ({ bytes }: Source, offset: number): number => textOf(bytes, 0, offset).split("\n").length;

export const isRun = ({ entries }: ObjectValue): boolean => entries.has("schema");

/** The matrices that the JSON of a run has beside its steps, as results. */
const RESULTS = ["weights", "output", "averageWeights", "attentional", "encoding"];

/** What the archive of a run holds beside its arrays. */
const ABOUT = ["schema", "settings", "tokens", "keyTokens", "inputs"];

/** The steps and results of a run that was written as JSON, or the arrays of one that was written as .npz; not its inputs. */
export function answersOfRun({ entries }: ObjectValue, parsed: Reading): GivenAnswer[] {
  const steps = entries.get("steps")?.value;
  const inputs = entries.get("inputs")?.value;
  const scorings = entries.get("scorings")?.value;
  const names = steps ? RESULTS : [...entries.keys()].filter((name) => !ABOUT.includes(name));
  const isInput = (name: string) => inputs?.kind === "object" && inputs.entries.has(name);
  const recorded = steps?.kind === "list" ? steps.items.filter((item) => item.kind === "object") : [];
  return [
    ...recorded.map(stepIn).flatMap(({ key, numbers }) => (numbers ? answersIn(key, numbers, parsed) : [])),
    ...names.flatMap((name) => {
      const found = isInput(name) ? undefined : entries.get(name);
      return found ? answersIn(name, found.value, parsed) : [];
    }),
    ...(scorings?.kind === "object" ? answersOfObject(scorings, parsed, "") : []),
  ];
}

/** What an entry of a list of steps is called, and what its numbers are under, as qkv and as people write them. */
const NAMES_OF_STEP = ["id", "step", "name", "title"];
const NUMBERS_OF_STEP = ["data", "values", "value", "rows", "matrix", "answer"];

/** The key of a step in a list of steps, with its scope where qkv recorded it, and its numbers. */
function stepIn({ entries }: ObjectValue) {
  const firstOf = (names: readonly string[]) =>
    names.map((name) => entries.get(name)?.value).find((value) => value !== undefined);
  const textOf = (value: Value | undefined) =>
    value?.kind === "scalar" && typeof value.value === "string" ? value.value : "";
  const name = textOf(firstOf(NAMES_OF_STEP));
  const scope = textOf(firstOf(["scope"]));
  return { key: scope === "" ? name : `${scope}/${name}`, numbers: firstOf(NUMBERS_OF_STEP) };
}

/** The answers of a list of steps, `[{"step": "weights", "values": […]}, …]`; undefined for any other list. */
export function answersOfList(value: Value, parsed: Reading): readonly GivenAnswer[] | undefined {
  if (value.kind !== "list" || value.items.length === 0) return undefined;
  const answers = value.items.map((item) => {
    if (item.kind !== "object" || item.entries.size !== 2) return undefined;
    const { key, numbers } = stepIn(item);
    return key !== "" && numbers ? answersIn(key, numbers, parsed) : undefined;
  });
  return answers.every((one) => one !== undefined) ? answers.flat() : undefined;
}

/** One matrix; or one a head, which is what `head 0/…`, `head 1/…` answer. */
export function answersIn(called: string, given: Value, parsed: Reading): GivenAnswer[] {
  const key = parsed.source.isBinary ? (answerNamed(called) ?? called) : called;
  const source = parsed.source.name;
  const { arrays, picked = {} } = parsed;
  if (given.kind === "scalar" && given.value === null) return [{ key, rows: [], source }];
  const parts = arrays && splitAnswer(key, given, arrays, picked, source);
  if (parts) return parts.map((answer) => answerOfHead(answer, parsed));
  const { value } = chooseMatrix(given, picked, source);
  if (value.kind === "list" && value.items.length > 0 && value.items.every(isMatrix)) {
    return value.items.flatMap((item, head) => answersIn(`head ${head}/${key}`, item, parsed));
  }
  if (!parsed.source.isBinary || value.kind !== "numbers") {
    const { labels, columnLabels } = parsed;
    const named = { ...(labels && { rowLabels: labels }), ...(columnLabels && { columnLabels }) };
    const rows = writtenRows(key, value, parsed);
    // A mark alone stands for the whole step.
    if (rows.length === 1 && rows[0].length === 1 && rows[0][0] === null) return [{ key, rows: [], source }];
    return [{ key, rows, source, ...named }];
  }
  return [storedAnswer(key, () => value, parsed)];
}

/** The answer of one head. Of arrays in a text a number claims the fewest digits that it can be written with. */
function answerOfHead({ key, batch, numbers }: HeadAnswer, parsed: Reading): GivenAnswer {
  const ofBatch = batch === undefined ? {} : { batch };
  if (parsed.source.isBinary) return storedAnswer(key, numbers, parsed, ofBatch);
  const cells = toRows(numbers()).map((row) => row.map((cell) => writtenFrom(String(cell)) ?? null));
  return { key, ...ofBatch, source: parsed.source.name, rows: cells, isOfArray: true };
}

/** Numbers out of a binary file, read when they are asked for; what they would be as numbers that someone wrote, likewise. */
function storedAnswer(
  key: string,
  numbers: () => NumbersValue,
  parsed: Reading,
  ofBatch: Pick<GivenAnswer, "batch"> = {},
): GivenAnswer {
  const value = once(numbers);
  return {
    key,
    ...ofBatch,
    source: parsed.source.name,
    get storedDigits() {
      return value().kept?.significant ?? DOUBLE_DIGITS;
    },
    stored: {
      get matrix() {
        const { rows, cols, data } = value();
        return { rows, cols, data };
      },
      get type() {
        return value().stored ?? "float64";
      },
    },
    get among() {
      return value().among;
    },
    get rows() {
      return writtenRows(key, value(), parsed);
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
