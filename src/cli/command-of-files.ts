import { commandOfProblem } from "../commands/class/command-of-problem.js";
import { problemIn } from "../commands/class/own-sheets.js";
import { isModel } from "../input/model/model-files.js";
import { isThere } from "../input/open.js";
import type { Io } from "../runs/io.js";

/** The name of the command that fits what a file or folder holds: `check` for a sheet that gives its own problem. Undefined where there is no such file. */
export async function commandOfFile(path: string, io: Io): Promise<string | undefined> {
  const inside = io.files.listFolder?.(path);
  if (!inside && !isThere(path, io.files)) return undefined;
  if (await isModel(path, io.files)) return "model";
  if (!inside && (await problemIn(path, {}, io.files))) return "check";
  const { name } = await commandOfProblem(path, {}, io);
  // One array alone: its axes tell whether it has heads.
  return name === "attend" && !inside ? (await commandOfProblem(undefined, { query: path }, io)).name : name;
}
