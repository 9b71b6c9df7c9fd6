import type { FloatName } from "../machine/float-names.js";

/** An array of a dump with its name there. Its numbers are read when they are needed. */
export interface DumpedTensor {
  readonly name: string;
  /** The name of the place in messages. */
  readonly source: string;
  readonly shape: readonly number[];
  /** The type in the file. For whole numbers: the float type that holds them. */
  readonly kept: FloatName;
  numbers(): Float64Array;
}
