import type { Kernels } from "../../src/math/kernels/instance.js";

/** The memory below this address contains nothing of a task. */
const FIRST_ADDRESS = 2048;

/** Computes the ends of consecutive areas of these sizes in bytes. Each starts at a 64-byte line. */
export const endOf = (sizes: readonly number[]): number =>
  FIRST_ADDRESS + sizes.reduce((total, bytes) => total + 64 * Math.ceil(bytes / 64), 0);

/** A call of a kernel: its name, the address of the task, and the address of its workspace. */
export type Call = readonly ["attend" | "multiply" | "multiplySingles", number, number];

/**
 * Makes kernels with a fixed memory of this many bytes: asking for more gets none, and writing beyond the end fails.
 * They compute nothing. `calls` records their calls.
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
    measure: () => -1,
    survey: () => undefined,
    weighQueries: () => undefined,
    squareValues: () => undefined,
    pack: () => undefined,
    widen: () => 0,
    fuses: () => 0,
  };
  return { kernels: { module: {}, memory, exports, isWide: false }, calls };
}
