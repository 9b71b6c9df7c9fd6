import { type Block, type Document, type MatrixTable, type OutlineLine, paragraph } from "./document.js";
import type { JsonValue } from "./json-value.js";

/** A convention of a library in words and as options, and the rows of the output that are others because of it. */
interface ToldConvention {
  readonly name: string;
  readonly text: string;
  readonly options: string;
  readonly rows: readonly number[];
}

/** What came of a run under the conventions of one library. */
export interface ToldLibrary {
  readonly name: string;
  readonly call: string;
  readonly source: string;
  readonly notes: readonly string[];
  /** What the call has no way to say: then nothing was worked. */
  readonly obstacles: readonly string[];
  readonly conventions: readonly ToldConvention[];
  /** Rows of the output that differ from the run as given, of how many. */
  readonly rows: readonly number[];
  readonly of: number;
  readonly output: MatrixTable | undefined;
}

const withOptions = ({ text, options }: ToldConvention) => `${text} (${options})`;

function verdict({ obstacles, rows, of, conventions }: ToldLibrary): string {
  if (obstacles.length > 0) return `cannot work this: ${obstacles.join("; ")}`;
  if (rows.length === 0) return "same as yours";
  const reasons = conventions.filter((convention) => convention.rows.length > 0).map(withOptions);
  return `differs in ${rows.length} of ${of} ${of === 1 ? "row" : "rows"}: ${reasons.join("; ")}`;
}

/** The run under each library's conventions, one line each; of a single one the conventions and numbers, too. */
export function describeLibraries(libraries: readonly ToldLibrary[]): Document {
  const width = Math.max(...libraries.map(({ name }) => name.length));
  const lines = libraries.map(
    (library): OutlineLine => ({
      level: 0,
      spans: [{ text: `${library.name.padEnd(width)}  ${verdict(library)}`, tone: toneOf(library) }],
    }),
  );
  const details: readonly Block[] =
    libraries.length === 1
      ? describeOne(libraries[0])
      : [paragraph("--as NAME shows the conventions of one library, and its numbers.", "dim")];
  return { blocks: [{ kind: "outline", lines }, ...details] };
}

const toneOf = ({ obstacles, rows }: ToldLibrary): "dim" | "plain" | "strong" =>
  obstacles.length > 0 ? "dim" : rows.length === 0 ? "plain" : "strong";

function describeOne(library: ToldLibrary): readonly Block[] {
  const { call, source, notes, conventions, output } = library;
  return [
    { kind: "heading", level: 2, title: `Conventions of ${call}` },
    {
      kind: "outline",
      lines: [
        ...conventions.map(
          (told): OutlineLine => ({
            level: 0,
            spans: [{ text: `${withOptions(told)}: ${effectOf(told)}`, tone: "plain" }],
          }),
        ),
        ...notes.map((text): OutlineLine => ({ level: 0, spans: [{ text, tone: "dim" }] })),
        { level: 0, spans: [{ text: `Source: ${source}`, tone: "dim" }] },
      ],
    },
    ...(output ? [output] : []),
  ];
}

function effectOf({ rows }: ToldConvention): string {
  if (rows.length === 0) return "changes nothing here";
  return `changes ${rows.length === 1 ? "row" : "rows"} ${rows.join(", ")}`;
}

/** The same for programs. */
export function librariesToJson(libraries: readonly ToldLibrary[]): JsonValue {
  return libraries.map((library) => {
    const { name, call, source, notes, obstacles, conventions, rows, of, output } = library;
    const about = { name, call, source, notes };
    if (obstacles.length > 0) return { ...about, verdict: "cannot", obstacles };
    return {
      ...about,
      verdict: rows.length === 0 ? "same" : "differs",
      ...{ rows, of },
      conventions: conventions.map((told) => ({ ...told })),
      ...(output && { output: rowsOf(output) }),
    };
  });
}

const rowsOf = ({ matrix: { rows, cols, data } }: MatrixTable) =>
  Array.from({ length: rows }, (_, row) => Array.from(data.subarray(row * cols, (row + 1) * cols)));
