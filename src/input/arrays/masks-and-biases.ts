import type { InputName } from "../../attention/inputs.js";
import { setting } from "../../errors.js";
import { sumOver, upTo } from "../../math/lists.js";
import { createMatrix } from "../../math/matrix.js";
import { at, type NdArray, numbersOf, withAxis } from "../../math/nd-array.js";
import type { Gathered, MemberOfSource, SourceMatrix } from "../source-matrices.js";
import type { Part } from "../sourced-problem.js";
import { gridValue, type ListValue, type NumbersValue, type Value } from "../value.js";
import { arrayOf, asArray, axesOf, numbersIn } from "../value-axes.js";
import { partOf } from "./choose-matrix.js";
import { type HeadArrays, refuseMatrix, sizesOfBatch } from "./head-arrays.js";

// Inputs with one matrix per batch or head beside query, key and value: masks, biases, slopes.

/**
 * Returns the mask, bias and dropout mask of a batch, or of one head if the part names a head. The mask is undefined if
 * it was turned into a bias.
 */
export function masksAndBiasesOf(
  gathered: Gathered,
  arrays: HeadArrays,
  part: Part,
): ReadonlyMap<InputName, SourceMatrix | undefined> {
  const matrices = new Map<InputName, SourceMatrix | undefined>();
  const masks: Masked[] = [];
  const added: Added[] = [];
  const [mask, bias, dropoutMask] = (["mask", "bias", "dropoutMask"] as const).map((name) =>
    gathered.matrices.get(name),
  );
  if (dropoutMask) matrices.set("dropoutMask", { ...dropoutMask, value: slab(dropoutMask, arrays, part) });
  if (mask) addMask({ ...mask, trueMeans: "given" }, { arrays, part, masks, added });
  if (bias) added.push({ from: bias, value: slab(bias, arrays, part) });
  for (const member of gathered.members) addMember(member, { arrays, part, masks, added });
  const perHead = masks.filter(({ value }) => value.kind === "list");
  for (const one of perHead) added.push(asBias(one, maskTrueOf(gathered, arrays)));
  const shared = masks.filter(({ value }) => value.kind !== "list");
  const joined = joinMasks(shared, maskTrueOf(gathered, arrays));
  if (mask || joined) matrices.set("mask", joined);
  const sum = addUp(added, arrays, part);
  if (bias || sum) matrices.set("bias", sum);
  return matrices;
}

/**
 * What true means in a mask: the meaning for all masks (`--mask-true`), or the meaning that the mask's name implies.
 */
type TrueMeaning = "given" | "keep" | "drop";

interface Masked {
  readonly from: SourceMatrix;
  /** n×m or 1×m; a list if there is one per head. */
  readonly value: NumbersValue | ListValue;
  readonly trueMeans: TrueMeaning;
}

type Added = Omit<Masked, "trueMeans">;

/** The value of --mask-true, or undefined. */
const maskTrueOf = ({ settings }: Gathered, { maskTrue }: HeadArrays): unknown =>
  maskTrue ?? settings.maskTrue;

interface MaskCollection {
  readonly arrays: HeadArrays;
  readonly part: Part;
  readonly masks: Masked[];
  readonly added: Added[];
}

function addMember(member: MemberOfSource, collection: MaskCollection): void {
  const { kind } = member;
  if (kind === "slopes") collection.added.push(biasOfSlopes(member, collection.arrays, collection.part));
  else if (kind === "keyPadding") addMask({ ...member, trueMeans: "drop" }, collection);
  else if (kind === "attentionMask") addMask({ ...member, trueMeans: "keep" }, collection);
  else if (kind === "attentionChunk") {
    const made = maskOfChunks(member, collection);
    if (made) collection.masks.push(made);
  }
}

/**
 * Collects a mask, or a bias if its numbers are added to the scores. If the mask has one row per batch, only the row of
 * this batch is taken.
 */
function addMask(
  { value, parsed, trueMeans }: Pick<MemberOfSource, "value" | "parsed"> & Pick<Masked, "trueMeans">,
  { arrays, part, masks, added }: MaskCollection,
): void {
  const name = trueMeans !== "drop" && isAdded(value) ? "bias" : "mask";
  const given: SourceMatrix = { name, value, parsed };
  const isOfBatches = isPerBatch(value, trueMeans, arrays);
  const from = isOfBatches ? { ...given, value: rowOfBatch(value, part.batch) } : given;
  const own = { from, value: slab(from, arrays, part) };
  if (name === "bias") added.push(own);
  else masks.push({ ...own, trueMeans });
}

/** Whether a mask has one row per batch, which says which keys exist. */
function isPerBatch(value: Value, trueMeans: TrueMeaning, arrays: HeadArrays): boolean {
  const [rows, cols, ...more] = axesOf(value);
  const { queries, keys } = sizesOfBatch(arrays, 0);
  const fits = more.length === 0 && rows === arrays.batches && cols === keys;
  return fits && (trueMeans === "drop" || rows !== queries || (trueMeans === "keep" && arrays.batches > 1));
}

function rowOfBatch(value: Value, batch: number): NumbersValue {
  const array = asArray(value);
  if (!array) throw new RangeError("a mask of two axes is an array");
  return partOf({ ...array, array: withAxis(at(array.array, 0, batch), 0) });
}

/** Whether the numbers of a mask are added to the scores: some are neither 0 nor 1 (such as −∞), or all are 0. */
function isAdded(value: Value): boolean {
  const array = asArray(value);
  if (!array || array.stored === "bool" || /^u?int/.test(array.stored ?? "")) return false;
  const numbers = numbersOf(array.array);
  return numbers.some((cell) => cell !== 0 && cell !== 1) || numbers.every((cell) => cell === 0);
}

/**
 * Returns the matrix of a batch and head, or a list of one per head if the heads differ. An axis of length 1 counts for
 * all batches or heads.
 */
function slab(given: SourceMatrix, arrays: HeadArrays, { batch, head }: Part): NumbersValue | ListValue {
  const { batches, heads } = arrays;
  const value = asArray(given.value);
  if (!value) return refuseMatrix(given, "its parts do not have one shape");
  const { shape } = value.array;
  if (given.value.kind === "numbers") return given.value;
  if (shape.length > 4) refuseMatrix(given, "it has more axes than query, key and value");
  const isOfBatches = shape.length === 3 && shape[0] !== heads && shape[0] === batches;
  const array =
    shape.length === 4 || isOfBatches ? pickOf(value.array, batch, batches, given, "batches") : value.array;
  if (array.shape.length < 3) return partOf({ ...value, array });
  const [count] = array.shape;
  // torch's MultiheadAttention takes b·h matrices: all heads of the first batch, then those of the next.
  const isOfAll = count === batches * heads && heads > 1 && batches > 1;
  if (count !== 1 && count !== heads && !isOfAll)
    refuseMatrix(given, `it has ${count} matrices for ${heads} heads`);
  const start = isOfAll ? batch * heads : 0;
  const wanted = count === 1 ? [0] : head === undefined ? upTo(start + heads, start) : [start + head];
  const items = wanted.map((index) => partOf({ ...value, array: at(array, 0, index) }));
  const [first] = items;
  const isShared = items.every(({ data }) => data.every((cell, place) => Object.is(cell, first.data[place])));
  return isShared ? first : { kind: "list", start: value.start, items };
}

function pickOf(array: NdArray, index: number, count: number, given: SourceMatrix, what: string): NdArray {
  const [length] = array.shape;
  if (length !== 1 && length !== count)
    refuseMatrix(given, `it has ${length} ${what}, but query has ${count}`);
  return at(array, 0, length === 1 ? 0 : index);
}

/** Combines several masks into one, in which true has the meaning that --mask-true gives. */
function joinMasks(masks: readonly Masked[], maskTrue: unknown): SourceMatrix | undefined {
  const [first] = masks;
  if (!first) return undefined;
  const keepMasks = masks.map((one) => withTrueAsKeep(one, maskTrue));
  if (keepMasks.length === 1) return { ...first.from, name: "mask", value: keepMasks[0] };
  const rows = Math.max(...keepMasks.map((one) => one.rows));
  const value = cellwise(keepMasks, [rows, keepMasks[0].cols], (cells) =>
    Number(maskTrue === "drop" ? cells.some((cell) => cell !== 0) : !cells.includes(0)),
  );
  return { ...first.from, name: "mask", value };
}

/** Joins matrices cell by cell. One row counts for all rows. */
const cellwise = (
  parts: readonly NumbersValue[],
  [rows, cols]: readonly [rows: number, cols: number],
  join: (cells: readonly number[]) => number,
): NumbersValue =>
  gridValue(
    parts[0].start,
    createMatrix(rows, cols, (row, col) =>
      join(parts.map((one) => one.data[(one.rows === 1 ? 0 : row) * one.cols + col])),
    ),
  );

/**
 * Returns a mask in which true has the meaning of --mask-true; without this option, true means that the query may
 * attend to the key.
 */
function withTrueAsKeep({ value, trueMeans }: Masked, maskTrue: unknown): NumbersValue {
  const matrix = value as NumbersValue;
  if (trueMeans !== "drop" || maskTrue !== undefined) return matrix;
  return { ...matrix, data: matrix.data.map((cell) => (cell === 0 ? 1 : 0)) };
}

/** Returns a mask that differs between heads as a bias: −∞ if masked, else 0. */
function asBias({ from, value, trueMeans }: Masked, maskTrue: unknown): Added {
  const drops = maskTrue === undefined ? trueMeans === "drop" : maskTrue === "drop";
  const items = (value.kind === "list" ? value.items : [value]).map((item) => {
    const { start, rows, cols, data } = item as NumbersValue;
    const added = data.map((cell) => ((cell !== 0) === drops ? Number.NEGATIVE_INFINITY : 0));
    return gridValue(start, { rows, cols, data: added });
  });
  return { from, value: { kind: "list", start: value.start, items } };
}

/** Builds the biases of slopes as flash-attention adds them: −slope·|i + keys − queries − j|. */
function biasOfSlopes(member: MemberOfSource, arrays: HeadArrays, { batch, head }: Part): Added {
  const given: SourceMatrix = { name: "bias", value: member.value, parsed: member.parsed };
  const array = arrayOf(member.value);
  const { heads, batches, sequences } = arrays;
  const slopesOfBatch =
    array && (array.shape.length === 2 && array.shape[0] === batches ? at(array, 0, batch) : array);
  const slopes = slopesOfBatch ? numbersOf(slopesOfBatch) : new Float64Array();
  if (slopes.length !== heads) {
    refuseMatrix(
      given,
      `${member.key} has ${slopes.length} slopes for ${heads} heads`,
      `Give a slope for each head, or ${setting("alibi")} for those of the paper.`,
    );
  }
  const { start } = member.value;
  const { queries, keys } = sizesOfBatch(arrays, batch);
  const offset = (sequences.keyLength?.(batch) ?? keys) - queries;
  const biasOf = (slope: number) =>
    gridValue(
      start,
      createMatrix(queries, keys, (row, col) => -slope * Math.abs(row + offset - col)),
    );
  if (head !== undefined) return { from: given, value: biasOf(slopes[head]) };
  return { from: given, value: { kind: "list", start, items: Array.from(slopes, biasOf) } };
}

/** Returns the mask of a chunk length: a query sees the keys of its own chunk. 0 means that there are no chunks. */
function maskOfChunks(
  member: MemberOfSource,
  { arrays, part: { batch } }: MaskCollection,
): Masked | undefined {
  const [length] = numbersIn(member);
  if (!(length > 0)) return undefined;
  const { queries, keys } = sizesOfBatch(arrays, batch);
  const offset = (arrays.sequences.keyLength?.(batch) ?? keys) - queries;
  const chunkOf = (place: number) => Math.floor(place / length);
  const { start } = member.value;
  const matrix = createMatrix(queries, keys, (row, col) => Number(chunkOf(row + offset) === chunkOf(col)));
  return {
    from: { name: "mask", value: member.value, parsed: member.parsed },
    value: gridValue(start, matrix),
    trueMeans: "keep",
  };
}

/** Adds up all biases to one. */
function addUp(added: readonly Added[], arrays: HeadArrays, { batch, head }: Part): SourceMatrix | undefined {
  const [first, ...others] = added;
  if (!first) return undefined;
  const from: SourceMatrix = {
    ...first.from,
    name: "bias",
    ...(first.value.kind === "list" && { isPerHead: true }),
  };
  if (others.length === 0) return { ...from, value: first.value };
  const { start } = first.value;
  const { queries, keys } = sizesOfBatch(arrays, batch);
  const sumOf = (index: number) => {
    const biases = added.map(({ value }) => (value.kind === "list" ? value.items[index] : value));
    return cellwise(biases as NumbersValue[], [queries, keys], (cells) => sumOver(cells));
  };
  if (head !== undefined || added.every(({ value }) => value.kind === "numbers"))
    return { ...from, value: sumOf(0) };
  const items = upTo(arrays.heads).map(sumOf);
  return { ...from, isPerHead: true, value: { kind: "list", start, items } };
}
