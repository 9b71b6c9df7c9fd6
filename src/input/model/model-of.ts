import type { LoadedModel } from "../../attention/model/architecture.js";
import type { Config } from "../../systems/model-kinds/config.js";
import { warnOfUnreadKeys } from "../../systems/model-kinds/config-keys.js";
import { modelKindOf } from "../../systems/model-kinds/registry.js";
import type { TensorFile } from "../binary/tensor.js";
import { splitPath } from "../endings.js";
import { createNumberCache } from "./number-cache.js";
import { findWeights, nameTensors } from "./weights.js";

/** Builds the model from its config and its tensors. Throws the errors that `readModel` throws for these. */
export function modelOf(config: Config, file: TensorFile, source: string): LoadedModel {
  const kind = modelKindOf(config);
  const tensors = nameTensors(file, kind, { source, config: splitPath(config.source)[1] });
  const rowsOf = (name: string) => tensors.byName.get(name)?.open().shape[0];
  const architecture = kind.describe(config, (name) => tensors.byName.has(name), rowsOf);
  const warning = warnOfUnreadKeys(config);
  const weights = findWeights(kind, architecture, tensors, createNumberCache());
  return { architecture, weights, ...(warning && { warning }) };
}
