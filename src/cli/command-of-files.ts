import { commandOfProblem } from "../commands/class/command-of-problem.js";
import { UserError } from "../errors.js";
import { createOpener, isLiteral } from "../input/open.js";
import type { Io } from "../runs/io.js";

/** The name of the command that fits what a file or folder holds; undefined where there is none of that name. */
export async function commandOfFile(path: string, io: Io): Promise<string | undefined> {
  if (isLiteral(path)) return undefined;
  const inside = io.files.listFolder?.(path);
  if (inside?.includes("config.json")) return "model";
  if (!inside && !isThere(path, io)) return undefined;
  const { name } = await commandOfProblem(path, {}, io);
  // One array alone: its axes tell whether it has heads.
  return name === "attend" && !inside ? (await commandOfProblem(undefined, { query: path }, io)).name : name;
}

function isThere(path: string, io: Io): boolean {
  try {
    createOpener(io.files).open(path, "");
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}
