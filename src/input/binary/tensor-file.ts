import type { ScalarValue } from "../value.js";
import type { Tensor } from "./tensor.js";

/** A file of several arrays, each of which is read when it is asked for. */
export interface TensorFile {
  /** What a run that was written as an archive says of itself: JSON. */
  readonly about?: Uint8Array | undefined;
  readonly names: readonly string[];
  /** Numbers and text that stand beside the arrays. */
  readonly plain?: ReadonlyMap<string, ScalarValue>;
  /** Throws a UserError when this array is damaged or holds no numbers. */
  open(name: string): Tensor;
}

/** What a pickle held: one array, or several by name; names within names are joined by points, as torch joins them. */
export interface PickledFile extends TensorFile {
  /** The one array of a file that holds nothing else. */
  readonly only?: string | undefined;
  /** Numbers and text that stand beside the arrays. */
  readonly plain: ReadonlyMap<string, ScalarValue>;
}
