import { describe, expect, test } from "vitest";
import { compareScoring, matrixOf, toRows } from "../../src/index.js";

// Footnote 4 of Vaswani et al. 2017: components of mean 0 and variance 1 give q·k the variance d_k. What that does to
// a softmax over 16 keys is theory too: the gap of the two largest of 16 normal numbers grows with √d_k.

const trace = compareScoring({}, { sweep: "d_k=2..512" });
const [scaled, dot] = [0, 1];
const norms = toRows(matrixOf(trace, "sweep/jacobian-norm"));

describe("d_k from 2 to 512, 16 keys, 1000 samples", () => {
  test("the variance of q·k is d_k within sampling error", () => {
    // Var(mean of 1000 values of ‖q‖²) gives a relative error of √(2/(1000·d_k)) ≤ 3.2 %; the keys add at most √(2/(20·16·d_k))
    // where few are drawn (d_k ≥ 128: below 1 %). 4 standard errors.
    for (const [found, theory] of toRows(matrixOf(trace, "sweep/dot-variance"))) {
      expect(Math.abs(found / theory - 1)).toBeLessThan(0.13);
    }
  });
  test("unscaled, the Jacobian falls from about 0.31 to below 0.001", () => {
    expect(norms[0][dot]).toBeGreaterThan(0.28);
    expect(norms[0][dot]).toBeLessThan(0.34);
    expect(norms[8][dot]).toBeLessThan(0.001);
  });
  test("scaled, it stays near 0.3", () => {
    for (const row of norms) expect(Math.abs(row[scaled] - 0.3)).toBeLessThan(0.025);
  });
  test("the finding says so in one sentence", () => {
    expect(trace.facts.finding.value).toMatch(/^From d_k = 2 to 512 .*saturates.*divided by √d_k it stays/);
  });
  test("Britz et al. stand beside it", () => {
    expect(toRows(matrixOf(trace, "sweep/published-bleu")).at(-1)).toEqual([18.22, 22.1]);
  });
});

test("d_k = 2 alone cannot show it, and the finding says so", () => {
  const { facts } = compareScoring({}, { sweep: "d_k=2" });
  expect(facts.finding.value).toContain("d_k = 2 alone cannot show the purpose of scaling");
});

test("the temperature √d_k is the scale 1/√d_k", () => {
  const cold = compareScoring({}, { sweep: "temperature=8", scorings: ["dot"], sampleSize: 64, samples: 50 });
  const small = compareScoring({}, { sweep: "scale=0.125", scorings: ["dot"], sampleSize: 64, samples: 50 });
  expect(matrixOf(cold, "sweep/entropy")).toBeCloseToMatrix(matrixOf(small, "sweep/entropy"));
});

test("more keys, more even weights; a low softcap keeps the gradient", () => {
  const keys = toRows(
    matrixOf(compareScoring({}, { sweep: "n=2..64", samples: 200 }), "sweep/largest-weight"),
  );
  expect(keys[0][scaled]).toBeGreaterThan(keys[5][scaled]);
  const capped = toRows(
    matrixOf(compareScoring({}, { sweep: "softcap=1,50", samples: 200 }), "sweep/jacobian-norm"),
  );
  expect(capped[0][dot]).toBeGreaterThan(capped[1][dot]);
});
