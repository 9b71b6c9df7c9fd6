import type { ElementType } from "./element-types.js";

/**
 * The values that a pickle may contain. Tuples and torch.Size are arrays here; everything else is made by an allowed
 * global.
 */
export type Pickled = string | number | boolean | null | PickledObject | Pickled[] | Map<string, Pickled>;

/** A global of the allow-list, which can be called with arguments. */
export interface Callable {
  readonly kind: "function";
  readonly global: string;
  call(args: readonly Pickled[]): Pickled;
}

/** Says why a pickle cannot be read. `global` is the name of a global that is not allowed. */
export class UnreadablePickle extends Error {
  constructor(
    message: string,
    readonly global?: string,
  ) {
    super(message);
  }
}

/** The numbers of one or several tensors: a file of the archive. */
export interface Storage {
  readonly kind: "storage";
  readonly type: ElementType;
  readonly key: string;
}

/** A number type as a value: torch.float8_e4m3fn. */
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

/** A NumPy type, by its code: f4. */
export interface NumpyType {
  readonly kind: "dtype";
  readonly code: string;
  readonly littleEndian: boolean;
  /** Takes the state, which follows the type in the pickle. */
  build(state: Pickled): void;
}

/** A NumPy array: its bytes or, for Python objects, its items. */
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

export type PickledObject = Callable | Storage | View | NamedType | NumpyType | NumpyArray | Bytes;

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

export const isPickledObject = (value: Pickled | undefined): value is PickledObject =>
  isObject(value) && "kind" in value;

/** Returns the value if it is of this kind, else undefined. */
export const objectOfKind = <Kind extends PickledObject["kind"]>(
  value: Pickled | undefined,
  kind: Kind,
): Extract<PickledObject, { readonly kind: Kind }> | undefined =>
  isPickledObject(value) && value.kind === kind
    ? (value as Extract<PickledObject, { readonly kind: Kind }>)
    : undefined;

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

export const isSizes = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every(isSize);
