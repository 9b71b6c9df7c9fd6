import { INPUTS, type InputName } from "../attention/inputs.js";
import type { LoadedModel } from "../attention/model/architecture.js";
import { type Location, setting } from "../errors.js";
import { type BooleanMatrix, type Matrix, shapeText } from "../math/matrix.js";
import { typedText } from "./answer-cells.js";
import type { SliceOption } from "./arrays/choose-matrix.js";
import type { HeadArrays } from "./arrays/head-arrays.js";
import type { Parsed } from "./forms/form.js";
import { type Joined, joinedName, joinParts, repeatHeadRows, spanOfCell } from "./joined.js";
import { checkKind, maskOf } from "./kinds.js";
import { orderByLabels } from "./label-order.js";
import { inputNamed } from "./names.js";
import { type Picked, pickedOf } from "./picked-from.js";
import { locationOf, refuseIn } from "./source.js";
import type { AnswerOfSource, Gathered } from "./source-matrices.js";

/** A problem as it was read, and the sources of its parts. Whether its shapes fit together is not checked yet. */
export interface SourcedProblem {
  /** All matrices except the mask. */
  readonly matrices: Partial<Record<InputName, Matrix>>;
  readonly mask?: BooleanMatrix;
  readonly tokens?: readonly string[];
  readonly keyTokens?: readonly string[];
  /** The model, for a command whose SOURCE is a model. */
  readonly model?: LoadedModel;
  /** The model's name on the command line: its folder, or --demo. */
  readonly modelName?: string;
  /** The settings of the bundles, parsed by the command's settings table. */
  readonly settings: Record<string, unknown>;
  /** What was read, by source: "read query: 4×3 from q.csv (CSV, header row dropped)". */
  readonly notices: readonly string[];
  /** The notices about choices that the user should know: a dropped header, decimal commas, a replacement. */
  readonly announced: readonly string[];
  /** For example "value holds NaN at [1, 0]; it propagates". */
  readonly warnings: readonly string[];
  /** The options that chose one of several matrices. */
  readonly sliced: ReadonlySet<SliceOption | "layer">;
  /** The numbers of batches, heads and layers from which one was picked, by an option or after a file name. */
  readonly picked: Picked;
  /** The results that the sources contain. */
  readonly answers: readonly AnswerOfSource[];
  /** For arrays with axes for heads and batches: their layout, and a function that reads another batch or head. */
  readonly arrays?: HeadArrays;
  readPart?(part: Part): SourcedProblem;
  /** Returns the place of a named matrix, or of its cell, in its source. It is searched on request. */
  locate(subject: {
    readonly name: string;
    readonly row?: number;
    readonly col?: number;
  }): Location | undefined;
  /**
   * Returns the text of a cell as typed, in plain signs and with a decimal point. It is searched in the source on
   * request.
   */
  digits(cell: CellName): string | undefined;
}

/** A part of the arrays: a batch, and one of its heads or all. */
export interface Part {
  readonly batch: number;
  readonly head?: number | undefined;
}

interface CellName {
  readonly name: string;
  readonly row: number;
  readonly col: number;
}

/**
 * Joins, transposes and checks what was gathered. `layout` is the option of the command line, which overrides others.
 * Throws EMPTY_MATRIX, RAGGED_ROWS, EMPTY_CELL, NOT_A_NUMBER, NON_FINITE, BAD_VALUE, SHAPE_MISMATCH or MISSING_INPUT.
 */
export function checkGathered(
  gathered: Gathered,
  transposed: ReadonlySet<InputName>,
  givenLayout: string | undefined,
): SourcedProblem {
  const layout = givenLayout ?? gathered.settings.layout ?? gathered.layout;
  const joined = new Map<InputName, Joined>();
  const warnings: string[] = [];
  for (const [name, given] of gathered.matrices) {
    const input = joinParts(given, transposed.has(name), layout);
    joined.set(name, input);
    warnings.push(...checkKind(input));
  }
  const [bias, queries] = [joined.get("bias"), joined.get("query") ?? joined.get("x")];
  if (bias && queries) joined.set("bias", repeatHeadRows(bias, queries.matrix.rows));
  for (const name of transposed) {
    if (joined.has(name)) continue;
    const [option, { help }] = [setting("transpose"), INPUTS[name]];
    const message = `${option} ${name}: no ${name} was given.`;
    refuseIn(option, "MISSING_INPUT", message, `Give ${help}, or leave it out of ${option}.`);
  }
  const reads = readNotices(joined);
  const labelled = [
    ...takeLabels(joined, gathered),
    ...orderByLabels(joined, gathered),
    ...columnOfScores(joined.get("scores")),
  ];
  const mask = joined.get("mask");
  const { tokens, keyTokens } = gathered;
  const settings = { ...(gathered.layout && { layout: gathered.layout }), ...gathered.settings };
  return {
    matrices: Object.fromEntries(
      Array.from(joined, ([name, { matrix }]) => [name, matrix]).filter(([name]) => name !== "mask"),
    ),
    ...(mask && { mask: maskOf(mask) }),
    ...(tokens && { tokens }),
    ...(keyTokens && { keyTokens }),
    settings,
    notices: [...gathered.notices, ...reads.map(({ text }) => text), ...labelled],
    announced: [
      ...gathered.notices,
      ...reads.filter(({ parsed }) => parsed.remarks.length > 0).map(({ text }) => text),
      ...labelled,
    ],
    warnings,
    sliced: new Set([...gathered.sliced, ...(gathered.layers === undefined ? [] : ["layer" as const])]),
    picked: pickedOf(gathered),
    answers: gathered.answers,
    locate: (subject) => locate(joined, subject),
    digits: (cell) => digits(joined, cell),
  };
}

/** Returns one notice per source, with its contents and its form. */
function readNotices(joined: ReadonlyMap<InputName, Joined>) {
  const bySource = new Map<Parsed, string[]>();
  for (const input of joined.values()) {
    const shape = `${shapeText(input.matrix)}${input.transposed ? " (transposed)" : ""}`;
    const names = bySource.get(input.from.parsed) ?? [];
    names.push(`${joinedName(input)}: ${shape}`);
    bySource.set(input.from.parsed, names);
  }
  return Array.from(bySource, ([parsed, names]) => {
    const how = [parsed.form, ...parsed.remarks].join(", ");
    return { parsed, text: `read ${names.join(", ")} from ${parsed.source.name} (${how})` };
  });
}

/**
 * Takes labels beside query or x as names of the queries, and labels beside key or memory as names of the keys, unless
 * names were given.
 */
function takeLabels(joined: ReadonlyMap<InputName, Joined>, gathered: Gathered): string[] {
  const notices: string[] = [];
  for (const [name, { from, transposed }] of joined) {
    const { labels, source } = from.parsed;
    if (!labels || transposed) continue;
    const field = name === "query" || name === "x" ? "tokens" : "keyTokens";
    if (field === "keyTokens" && name !== "key" && name !== "memory") continue;
    if (gathered[field]) continue;
    gathered[field] = labels;
    notices.push(`${field === "tokens" ? "tokens" : "key tokens"} from the first column of ${source.name}`);
  }
  return notices;
}

/**
 * Returns a notice if the scores are a column. Its softmax is all ones; the user probably meant one query, which is a
 * row.
 */
function columnOfScores(scores: Joined | undefined): readonly string[] {
  if (!scores || scores.from.parsed.source.isBinary) return [];
  const { rows, cols } = scores.matrix;
  if (cols !== 1 || rows < 2) return [];
  return [`scores: ${rows} queries with one key each; for one query give one row`];
}

const joinedNamed = (joined: ReadonlyMap<InputName, Joined>, name: string) => {
  const input = inputNamed(name);
  return input && joined.get(input);
};

function locate(
  joined: ReadonlyMap<InputName, Joined>,
  { name, row, col }: { readonly name: string; readonly row?: number; readonly col?: number },
): Location | undefined {
  const input = joinedNamed(joined, name);
  if (!input) return undefined;
  const { source } = input.from.parsed;
  if (row === undefined && col === undefined) return locationOf(source, input.parts[0].start);
  return locationOf(source, spanOfCell(input, row ?? 0, col ?? 0).start);
}

function digits(joined: ReadonlyMap<InputName, Joined>, { name, row, col }: CellName): string | undefined {
  const input = joinedNamed(joined, name);
  if (!input || row >= input.matrix.rows || col >= input.matrix.cols) return undefined;
  const { parsed } = input.from;
  if (parsed.source.isBinary) return undefined;
  const text = typedText(parsed, spanOfCell(input, row, col));
  const exponent = parsed.exponentOf?.(input.parts[0]);
  return exponent === undefined ? text : `${text}e${exponent}`;
}
