import { afterEach, describe, expect, test, vi } from "vitest";

describe("which work is worth the kernels", () => {
  afterEach(() => vi.unstubAllGlobals());

  /** The engine's WebAssembly, for which Node has no types. */
  const engine = (globalThis as unknown as { WebAssembly: Readonly<Record<string, unknown>> }).WebAssembly;
  const { Instance, Memory } = engine;
  const Module = engine.Module as new (bytes: Uint8Array) => object;

  /** Loads the modules anew, as before the first request for kernels. */
  async function fresh() {
    vi.resetModules();
    return import("../../../../src/math/kernels/instance.js");
  }

  test("2²¹ multiply-adds; 2¹⁶ of a product once they are there", async () => {
    const { kernelsFor, kernelsForProduct } = await fresh();
    expect(kernelsFor(2 ** 21 - 1)).toBeUndefined();
    expect(kernelsForProduct(2 ** 21 - 1)).toBeUndefined();
    const kernels = kernelsFor(2 ** 21);
    expect(kernels).toBeDefined();
    expect(kernelsForProduct(2 ** 16)).toBe(kernels);
    expect(kernelsForProduct(2 ** 16 - 1)).toBeUndefined();
    expect(kernelsFor(2 ** 21 - 1)).toBeUndefined();
  });

  test("none where the engine cannot compile them or has no memory for them", async () => {
    const { compileKernels, BUILDS } = await fresh();
    expect(compileKernels(Buffer.from("no module").toString("base64"))).toBeUndefined();
    expect(compileKernels(BUILDS.plain)).toMatchObject({ isWide: false });
    vi.stubGlobal("WebAssembly", {
      ...{ Module, Instance },
      Memory: class {
        constructor() {
          throw new RangeError("no memory");
        }
      },
    });
    expect(compileKernels(BUILDS.plain)).toBeUndefined();
    const { loadKernels: load } = await fresh();
    expect(load()).toBeUndefined();
  });

  test("plain ones, which round twice, where the relaxed cannot be compiled", async () => {
    let asked = 0;
    vi.stubGlobal("WebAssembly", {
      ...{ Instance, Memory },
      Module: class {
        constructor(bytes: Uint8Array) {
          if (asked++ === 0) throw new Error("no relaxed SIMD");
          // biome-ignore lint/correctness/noConstructorReturn: a stand-in for the class of the engine
          return new Module(bytes);
        }
      },
    });
    const { loadKernels: load } = await fresh();
    expect(load()?.exports.fuses()).toBe(0);
  });

  describe("relaxed ones, in an engine that compiles them", () => {
    const WIDE = "../../../../src/math/kernels/wide.js";
    afterEach(() => vi.doUnmock(WIDE));

    /** Loads kernels for this much work: with this `fuses`, and with or without 256-bit vectors. */
    async function loadFor(work: number | undefined, fuses: number, mayBeWide: boolean) {
      const compiled: string[] = [];
      const openWideVectors = vi.fn(() => mayBeWide);
      vi.doMock(WIDE, () => ({ openWideVectors }));
      // The module is not run, so any module will do: Node 20 cannot compile this one.
      vi.stubGlobal("WebAssembly", {
        Memory,
        Module: class {
          constructor(bytes: Uint8Array) {
            compiled.push(Buffer.from(bytes).toString("base64"));
          }
        },
        Instance: class {
          readonly exports = { fuses: () => fuses };
        },
      });
      const { loadKernels, BUILDS } = await fresh();
      return { kernels: loadKernels(work), openWideVectors, compiled, BUILDS };
    }

    test.each([
      [1, true, true],
      [1, false, false],
      [0, true, false],
      [0, false, false],
    ])("that fuse %d, where V8 %s opens wide vectors: wide %s", async (fuses, mayBeWide, isWide) => {
      const { kernels, openWideVectors, compiled, BUILDS } = await loadFor(2 ** 28, fuses, mayBeWide);
      expect(kernels?.isWide).toBe(isWide);
      expect(kernels?.exports.fuses()).toBe(fuses);
      expect(compiled).toEqual([BUILDS.relaxed]);
      // V8 gets no flags if the processor has no such vectors.
      expect(openWideVectors.mock.calls).toEqual(fuses ? [[2 ** 28]] : []);
    });

    test("are loaded for endless work where nobody says how much", async () => {
      const { openWideVectors } = await loadFor(undefined, 1, true);
      expect(openWideVectors).toHaveBeenCalledWith(Number.POSITIVE_INFINITY);
    });
  });
});
