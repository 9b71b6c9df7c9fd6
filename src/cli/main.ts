import { allowWideVectors, closeWideVectors } from "../math/kernels/wide.js";
import { nodeIo } from "./node-io.js";
import { run } from "./run.js";

/**
 * Runs the command line of this process and returns its exit code. bin/qkv.js calls it; `home` is the folder of the
 * package.
 */
export async function main(home: string): Promise<number> {
  allowWideVectors();
  try {
    return await run(process.argv.slice(2), nodeIo(home));
  } finally {
    closeWideVectors();
  }
}
