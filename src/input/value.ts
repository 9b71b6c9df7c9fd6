import { tabulate } from "../math/lists.js";
import type { Matrix } from "../math/matrix.js";
import { type NdArray, numbersOf } from "../math/nd-array.js";
import { refuseAt, type Source } from "./source.js";

/** A value as it was parsed, before its use is known. `start` is its byte offset in the source. */
export type Value = NumbersValue | ArrayValue | ScalarValue | ListValue | ObjectValue;

/** A rectangular table of numbers, or one row of them. */
export interface NumbersValue extends Matrix {
  readonly kind: "numbers";
  readonly start: number;
  /** Whether it was written as one list without rows. */
  readonly flat: boolean;
  /**
   * The index of the first cell that was written as true or false (1 or 0 in the data), row-major; -1 if there is none.
   */
  readonly firstBoolean: number;
  /** For numbers of a binary file: their stored type, as NumPy and torch call it. */
  readonly stored?: string | undefined;
  /** For numbers of a binary file: the digits that their type keeps, if fewer than float64. */
  readonly kept?: KeptDigits | undefined;
  readonly pickedFrom?: PickedFrom | undefined;
}

/** An array with more than two axes. Its numbers are read when a part is requested. */
export interface ArrayValue extends Pick<NumbersValue, "stored" | "kept"> {
  readonly kind: "array";
  readonly start: number;
  readonly array: NdArray;
  /** Its name for picking a part: "q.npy", "model.npz:wq". */
  readonly pickedAs: string;
}

/** The number of batches and heads in an array from which one was taken, if there are several. */
export type PickedFrom = Readonly<Partial<Record<"batch" | "head", number>>>;

/** Returns numbers in rows as a value. */
export const gridValue = (start: number, { rows, cols, data }: Matrix, firstBoolean = -1): NumbersValue => {
  return { kind: "numbers", start, rows, cols, data, flat: false, firstBoolean };
};

/** Returns numbers in one list as a value. */
export const rowValue = (start: number, data: Float64Array, firstBoolean = -1): NumbersValue => {
  return { kind: "numbers", start, rows: 1, cols: data.length, data, flat: true, firstBoolean };
};

/** The precision of a stored type: the number of significant digits, and the maximum number of decimals. */
export interface KeptDigits {
  readonly significant: number;
  readonly decimals: number;
}

export interface ScalarValue {
  readonly kind: "scalar";
  readonly start: number;
  readonly value: number | string | boolean | null;
}

export interface ListValue {
  readonly kind: "list";
  readonly start: number;
  readonly items: readonly Value[];
  readonly pickedFrom?: PickedFrom | undefined;
}

export interface ObjectValue {
  readonly kind: "object";
  readonly start: number;
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface Entry {
  readonly keyStart: number;
  readonly value: Value;
}

/** Adds the value of a key, which is read only if the key is new. Throws DUPLICATE_KEY. */
export function addEntry(
  entries: Map<string, Entry>,
  key: string,
  { source, keyStart }: { readonly source: Source; readonly keyStart: number },
  read: () => Value,
): void {
  if (entries.has(key)) {
    const message = `${JSON.stringify(key)} is given twice.`;
    refuseAt(source, keyStart, "DUPLICATE_KEY", message, "Remove one of the two.");
  }
  entries.set(key, { keyStart, value: read() });
}

/** The fields of a plain JavaScript object. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Converts a value to plain JavaScript: numbers, strings, arrays and objects. */
export function plainValue(value: Value): unknown {
  switch (value.kind) {
    case "scalar":
      return value.value;
    case "list":
      return value.items.map(plainValue);
    case "object":
      return Object.fromEntries(Array.from(value.entries, ([key, entry]) => [key, plainValue(entry.value)]));
    case "array":
      return nested(numbersOf(value.array), value.array.shape);
    case "numbers":
      return nested(value.data, value.flat ? [value.cols] : [value.rows, value.cols]);
  }
}

function nested(data: Float64Array, [length, ...rest]: readonly number[]): unknown[] {
  if (rest.length === 0) return Array.from(data);
  const each = data.length / length;
  return tabulate(length, (index) => nested(data.subarray(index * each, (index + 1) * each), rest));
}
