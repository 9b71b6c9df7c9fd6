import { setting } from "../errors.js";
import { present } from "../math/lists.js";
import { toRows } from "../math/matrix.js";
import { rangesOf, rangeText } from "../math/ranges.js";
import {
  type Block,
  type Document,
  heading,
  line,
  type MatrixTable,
  outline,
  paragraph,
} from "./document.js";
import { delimitedRows } from "./formats/delimited.js";
import type { JsonValue } from "./json-value.js";
import { escapeMarkdown, markdownTable } from "./lowering/markdown.js";

/** A convention of a library in words and as options, and the output rows that it changes. */
interface ConventionEffect {
  readonly name: string;
  readonly text: string;
  readonly options: string;
  readonly rows: readonly number[];
}

/** The result of a run under the conventions of one library. */
export interface LibraryResult {
  readonly name: string;
  readonly call: string;
  readonly source: string;
  readonly notes: readonly string[];
  /** What the library's call cannot express. If there is any, nothing was computed. */
  readonly obstacles: readonly string[];
  readonly conventions: readonly ConventionEffect[];
  /**
   * `rows`: rows whose output or weights differ from the run as given. `outputRows`: rows whose output differs. `of`:
   * all rows.
   */
  readonly rows: readonly number[];
  readonly outputRows: readonly number[];
  readonly of: number;
  readonly output: MatrixTable | undefined;
}

/** Lists the conventions that make a difference. */
const reasonsOf = ({ conventions }: LibraryResult) =>
  conventions
    .filter(({ rows }) => rows.length > 0)
    .map(({ text, options }) => (options ? `${text}: ${options}` : text));

/** Returns the result for a library in one word. */
export function verdictOf({ obstacles, rows }: LibraryResult): "same" | "differs" | "cannot" {
  if (obstacles.length > 0) return "cannot";
  return rows.length === 0 ? "same" : "differs";
}

/** The maximum number of row ranges that are listed. */
const MOST_RANGES = 6;

function describeRows(rows: readonly number[], of?: number) {
  if (rows.length === of && of > 1) return "every row";
  const ranges = rangesOf(rows).map(rangeText);
  const rest = ranges.length > MOST_RANGES ? ` … (${rows.length} rows)` : "";
  return `${rows.length === 1 ? "row" : "rows"} ${ranges.slice(0, MOST_RANGES).join(", ")}${rest}`;
}

/** Says where a library differs: "rows 0–2", "the weights of row 1 (the output is the same)". */
export function placeOf({ rows, outputRows, of }: LibraryResult): string {
  if (outputRows.length === 0) return `the weights of ${describeRows(rows, of)} (the output is the same)`;
  if (outputRows.length === rows.length) return describeRows(rows, of);
  const others = rows.filter((row) => !outputRows.includes(row));
  return `${describeRows(outputRows)}, and in the weights of ${describeRows(others)}`;
}

/** Says which libraries give the same, where and why others differ, and which cannot express the run. */
export function verdictLines(libraries: readonly LibraryResult[]): readonly Block[] {
  const those = (verdict: string) => libraries.filter((library) => verdictOf(library) === verdict);
  const [same, differs, cannot] = [those("same"), those("differs"), those("cannot")];
  const names = same.map(({ name }) => name).join(", ");
  return [
    outline([
      ...(names || libraries.length > 1 ? [line(`same as yours: ${names || "none"}`)] : []),
      ...differs.map((library) =>
        line(`differs: ${library.name} in ${placeOf(library)} (${reasonsOf(library).join("; ")})`, "strong"),
      ),
      ...cannot.map(({ name, obstacles }) =>
        line(`cannot compute this: ${name} (${obstacles.join("; ")})`, "dim"),
      ),
    ]),
  ];
}

/**
 * Describes the run under each library's conventions, with the answer first. For a single library it adds the
 * conventions and numbers.
 */
export function describeLibraries(libraries: readonly LibraryResult[]): Document {
  const details: readonly Block[] =
    libraries.length === 1
      ? describeOne(libraries[0])
      : [paragraph(`${setting("as")} NAME shows the conventions of one library, and its numbers.`, "dim")];
  return [...verdictLines(libraries), ...details];
}

function describeOne({ call, source, notes, conventions, output }: LibraryResult) {
  return present([
    heading(`Conventions of ${call}`),
    outline([
      ...conventions.map((convention) =>
        line(`${convention.text} (${convention.options}): ${effectOf(convention)}`),
      ),
      ...[...notes, `Source: ${source}`].map((text) => line(text, "dim")),
    ]),
    output,
  ]);
}

function effectOf({ rows }: ConventionEffect) {
  if (rows.length === 0) return "changes nothing here";
  return `changes ${describeRows(rows)}`;
}

/** Writes the same as JSON. */
export function librariesToJson(libraries: readonly LibraryResult[]): JsonValue {
  return libraries.map((library) => ({
    ...libraryToJson(library),
    ...(library.output && { output: toRows(library.output.matrix) }),
  }));
}

/** Writes a library and the effect of its conventions as JSON, without the numbers. */
export function libraryToJson(library: LibraryResult): Readonly<Record<string, JsonValue>> {
  const { name, call, source, notes, obstacles, conventions, rows, outputRows, of } = library;
  const about = { name, call, source, notes, verdict: verdictOf(library) };
  if (obstacles.length > 0) return { ...about, obstacles };
  return {
    ...about,
    rows,
    outputRows,
    of,
    conventions: conventions.map((convention) => ({ ...convention })),
  };
}

const HEADER = ["library", "call", "verdict", "where", "why"] as const;

function cellsOf(library: LibraryResult) {
  const verdict = verdictOf(library);
  const why = verdict === "cannot" ? library.obstacles : reasonsOf(library);
  return [library.name, library.call, verdict, verdict === "differs" ? placeOf(library) : "", why.join("; ")];
}

/** Writes one row per library: its call, the verdict, the rows that differ, and why. */
export const librariesToCsv = (
  libraries: readonly LibraryResult[],
  delimiter: "," | "\t",
): readonly string[] => delimitedRows([HEADER, ...libraries.map(cellsOf)], delimiter);

/** Writes the same as a Markdown table. Below it is the source of each library's conventions. */
export const librariesToMarkdown = (libraries: readonly LibraryResult[]): readonly string[] => [
  ...markdownTable(HEADER, libraries.map(cellsOf)).map((line) => `${line}\n`),
  "\n",
  ...libraries.map(({ name, source }) => `- ${name}: ${escapeMarkdown(source)}\n`),
];
