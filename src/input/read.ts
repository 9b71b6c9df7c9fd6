import { INPUTS, type InputRule } from "../attention/inputs.js";
import { counted, setting } from "../errors.js";
import { numbersOf } from "../math/nd-array.js";
import { withAnswersByShape } from "./arrays/answers-by-shape.js";
import { axesText } from "./arrays/axes.js";
import { readBits } from "./arrays/bits-as-integers.js";
import { chooseMatrix, type Slice } from "./arrays/choose-matrix.js";
import {
  type AxesRequest,
  findHeadArrays,
  type HeadArrays,
  matricesAsArrays,
  sizesOfBatch,
} from "./arrays/head-arrays.js";
import { takeRotation } from "./arrays/rotary-tables.js";
import { undoStorage } from "./arrays/stored-otherwise.js";
import { takeBatch, withMembersOfBatch } from "./arrays/take-batch.js";
import { filesOfFolder } from "./folder.js";
import { gather, type ReadRequest } from "./gather.js";
import { transposedInputs } from "./names.js";
import { createOpener, type Files, isWorkbook } from "./open.js";
import { pickedOf } from "./picked-from.js";
import type { Gathered } from "./source-matrices.js";
import { checkGathered, type Part, type SourcedProblem } from "./sourced-problem.js";
import { rowValue, type Value } from "./value.js";
import { arrayOf } from "./value-axes.js";

export type { ReadRequest } from "./gather.js";
export type { Files } from "./open.js";
export type { Part, SourcedProblem } from "./sourced-problem.js";
export { storedBytes } from "./stored.js";

/**
 * Reads the matrices, labels and settings of a problem. Later sources override earlier ones. Throws a UserError with a
 * code for reading errors, the place and a hint.
 */
export async function readProblem(request: ReadRequest, files: Files): Promise<SourcedProblem> {
  const opener = createOpener(files);
  const named = request.sources.flatMap((given) => filesOfFolder(given, files));
  const sources = named.some(isWorkbook)
    ? await (await import("./containers/sheets-of-inputs.js")).sheetsOfInputs(named, opener)
    : named;
  return problemOf(await gather({ ...request, sources }, opener), request);
}

/**
 * Makes a problem from everything that was read. From arrays with axes for batches and heads it takes the requested
 * part, and can read the others later. Throws the same errors as readProblem.
 */
export function problemOf(
  gathered: Gathered,
  request: Pick<ReadRequest, "transpose" | "accepts" | "settings" | "arrays" | "slice" | "layout">,
): SourcedProblem {
  const transposed = transposedInputs(request.transpose, request.accepts);
  readBits(gathered);
  undoStorage(gathered, request.arrays?.misread);
  const rotation = takeRotation(gathered, request.settings);
  const found = request.arrays && findHeadArrays(gathered, request.arrays);
  const arrays = found && { ...found, ...(rotation && { rotation }) };
  if (!arrays) {
    if (gathered.counts.heads !== undefined && !Object.hasOwn(request.settings, "heads"))
      gathered.notices.push(`heads changes nothing here: ${setting("heads")} is of qkv multihead`);
    const flat = withMatrices(withAnswersByShape(gathered), request.slice ?? {});
    const { members } = gathered;
    const isPlain = members.length === 0 || !request.accepts.includes("mask");
    const whole = isPlain
      ? flat
      : withMembersOfBatch(flat, matricesAsArrays(flat, request.arrays ?? {}), { batch: 0, head: undefined });
    return checkGathered(whole, transposed, request.layout);
  }
  leaveOtherTokens(gathered, arrays);
  const all = withAnswersByShape(gathered, arrays);
  const check = ({ batch, head }: Part) =>
    checkGathered(
      takeBatch(withMatrices(all, request.slice ?? {}, arrays), arrays, { batch, head }),
      transposed,
      request.layout,
    );
  const { batch, head, oneHead } = request.arrays ?? {};
  const part = { batch: batch ?? 0, head: head ?? (oneHead ? 0 : undefined) };
  const first = check(part);
  return {
    ...first,
    ...ofArrays(first, arrays, request.arrays ?? {}),
    picked: pickedOf(all, arrays, request.arrays),
    readPart: check,
  };
}

/** Removes the tokens of a kernel's dump if there are not as many as queries. They belong to the whole text. */
function leaveOtherTokens(gathered: Gathered, arrays: HeadArrays): void {
  const { queries } = sizesOfBatch(arrays, 0);
  if (gathered.tokens === undefined || gathered.tokens.length === queries) return;
  gathered.notices.push(
    `not used: the ${gathered.tokens.length} tokens, because there are ${queries} queries`,
  );
  delete gathered.tokens;
}

/** Replaces arrays without heads by a single matrix, or by a list with one matrix per head. */
function withMatrices(gathered: Gathered, slice: Slice, arrays?: HeadArrays): Gathered {
  const matrices = new Map(gathered.matrices);
  const isOfHeads = (name: string) => arrays !== undefined && WITH_PARTS.includes(name);
  for (const [name, one] of gathered.matrices) {
    if (isOfHeads(name)) continue;
    const rule: InputRule = INPUTS[name];
    if (rule.isRow) {
      matrices.set(name, { ...one, value: asOneRow(one.value) });
      continue;
    }
    const { value, used } = chooseMatrix(one.value, slice, one.parsed.source.name);
    for (const option of used) gathered.sliced.add(option);
    matrices.set(name, { ...one, value });
  }
  return { ...gathered, matrices };
}

/** Returns all numbers of an array as one row. */
function asOneRow(value: Value): Value {
  const array = arrayOf(value);
  return array ? { ...value, ...rowValue(value.start, numbersOf(array)) } : value;
}

/** The inputs that have a part per batch and head. */
const WITH_PARTS: readonly string[] = ["query", "key", "value", "backward", "mask", "bias", "dropoutMask"];

/** Returns the notices about arrays that were split, with the layout and the picked parts. */
function ofArrays({ notices, announced, sliced }: SourcedProblem, arrays: HeadArrays, request: AxesRequest) {
  const { axes, batches, heads, kvHeads, other } = arrays;
  const { queries, keys } = sizesOfBatch(arrays, request.batch ?? 0);
  const counts = [
    counted(batches, "batch", "batches"),
    `${counted(heads, "head")}${kvHeads === heads ? "" : ` (${kvHeads} kv)`}`,
    queries === keys ? `${queries} positions` : `${queries} queries, ${keys} keys`,
  ];
  const otherwise = other === undefined ? "" : `; ${setting("axes")} ${other} would also fit`;
  const note = `read the arrays as ${axesText(axes)}: ${counts.join(" × ")}${otherwise}`;
  const picked = (["batch", "head"] as const).filter((option) => request[option] !== undefined);
  return {
    arrays,
    notices: [...notices, note],
    announced: [...announced, note],
    sliced: new Set([...sliced, ...picked]),
  };
}
