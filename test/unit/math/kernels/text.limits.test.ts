import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

// When the kernels of texts are loaded, and how much they hold. Each test loads them anew, as a new process does.

type Kernels = NonNullable<ReturnType<typeof import("../../../../src/math/kernels/text.js").loadTextKernels>>;

const fresh = {
  text: () => import("../../../../src/math/kernels/text.js"),
  scan: () => import("../../../../src/math/kernels/scan.js"),
  write: () => import("../../../../src/math/kernels/write.js"),
};

beforeEach(() => vi.resetModules());
afterEach(() => vi.unstubAllGlobals());

describe("loading", () => {
  test("happens once, when somebody asks", async () => {
    const { areTextKernelsLoaded, loadTextKernels } = await fresh.text();
    expect(areTextKernelsLoaded()).toBe(false);
    const kernels = loadTextKernels();
    expect(kernels?.bytes.buffer).toBe(kernels?.memory.buffer);
    // No text is in memory yet.
    expect(kernels?.held).toEqual({ bytes: new Uint8Array(), start: 0 });
    expect(areTextKernelsLoaded()).toBe(true);
    expect(loadTextKernels()).toBe(kernels);
  });

  test("is tried once where the engine cannot compile them", async () => {
    let tried = 0;
    vi.stubGlobal("WebAssembly", {
      Module: class {
        constructor() {
          tried++;
          throw new Error("no vectors");
        }
      },
    });
    const { areTextKernelsLoaded, loadTextKernels } = await fresh.text();
    expect([loadTextKernels(), loadTextKernels()]).toEqual([undefined, undefined]);
    expect(areTextKernelsLoaded()).toBe(false);
    expect(tried).toBe(1);
  });

  test("a text is scanned by them from 16 KB on", async () => {
    const { scannerFor } = await fresh.scan();
    expect(scannerFor(16 * 1024 - 1)).toBeUndefined();
    expect(scannerFor(16 * 1024)).toBeDefined();
    expect(scannerFor(16 * 1024 - 1)).toBeUndefined();
  });

  test("numbers are written by them from 4096 on, and from 128 on once they are there", async () => {
    const { formatterFor } = await fresh.write();
    expect(formatterFor(4095)).toBeUndefined();
    const kernels = formatterFor(4096);
    expect(kernels).toBeDefined();
    expect(formatterFor(128)).toBe(kernels);
    expect(formatterFor(127)).toBeUndefined();
  });
});

async function loaded(): Promise<Kernels> {
  const kernels = (await fresh.text()).loadTextKernels();
  if (!kernels) throw new Error("this engine has no 128-bit Wasm");
  return kernels;
}

test("a piece of a text stays where it is as long as enough of it lies ahead", async () => {
  // Lines of one digit each: line i, from byte 2 i on, contains i mod 10. A piece has 2¹⁸ bytes, half of it 2¹⁷.
  const bytes = Uint8Array.from({ length: 400_000 }, (_, at) => (at % 2 ? 10 : 48 + ((at / 2) % 10)));
  const kernels = await loaded();
  const { scanPlainLines } = await fresh.scan();
  const piece = 2 ** 18;
  const half = piece / 2;
  for (const [start, held] of [
    [0, 0],
    [half - 2, 0],
    [half, half],
    [200_000, half],
    // First the end is beyond half + piece, and then it is not.
    [piece, piece],
    [399_990, piece],
    // Back to bytes that are no longer in memory.
    [piece - 2, piece - 2],
  ]) {
    const { numbers, rows, end } = scanPlainLines(kernels, bytes, start, 1, 44);
    expect([start, kernels.held.start]).toEqual([start, held]);
    expect(numbers[0]).toBe((start / 2) % 10);
    expect(numbers.at(-1)).toBe((start / 2 + rows - 1) % 10);
    expect(end).toBe(start + 2 * rows);
    expect(end).toBeLessThanOrEqual(Math.min(bytes.length, held + piece));
  }
  // Other bytes at the same place.
  expect(scanPlainLines(kernels, Uint8Array.of(55, 10), 0, 1, 44).numbers).toEqual(Float64Array.of(7));
  expect(kernels.held.start).toBe(0);
});

test("as many numbers are written at a time as have room beside their words", async () => {
  // 0x70000 bytes hold 2048 numbers, but not with 300 bytes after each: with 2 · 300 + 40 per number there is room for
  // 716.
  const kernels = await loaded();
  const { writeNumbers } = await fresh.write();
  const [betweenCells, nan] = [" ".repeat(300), "n".repeat(300)];
  const words = { betweenCells, betweenRows: "\n", nan, infinity: "i", minusInfinity: "m" };
  const chunks = [...writeNumbers(kernels, new Float64Array(2000).fill(Number.NaN), 2000, words)];
  expect(chunks.map((chunk) => Buffer.from(chunk).toString()).join("")).toBe(
    Array.from({ length: 2000 }, () => nan).join(betweenCells),
  );
  expect(chunks).toHaveLength(3);
  const short = [
    ...writeNumbers(kernels, new Float64Array(4096), 1, { ...words, betweenCells: ",", nan: "n" }),
  ];
  expect(short).toHaveLength(2);
});
