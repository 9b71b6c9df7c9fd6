import { sumOver } from "../../math/lists.js";
import { at, countOf, type NdArray, ndArray, numbersOf } from "../../math/nd-array.js";
import { refuseIn } from "../source.js";
import { type Gathered, type MemberOfSource, memberOf } from "../source-matrices.js";
import { rowValue } from "../value.js";
import { arrayOf, asArray, axesOf, numbersIn } from "../value-axes.js";
import type { MemberKind } from "./member-names.js";

// Undoes forms of storage before the layout is found. Pages of a cache are put together, new keys and values are
// appended to the cache, lengths become starts, and numbers are multiplied by their scale.

const SCALES = { query: "queryScale", key: "keyScale", value: "valueScale" } as const;

type Stored = keyof typeof SCALES;

/** A wrong way to read what is stored: arrays from other pages, with other scales or none, or with new rows elsewhere. */
interface Misreading {
  readonly added?: Readonly<Partial<Record<"key" | "value", Adding>>>;
  readonly paged?: readonly Stored[];
  readonly page?: PageOf;
  readonly scales?: Readonly<Partial<Record<Stored, MemberKind | "none">>>;
}

/** Returns the page of an entry of the table. `index` counts the entries of all batches, of which each has `most`. */
type PageOf = (entry: number, index: number, most: number) => number;

const inTable: PageOf = (entry) => entry;

/** Wrong pages of a cache, by description. */
const WRONG_PAGES: Readonly<Record<string, PageOf>> = {
  "in the order of the cache": (_, index) => index,
  "from the first of the cache on, in every batch": (_, index, most) => index % most,
  "behind those of the table": (entry) => entry + 1,
  "before those of the table": (entry) => entry - 1,
};

const PAGED = { "keys and values": ["key", "value"], keys: ["key"], values: ["value"] } as const;

/** How new rows are added to a cache wrongly. */
interface Adding {
  /** The row of the cache where they begin in a batch, undefined if they are not written. By default at its length. */
  readonly placeOf?: (filled: readonly number[], batch: number) => number | undefined;
  /** The batch that they are taken from, if not each one's own. */
  readonly fromBatch?: number;
  /** The new rows that are written: those of the other array, if both are alike. */
  readonly from?: "newKeys" | "newValues";
  /** Whether the lengths stay those without the new rows. */
  readonly isUncounted?: boolean;
}

/** Wrong ways to add new rows to a cache, by description. */
const WRONG_ADDINGS: Readonly<Record<string, Adding>> = {
  "not written there: what the cache had was read": { placeOf: () => undefined },
  "written one row early": { placeOf: (filled, batch) => filled[batch] - 1 },
  "written over the last ones, which count no row more": {
    placeOf: (filled, batch) => filled[batch] - 1,
    isUncounted: true,
  },
  "written one row late": { placeOf: (filled, batch) => filled[batch] + 1 },
  "written at the length of the longest batch": { placeOf: (filled) => Math.max(...filled) },
  "written at the length of batch 0": { placeOf: (filled) => filled[0] },
  "taken from batch 0": { fromBatch: 0 },
};

/** How kernels misread what is stored, by description. */
const MISREADINGS: Readonly<Record<string, Misreading>> = {
  ...Object.fromEntries(
    Object.entries(WRONG_PAGES).flatMap(([said, page]) =>
      Object.entries(PAGED).map(([of, paged]) => [`pages of ${of} ${said}`, { paged, page }]),
    ),
  ),
  ...Object.fromEntries(
    Object.entries(WRONG_ADDINGS).flatMap(([said, adding]) =>
      Object.entries(PAGED).map(([of, names]) => [
        `new ${of} ${said}`,
        { added: Object.fromEntries(names.map((name) => [name, adding])) },
      ]),
    ),
  ),
  "new keys and values swapped": { added: { key: { from: "newValues" }, value: { from: "newKeys" } } },
  "new keys written as values, too": { added: { value: { from: "newKeys" } } },
  "new values written as keys, too": { added: { key: { from: "newValues" } } },
  "scales of keys and values swapped": { scales: { key: "valueScale", value: "keyScale" } },
  "queries without their scale": { scales: { query: "none" } },
  "keys without their scale": { scales: { key: "none" } },
  "values without their scale": { scales: { value: "none" } },
};

/** Returns the descriptions of all ways in which a dump may be misread. */
export const misreadingsOf = (gathered: Gathered): readonly string[] =>
  Object.keys(MISREADINGS).filter((one) => {
    const { paged, added, scales = {} } = MISREADINGS[one];
    const ofScales = Object.keys(scales).map((name) => SCALES[name as Stored]);
    const needed: readonly MemberKind[] = added ? ["newKeys", "newValues"] : paged ? ["pages"] : ofScales;
    return needed.every((kind) => memberOf(gathered, kind));
  });

/**
 * Undoes the forms of storage of a dump, in place, or does so in a wrong way. Throws SHAPE_MISMATCH and BAD_VALUE.
 */
export function undoStorage(gathered: Gathered, misread?: string): void {
  const { paged, page, scales, added }: Misreading = misread === undefined ? {} : MISREADINGS[misread];
  const pages = memberOf(gathered, "pages");
  if (pages)
    for (const name of ["key", "value"] as const)
      replace(gathered, name, (array) => inPages(array, pages, paged?.includes(name) ? page : inTable));
  append(gathered, added);
  addUpLengths(gathered);
  for (const name of ["query", "key", "value", "backward"] as const) {
    const matrix = gathered.matrices.get(name);
    if (matrix && axesOf(matrix.value).length > MAX_AXES) replace(gathered, name, withoutOnes);
  }
  for (const name of ["query", "key", "value"] as const) {
    const kind = scales?.[name] ?? SCALES[name];
    const scale = kind === "none" ? undefined : memberOf(gathered, kind);
    if (scale) replace(gathered, name, (array) => scaled(array, scale));
  }
}

/** The most axes of an array: batches, heads, positions, columns. */
const MAX_AXES = 4;

/**
 * Removes leading axes of length 1 from an array with more than four axes, such as the axis of a single layer or step.
 */
export function withoutOnes(array: NdArray): NdArray {
  return array.shape.length > MAX_AXES && array.shape[0] === 1 ? withoutOnes(at(array, 0, 0)) : array;
}

function replace(
  gathered: Gathered,
  name: "query" | "key" | "value" | "backward",
  change: (array: NdArray) => NdArray,
): void {
  const matrix = gathered.matrices.get(name);
  const value = matrix && asArray(matrix.value);
  if (matrix && value)
    gathered.matrices.set(name, { ...matrix, value: { ...value, array: change(value.array) } });
}

/** Joins the pages of each batch: pages × positions × heads × columns → batches × positions × heads × columns. */
function inPages(array: NdArray, table: MemberOfSource, pageOf = inTable): NdArray {
  const pages = arrayOf(table.value);
  const [count, size, ...rest] = array.shape;
  if (array.shape.length !== 4 || pages?.shape.length !== 2) {
    const message = `${table.key} is ${axesOf(table.value).join("×")}, but the cache is ${array.shape.join("×")}.`;
    return refuseIn(
      table.parsed.source.name,
      "SHAPE_MISMATCH",
      message,
      "A page table is batches × pages; its cache is pages × positions × kv heads × columns.",
    );
  }
  const [batches, most] = pages.shape;
  const entries = numbersOf(pages);
  const room = size * countOf(rest);
  const numbers = new Float64Array(batches * most * room);
  entries.forEach((entry, index) => {
    const page = pageOf(entry, index, most);
    // After the last page of a batch a table may contain anything, often −1.
    if (page >= 0 && page < count) numbers.set(numbersOf(at(array, 0, page)), index * room);
  });
  return ndArray([batches, most * size, ...rest], numbers);
}

const ADDED = [
  ["key", "newKeys"],
  ["value", "newValues"],
] as const;

/**
 * Appends new keys and values to a cache: after the filled rows if lengths are given (which then grow), else at the
 * end. With `wrong`, they are added wrongly.
 */
function append(gathered: Gathered, wrong: Misreading["added"] = {}): void {
  const { members, notices } = gathered;
  const lengths = memberOf(gathered, "cacheLengths", "keyLengths");
  const filled = lengths && numbersIn(lengths);
  let grown = 0;
  for (const [name, kind] of ADDED) {
    const added = memberOf(gathered, kind);
    const array = added && arrayOf(added.value);
    if (!array) continue;
    const adding = wrong[name];
    const taken = memberOf(gathered, adding?.from ?? kind);
    const written = (taken && arrayOf(taken.value)) ?? array;
    replace(gathered, name, (cache) => {
      const axis = cache.shape.findIndex((size, place) => size !== array.shape[place]);
      const position = axis < 0 ? 1 : axis;
      grown = array.shape[position];
      return appended(cache, written, position, filled, adding);
    });
  }
  if (grown === 0) return;
  const behind = lengths?.key ?? "all of them";
  notices.push(`appended ${grown} to the keys and values of the cache, after ${behind}`);
  if (!filled || wrong.key?.isUncounted) return;
  const grownBy = Float64Array.from(filled, (length) => length + grown);
  members[members.indexOf(lengths)] = { ...lengths, value: rowValue(lengths.value.start, grownBy) };
}

/**
 * Returns a cache with rows added along an axis: in each batch after its filled rows, else at the end. Throws
 * SHAPE_MISMATCH if the shapes differ or there is no room.
 */
function appended(
  cache: NdArray,
  added: NdArray,
  axis: number,
  filled: readonly number[] | undefined,
  { placeOf, fromBatch }: Adding = {},
): NdArray {
  const { shape } = cache;
  const count = added.shape[axis];
  const whole = shape.with(axis, filled ? shape[axis] : shape[axis] + count);
  const isLike =
    added.shape.length === shape.length && added.shape.every((size, at) => at === axis || size === shape[at]);
  const isRoom = filled === undefined || filled.every((first) => first + count <= shape[axis]);
  if (!isLike || !isRoom) {
    const message = `it is ${shape.join("×")}, and ${added.shape.join("×")} cannot be appended to it${isRoom ? "" : ` after ${filled?.join(", ")}`}.`;
    refuseIn(
      "the cache",
      "SHAPE_MISMATCH",
      message,
      "Both need the same axes, and the cache needs room for the new rows.",
    );
  }
  const numbers = new Float64Array(countOf(whole));
  const [inner, outer] = [countOf(shape.slice(axis + 1)), countOf(shape.slice(0, axis))];
  const [old, own] = [numbersOf(cache), numbersOf(added)];
  const perBatch = outer / (axis === 0 ? 1 : shape[0]);
  for (let index = 0; index < outer; index++) {
    const start = index * whole[axis] * inner;
    numbers.set(old.subarray(index * shape[axis] * inner, (index + 1) * shape[axis] * inner), start);
    const batch = Math.floor(index / perBatch);
    const lengths =
      filled && filled.length > 1 ? filled : Array<number>(batch + 1).fill(filled?.[0] ?? shape[axis]);
    const first = placeOf ? placeOf(lengths, batch) : lengths[batch];
    if (first === undefined || first < 0 || first + count > whole[axis]) continue;
    const from = fromBatch === undefined ? index : fromBatch * perBatch + (index % perBatch);
    numbers.set(own.subarray(from * count * inner, (from + 1) * count * inner), start + first * inner);
  }
  return ndArray(whole, numbers);
}

/** Turns the lengths of concatenated sequences into their starts. */
function addUpLengths(gathered: Gathered): void {
  const { matrices, members } = gathered;
  const query = matrices.get("query");
  const [positions, ...more] = query ? axesOf(query.value) : [];
  const ofQueries = memberOf(gathered, "queryLengths");
  const ofKeys = memberOf(gathered, "keyLengths");
  const lengths = ofQueries ?? ofKeys;
  if (memberOf(gathered, "queryStarts", "keyStarts") || more.length !== 2 || !lengths) return;
  const counts = numbersIn(lengths);
  if (counts.length < 2 || sumOver(counts) !== positions) return;
  const asStarts = (member: MemberOfSource | undefined, kind: MemberKind) => {
    if (!member) return;
    let end = 0;
    const starts = [0, ...numbersIn(member).map((count) => (end += count))];
    members[members.indexOf(member)] = { ...member, kind, value: rowValue(0, Float64Array.from(starts)) };
  };
  asStarts(lengths, "queryStarts");
  if (ofQueries) asStarts(ofKeys, "keyStarts");
}

/** Multiplies all numbers by a scale. Throws BAD_VALUE if the scale has different numbers. */
function scaled(array: NdArray, scale: MemberOfSource): NdArray {
  const all = numbersIn(scale);
  const [factor] = all;
  if (all.length === 0 || all.some((one) => one !== factor)) {
    const message = `${scale.key} has ${all.length} different numbers.`;
    return refuseIn(
      scale.parsed.source.name,
      "BAD_VALUE",
      message,
      "Save query, key and value multiplied by it.",
    );
  }
  const { cells } = array;
  return {
    ...array,
    cells: { read: (first, count) => cells.read(first, count).map((number) => number * factor) },
  };
}
