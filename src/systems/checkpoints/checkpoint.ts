import type { InputName } from "../../attention/inputs.js";
import type { Layout } from "../../attention/scoring/scoring.js";

/** How one library names the tensors of an attention layer, and how it stores W. See libraries.ts. */
export interface Checkpoint {
  readonly name: string;
  readonly layout: Layout;
  /** Said when a file is recognised: "out × in, q k v packed". */
  readonly storage: string;
  /** The ends of tensor names (what stands before them names the layer) and the inputs they are. */
  readonly tensors: Readonly<Record<string, InputName>>;
  /** A module that tells it apart from another one with some of the same names. */
  readonly mark?: string;
  /** Another module of a layer that has tensors of these names: "mlp" of `h.0.mlp.c_proj.weight`. */
  readonly namesake?: string;
}
