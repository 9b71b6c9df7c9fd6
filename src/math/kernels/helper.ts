import { type Kernels, loadKernels } from "./instance.js";
import type { SharedMemory } from "./wasm.js";

// Where main thread and helper meet, as 32-bit numbers from MEETING on, in memory that is there from the start.
const MEETING = 64;
/** Counted up when there is work. */
const GENERATION = 0;
/** 1 while the work may be joined. */
const IS_OPEN = 1;
/** How many helpers are at work. */
const ACTIVE = 2;
const TASK = 3;
/** Where the helper finds what it needs for itself. */
const WORKSPACE = 4;
/** Which of TASK_KINDS the task is. */
const KIND = 5;
const FIELDS = 6;

/** What threads work together. */
const TASK_KINDS = ["attend", "multiply", "multiplySingles"] as const;
type TaskKind = (typeof TASK_KINDS)[number];

let numHelpers = 0;

/** How many threads will work on a task: each needs a workspace. */
export const countThreads = (): number => 1 + numHelpers;

/** Everything a helper needs to join: give it to HELPER in another thread. */
interface Invitation {
  readonly module: object;
  readonly memory: SharedMemory;
  readonly meeting: number;
}

/** Lets one more thread work on attentions and products from now on, as soon as it runs. Undefined where there are no kernels. */
export function inviteHelper(): Invitation | undefined {
  const kernels = loadKernels();
  if (!kernels || numHelpers > 0) return undefined;
  numHelpers++;
  return { module: kernels.module, memory: kernels.memory, meeting: MEETING };
}

/** What a helper does, as the text of a function of an Invitation: it waits for work, joins it, and waits again. */
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

/** Works a task, with the helper if there is one that runs by now. Which thread takes which part of it changes no bit. */
export function workTogether(...given: Parameters<typeof startTogether>): void {
  startTogether(...given)();
}

/** Has the helper begin with a task, if there is one that runs by now. What is given back works what is left, and ends when all is done. */
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
    // A helper that comes from now on finds the door closed; one that is inside is waited for.
    Atomics.store(state, IS_OPEN, 0);
    for (let active = Atomics.load(state, ACTIVE); active > 0; active = Atomics.load(state, ACTIVE)) {
      Atomics.wait(state, ACTIVE, active);
    }
  };
}
