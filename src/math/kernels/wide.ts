// Vectors of 256 bits. WebAssembly has 128, but the V8 of some Nodes makes one vector of two that are stored side by side, where it is told
// to. That is an experiment of V8, which holds for the whole process, so it is told only where the process is qkv's own, where the tests have
// compared its numbers with the other builds' to the bit, and where the work is large.

/** V8 of Node 24 and 26. That of Node 22 has the flag and does nothing; others wait until the tests have run under them. */
const TESTED_ENGINES = ["13.6.", "14.6."];

const FLAG = "experimental-wasm-revectorize";

/** Multiply-adds of which vectors of 256 bits save more time than telling V8 takes: some 10 ms against 2. */
const WIDE_WORK = 2 ** 28;

let isAllowed = false;
let isOpen = false;

/** Lets this process tell V8 to use vectors of 256 bits, which holds for all of its code. For programs, not for libraries. */
export function allowWideVectors(): void {
  isAllowed = true;
}

/** Whether what V8 compiles from now on may have vectors of 256 bits; `work`: multiply-adds that wait for it. */
export function openWideVectors(work: number): boolean {
  if (isOpen || !isAllowed || work < WIDE_WORK || !isTested()) return isOpen;
  setFlags(`--${FLAG}`);
  isOpen = true;
  return true;
}

const isTested = (): boolean =>
  process.arch === "x64" && TESTED_ENGINES.some((engine) => process.versions.v8.startsWith(engine));

/** Leaves V8's flags as they were found: code that is kept for another process is refused there under other flags. */
export function closeWideVectors(): void {
  if (isOpen) setFlags(`--no-${FLAG}`);
  isOpen = false;
}

/** Loaded only now: it takes a start 1.5 ms. */
function setFlags(flags: string): void {
  process.getBuiltinModule("node:v8").setFlagsFromString(flags);
}
