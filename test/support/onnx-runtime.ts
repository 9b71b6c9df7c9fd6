import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import ort from "onnxruntime-web/wasm";

// Models that the program writes, run by ONNX Runtime.

ort.env.wasm.numThreads = 1;
// Where its kernels stand, also for a bundle that is somewhere else.
ort.env.wasm.wasmPaths = `${pathToFileURL(resolve("node_modules/onnxruntime-web/dist")).href}/`;

/** Warnings of what might be quicker are no news here. */
const QUIET = 3;

/** Runs a model with the numbers that it holds; what a runtime does to make a graph quicker is part of it. */
export async function runModel(bytes: Uint8Array): Promise<ort.InferenceSession.ReturnType> {
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: QUIET });
  try {
    return await session.run({});
  } finally {
    await session.release();
  }
}

/** What became of a model: "agrees" where it finds what qkv found, else what it says. */
export async function verdictOf(bytes: Uint8Array): Promise<string> {
  try {
    const { agrees } = await runModel(bytes);
    return agrees.data[0] === 1 ? "agrees" : "another result";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
