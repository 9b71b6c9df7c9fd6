import type { Matrix } from "../math/matrix.js";
import { type NdArray, numbersOf } from "../math/nd-array.js";
import { refuseAt, type Source } from "./source.js";

/** What was read, before anyone asks what it is for. `start` is its byte offset in the source. */
export type Value = NumbersValue | ArrayValue | ScalarValue | ListValue | ObjectValue;

/** A rectangular table of numbers, or one row of them. */
export interface NumbersValue extends Matrix {
  readonly kind: "numbers";
  readonly start: number;
  /** Written as one list without rows. */
  readonly flat: boolean;
  /** The first cell that was written true or false (1 or 0 in the data), row-major; -1 when none was. */
  readonly firstBoolean: number;
  /** Of numbers out of a binary file: the type that they are stored in, as NumPy and torch call it. */
  readonly stored?: string | undefined;
  /** Of numbers out of a binary file: what their type keeps, where that is less than a float64 does. */
  readonly kept?: KeptDigits | undefined;
  readonly among?: Among | undefined;
}

/** An array with more than two axes, whose numbers are read when a part of it is asked for. */
export interface ArrayValue extends Pick<NumbersValue, "stored" | "kept"> {
  readonly kind: "array";
  readonly start: number;
  readonly array: NdArray;
  /** How it is named where a part of it is picked: "q.npy", "model.npz:wq". */
  readonly pickedAs: string;
}

/** Of how many batches and heads an array has one was taken, where there are several. */
export type Among = Readonly<Partial<Record<"batch" | "head", number>>>;

/** Numbers in rows. */
export const gridValue = (start: number, { rows, cols, data }: Matrix, firstBoolean = -1): NumbersValue => {
  return { kind: "numbers", start, rows, cols, data, flat: false, firstBoolean };
};

/** Numbers in one list. */
export const rowValue = (start: number, data: Float64Array, firstBoolean = -1): NumbersValue => {
  return { kind: "numbers", start, rows: 1, cols: data.length, data, flat: true, firstBoolean };
};

/** How precisely a type stores a number: to so many significant digits, and to no more than so many decimals. */
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
  readonly among?: Among | undefined;
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

/** Adds what stands under a key, read after it was seen that the key is a new one. Throws DUPLICATE_KEY. */
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

/** The members of plain JavaScript by name. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value as plain JavaScript: numbers, strings, arrays and objects. */
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
    case "numbers": {
      const { rows, cols, data, flat } = value;
      const cells = Array.from(data);
      return flat
        ? cells
        : Array.from({ length: rows }, (_, row) => cells.slice(row * cols, (row + 1) * cols));
    }
  }
}

function nested(data: Float64Array, [length, ...rest]: readonly number[]): unknown[] {
  if (rest.length === 0) return Array.from(data);
  const each = data.length / length;
  return Array.from({ length }, (_, index) => nested(data.subarray(index * each, (index + 1) * each), rest));
}
