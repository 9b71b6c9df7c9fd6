import type { BooleanMatrix, Matrix } from "../math/matrix.js";
import { matrixOf, type ResultKeys, type Step, scopeText, type Trace } from "../trace/trace.js";
import type { Chunk } from "./formats/format.js";
import { writeJsonRows, writeJsonTruths } from "./formats/json.js";
import { type JsonValue, toJson } from "./json-value.js";
import { type Selection, selectInputs, selectSteps } from "./selection.js";

/** The content of a run's JSON besides the Trace. */
export interface JsonView extends Selection {
  readonly settings: Readonly<Record<string, JsonValue>>;
  readonly tokens?: readonly string[] | undefined;
  readonly keyTokens?: readonly string[] | undefined;
  /** Inputs that are not numbers: masks. */
  readonly booleans?: Readonly<Record<string, BooleanMatrix>>;
  /** More top-level members, after the results and facts of the run: `why`, `check`. */
  readonly extra?: Readonly<Record<string, JsonValue>>;
}

/** A chunk is emitted when it reaches this length. A single string for everything would be limited to 512 MiB. */
const CHUNK_LENGTH = 1 << 16;

/** Writes the whole run as one JSON object (schema qkv/1) with a final newline, in chunks. Throws UNKNOWN_STEP. */
export function* traceToJson(trace: Trace, view: JsonView): Generator<Chunk> {
  let chunk = "";
  for (const piece of piecesOf(trace, view)) {
    if (typeof piece === "string") chunk += piece;
    if (typeof piece === "string" && chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = "";
    if (typeof piece !== "string") yield piece;
  }
  yield chunk;
}

function* piecesOf(trace: Trace, view: JsonView): Generator<Chunk> {
  const steps = selectSteps(trace, view);
  const inputs: Member[] = [
    ...selectInputs(trace, view).map(
      ({ name, matrix }): Member => [name, () => writeJsonRows(matrix, "    ")],
    ),
    ...Object.entries(view.booleans ?? {}).map(([name, truths]): Member => {
      return [name, () => writeJsonTruths(truths, "    ")];
    }),
  ];
  const conventions = Object.fromEntries(trace.conventions.map(({ name, value }) => [name, value]));
  yield `{\n  "schema": "qkv/1",\n  "command": ${toJson(trace.command)},\n`;
  yield `  "conventions": ${toJson(conventions)},\n  "settings": ${toJson(view.settings)},\n`;
  yield '  "inputs": ';
  yield* writeObject(inputs, "  ");
  if (view.tokens) yield `,\n  "tokens": ${toJson(view.tokens)}`;
  if (view.keyTokens) yield `,\n  "keyTokens": ${toJson(view.keyTokens)}`;
  yield ',\n  "steps": ';
  yield* writeList(steps, (step) => writeJsonStep(step, (matrix) => writeJsonRows(matrix, "    ")));
  for (const [name, keys] of Object.entries(trace.results)) {
    yield `,\n  ${toJson(name)}: `;
    yield* writeResult(trace, keys, "  ");
  }
  const facts = Object.fromEntries(Object.entries(trace.facts).map(([name, { value }]) => [name, value]));
  for (const [name, value] of Object.entries({ ...facts, ...view.extra }))
    yield `,\n  ${toJson(name)}: ${toJson(value)}`;
  yield `,\n  "warnings": ${toJson(trace.warnings)}\n}\n`;
}

function* writeResult(trace: Trace, keys: ResultKeys, indent: string): Generator<Chunk> {
  if (typeof keys === "string") {
    yield* writeJsonRows(matrixOf(trace, keys), indent);
    return;
  }
  if (isKeyList(keys)) {
    yield* writeList(keys, (key) => writeResult(trace, key, `${indent}  `));
    return;
  }
  const parts = Object.entries(keys).map(([name, part]): Member => {
    return [name, () => writeResult(trace, part, `${indent}  `)];
  });
  yield* writeObject(parts, indent);
}

const isKeyList = (keys: ResultKeys): keys is readonly ResultKeys[] => Array.isArray(keys);

/** A member of an object. It is written only when its turn comes. */
type Member = readonly [name: string, write: () => Iterable<Chunk>];

function* writeObject(members: readonly Member[], indent: string): Generator<Chunk> {
  yield "{";
  let before = `\n${indent}  `;
  for (const [name, write] of members) {
    yield `${before}${toJson(name)}: `;
    yield* write();
    before = `,\n${indent}  `;
  }
  yield members.length === 0 ? "}" : `\n${indent}}`;
}

function* writeList<T>(items: readonly T[], write: (item: T) => Iterable<Chunk>): Generator<Chunk> {
  yield "[";
  let before = "\n    ";
  for (const item of items) {
    yield before;
    yield* write(item);
    before = ",\n    ";
  }
  yield items.length === 0 ? "]" : "\n  ]";
}

/** Writes one step as a JSON object. `writeRows` writes its numbers. */
export function* writeJsonStep(step: Step, writeRows: (matrix: Matrix) => Iterable<Chunk>): Generator<Chunk> {
  const matrix = step.output();
  const { id, scope, title, formula, op, inputs, axes, notes } = step;
  const members = `{"id":${toJson(id)},"scope":${toJson(scopeText(scope))},"title":${toJson(title)},"formula":${toJson(formula)},`;
  const made = `"op":${toJson(op.name)},"inputs":${toJson(inputs)},"axes":${toJson(axes.map((axis) => axis.name))},`;
  yield `${members}${made}"shape":[${matrix.rows},${matrix.cols}],"data":`;
  yield* writeRows(matrix);
  yield `,"notes":${toJson(notes)}}`;
}
