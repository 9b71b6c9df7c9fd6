import { listed, UserError } from "../../errors.js";
import { openTensors } from "../binary/open-tensors.js";
import type { TensorFile } from "../binary/tensor.js";
import { hasEnding, splitPath } from "../endings.js";
import { parseObject } from "../json/parse-object.js";
import { errorCode, type Files, reasonFor } from "../open.js";
import { refuseIn } from "../source.js";
import { readWhole, type Stored } from "../stored.js";
import type { Fields } from "../value.js";

/**
 * The files of a model in Hugging Face's layout: `config.json`, weights, tokenizer. nanoGPT and llama2.c have a single
 * file, `ckpt.pt`.
 */
export interface ModelFiles {
  /** The folder, without a slash at the end. */
  readonly folder: string;
  /** All tensors of the model, opened by name. */
  readonly tensors: TensorFile;
  /** Returns the text of a file in the folder, or undefined if there is no such file. */
  text(name: string): string | undefined;
}

/** Files that give a model's sizes: in Hugging Face's layout, and in Meta's. */
export const CONFIGS = ["config.json", "params.json"] as const;

/**
 * Files of weights that a folder may contain; the first that exists is used. Each may be split into several, which an
 * index file lists.
 */
const WEIGHTS = [
  "model.safetensors",
  "pytorch_model.bin",
  "ckpt.pt",
  "consolidated.00.pth",
  "consolidated.safetensors",
] as const;
const indexOf = (weights: string) => `${weights}.index.json`;

/**
 * Opens a model by its folder, or by its file of weights with the other files beside it. Of .safetensors files only the
 * headers are read. Throws FILE_UNREADABLE, MISSING_INPUT for a folder without weights, and SYNTAX.
 */
export function openModelFiles(path: string, files: Files): ModelFiles {
  const isFile = isFileOfWeights(path);
  const folder = folderOf(path);
  const at = (name: string) => `${folder}/${name}`;
  const text = (name: string) => {
    const stored = openIfThere(at(name), files);
    return stored && new TextDecoder().decode(readWhole(stored));
  };
  for (const name of WEIGHTS) {
    const file = isFile ? path : at(name);
    const whole = openIfThere(file, files);
    if (whole) return { folder, text, tensors: openWeights(whole, file) };
    const index = isFile ? undefined : text(indexOf(name));
    if (index === undefined) continue;
    const tensors = openShards(parseObject(index, at(indexOf(name))), indexOf(name), at, files);
    return { folder, text, tensors };
  }
  const others = isFile ? [] : (files.listFolder?.(folder) ?? []).filter(isFileOfWeights);
  const isWhole = others.length === 1 || others.every((name) => SHARD.test(name));
  if (others.length > 0 && isWhole) {
    return { folder, text, tensors: joined(others.map((name) => openShard(at(name), folder, files))) };
  }
  if (text("config.json") !== undefined) {
    const names = WEIGHTS.flatMap((name) => [name, indexOf(name)]).join(", ");
    const hint = others.length > 0 ? `Name the file: ${listed(others.map(at))}.` : SAVE_WEIGHTS;
    return refuseIn(path, "MISSING_INPUT", `config.json is there, but none of ${names}.`, hint);
  }
  const hint = `Give a folder with config.json and ${WEIGHTS.join(" or ")}, or that file.`;
  return refuseIn(path, "FILE_UNREADABLE", isFile ? NO_SUCH_FILE : "there is no model here.", hint);
}

/** Opens a file of weights. Throws SYNTAX for a file without named tensors. */
function openWeights(stored: Stored, source: string): TensorFile {
  const opened = openTensors(stored, source);
  if (opened && !opened.only) return opened;
  const message = "this is not an archive of named tensors, as torch.save writes them.";
  refuseIn(source, "SYNTAX", message, SAVE_WEIGHTS);
}

/**
 * Whether a path is a model: its folder contains config.json or consolidated.00.pth, or its file of weights contains
 * the config.
 */
export function isModel(path: string, files: Files): boolean {
  const folder = folderOf(path);
  if (["config.json", "consolidated.00.pth"].some((name) => openIfThere(`${folder}/${name}`, files)))
    return true;
  const file = isFileOfWeights(path) ? path : `${folder}/ckpt.pt`;
  const stored = hasEnding(file, "pt") ? openIfThere(file, files) : undefined;
  const opened = stored && openTensors(stored, file);
  return opened !== undefined && ownConfig(opened) !== undefined;
}

/** Returns the config that training scripts save in the file of weights (nanoGPT, llama2.c), or undefined. */
export function ownConfig({ plain = new Map() }: TensorFile): Fields | undefined {
  const sizes = [...plain].flatMap(([name, { value }]) =>
    name.startsWith(SIZES) ? [[name.slice(SIZES.length), value] as const] : [],
  );
  return sizes.length === 0 ? undefined : Object.fromEntries(sizes);
}

const SIZES = "model_args.";

const SAVE_WEIGHTS = "Save the weights with model.save_pretrained(folder, safe_serialization=True).";

const isFileOfWeights = (path: string) => hasEnding(path, "safetensors bin pt pth ckpt");

/** The part number in names such as `model-00001-of-00002.safetensors`. */
const SHARD = /-\d+-of-\d+\.\w+$/;

function folderOf(path: string): string {
  const [folder, file] = splitPath(path);
  const isFile = isFileOfWeights(path) || file === "config.json";
  return (isFile ? folder : path).replace(/[/\\]+$/, "") || (isFile ? "." : "/");
}

function openIfThere(path: string, files: Files): Stored | undefined {
  try {
    return files.openFile(path);
  } catch (cause) {
    const code = errorCode(cause);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (code === undefined || cause instanceof UserError) throw cause;
    const hint = "Give a readable folder of a model, or a readable file of weights.";
    refuseIn(path, "FILE_UNREADABLE", `it cannot be read: ${reasonFor(cause)}.`, hint);
  }
}

const NO_SUCH_FILE = "there is no such file.";

/** Opens the tensors of all files that an index lists. Throws SYNTAX, FILE_UNREADABLE and MISSING_INPUT. */
function openShards(index: Fields, name: string, at: (name: string) => string, files: Files): TensorFile {
  const map = index.weight_map ?? undefined;
  if (typeof map !== "object" || Object.values(map).some((file) => typeof file !== "string")) {
    refuseIn(at(name), "SYNTAX", "weight_map is missing: it names the file of each tensor.");
  }
  const shards = [...new Set<string>(Object.values(map))];
  return joined(shards.map((file) => openShard(at(file), name, files)));
}

/** Combines the tensors of several files. */
function joined(shards: readonly TensorFile[]): TensorFile {
  return {
    tensors: new Map(shards.flatMap(({ tensors }) => [...tensors])),
    plain: new Map(shards.flatMap(({ plain = [] }) => [...plain])),
  };
}

function openShard(file: string, index: string, files: Files): TensorFile {
  const stored = openIfThere(file, files);
  if (stored) return openWeights(stored, file);
  return refuseIn(
    file,
    "FILE_UNREADABLE",
    NO_SUCH_FILE,
    `${index} names it: a part of the model is missing.`,
  );
}
