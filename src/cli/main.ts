import { type Files, storedBytes } from "../input/read.js";
import { allowWideVectors, closeWideVectors } from "../math/kernels/wide.js";
import { type Io, nodeIo } from "./io.js";
import { run } from "./run.js";

/** What bin/qkv.js calls: runs the command line of this process and gives the exit code. `home`: the folder of the package. */
export function main(home: string): Promise<number> {
  allowWideVectors();
  return run(process.argv.slice(2), nodeIo(home));
}

/** What people and programs ask for most. */
const USUAL = [
  ["attend", "--demo"],
  ["attend", "--demo", "--json"],
  ["attend", ...["query", "key", "value"].flatMap((name) => [`--${name}`, `${name}.csv`]), "-o", "csv"],
];

/** What stands in the files of the usual commands. */
const TABLE = "0.5,-0.25\n1,2\n";

/** Works the usual commands and shows nothing, so that V8 has compiled them when bin/qkv.js keeps the code. */
export async function rehearse(): Promise<void> {
  const io = nodeIo("");
  const files: Files = { ...io.files, openFile: () => storedBytes(new TextEncoder().encode(TABLE)) };
  const nowhere: Io = { ...io, files, env: {}, isTerminal: () => false, write() {}, writeError() {} };
  for (const argv of USUAL) await run(argv, nowhere);
  closeWideVectors();
}
