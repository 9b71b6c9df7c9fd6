import { UserError } from "../../errors.js";
import type { TensorFile } from "../binary/npz.js";
import { openStoredSafetensors } from "../binary/safetensors.js";
import type { Tensor } from "../binary/tensor.js";
import type { Files } from "../open.js";
import { readWhole, type Stored } from "../stored.js";

/** The files of a model, as Hugging Face lays them out: `config.json`, weights, tokenizer. */
export interface ModelFiles {
  /** The folder, without a slash at its end. */
  readonly folder: string;
  /** Names of all tensors, and what opens them. */
  readonly tensors: TensorFile;
  /** A file of the folder as text; undefined when there is none of that name. */
  text(name: string): string | undefined;
}

const WEIGHTS = "model.safetensors";
const INDEX = `${WEIGHTS}.index.json`;

/**
 * Opens a model by its folder, or by its file of weights beside which the other files stand. Nothing but the headers of its
 * files is read. Throws FILE_UNREADABLE, MISSING_INPUT for a folder without weights, and SYNTAX.
 */
export function openModelFiles(path: string, files: Files): ModelFiles {
  const isFile = isFileOfWeights(path);
  const folder = folderOf(path);
  const at = (name: string) => `${folder}/${name}`;
  const text = (name: string) => {
    const stored = openIfThere(at(name), files);
    return stored && new TextDecoder().decode(readWhole(stored));
  };
  const file = isFile ? path : at(WEIGHTS);
  const whole = openIfThere(file, files);
  if (whole) return { folder, text, tensors: openStoredSafetensors(whole, { source: file }) };
  const index = isFile ? undefined : text(INDEX);
  if (index === undefined) throw noWeights(path, isFile, text("config.json") !== undefined);
  return { folder, text, tensors: openShards(parseObject(index, at(INDEX)), at, files) };
}

/** Whether what says which kind of model it is stands in a folder, or beside a file of weights. */
export const hasConfig = (path: string, files: Files): boolean =>
  openIfThere(`${folderOf(path)}/config.json`, files) !== undefined;

const isFileOfWeights = (path: string) => /\.safetensors$/i.test(path);

function folderOf(path: string): string {
  const isFile = isFileOfWeights(path);
  return (isFile ? path.replace(/[^/\\]*$/, "") : path).replace(/[/\\]+$/, "") || (isFile ? "." : "/");
}

function openIfThere(path: string, files: Files): Stored | undefined {
  try {
    return files.openFile(path);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (typeof code !== "string" || cause instanceof UserError) throw cause;
    throw new UserError("FILE_UNREADABLE", `it cannot be read (${code}).`, { location: { source: path } });
  }
}

function noWeights(path: string, isFile: boolean, isModel: boolean): UserError {
  const location = { source: path };
  if (!isModel) {
    return new UserError("FILE_UNREADABLE", isFile ? "there is no such file." : "there is no model here.", {
      hint: `Give a folder with config.json and ${WEIGHTS}, or that file.`,
      location,
    });
  }
  return new UserError("MISSING_INPUT", `config.json is there, but neither ${WEIGHTS} nor ${INDEX}.`, {
    hint: "Save the weights with model.save_pretrained(folder, safe_serialization=True).",
    location,
  });
}

/** The tensors of several files, which an index names: each file is opened when a tensor of it is asked for. */
function openShards(
  index: Readonly<Record<string, unknown>>,
  at: (name: string) => string,
  files: Files,
): TensorFile {
  const map = index.weight_map;
  if (
    typeof map !== "object" ||
    map === null ||
    Object.values(map).some((file) => typeof file !== "string")
  ) {
    throw new UserError("SYNTAX", "there is no weight_map that names a file for each tensor.", {
      location: { source: at(INDEX) },
    });
  }
  const fileOf = new Map<string, string>(Object.entries(map));
  const opened = new Map<string, TensorFile>();
  return {
    names: [...fileOf.keys()],
    open(name): Tensor {
      const file = at(fileOf.get(name) ?? "");
      const known = opened.get(file) ?? openShard(file, files);
      opened.set(file, known);
      if (known.names.includes(name)) return known.open(name);
      throw new UserError("MISSING_INPUT", `${INDEX} says that ${name} is here, but it is not.`, {
        location: { source: file },
      });
    },
  };
}

function openShard(file: string, files: Files): TensorFile {
  const stored = openIfThere(file, files);
  if (stored) return openStoredSafetensors(stored, { source: file });
  throw new UserError("FILE_UNREADABLE", "there is no such file.", {
    hint: `${INDEX} names it; the model is not all there.`,
    location: { source: file },
  });
}

/** Parses the text of a JSON file that holds an object. Throws SYNTAX. */
export function parseObject(text: string, source: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UserError("SYNTAX", `it is no JSON: ${error.message}.`, { location: { source } });
  }
  throw new UserError("SYNTAX", "it is no JSON object.", { location: { source } });
}
