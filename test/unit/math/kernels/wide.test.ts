import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

// A stand-in for the process records the flags that V8 gets.

const WORK = 2 ** 28;
let flags: string[];

/** Loads the module as a process with this V8 and this processor does. */
async function wideOf(v8 = "13.6.233.10-node.28", arch = "x64") {
  const setFlagsFromString = (flag: string) => flags.push(flag);
  const getBuiltinModule = (name: string) => (name === "node:v8" ? { setFlagsFromString } : undefined);
  vi.stubGlobal("process", { arch, versions: { v8 }, getBuiltinModule });
  vi.resetModules();
  return import("../../../../src/math/kernels/wide.js");
}

beforeEach(() => {
  flags = [];
});
afterEach(() => vi.unstubAllGlobals());

const ON = "--experimental-wasm-revectorize";
const OFF = "--no-experimental-wasm-revectorize";

describe("vectors of 256 bits", () => {
  test.each(["13.6.233.10-node.28", "14.6.202.33-node.18"])(
    "are opened once for large work, by V8 %s",
    async (v8) => {
      const wide = await wideOf(v8);
      wide.allowWideVectors();
      expect(wide.openWideVectors(WORK)).toBe(true);
      expect(wide.openWideVectors(1)).toBe(true);
      expect(flags).toEqual([ON]);
    },
  );

  test("stay closed where nobody allowed them", async () => {
    const wide = await wideOf();
    expect(wide.openWideVectors(WORK)).toBe(false);
    expect(flags).toEqual([]);
  });

  test("stay closed for small work, and may be opened later", async () => {
    const wide = await wideOf();
    wide.allowWideVectors();
    expect(wide.openWideVectors(WORK - 1)).toBe(false);
    expect(flags).toEqual([]);
    expect(wide.openWideVectors(WORK)).toBe(true);
  });

  test.each([
    ["12.4.254.21-node.33", "x64"],
    ["113.6.1", "x64"],
    ["13.6.233.10-node.28", "arm64"],
  ])("stay closed with V8 %s on %s", async (v8, arch) => {
    const wide = await wideOf(v8, arch);
    wide.allowWideVectors();
    expect(wide.openWideVectors(WORK)).toBe(false);
    expect(flags).toEqual([]);
  });

  test("are closed where they were opened, and can be opened again", async () => {
    const wide = await wideOf();
    wide.closeWideVectors();
    expect(flags).toEqual([]);
    wide.allowWideVectors();
    wide.openWideVectors(WORK);
    wide.closeWideVectors();
    wide.closeWideVectors();
    expect(wide.openWideVectors(1)).toBe(false);
    expect(wide.openWideVectors(WORK)).toBe(true);
    expect(flags).toEqual([ON, OFF, ON]);
  });
});
