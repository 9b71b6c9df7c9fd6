import { expect, test } from "vitest";
import { type DumpedArray, npzOf } from "../../../../support/array-files.js";
import { createRandom } from "../../../../support/random.js";
import { runCli } from "../../../../support/run-cli.js";

// Operands that are read from elsewhere, or with other numbers, in a part of their keys or columns. None of these mistakes is listed: they are
// found as an operand, a way to read it, and a part. The kernel is plain loops.

const [H, N, D] = [2, 32, 8];
const random = createRandom(31);
const draw = () => Float64Array.from({ length: H * N * D }, () => Math.fround(4 * random() - 2));
const given = { q: draw(), k: draw(), v: draw() };
type Operand = keyof typeof given;

/** The number that is read for one cell of an operand. */
type Read = (
  cell: (head: number, row: number, col: number) => number,
  h: number,
  i: number,
  c: number,
) => number;

function attend(reads: Partial<Record<Operand, Read>>): Float64Array {
  const usual: Read = (cell, h, i, c) => cell(h, i, c);
  const [q, k, v] = (["q", "k", "v"] as const).map(
    (name) => (h: number, i: number, c: number) =>
      (reads[name] ?? usual)((head, row, col) => given[name][(head * N + row) * D + col], h, i, c),
  );
  const made = new Float64Array(H * N * D);
  for (let h = 0; h < H; h++)
    for (let i = 0; i < N; i++) {
      let total = 0;
      const sums = new Float64Array(D);
      for (let j = 0; j <= i; j++) {
        let score = 0;
        for (let c = 0; c < D; c++) score += q(h, i, c) * k(h, j, c);
        const power = Math.exp(score / Math.sqrt(D));
        total += power;
        for (let c = 0; c < D; c++) sums[c] += power * v(h, j, c);
      }
      for (let c = 0; c < D; c++) made[(h * N + i) * D + c] = Math.fround(sums[c] / total);
    }
  return made;
}

const PAGES = [2, 0, 3, 1];

test.each<readonly [reads: Partial<Record<Operand, Read>>, mistake: string, said: object]>([
  [
    { k: (cell, h, i, c) => cell(c < 4 ? h : 1 - h, i, c) },
    "kv-head-other",
    { which: "keys alone", columns: "4–7" },
  ],
  [
    { k: (cell, h, i, c) => cell(i < 12 ? h : 1 - h, i, c) },
    "kv-head-other",
    { which: "keys alone", keys: "12–31" },
  ],
  [
    { q: (cell, h, i, c) => (c % 2 === 0 ? -1 : 1) * cell(h, i, c) },
    "function-surplus",
    { function: "−x", columns: "every second, from 0" },
  ],
  [
    { k: (cell, h, i, c) => cell(h, i, c ^ 1) },
    "storage-misread",
    { which: "keys alone", column: "c xor 1" },
  ],
  [
    { q: (cell, h, i, c) => cell(h, (i + N - 1) % N, c) },
    "storage-misread",
    { which: "queries alone", place: "i − 1 around the end" },
  ],
  [
    { v: (cell, h, i, c) => cell(h, i >= 9 ? i - 9 : i, c) },
    "tile-repeated",
    { which: "values alone", read: "j − 9", keys: "9–31" },
  ],
  [
    { k: (cell, h, i, c) => cell(h, 8 * PAGES[Math.floor(i / 8)] + (i % 8), c) },
    "tile-repeated",
    { which: "keys alone", tile: 8, pages: "2, 0, 3, 1" },
  ],
  [
    { v: (cell, h, i, c) => cell(h, (i + 8) % N, c) },
    "value-tiles-swapped",
    { tile: 8, pages: "each 1 further on, the last ones from the start" },
  ],
  [
    { v: (cell, h, i, c) => (i >= 5 && i < 12 ? 0 : cell(h, i, c)) },
    "keys-read-as-zeros",
    { which: "values alone", keys: "5–11" },
  ],
  [
    // A page of 8 rows of both heads, of which the numbers are (row, head) and were read as (head, row).
    {
      v(cell, h, i, c) {
        const place = 8 * h + (i % 8);
        return cell(place % 2, i - (i % 8) + Math.floor(place / 2), c);
      },
    },
    "axes-misread",
    { which: "values alone", "in each": 8 },
  ],
])("what is read wrongly is told with its place: case %#", async (reads, mistake, said) => {
  const shape = [1, H, N, D];
  const array = (data: Float64Array): DumpedArray => ({ shape, type: "float32", data });
  const { q, k, v } = given;
  const { stdout } = await runCli(["check", "dump.npz", "--causal", "--axes", "bhsd", "--json"], {
    given: { "dump.npz": npzOf({ q: array(q), k: array(k), v: array(v), o: array(attend(reads)) }) },
  });
  const { diagnosis } = JSON.parse(stdout).check;
  expect(diagnosis).toEqual([
    expect.objectContaining({ mistake, parameters: expect.objectContaining(said) }),
  ]);
});
