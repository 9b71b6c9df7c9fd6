import type { Kernels } from "../../src/math/kernels/instance.js";

/** Below this nothing of a task stands. */
const FIRST_ADDRESS = 2048;

/** Where areas of so many bytes end, one behind the other, each from the start of a line of 64 bytes on. */
export const endOf = (sizes: readonly number[]): number =>
  FIRST_ADDRESS + sizes.reduce((total, bytes) => total + 64 * Math.ceil(bytes / 64), 0);

/** What a kernel was asked to do: its name, the address of the task and that of the memory for its own use. */
export type Call = readonly ["attend" | "multiply" | "multiplySingles", number, number];

/**
 * Kernels with a memory of so many bytes that cannot grow: who needs more gets none, and who writes behind its end fails. They
 * work nothing; `calls` tells what they were asked.
 */
export function kernelsWithin(bytes: number): { kernels: Kernels; calls: Call[] } {
  const calls: Call[] = [];
  const memory = {
    buffer: new SharedArrayBuffer(bytes),
    grow: (): never => {
      throw new RangeError("no more");
    },
  };
  const exports = {
    attend: (task: number, workspace: number) => void calls.push(["attend", task, workspace]),
    multiply: (task: number, panels: number) => void calls.push(["multiply", task, panels]),
    multiplySingles: (task: number, panels: number) => void calls.push(["multiplySingles", task, panels]),
    pack: () => undefined,
    fuses: () => 0,
  };
  return { kernels: { module: {}, memory, exports, isWide: false }, calls };
}
