import { nodeIo } from "./io.js";
import { run } from "./run.js";

/** What bin/qkv.js calls: runs the command line of this process and gives the exit code. `home`: the folder of the package. */
export function main(home: string): Promise<number> {
  return run(process.argv.slice(2), nodeIo(home));
}
