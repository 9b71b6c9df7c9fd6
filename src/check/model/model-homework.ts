import type { LoadedModel } from "../../attention/model/architecture.js";
import type { Trace } from "../../trace/trace.js";

/** A model that was run, and the means to run it again. */
export interface ModelHomework {
  readonly trace: Trace;
  readonly model: LoadedModel;
  readonly ids: readonly number[];
  /** For a model with an encoder: the tokens of the decoder. `ids` are then those of the source. */
  readonly decoderIds?: readonly number[] | undefined;
  /** Runs a model on the same tokens, only up to layer `last` if that is given. */
  record(model: LoadedModel, last?: number): Trace;
}
