import { MODULE } from "./module.js";
import { MODULE as RELAXED_MODULE } from "./relaxed-module.js";
import { compileModule, createSharedMemory, instantiate, type SharedMemory } from "./wasm.js";
import { openWideVectors } from "./wide.js";

/** What assembly/index.ts exports. Pointers are byte addresses in the memory. */
export interface Exports {
  multiply(product: number, panels: number): void;
  /** Does the same as `multiply`, in float32. */
  multiplySingles(product: number, panels: number): void;
  attend(task: number, workspace: number): void;
  measure(
    task: number,
    got: number,
    factors: number,
    columns: number,
    constant: number,
    most: number,
    sums: number,
  ): number;
  survey(from: number, stride: number, rows: number, cols: number, columns: number, ofRows: number): void;
  weighQueries(query: number, rows: number, cols: number, moments: number, into: number): void;
  squareValues(
    value: number,
    stride: number,
    rows: number,
    cols: number,
    scale: number,
    into: number,
    columns: number,
  ): void;
  pack(rows: number, panels: number, size: number, scratch: number, isSingle: boolean): void;
  widen(from: number, count: number, to: number, isHalf: boolean): number;
  /** Whether a·b + c is rounded only once. */
  fuses(): number;
}

/** The compiled kernels and their memory, which threads may share. */
export interface Kernels {
  readonly module: object;
  readonly memory: SharedMemory;
  readonly exports: Exports;
  /** Whether attention is computed in tiles for vectors of 256 bits. The bits are the same. */
  readonly isWide: boolean;
}

const PAGE_BYTES = 65536;
const MOST_PAGES = 65536;
const LINE_BYTES = 64;
/** Below this address are the shared state of the threads (helper.ts) and the constants of the module. */
const FIRST_ADDRESS = 2048;

let loaded: Kernels | "unsupported" | undefined;

/** Multiply-adds from which the kernels save more time than compiling them takes. */
const KERNEL_WORK = 2 ** 21;

/** Returns the kernels for this many multiply-adds, or undefined if plain TypeScript is as fast. */
export function kernelsFor(work: number): Kernels | undefined {
  return work >= KERNEL_WORK ? loadKernels(work) : undefined;
}

/** Multiply-adds from which a product is faster with kernels that are already compiled. */
const PRODUCT_WORK = 2 ** 16;

/** Returns the kernels for a product of this many multiply-adds. A product has the same bits with and without them. */
export function kernelsForProduct(work: number): Kernels | undefined {
  return loaded && work >= PRODUCT_WORK ? loadKernels(work) : kernelsFor(work);
}

/**
 * Returns the kernels, compiled at the first call. Returns undefined if this engine has no 128-bit Wasm or no memory
 * for it. `work` is the number of multiply-adds that wait for them, by default many. The first caller decides whether
 * they are wide.
 */
export function loadKernels(work = Number.POSITIVE_INFINITY): Kernels | undefined {
  loaded ??= widen(compileKernels(BUILDS.relaxed), work) ?? compileKernels(BUILDS.plain) ?? "unsupported";
  return loaded === "unsupported" ? undefined : loaded;
}

/** Returns the kernels if they are already compiled. */
export const compiledKernels = (): Kernels | undefined => (loaded === "unsupported" ? undefined : loaded);

/** Makes the kernels wide if the processor and V8's settings allow it. The bits are the same. */
function widen(kernels: Kernels | undefined, work: number) {
  // Processors that multiply and add in one instruction have vectors of 256 bits.
  return kernels && { ...kernels, isWide: kernels.exports.fuses() !== 0 && openWideVectors(work) };
}

/**
 * The builds of the kernels. `relaxed` multiplies and adds in one instruction: attention is faster, and differs from
 * `plain` in the last bits. Products are the same to the bit. Engines support it since V8 11.4 (Node 22).
 */
export const BUILDS = { relaxed: RELAXED_MODULE, plain: MODULE } as const;

/**
 * Compiles one build, with its own memory. Returns undefined if this engine cannot compile it or has no memory for it.
 */
export function compileKernels(build: string): Kernels | undefined {
  try {
    const module = compileModule(build);
    const memory = createSharedMemory(MOST_PAGES);
    return { module, memory, exports: instantiate(module, { env: { memory } }) as Exports, isWide: false };
  } catch {
    return undefined;
  }
}

/** Work whose results are in reserved areas. */
interface Occupant {
  finish(): void;
  /** Is called when other work gets the areas. */
  leave(): void;
}

/** The work in the memory, the oldest first, and the addresses of its areas. */
let occupants: (Occupant & Range)[] = [];

/** The addresses that were reserved last. */
let last: Range = { start: 0, end: 0 };

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Registers the work in the areas that were reserved last. */
export function occupy(work: Occupant): void {
  occupants.push({ ...work, ...last });
}

/** Finishes the work in the memory. The helper does one work at a time. */
export function finishWork(): void {
  for (const { finish } of occupants) finish();
}

/**
 * Reserves areas of the given sizes in bytes, and returns their addresses. First finishes the work in the memory, whose
 * areas may then be reserved again. With `besideLast`, the last work keeps its areas, and need not be finished. Returns
 * undefined if the memory cannot grow enough: 32-bit addresses reach 4 GiB.
 */
export function reserve(
  { memory }: Kernels,
  sizes: readonly number[],
  besideLast = false,
): readonly number[] | undefined {
  const staying = besideLast ? occupants.slice(-1) : [];
  for (const { finish, leave } of occupants.slice(0, occupants.length - staying.length)) {
    finish();
    leave();
  }
  occupants = staying;
  const place = (start: number) => {
    let end = start;
    const addresses = sizes.map((bytes) => {
      const address = end;
      end = Math.ceil((end + bytes) / LINE_BYTES) * LINE_BYTES;
      return address;
    });
    return { addresses, start, end };
  };
  const lowest = place(FIRST_ADDRESS);
  const [beside] = staying;
  const placed = beside && beside.start < lowest.end ? place(beside.end) : lowest;
  last = placed;
  const missing = Math.ceil((placed.end - memory.buffer.byteLength) / PAGE_BYTES);
  try {
    if (missing > 0) memory.grow(missing);
    return placed.addresses;
  } catch {
    return undefined;
  }
}
