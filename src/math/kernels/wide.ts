// Vectors of 256 bits. WebAssembly has 128, but in some Node versions V8 can join two vectors that are stored side by
// side. This is an experimental flag of V8, and it applies to the whole process. So it is set only if the process is
// qkv's own, the tests have found the same bits as in the other builds, and the work is large.

/**
 * V8 of Node 24 and 26. V8 of Node 22 has the flag, but it does nothing. Other versions wait until the tests have run
 * under them.
 */
const TESTED_ENGINES = ["13.6.", "14.6."];

const FLAG = "experimental-wasm-revectorize";

/**
 * From this many multiply-adds on, vectors of 256 bits save more time (some 10 ms) than setting the flag takes (2 ms).
 */
const WIDE_WORK = 2 ** 28;

let isAllowed = false;
let isOpen = false;

/**
 * Allows this process to set V8's flag for vectors of 256 bits, which applies to all of its code. For programs, not for
 * libraries.
 */
export function allowWideVectors(): void {
  isAllowed = true;
}

/**
 * Whether code that V8 compiles from now on may use vectors of 256 bits. `work` is the number of multiply-adds that
 * wait for it.
 */
export function openWideVectors(work: number): boolean {
  if (isOpen || !isAllowed || work < WIDE_WORK || !isTested()) return isOpen;
  setFlags(`--${FLAG}`);
  isOpen = true;
  return true;
}

const isTested = () =>
  process.arch === "x64" && TESTED_ENGINES.some((engine) => process.versions.v8.startsWith(engine));

/** Resets V8's flag. Otherwise another process, with other flags, would refuse code that is cached by this one. */
export function closeWideVectors(): void {
  if (isOpen) setFlags(`--no-${FLAG}`);
  isOpen = false;
}

/** Loaded only here, because it adds 1.5 ms to a start. */
function setFlags(flags: string) {
  process.getBuiltinModule("node:v8").setFlagsFromString(flags);
}
