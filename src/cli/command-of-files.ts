import { commandOfProblem } from "../commands/class/command-of-problem.js";
import { problemIn } from "../commands/class/own-sheets.js";
import { isModel } from "../input/model/model-files.js";
import { isThere } from "../input/open.js";
import type { Io } from "../runs/io.js";

/**
 * Returns the name of the command that fits the content of a file or folder: `check` for a sheet with its own problem.
 * Returns undefined if the file does not exist.
 */
export async function commandOfFile(path: string, io: Io): Promise<string | undefined> {
  const inside = io.files.listFolder?.(path);
  if (!inside && !isThere(path, io.files)) return undefined;
  if (isModel(path, io.files)) return "model";
  if (!inside && (await problemIn(path, {}, io.files))) return "check";
  const { name } = await commandOfProblem(path, {}, io);
  // A single array: its axes show whether it has heads.
  return name === "attend" && !inside ? (await commandOfProblem(undefined, { query: path }, io)).name : name;
}
