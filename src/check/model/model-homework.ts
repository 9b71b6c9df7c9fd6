import type { LoadedModel } from "../../attention/model/architecture.js";
import type { Trace } from "../../trace/trace.js";

/** A model that was run, and how to run it again. */
export interface ModelHomework {
  readonly trace: Trace;
  readonly model: LoadedModel;
  readonly ids: readonly number[];
  /** Runs a model on the same tokens; only to layer `last`, where that is enough. */
  record(model: LoadedModel, last?: number): Trace;
}
