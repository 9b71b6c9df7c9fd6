import { MODULE } from "./text-module.js";
import { compileModule, instantiate } from "./wasm.js";

/** What assembly/text/index.ts exports. Places are byte addresses in the memory. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  scanLines(at: number, cols: number, delimiter: number, to: number): number;
  scanLists(at: number, cols: number, to: number): number;
  scannedTo(): number;
  writeCells(from: number, first: number, count: number, cols: number, words: number, to: number): number;
}

/** The compiled scanner and formatter with their memory, which never grows. */
export interface TextKernels extends Exports {
  readonly bytes: Uint8Array;
  /** The text that is in the memory, and the byte it begins with. */
  held: { readonly bytes: Uint8Array; readonly start: number };
}

/** The memory map, 32 pages in all. assembly/text/powers.ts fills the table of powers, and names its address. */
export const PLACES = {
  powers: 0x1000,
  words: 0x4000,
  piece: 0x10000,
  scanned: 0x60000,
  numbers: 0x180000,
  text: 0x190000,
} as const;

let loaded: TextKernels | "unsupported" | undefined;

/** Returns the kernels, compiled at the first call; undefined if this engine has no 128-bit Wasm. */
export function loadTextKernels(): TextKernels | undefined {
  loaded ??= compile();
  return loaded === "unsupported" ? undefined : loaded;
}

/** Whether the kernels are compiled already. */
export const areTextKernelsLoaded = (): boolean => typeof loaded === "object";

function compile() {
  try {
    const exports = instantiate(compileModule(MODULE)) as Exports;
    const bytes = new Uint8Array(exports.memory.buffer);
    return { ...exports, bytes, held: { bytes: new Uint8Array(), start: 0 } };
  } catch {
    return "unsupported";
  }
}
