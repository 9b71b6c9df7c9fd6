import { describe, expect, test } from "vitest";
import {
  drawCase,
  isOfKeys,
  judgeCase,
  KERNEL_BUGS,
  type KernelCase,
  readKeysOf,
  type Verdict,
} from "../support/kernel-cases.js";

// A seeded sample of bench/kernels.js: dumps of kernels of plain loops, right and wrong, in five types and every form.
// How a dump was made says what is right.

const LARGEST = 100;
const isRight = ({ verdict }: Verdict) => verdict === "agrees" || verdict === "agrees-rounded";

const judgeAll = async (cases: readonly KernelCase[]) => {
  const judged: { readonly one: KernelCase; readonly found: Verdict }[] = [];
  for (const one of cases) judged.push({ one, found: await judgeCase(one) });
  return judged;
};

describe("dumps of kernels", () => {
  test("no right one is rejected", async () => {
    const judged = await judgeAll(
      Array.from({ length: 100 }, (_, index) => drawCase(50_000 + index, undefined, LARGEST)),
    );
    const rejected = judged.filter(({ found }) => found.exitCode !== 0 || !isRight(found));
    expect(rejected.map(({ one, found }) => `${one.name}: ${found.verdict} ${found.stderr}`)).toEqual([]);
  }, 120_000);

  test("no wrong one is accepted, and 95 % are named", async () => {
    const cases = KERNEL_BUGS.map((bug, index) => drawCase(60_000 + index, bug, LARGEST)).filter(
      ({ isVisible }) => isVisible,
    );
    expect(cases.length).toBeGreaterThan(0.9 * KERNEL_BUGS.length);
    const judged = await judgeAll(cases);
    const accepted = judged.filter(({ found }) => found.exitCode !== 1 || isRight(found));
    expect(accepted.map(({ one, found }) => `${one.name}: ${found.verdict} ${found.stderr}`)).toEqual([]);
    const named = judged.filter(({ one, found }) => one.id !== undefined && found.named.includes(one.id));
    expect(named.length / judged.length).toBeGreaterThanOrEqual(0.95);
  }, 120_000);

  test("the keys that a row used are read off in 98 % of the rows that used a range", () => {
    const read = KERNEL_BUGS.flatMap((bug, index) =>
      isOfKeys(bug.bug)
        ? [70_000, 80_000].map((seed) => readKeysOf(drawCase(seed + index, bug, LARGEST)))
        : [],
    );
    const count = (of: (one: (typeof read)[number]) => number) => read.reduce((sum, one) => sum + of(one), 0);
    const rows = count((one) => one.rows);
    expect(rows).toBeGreaterThan(500);
    expect(count((one) => one.near) / rows).toBeGreaterThanOrEqual(0.98);
  }, 120_000);
});
