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
import { isMatrix } from "./parts.js";
import { isRemark } from "./remarks.js";
import { locationOf } from "./source.js";
import type { NumbersValue, ObjectValue, PickedFrom, Value } from "./value.js";

/** A person's answer to one step. */
export interface GivenAnswer {
  /** The name of the step, as given. */
  readonly key: string;
  /** Rows of equal length; no rows if `null` was given for the whole step. */
  readonly rows: readonly (readonly (WrittenNumber | null)[])[];
  /** Its name in the dump. */
  readonly called?: string;
  /** The source, as messages name it. */
  readonly source: string;
  /** Its line in the source, if that is known. */
  readonly line?: number;
  /** The names of its rows and columns. */
  readonly rowLabels?: readonly string[];
  readonly columnLabels?: readonly string[];
  /** For numbers of a binary file: the number of significant digits that their type keeps. */
  readonly storedDigits?: number;
  /** The numbers themselves, and the type in which they were stored. */
  readonly stored?: { readonly matrix: Matrix; readonly type: string };
  /** For arrays with an axis for batches: the index of the batch, or "all" for a sum over the batches. */
  readonly batch?: number | "all";
  /** Whether it is from an array with an axis for heads or batches, as programs write it. */
  readonly isOfArray?: true;
  /** The numbers of batches and heads in its array, if it was picked from several. */
  readonly pickedFrom?: PickedFrom | undefined;
}

/** One sheet: the answers of one bundle, or all answers that were given step by step. */
export interface GivenSheet {
  readonly name: string;
  readonly answers: readonly GivenAnswer[];
  /** The lines that are not answers and were skipped. */
  readonly skipped?: readonly SkippedLine[];
  /** How it was read, if it was read as a document. */
  readonly reading?: DocumentReading;
}

/** A line of a sheet that is not an answer, or a part that was left out. */
export interface SkippedLine {
  readonly number?: number;
  readonly text: string;
  /** The part that was struck out, if that is why. */
  readonly struck?: string;
  /** Its place in a document without visible lines. */
  readonly where?: string | undefined;
}

/** What was parsed, and the layout of its arrays if query, key and value have axes for heads. */
export interface Reading extends Parsed {
  readonly arrays?: HeadArrays | undefined;
  /** The batch and the head that were picked. */
  readonly picked?: Slice | undefined;
}

/** Returns the answers of an object with steps by name. A nested object is a scope. */
export function answersOfObject(object: ObjectValue, parsed: Reading, scope: string): GivenAnswer[] {
  if (isRun(object)) return answersOfRun(object, parsed);
  return Array.from(object.entries).flatMap(([name, { value }]) => {
    if (isRemarkMember(name, value)) return [];
    const isWrapper = WRAPPERS.includes(name.toLowerCase());
    if (isWrapper && value.kind === "object") return answersOfObject(value, parsed, scope);
    const listed = isWrapper && scope === "" ? answersOfList(value, parsed) : undefined;
    if (listed) return [...listed];
    const key = scope === "" ? name : `${scope}/${name}`;
    return value.kind === "object" ? answersOfObject(value, parsed, key) : answersIn(key, value, parsed);
  });
}

/** The keys under which people put their answers. */
const WRAPPERS: readonly string[] = ["steps", "answers", "solution", "sheet"];

/** Whether a member is not an answer but says who wrote the sheet, or when: a name, a date, a remark. */
function isRemarkMember(name: string, value: Value): boolean {
  if (value.kind !== "scalar" || value.value === null || typeof value.value === "boolean") return false;
  return isRemark(`${name.replace(/[_-]/g, " ")}: ${value.value}`);
}

/**
 * Returns the members of a sheet that are not answers, with their lines. For a run of qkv it returns none, because its
 * other members are known.
 */
export function skippedIn(object: ObjectValue, { source }: Reading): NonNullable<GivenSheet["skipped"]> {
  if (isRun(object)) return [];
  return Array.from(object.entries).flatMap(([name, { keyStart, value }]) =>
    value.kind === "scalar" && isRemarkMember(name, value)
      ? [{ number: locationOf(source, keyStart).line ?? 1, text: `${name}: ${value.value}` }]
      : [],
  );
}

export const isRun = ({ entries }: ObjectValue): boolean => entries.has("schema");

/** The matrices that the JSON of a run contains as results, besides its steps. */
const RESULTS = ["weights", "output", "averageWeights", "attentional", "encoding"];

/** The entries of a run's archive that are not steps or results. */
const ABOUT = ["schema", "settings", "tokens", "keyTokens", "inputs"];

/**
 * Returns the steps and results of a run that was written as JSON, or the arrays of a run that was written as .npz.
 * Inputs are left out.
 */
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

/** The keys for the name of a step and for its numbers in a list of steps, as qkv and people write them. */
const NAMES_OF_STEP = ["id", "step", "name", "title"];
const NUMBERS_OF_STEP = ["data", "values", "value", "rows", "matrix", "answer"];

/** Returns the key of a step in a list of steps, with its scope if qkv recorded one, and its numbers. */
function stepIn({ entries }: ObjectValue) {
  const firstOf = (names: readonly string[]) =>
    names.map((name) => entries.get(name)?.value).find((value) => value !== undefined);
  const textOf = (value: Value | undefined) =>
    value?.kind === "scalar" && typeof value.value === "string" ? value.value : "";
  const name = textOf(firstOf(NAMES_OF_STEP));
  const scope = textOf(firstOf(["scope"]));
  return { key: scope === "" ? name : `${scope}/${name}`, numbers: firstOf(NUMBERS_OF_STEP) };
}

/**
 * Returns the answers of a list of steps, `[{"step": "weights", "values": […]}, …]`. Returns undefined for any other
 * list.
 */
export function answersOfList(value: Value, parsed: Reading): readonly GivenAnswer[] | undefined {
  if (value.kind !== "list" || value.items.length === 0) return undefined;
  const answers = value.items.map((item) => {
    if (item.kind !== "object" || item.entries.size !== 2) return undefined;
    const { key, numbers } = stepIn(item);
    return key !== "" && numbers ? answersIn(key, numbers, parsed) : undefined;
  });
  return answers.every((one) => one !== undefined) ? answers.flat() : undefined;
}

/** Returns the answer of one matrix, or one answer per head (`head 0/…`, `head 1/…`) for a list of matrices. */
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
    // A single blank mark means that the whole step is unanswered.
    if (rows.length === 1 && rows[0].length === 1 && rows[0][0] === null) return [{ key, rows: [], source }];
    return [{ key, rows, source, ...named }];
  }
  return [storedAnswer(key, () => value, parsed)];
}

/** Returns the answer of one head. Numbers of arrays in a text count with the fewest digits that represent them. */
function answerOfHead({ key, batch, numbers }: HeadAnswer, parsed: Reading): GivenAnswer {
  const ofBatch = batch === undefined ? {} : { batch };
  if (parsed.source.isBinary) return storedAnswer(key, numbers, parsed, ofBatch);
  const cells = toRows(numbers()).map((row) => row.map((cell) => writtenFrom(String(cell)) ?? null));
  return { key, ...ofBatch, source: parsed.source.name, rows: cells, isOfArray: true };
}

/** Returns an answer from a binary file. Its numbers are read on first use, and so are its cells as written numbers. */
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
    get pickedFrom() {
      return value().pickedFrom;
    },
    get rows() {
      return writtenRows(key, value(), parsed);
    },
  };
}

/** The number of significant digits that distinguish all doubles. */
const DOUBLE_DIGITS = 17;
