import type { MachineCheck } from "../../check/machine/check-dump.js";
import { storedBytes } from "../../input/read.js";
import { isOfMachine } from "../../render/named-check.js";
import type { CommandSpec } from "../command-spec.js";
import type { Io } from "../io.js";
import type { Values } from "../request.js";
import { judgeRead } from "./judge-run.js";
import { type NamedArray, safetensorsOf } from "./safetensors-of.js";

/** A verdict, and what is to be said of how the arrays were read. */
export interface JudgedArrays {
  readonly check: MachineCheck;
  readonly notes: readonly string[];
}

/** What the dump is called in messages. */
const DUMP = "arrays.safetensors";

/**
 * Judges arrays in memory as a dump that holds them: what goes in and what came out, by the names that files have. `values` are those of
 * the options. Throws what reading and judging a dump throws.
 */
export async function judgeArrays(
  command: CommandSpec,
  arrays: readonly NamedArray[],
  values: Values,
): Promise<JudgedArrays> {
  const stored = storedBytes(safetensorsOf(arrays));
  const files: Io["files"] = {
    openFile: () => stored,
    openStdin: () => storedBytes(new Uint8Array()),
    exists: (path) => path === DUMP,
  };
  // Reading matrices asks for nothing else of what is outside.
  const io = { files, startHelper: async () => {}, isTerminal: () => false } as Partial<Io> as Io;
  const { check, run } = await judgeRead({ command, words: [DUMP], values }, io);
  if (!isOfMachine(check)) throw new RangeError("arrays are what a machine computed");
  return { check, notes: run.reading.announced };
}
