import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { HELPER } from "../../../../src/math/kernels/helper.js";
import type { Kernels } from "../../../../src/math/kernels/instance.js";

// How two threads meet, step by step: what one does while the other waits. attention.test.ts runs both.

// The place in memory where they meet, and its contents.
const MEETING = 64;
const [GENERATION, IS_OPEN, ACTIVE, TASK, WORKSPACE, KIND] = [0, 1, 2, 3, 4, 5];

let state: Int32Array;
let memory: { readonly buffer: SharedArrayBuffer };

beforeEach(() => {
  vi.resetModules();
  memory = { buffer: new SharedArrayBuffer(1024) };
  state = new Int32Array(memory.buffer, MEETING, 6);
});
afterEach(() => vi.unstubAllGlobals());

const fresh = () => import("../../../../src/math/kernels/helper.js");

test("one helper is invited, and then there are two threads", async () => {
  const { countThreads, inviteHelper } = await fresh();
  const { loadKernels } = await import("../../../../src/math/kernels/instance.js");
  expect(countThreads()).toBe(1);
  expect(inviteHelper()).toEqual({
    ...{ module: loadKernels()?.module, memory: loadKernels()?.memory, meeting: MEETING },
  });
  expect(countThreads()).toBe(2);
  expect(inviteHelper()).toBeUndefined();
  expect(countThreads()).toBe(2);
});

test("nobody is invited where there are no kernels", async () => {
  vi.stubGlobal("WebAssembly", {});
  const { countThreads, inviteHelper } = await fresh();
  expect(inviteHelper()).toBeUndefined();
  expect(countThreads()).toBe(1);
});

describe("the thread that has work", () => {
  const kernelsOf = (work: (kind: string, ...given: number[]) => void) =>
    ({
      memory,
      exports: {
        attend: (...given: number[]) => work("attend", ...given),
        multiply: (...given: number[]) => work("multiply", ...given),
        multiplySingles: (...given: number[]) => work("multiplySingles", ...given),
      },
    }) as unknown as Kernels;

  test.each([
    ["attend", 0],
    ["multiply", 1],
    ["multiplySingles", 2],
  ] as const)("opens the door to %s, works, and closes it", async (kind, number) => {
    const { workTogether } = await fresh();
    const done: unknown[] = [];
    const notify = vi.spyOn(Atomics, "notify");
    const kernels = kernelsOf((...work) => done.push([...work, state[IS_OPEN]]));
    workTogether(kernels, kind, 7, [8, 9]);
    expect(done).toEqual([[kind, 7, 8, 1]]);
    expect([state[GENERATION], state[IS_OPEN], state[TASK], state[WORKSPACE], state[KIND]]).toEqual([
      1,
      0,
      7,
      9,
      number,
    ]);
    expect(notify.mock.calls.map(([, at]) => at)).toEqual([GENERATION]);
    notify.mockRestore();
  });

  test("works alone where there is no room for another", async () => {
    const { workTogether } = await fresh();
    const done: unknown[] = [];
    workTogether(
      kernelsOf((...work) => done.push(work)),
      "attend",
      7,
      [8],
    );
    expect(done).toEqual([["attend", 7, 8]]);
    expect([...state]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("waits for those that came in", async () => {
    const { workTogether } = await fresh();
    const waited: unknown[] = [];
    const wait = vi.spyOn(Atomics, "wait").mockImplementation((_, at, active) => {
      waited.push([at, active, state[IS_OPEN]]);
      state[ACTIVE]--;
      return "ok";
    });
    workTogether(
      kernelsOf(() => {
        state[ACTIVE] = 2;
      }),
      "attend",
      7,
      [8, 9],
    );
    wait.mockRestore();
    expect(waited).toEqual([
      [ACTIVE, 2, 0],
      [ACTIVE, 1, 0],
    ]);
  });
});

describe("the helper", () => {
  /** Runs the text of the helper until it waits for the second time, and returns what it did. */
  function run(text: typeof HELPER): unknown[] {
    const done: unknown[] = [];
    const env = { memory };
    const engine = {
      Instance: class {
        readonly exports = {
          attend: (...given: number[]) => done.push(["attend", ...given, state[ACTIVE]]),
          multiply: (...given: number[]) => done.push(["multiply", ...given, state[ACTIVE]]),
          multiplySingles: (...given: number[]) => done.push(["multiplySingles", ...given, state[ACTIVE]]),
        };
        constructor(module: unknown, imports: unknown) {
          expect([module, imports]).toEqual(["module", { env }]);
        }
      },
    };
    const meeting = {
      load: (at: Int32Array, field: number) => at[field],
      add: (at: Int32Array, field: number, by: number) => (at[field] += by),
      sub: (at: Int32Array, field: number, by: number) => (at[field] -= by),
      notify: (_: Int32Array, field: number) => done.push(["notify", field, state[ACTIVE]]),
      wait(at: Int32Array, field: number, seen: number) {
        done.push(["wait", field, seen]);
        if (seen > 0) throw new Error("seen enough");
        at[field]++;
      },
    };
    const helper = new Function("WebAssembly", "Atomics", `return ${text}`)(engine, meeting);
    expect(() => helper({ module: "module", memory, meeting: MEETING })).toThrow("seen enough");
    return done;
  }

  test.each([
    ["attend", 0],
    ["multiply", 1],
    ["multiplySingles", 2],
  ])("waits for work, joins to %s, tells that it is done, and waits for more", async (kind, number) => {
    const { HELPER: text } = await fresh();
    state.set([0, 1, 0, 7, 9, number]);
    expect(run(text)).toEqual([
      ["wait", GENERATION, 0],
      [kind, 7, 9, 1],
      ["notify", ACTIVE, 0],
      ["wait", GENERATION, 1],
    ]);
  });

  test("finds the door closed where it came late", async () => {
    const { HELPER: text } = await fresh();
    state.set([0, 0, 0, 7, 9, 0]);
    expect(run(text)).toEqual([
      ["wait", GENERATION, 0],
      ["notify", ACTIVE, 0],
      ["wait", GENERATION, 1],
    ]);
  });
});
