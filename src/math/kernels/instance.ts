import { MODULE } from "./module.js";
import { MODULE as RELAXED_MODULE } from "./relaxed-module.js";
import { compileModule, createSharedMemory, instantiate, type SharedMemory } from "./wasm.js";
import { openWideVectors } from "./wide.js";

/** What assembly/index.ts exports. Pointers are byte addresses in the memory. */
export interface Exports {
  multiply(product: number, panels: number): void;
  /** The same in float32. */
  multiplySingles(product: number, panels: number): void;
  attend(task: number, workspace: number): void;
  pack(rows: number, panels: number, size: number, scratch: number, isSingle: boolean): void;
  /** Whether a·b + c is rounded once. */
  fuses(): number;
}

/** The compiled kernels and their memory, which threads may share. */
export interface Kernels {
  readonly module: object;
  readonly memory: SharedMemory;
  readonly exports: Exports;
  /** Whether attention is worked in tiles for vectors of 256 bits, which give the same bits. */
  readonly isWide: boolean;
}

const PAGE_BYTES = 65536;
const MOST_PAGES = 65536;
const LINE_BYTES = 64;
/** Below this stand the meeting of threads (helper.ts) and the constants of the module. */
const FIRST_ADDRESS = 2048;

let loaded: Kernels | "unsupported" | undefined;

/** Multiply-adds from which the kernels save more time than compiling them takes. */
const KERNEL_WORK = 2 ** 21;

/** The kernels for so many multiply-adds; undefined when plain TypeScript is as fast. */
export function kernelsFor(work: number): Kernels | undefined {
  return work >= KERNEL_WORK ? loadKernels(work) : undefined;
}

/** Multiply-adds from which a product is quicker by kernels that are there. */
const PRODUCT_WORK = 2 ** 16;

/** The kernels for a product, which has the same bits with and without them, of so many multiply-adds. */
export function kernelsForProduct(work: number): Kernels | undefined {
  return loaded && work >= PRODUCT_WORK ? loadKernels(work) : kernelsFor(work);
}

/**
 * The kernels, compiled when they are first asked for; undefined where this engine has no 128-bit Wasm or no memory for it.
 * `work`: multiply-adds that wait for them, by default many. The first who asks decides whether they are wide.
 */
export function loadKernels(work = Number.POSITIVE_INFINITY): Kernels | undefined {
  loaded ??= widen(compileKernels(BUILDS.relaxed), work) ?? compileKernels(BUILDS.plain) ?? "unsupported";
  return loaded === "unsupported" ? undefined : loaded;
}

/** The kernels as they go with the processor and the settings of V8. The bits are the same. */
function widen(kernels: Kernels | undefined, work: number): Kernels | undefined {
  // Processors that multiply and add in one instruction have vectors of 256 bits.
  return kernels && { ...kernels, isWide: kernels.exports.fuses() !== 0 && openWideVectors(work) };
}

/**
 * The builds of the kernels. `relaxed` multiplies and adds in one instruction: attention is quicker by it, and differs from
 * that of `plain` in last bits. Products are the same to the bit. Engines have taken it since V8 11.4 (Node 22).
 */
export const BUILDS = { relaxed: RELAXED_MODULE, plain: MODULE } as const;

/** One build, compiled, with a memory of its own; undefined where this engine cannot compile it or has no memory for it. */
export function compileKernels(build: string): Kernels | undefined {
  try {
    const module = compileModule(build);
    const memory = createSharedMemory(MOST_PAGES);
    return { module, memory, exports: instantiate(module, { env: { memory } }) as Exports, isWide: false };
  } catch {
    return undefined;
  }
}

/** Ends what was begun in the memory and is not done. */
let settle: (() => void) | undefined;

/** Says how to end what is begun in the memory that was given out last, before others get it. */
export function settleBy(end: () => void): void {
  settle = end;
}

/**
 * Addresses of areas of these sizes in bytes, for one use: the next call gives the same memory out again, once what was begun in it
 * is done. Undefined when there is not so much memory, of which 32-bit addresses reach 4 GiB.
 */
export function reserve({ memory }: Kernels, sizes: readonly number[]): readonly number[] | undefined {
  const begun = settle;
  settle = undefined;
  begun?.();
  let end = FIRST_ADDRESS;
  const addresses = sizes.map((bytes) => {
    const address = end;
    end = Math.ceil((end + bytes) / LINE_BYTES) * LINE_BYTES;
    return address;
  });
  const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE_BYTES);
  try {
    if (missing > 0) memory.grow(missing);
    return addresses;
  } catch {
    return undefined;
  }
}
