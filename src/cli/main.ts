import { allowWideVectors, closeWideVectors } from "../math/kernels/wide.js";
import { nodeIo } from "./node-io.js";
import { run } from "./run.js";

/** What bin/qkv.js calls: runs the command line of this process and gives the exit code. `home`: the folder of the package. */
export async function main(home: string): Promise<number> {
  allowWideVectors();
  try {
    return await run(process.argv.slice(2), nodeIo(home));
  } finally {
    closeWideVectors();
  }
}
