import type { LoadedModel } from "../../attention/model/architecture.js";
import { UserError } from "../../errors.js";
import { readConfig } from "../../systems/model-kinds/config.js";
import { parseObject } from "../json/parse-object.js";
import type { Files } from "../open.js";
import { refuseIn } from "../source.js";
import type { Fields } from "../value.js";
import { CONFIGS, type ModelFiles, openModelFiles, ownConfig } from "./model-files.js";
import { modelOf } from "./model-of.js";
import { readTokenizer } from "./tokenizer.js";

/**
 * Reads a model from its folder or its file of weights: its sizes and options, its weights (their numbers are read when
 * they are needed), and its tokenizer. Throws FILE_UNREADABLE, SYNTAX, BAD_VALUE for an unknown kind of model, and
 * MISSING_INPUT, UNKNOWN_KEY and SHAPE_MISMATCH for tensors that do not fit `config.json`.
 */
export async function readModel(path: string, files: Files): Promise<LoadedModel> {
  const { folder, ...parts } = openModelFiles(path, files);
  const name = CONFIGS.find((one) => parts.text(one) !== undefined);
  const source = name === undefined ? `${path}: model_args` : `${folder}/${name}`;
  const given = name === undefined ? ownConfig(parts.tensors) : parseObject(parts.text(name) ?? "", source);
  if (given === undefined) {
    const message = "there is no config.json, which names the kind of model.";
    refuseIn(folder, "MISSING_INPUT", message, "Put the config.json of the model beside its weights.");
  }
  const model = modelOf(readConfig(given, source), parts.tensors, path);
  return { ...model, ...(await tokenizerOf({ folder, ...parts }, given)) };
}

/**
 * Returns the tokenizer, or the error that says why it cannot be used. Only a text needs it: a user may give token ids
 * instead.
 */
async function tokenizerOf(files: ModelFiles, config: Fields) {
  try {
    return { tokenizer: await readTokenizer(files, config) };
  } catch (error) {
    if (error instanceof UserError) return { noTokenizer: error };
    throw error;
  }
}
