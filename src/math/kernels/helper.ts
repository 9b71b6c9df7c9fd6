import { type Kernels, loadKernels } from "./instance.js";
import type { SharedMemory } from "./wasm.js";

// Where main thread and helper meet, as 32-bit numbers from MEETING on.
const MEETING = 64;
/** Counted up when there is work. */
const GENERATION = 0;
/** 1 while the work may be joined. */
const IS_OPEN = 1;
/** How many helpers are at work. */
const ACTIVE = 2;
const TASK = 3;
const WORKSPACE = 4;

let numHelpers = 0;

/** How many threads will work on an attention: each needs a workspace. */
export const countThreads = (): number => 1 + numHelpers;

/** Everything a helper needs to join: give it to HELPER in another thread. */
export interface Invitation {
  readonly module: object;
  readonly memory: SharedMemory;
  readonly meeting: number;
}

/** Lets one more thread work on attentions from now on, as soon as it runs. Undefined where there are no kernels. */
export function inviteHelper(): Invitation | undefined {
  const kernels = loadKernels();
  if (!kernels || numHelpers > 0) return undefined;
  numHelpers++;
  return { module: kernels.module, memory: kernels.memory, meeting: MEETING };
}

/** What a helper does, as the text of a function of an Invitation: it waits for work, joins it, and waits again. */
export const HELPER = `({ module, memory, meeting }) => {
  const { attend } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const state = new Int32Array(memory.buffer, meeting, 5);
  for (let seen = 0; ; seen = Atomics.load(state, ${GENERATION})) {
    Atomics.wait(state, ${GENERATION}, seen);
    Atomics.add(state, ${ACTIVE}, 1);
    if (Atomics.load(state, ${IS_OPEN}) === 1) attend(state[${TASK}], state[${WORKSPACE}]);
    Atomics.sub(state, ${ACTIVE}, 1);
    Atomics.notify(state, ${ACTIVE});
  }
}`;

/** Works a task, with the helper if there is one that runs by now. Which thread takes which queries changes no bit. */
export function attendTogether(
  { memory, exports }: Kernels,
  task: number,
  workspaces: readonly number[],
): void {
  const state = new Int32Array(memory.buffer, MEETING, 5);
  if (workspaces.length > 1) {
    state[TASK] = task;
    state[WORKSPACE] = workspaces[1];
    Atomics.store(state, IS_OPEN, 1);
    Atomics.add(state, GENERATION, 1);
    Atomics.notify(state, GENERATION);
  }
  exports.attend(task, workspaces[0]);
  // A helper that comes from now on finds the door closed; one that is inside is waited for.
  Atomics.store(state, IS_OPEN, 0);
  for (let active = Atomics.load(state, ACTIVE); active > 0; active = Atomics.load(state, ACTIVE)) {
    Atomics.wait(state, ACTIVE, active);
  }
}
