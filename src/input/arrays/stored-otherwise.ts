import { at, countOf, type NdArray, ndArray, numbersOf } from "../../math/nd-array.js";
import { refuseIn } from "../source.js";
import type { Gathered, MemberOfSource } from "../source-matrices.js";
import { arrayOf, asArray, axesOf } from "../value-axes.js";
import type { MemberKind } from "./member-names.js";

// Keys and values of a cache in pages, and numbers that are stored divided by a scale: put together, and multiplied, before they are laid out.

const SCALES = [
  ["query", "queryScale"],
  ["key", "keyScale"],
  ["value", "valueScale"],
] as const;

/** Undoes how a dump stores its arrays. Throws SHAPE_MISMATCH and BAD_VALUE. */
export function undoStorage(gathered: Gathered): void {
  const of = (kind: MemberKind) => gathered.members.find((member) => member.kind === kind);
  const pages = of("pages");
  for (const name of pages ? (["key", "value"] as const) : [])
    replace(gathered, name, (array) => inPages(array, pages as MemberOfSource));
  for (const name of ["query", "key", "value", "backward"] as const) {
    const one = gathered.matrices.get(name);
    if (one && axesOf(one.value).length > MOST_AXES) replace(gathered, name, withoutOnes);
  }
  for (const [name, kind] of SCALES) {
    const scale = of(kind);
    if (scale) replace(gathered, name, (array) => scaled(array, scale));
  }
}

/** Batches, heads, positions, columns. */
const MOST_AXES = 4;

/** An array of more axes without those at its beginning that count one: of one layer, or one step. */
export function withoutOnes(array: NdArray): NdArray {
  return array.shape.length > MOST_AXES && array.shape[0] === 1 ? withoutOnes(at(array, 0, 0)) : array;
}

function replace(
  gathered: Gathered,
  name: "query" | "key" | "value" | "backward",
  change: (array: NdArray) => NdArray,
): void {
  const one = gathered.matrices.get(name);
  const value = one && asArray(one.value);
  if (one && value) gathered.matrices.set(name, { ...one, value: { ...value, array: change(value.array) } });
}

/** The pages of each batch one after the other: of pages × positions × heads × columns batches × positions × heads × columns. */
function inPages(array: NdArray, table: MemberOfSource): NdArray {
  const pages = arrayOf(table.value);
  const [count, size, ...rest] = array.shape;
  if (array.shape.length !== 4 || pages?.shape.length !== 2) {
    const message = `${table.key} is ${axesOf(table.value).join("×")}, and the cache ${array.shape.join("×")}.`;
    return refuseIn(
      table.parsed.source.name,
      "SHAPE_MISMATCH",
      message,
      "A table of pages is batches × pages, the cache pages × positions × kv heads × columns.",
    );
  }
  const [batches, most] = pages.shape;
  const entries = numbersOf(pages);
  const room = size * countOf(rest);
  const numbers = new Float64Array(batches * most * room);
  entries.forEach((page, index) => {
    // Behind the last page of a batch tables hold anything, often −1.
    if (page >= 0 && page < count) numbers.set(numbersOf(at(array, 0, page)), index * room);
  });
  return ndArray([batches, most * size, ...rest], numbers);
}

/** All numbers times one. */
function scaled(array: NdArray, scale: MemberOfSource): NdArray {
  const { value } = scale;
  const factors = arrayOf(value);
  const all = factors
    ? numbersOf(factors)
    : value.kind === "scalar"
      ? Float64Array.of(Number(value.value))
      : [];
  const [factor] = all;
  if (all.length === 0 || all.some((one) => one !== factor)) {
    const message = `${scale.key} holds ${all.length} numbers, which are not the same.`;
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
