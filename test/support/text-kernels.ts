import { loadTextKernels, type TextKernels } from "../../src/math/kernels/text.js";

/** The text kernels. Without them, a test of them could not fail. */
export function textKernels(): TextKernels {
  const kernels = loadTextKernels();
  if (!kernels) throw new Error("this engine has no 128-bit Wasm");
  return kernels;
}
