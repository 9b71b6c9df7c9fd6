import { UserError } from "../errors.js";
import type { WrittenNumber } from "../math/written.js";
import { writtenRows } from "./answer-cells.js";
import type { Parsed } from "./forms/form.js";
import { parseText } from "./forms/registry.js";
import { createOpener, type Files, isLiteral, type Opener } from "./open.js";
import { refuseAt } from "./source.js";
import { markSource, markUnanswered } from "./unanswered.js";
import type { ObjectValue, Value } from "./value.js";

/** What a person wrote for one step; null where nothing was answered. Rows are equally long. */
export interface GivenAnswer {
  /** The step, as it was named. */
  readonly key: string;
  readonly rows: readonly (readonly (WrittenNumber | null)[])[];
  /** As messages name the place. */
  readonly source: string;
}

/** One sheet: the answers of one bundle, or those that were given step by step. */
export interface GivenSheet {
  readonly name: string;
  readonly answers: readonly GivenAnswer[];
}

/** `weights=FILE`, `QK^T=1 0; 0 1`. */
const STEP = /^\s*([^=[\]{}"<>;\n]{1,40}?)\s*=([^=].*)$/s;

/** A second assignment behind the first: then it is a text of several steps. */
const SEVERAL = /[;\n]\s*\p{L}[^=;\n]{0,40}=/u;

/**
 * Reads the values of `--check`: each a bundle of step ids (file, "-", or text), which is a sheet, or `step=FILE`, or a file
 * of one matrix that is named like its step, which add to the one sheet. Numbers keep the digits they were written with.
 * Throws USAGE for single steps beside several bundles, and what reading a matrix throws.
 */
export async function readSheets(values: readonly string[], files: Files): Promise<readonly GivenSheet[]> {
  const opener = createOpener(files);
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

async function readStep(key: string, given: string, opener: Opener): Promise<readonly GivenAnswer[]> {
  const parsed = await parseAnswers(given, key, opener);
  if (parsed.value.kind !== "object") return answersIn(key, parsed.value, parsed);
  const member = parsed.value.entries.get(key) ?? parsed.value.entries.get("output");
  if (member) return answersIn(key, member.value, parsed);
  return refuseAt(
    parsed.source,
    parsed.value.start,
    "UNKNOWN_STEP",
    `${parsed.source.name} holds no "${key}".`,
  );
}

/** A sheet, or the answers to one step: a matrix in a file that is named like it, or written as `weights = …`. */
async function readBundle(given: string, opener: Opener): Promise<GivenSheet | readonly GivenAnswer[]> {
  const parsed = await parseAnswers(given, "the answers", opener);
  const { value, source, assigned } = parsed;
  if (value.kind === "object") {
    const answers = answersOfObject(value, parsed, "");
    if (answers.length > 0) return { name: source.name, answers };
    const hint = 'Give numbers by step, such as {"weights": [[0.67, 0.33]]}.';
    return refuseAt(source, value.start, "EMPTY_MATRIX", `${source.name} answers no step.`, hint);
  }
  const fileName = source.kind === "file" ? /([^/\\]+?)(?:\.\w+)?$/.exec(source.name)?.[1] : undefined;
  const key = assigned?.name ?? fileName;
  if (key !== undefined) return answersIn(key, value, parsed);
  const message = `${source.name} holds one matrix, not named steps.`;
  return refuseAt(source, value.start, "UNKNOWN_NAME", message, "Say which step it is: --check weights=….");
}

async function parseAnswers(given: string, subject: string, opener: Opener): Promise<Parsed> {
  const options = { subject, decimalComma: false, header: undefined, nullIsNaN: true };
  // Marks would make a literal look like the name of a file, and a row of nulls is one only in brackets.
  const marked = markUnanswered(given);
  const text = isLiteral(marked.replaceAll("null", "NaN")) && !isLiteral(marked) ? `[${marked}]` : marked;
  const source = opener.open(isLiteral(text) ? text : given, "--check");
  return parseText(markSource(source), options);
}

/** Steps by name; an object below a name is a scope. The JSON of a run is read by its `steps`. */
function answersOfObject(object: ObjectValue, parsed: Parsed, scope: string): GivenAnswer[] {
  const steps = object.entries.get("steps")?.value;
  if (object.entries.has("schema") && steps?.kind === "list") {
    return steps.items.flatMap((item) => (item.kind === "object" ? answersOfRecordedStep(item, parsed) : []));
  }
  return Array.from(object.entries).flatMap(([name, { value }]) => {
    const key = scope === "" ? name : `${scope}/${name}`;
    return value.kind === "object" ? answersOfObject(value, parsed, key) : answersIn(key, value, parsed);
  });
}

function answersOfRecordedStep({ entries }: ObjectValue, parsed: Parsed): GivenAnswer[] {
  const text = (name: string) => {
    const value = entries.get(name)?.value;
    return value?.kind === "scalar" ? String(value.value) : "";
  };
  const data = entries.get("data")?.value;
  const key = text("scope") === "" ? text("id") : `${text("scope")}/${text("id")}`;
  return data ? answersIn(key, data, parsed) : [];
}

/** One matrix; or one a head, which is what `head 0/…`, `head 1/…` answer. */
function answersIn(key: string, value: Value, parsed: Parsed): GivenAnswer[] {
  if (value.kind === "scalar" && value.value === null) return [];
  if (value.kind === "list" && value.items.length > 0 && value.items.every(isMatrix)) {
    return value.items.flatMap((item, head) => answersIn(`head ${head}/${key}`, item, parsed));
  }
  return [{ key, rows: writtenRows(key, value, parsed), source: parsed.source.name }];
}

const isMatrix = (value: Value): boolean =>
  (value.kind === "numbers" && !value.flat) || (value.kind === "list" && value.items.every(isRow));

const isRow = (value: Value): boolean =>
  (value.kind === "numbers" && value.flat) ||
  (value.kind === "list" && value.items.every((item) => item.kind === "scalar"));
