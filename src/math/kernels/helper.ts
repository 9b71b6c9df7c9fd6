import { type Kernels, loadKernels } from "./instance.js";
import type { SharedMemory } from "./wasm.js";

// The address of the shared state of main thread and helper: 32-bit numbers, in memory that exists from the start.
const MEETING = 64;
/** Is increased when there is work. */
const GENERATION = 0;
/** 1 while the work may be joined. */
const IS_OPEN = 1;
/** The number of helpers at work. */
const ACTIVE = 2;
const TASK = 3;
/** The address of the helper's own workspace. */
const WORKSPACE = 4;
/** The index of the task in TASK_KINDS. */
const KIND = 5;
const FIELDS = 6;

/** The kinds of tasks that threads share. */
const TASK_KINDS = ["attend", "multiply", "multiplySingles"] as const;
type TaskKind = (typeof TASK_KINDS)[number];

let numHelpers = 0;

/** Returns how many threads will work on a task. Each needs a workspace. */
export const countThreads = (): number => 1 + numHelpers;

/** Everything a helper needs to join. Pass it to HELPER in another thread. */
interface Invitation {
  readonly module: object;
  readonly memory: SharedMemory;
  readonly meeting: number;
}

/**
 * Lets one more thread work on attentions and products from now on, as soon as it runs. Returns undefined without
 * kernels, or if a helper has been invited already.
 */
export function inviteHelper(): Invitation | undefined {
  const kernels = loadKernels();
  if (!kernels || numHelpers > 0) return undefined;
  numHelpers++;
  return { module: kernels.module, memory: kernels.memory, meeting: MEETING };
}

/** The code of a helper, as the text of a function of an Invitation. It waits for work, joins it, and waits again. */
export const HELPER = `({ module, memory, meeting }) => {
  const { ${TASK_KINDS.join(", ")} } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const kinds = [${TASK_KINDS.join(", ")}];
  const state = new Int32Array(memory.buffer, meeting, ${FIELDS});
  for (let seen = 0; ; seen = Atomics.load(state, ${GENERATION})) {
    Atomics.wait(state, ${GENERATION}, seen);
    Atomics.add(state, ${ACTIVE}, 1);
    if (Atomics.load(state, ${IS_OPEN}) === 1) kinds[state[${KIND}]](state[${TASK}], state[${WORKSPACE}]);
    Atomics.sub(state, ${ACTIVE}, 1);
    Atomics.notify(state, ${ACTIVE});
  }
}`;

/**
 * Computes a task, together with the helper if it runs by now. The bits do not depend on which thread computes which
 * part.
 */
export function workTogether(...given: Parameters<typeof startTogether>): void {
  startTogether(...given)();
}

/**
 * Lets the helper begin a task, if it runs by now. Returns a function that computes the rest, and returns when all is
 * done.
 */
export function startTogether(
  { exports, memory }: Kernels,
  kind: TaskKind,
  task: number,
  [own, ofHelper]: readonly number[],
): () => void {
  const work = () => exports[kind](task, own);
  if (ofHelper === undefined) return work;
  const state = new Int32Array(memory.buffer, MEETING, FIELDS);
  state[KIND] = TASK_KINDS.indexOf(kind);
  state[TASK] = task;
  state[WORKSPACE] = ofHelper;
  Atomics.store(state, IS_OPEN, 1);
  Atomics.add(state, GENERATION, 1);
  Atomics.notify(state, GENERATION);
  return () => {
    work();
    // A helper that comes from now on finds IS_OPEN at 0. The main thread waits for a helper that is at work.
    Atomics.store(state, IS_OPEN, 0);
    for (let active = Atomics.load(state, ACTIVE); active > 0; active = Atomics.load(state, ACTIVE)) {
      Atomics.wait(state, ACTIVE, active);
    }
  };
}
