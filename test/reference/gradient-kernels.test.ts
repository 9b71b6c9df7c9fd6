import { describe, expect, test } from "vitest";
import {
  drawRightGradients,
  drawWrongGradients,
  GRADIENT_BUGS,
  type GradientCase,
  type GradientVerdict,
  judgeGradients,
} from "../support/gradient-cases.js";

// A seeded sample of bench/gradient-kernels.js: backward passes in plain loops, right and wrong, in five types. How a
// dump was made says what is right.

const isRight = ({ verdict }: { readonly verdict: string }) => verdict.startsWith("agrees");

const judgeAll = async <Case extends GradientCase>(cases: readonly Case[]) => {
  const judged: { readonly one: Case; readonly found: GradientVerdict }[] = [];
  for (const one of cases) judged.push({ one, found: await judgeGradients(one) });
  return judged;
};

describe("gradients of kernels", () => {
  test("none of 200 right ones is rejected", async () => {
    const judged = await judgeAll(Array.from({ length: 60 }, (_, at) => drawRightGradients(50_000 + at, 80)));
    const gradients = judged.flatMap(({ found }) => found.steps);
    expect(gradients.length).toBeGreaterThan(200);
    const rejected = judged.filter(({ found }) => found.exitCode !== 0 || !isRight(found));
    expect(rejected.map(({ one, found }) => `${one.name}: ${found.verdict} ${found.stderr}`)).toEqual([]);
  }, 300_000);

  test("of wrong ones at most 2 % are accepted, at least 88 % are named, and none is named falsely", async () => {
    const cases = Object.keys(GRADIENT_BUGS)
      .map((id, at) => drawWrongGradients(60_000 + at, id, 64))
      .filter(({ isVisible }) => isVisible);
    expect(cases.length).toBeGreaterThan(0.9 * Object.keys(GRADIENT_BUGS).length);
    const judged = await judgeAll(cases);
    const accepted = judged.filter(({ found }) => found.exitCode !== 1 || isRight(found));
    expect(
      accepted.length / judged.length,
      accepted.map(({ one }) => one.name).join("\n"),
    ).toBeLessThanOrEqual(0.02);
    const named = judged.filter(({ one, found }) => one.id !== undefined && found.named.includes(one.id));
    expect(named.length / judged.length).toBeGreaterThanOrEqual(0.88);
    const falsely = judged.filter(
      ({ one, found }) => found.named.length > 0 && !found.named.includes(one.id ?? ""),
    );
    expect(falsely.map(({ one, found }) => `${one.name}: ${found.named}`)).toEqual([]);
  }, 300_000);
});
