import { nodeIo } from "./io.js";
import { run } from "./run.js";

/** What bin/qkv.js calls. The exit code is set, not forced: process.exit would cut piped output short. */
export async function main(): Promise<void> {
  process.exitCode = await run(process.argv.slice(2), nodeIo());
}
