import { type Exports, type Kernels, loadKernels } from "./instance.js";
import { LANES } from "./panels.js";
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
/** Of an attention, what the helper needs for itself; 0 for a product, which needs nothing. */
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

/** Where the numbers of a product stand, and how many: the groups that are left, which who takes one counts down, and Groups. */
const GROUPS = 128;
const GROUP_FIELDS = 9;

/** Takes groups of panels until none is left, as the text of a function, since both threads do it. */
const MULTIPLY_GROUPS = `(multiplyPanels, fields) => {
  const [, atA, panelsA, atB, panels, panelsAtOnce, size, to, bytes] = fields;
  for (let left = Atomics.sub(fields, 0, 1); left > 0; left = Atomics.sub(fields, 0, 1)) {
    const first = (left - 1) * panelsAtOnce;
    const own = Math.min(panelsAtOnce, panels - first);
    multiplyPanels(atA, panelsA, atB + first * size * ${8 * LANES}, own, size, to + (left - 1) * bytes);
  }
}`;

/** The same in this thread. */
function multiplyGroups(multiplyPanels: Exports["multiplyPanels"], fields: Int32Array): void {
  const [, atA, panelsA, atB, panels, panelsAtOnce, size, to, bytes] = fields;
  for (let left = Atomics.sub(fields, 0, 1); left > 0; left = Atomics.sub(fields, 0, 1)) {
    const first = (left - 1) * panelsAtOnce;
    const own = Math.min(panelsAtOnce, panels - first);
    multiplyPanels(atA, panelsA, atB + first * size * 8 * LANES, own, size, to + (left - 1) * bytes);
  }
}

/** What a helper does, as the text of a function of an Invitation: it waits for work, joins it, and waits again. */
export const HELPER = `({ module, memory, meeting }) => {
  const { attend, multiplyPanels } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const state = new Int32Array(memory.buffer, meeting, 5);
  const groups = new Int32Array(memory.buffer, ${GROUPS}, ${GROUP_FIELDS});
  for (let seen = 0; ; seen = Atomics.load(state, ${GENERATION})) {
    Atomics.wait(state, ${GENERATION}, seen);
    Atomics.add(state, ${ACTIVE}, 1);
    if (Atomics.load(state, ${IS_OPEN}) === 1) {
      if (state[${WORKSPACE}]) attend(state[${TASK}], state[${WORKSPACE}]);
      else (${MULTIPLY_GROUPS})(multiplyPanels, groups);
    }
    Atomics.sub(state, ${ACTIVE}, 1);
    Atomics.notify(state, ${ACTIVE});
  }
}`;

/** Works a task, with the helper if there is one that runs by now. Which thread takes which queries changes no bit. */
export function attendTogether(kernels: Kernels, task: number, workspaces: readonly number[]): void {
  const [own, ofHelper] = workspaces;
  const work = () => kernels.exports.attend(task, own);
  if (ofHelper === undefined) work();
  else withHelper(kernels, [task, ofHelper], work);
}

/** A product of panels in groups of panels of B; addresses are in bytes. */
export interface Groups {
  readonly atA: number;
  readonly panelsA: number;
  readonly atB: number;
  /** Of B, in all and in a group. */
  readonly panels: number;
  readonly panelsAtOnce: number;
  /** How long the rows are that are dotted. */
  readonly size: number;
  /** Groups of the result stand so many numbers apart. */
  readonly to: number;
  readonly groupNumbers: number;
}

/** Multiplies group after group, with the helper if there is one that runs by now. */
export function multiplyTogether(kernels: Kernels, groups: Groups): void {
  const { atA, panelsA, atB, panels, panelsAtOnce, size, to, groupNumbers } = groups;
  const count = Math.ceil(panels / panelsAtOnce);
  const fields = new Int32Array(kernels.memory.buffer, GROUPS, GROUP_FIELDS);
  fields.set([count, atA, panelsA, atB, panels, panelsAtOnce, size, to, 8 * groupNumbers]);
  const work = () => multiplyGroups(kernels.exports.multiplyPanels, fields);
  if (numHelpers === 0 || count === 1) work();
  else withHelper(kernels, [0, 0], work);
}

/** Opens the door to the helper while this thread works, and waits for it where it came in. */
function withHelper(
  { memory }: Kernels,
  [task, workspace]: readonly [number, number],
  work: () => void,
): void {
  const state = new Int32Array(memory.buffer, MEETING, 5);
  state[TASK] = task;
  state[WORKSPACE] = workspace;
  Atomics.store(state, IS_OPEN, 1);
  Atomics.add(state, GENERATION, 1);
  Atomics.notify(state, GENERATION);
  work();
  // A helper that comes from now on finds the door closed; one that is inside is waited for.
  Atomics.store(state, IS_OPEN, 0);
  for (let active = Atomics.load(state, ACTIVE); active > 0; active = Atomics.load(state, ACTIVE)) {
    Atomics.wait(state, ACTIVE, active);
  }
}
