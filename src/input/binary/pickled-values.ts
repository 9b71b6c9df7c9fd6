import type { ElementType } from "./element-types.js";
import type { Pickled } from "./unpickle.js";

/** The numbers of one or several tensors, as a file of the archive. */
export interface Storage {
  readonly kind: "storage";
  readonly type: ElementType;
  readonly key: string;
  /** How many bytes one number of it has, where a tensor says another type. */
  readonly stored?: number;
}

/** A type of numbers that is named by itself: torch.float8_e4m3fn. */
interface NamedType {
  readonly kind: "type";
  readonly type: ElementType;
}

/** A tensor: a view of a storage. */
export interface View {
  readonly kind: "tensor";
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** A type of NumPy's, by its code: f4. */
export interface NumpyType {
  readonly kind: "dtype";
  readonly code: string;
  readonly littleEndian: boolean;
}

/** An array of NumPy's: its bytes or, of Python objects, these. */
export interface NumpyArray {
  readonly kind: "array";
  readonly shape: readonly number[];
  readonly code: string;
  readonly littleEndian: boolean;
  readonly fortran: boolean;
  bytes?: Uint8Array;
  items?: readonly Pickled<Made>[];
}

interface Bytes {
  readonly kind: "bytes";
  readonly bytes: Uint8Array;
}

export type Made = Storage | View | NamedType | NumpyType | NumpyArray | Bytes;

/** The globals that pickles name, by what calling each gives. */
export type Globals = Readonly<Record<string, (args: readonly Pickled<Made>[]) => Pickled<Made>>>;

export const isMade = (value: Pickled<Made> | undefined): value is Made =>
  typeof value === "object" && value !== null && "kind" in value;

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

export const isSizes = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every(isSize);
