import type { LoadedModel } from "../../attention/model/architecture.js";
import type { Trace } from "../../trace/trace.js";

/** A model that was run, and how to run it again. */
export interface ModelHomework {
  readonly trace: Trace;
  readonly model: LoadedModel;
  readonly ids: readonly number[];
  /** With an encoder: those of the decoder, where `ids` are the source. */
  readonly decoderIds?: readonly number[] | undefined;
  /** Runs a model on the same tokens; only to layer `last`, where that is enough. */
  record(model: LoadedModel, last?: number): Trace;
}
