import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import ort from "onnxruntime-web/wasm";

// Runs models that qkv writes in ONNX Runtime.

ort.env.wasm.numThreads = 1;
// The folder of its kernels, also for a bundle that is in another place.
ort.env.wasm.wasmPaths = `${pathToFileURL(resolve("node_modules/onnxruntime-web/dist")).href}/`;

/** Warnings about possible speed-ups are not of interest. */
const QUIET = 3;

/** Runs a model with the numbers in it. The runtime's graph optimisations are tested with it. */
export async function runModel(bytes: Uint8Array): Promise<ort.InferenceSession.ReturnType> {
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: QUIET });
  try {
    return await session.run({});
  } finally {
    await session.release();
  }
}

/** Returns "agrees" if the runtime gets the numbers of qkv, else its message. */
export async function verdictOf(bytes: Uint8Array): Promise<string> {
  try {
    const { agrees } = await runModel(bytes);
    return agrees.data[0] === 1 ? "agrees" : "another result";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
