import { storedBytes } from "../../input/read.js";
import { type NamedArray, safetensorsOf } from "../../render/formats/safetensors.js";
import { isOfMachine } from "../../render/named-check.js";
import type { CommandSpec } from "../command-spec.js";
import type { Io } from "../io.js";
import type { Values } from "../request.js";
import { judgeRead } from "./judge-run.js";

/** The name of the dump in messages. */
const DUMP = "arrays.safetensors";

/**
 * Judges arrays in memory like a dump with inputs and outputs under their usual names. `values` are those of the
 * options. Throws the errors of reading and judging a dump.
 */
export async function judgeArrays(command: CommandSpec, arrays: readonly NamedArray[], values: Values) {
  const stored = storedBytes(Buffer.concat([...safetensorsOf(arrays)]));
  const files: Io["files"] = {
    openFile: () => stored,
    openStdin: () => storedBytes(new Uint8Array()),
    exists: (path) => path === DUMP,
  };
  // Reading matrices uses only these members of Io.
  const io = { files, startHelper: async () => {}, isTerminal: () => false } as Partial<Io> as Io;
  const { check, run } = await judgeRead({ command, words: [DUMP], values }, io);
  if (!isOfMachine(check)) throw new RangeError("arrays are what a machine computed");
  return { check, notes: run.reading.announced };
}
