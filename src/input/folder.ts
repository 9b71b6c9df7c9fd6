import { setting } from "../errors.js";
import { nameOfNumbered, stemOf } from "./lone-matrix.js";
import { areInputs } from "./names.js";
import { type Files, isText } from "./open.js";
import { refuseIn } from "./source.js";

/** The files that a recorder writes into a folder. */
const RECORDED = /^(inputs|outputs)\.(safetensors|npz|pt)$/;

/** Returns what to do with a model that is read for matrices. */
export const hintForModel = (path: string) =>
  `It is a model: qkv multihead ${path} ${setting("layer")} 0 ${setting("x")} … takes the weights of a layer; qkv model ${path} ${setting("text")} "…" runs the whole model.`;

/**
 * Returns the files of a folder, or the source itself if it is not a folder. The files are a recorder's, or all files
 * if each is numbered and named like a different input. Throws FILE_UNREADABLE for any other folder.
 */
export function filesOfFolder(given: string, files: Files): readonly string[] {
  const names = given === "-" || isText(given, files) ? undefined : files.listFolder?.(given);
  if (!names) return [given];
  const found = names.filter((name) => RECORDED.test(name)).sort();
  const pathTo = (name: string) => `${given.replace(/[\\/]$/, "")}/${name}`;
  if (names.length > 0 && areInputs(names.map(stemOf), nameOfNumbered)) return names.map(pathTo);
  if (!found.some((name) => name.startsWith("inputs"))) {
    const hint = names.includes("config.json")
      ? hintForModel(given)
      : "A folder should have inputs.safetensors and outputs.safetensors (or .npz, .pt); otherwise name its files.";
    refuseIn(given, "FILE_UNREADABLE", "it is a folder without inputs.safetensors.", hint);
  }
  return found.map(pathTo);
}
