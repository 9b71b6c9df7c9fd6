import type { ElementType } from "./element-types.js";

/** What a pickle may come to here. Tuples and sets of torch are lists; all else is made by a known global. */
export type Pickled = string | number | boolean | null | Made | Callable | Pickled[] | Map<string, Pickled>;

/** A global of the allow-list: what calling it with these arguments gives. */
export interface Callable {
  readonly global: string;
  call(args: readonly Pickled[]): Pickled;
}

/** Why a pickle is not read. `global` is the name of one that is not on the list. */
export class UnreadablePickle extends Error {
  constructor(
    message: string,
    readonly global?: string,
  ) {
    super(message);
  }
}

/** The numbers of one or several tensors, as a file of the archive. */
export interface Storage {
  readonly kind: "storage";
  readonly type: ElementType;
  readonly key: string;
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
  /** Takes its state, which follows it. */
  build(state: Pickled): void;
}

/** An array of NumPy's: its bytes or, of Python objects, these. */
export interface NumpyArray {
  readonly kind: "array";
  readonly shape: readonly number[];
  readonly code: string;
  readonly littleEndian: boolean;
  readonly fortran: boolean;
  bytes?: Uint8Array;
  items?: readonly Pickled[];
  build(state: Pickled): void;
}

interface Bytes {
  readonly kind: "bytes";
  readonly bytes: Uint8Array;
}

export type Made = Storage | View | NamedType | NumpyType | NumpyArray | Bytes;

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

export const isMade = (value: Pickled | undefined): value is Made => isObject(value) && "kind" in value;

/** Whether a value is a global that can be called. */
export const isCallable = (value: Pickled | undefined): value is Callable =>
  isObject(value) && "call" in value && "global" in value;

/** What was made of one kind, where it is of that kind. */
export const madeOf = <Kind extends Made["kind"]>(
  value: Pickled | undefined,
  kind: Kind,
): Extract<Made, { readonly kind: Kind }> | undefined =>
  isMade(value) && value.kind === kind ? (value as Extract<Made, { readonly kind: Kind }>) : undefined;

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

export const isSizes = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every(isSize);
