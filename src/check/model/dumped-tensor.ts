import type { FloatName } from "../machine/float-names.js";

/** An array of a dump, under the name that it has there; its numbers are read when they are asked for. */
export interface DumpedTensor {
  readonly name: string;
  /** As messages name the place. */
  readonly source: string;
  readonly shape: readonly number[];
  /** The type of the file; of whole numbers the one that holds them. */
  readonly kept: FloatName;
  numbers(): Float64Array;
}
