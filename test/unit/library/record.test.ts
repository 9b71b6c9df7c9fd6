import { describe, expect, test } from "vitest";
import { attend, matrixOf, toRows } from "../../../src/index.js";
import { runCli } from "../../support/run-cli.js";

// A run means the same for a script as for the command line.

const given = {
  query: [
    [1, 0.1],
    [0.3, 1],
  ],
  key: [
    [1, 0],
    [0.2, 1],
    [0.5, 0.5],
  ],
  value: [[1], [0.7], [3]],
};

/** The weights that the command line prints. */
async function weightsOf(...options: readonly string[]) {
  const { stdout } = await runCli(["attend", JSON.stringify(given), ...options, "--json", "--quiet"]);
  return JSON.parse(stdout).weights;
}

describe("the arithmetic of a run", () => {
  test.each([
    [{ carry: "2" }, ["--carry", "2"]],
    [{ carry: "3s" }, ["--carry", "3s"]],
    [{ carry: "1", carrySteps: ["scores"] }, ["--carry", "1", "--carry-steps", "scores"]],
    [{ dtype: "bfloat16" }, ["--dtype", "bfloat16"]],
    [{ dtype: "float16", dtypeScores: true }, ["--dtype", "float16", "--dtype-scores"]],
  ] as const)("%j", async (settings, options) => {
    const exact = toRows(matrixOf(attend(given), "weights"));
    const weights = toRows(matrixOf(attend(given, settings), "weights"));
    expect(weights).toEqual(await weightsOf(...options));
    expect(weights).not.toEqual(exact);
  });

  test("of two roundings one would be lost", () => {
    expect(() => attend(given, { carry: "2", dtype: "float32" })).toThrow("as a machine does");
  });
});

describe("the conventions of a library", () => {
  test.each(["torch", "flash"] as const)("%s", async (as) => {
    const { stdout } = await runCli([
      "attend",
      JSON.stringify(given),
      "--causal",
      "--align",
      "top-left",
      "--as",
      as,
      "--json",
    ]);
    const { output } = JSON.parse(stdout).libraries[0];
    const own = attend(given, { causal: true, align: "top-left", as });
    expect(toRows(matrixOf(own, "output"))).toEqual(output);
  });
  test("flash-attention aligns a causal mask with the last query", () => {
    const causal = { causal: true, align: "top-left" } as const;
    expect(toRows(matrixOf(attend(given, { ...causal, as: "flash" }), "weights"))).toEqual(
      toRows(matrixOf(attend(given, { causal: true, align: "bottom-right" }), "weights")),
    );
  });
  test("that is not known, or whose call cannot work it, is refused", () => {
    expect(() => attend(given, { as: "tensorfow" as "torch" })).toThrow('conventions of "tensorfow"');
    expect(() => attend(given, { as: "flash", scoring: "cosine" })).toThrow("cannot compute this");
  });
});

describe("a setting that changes nothing", () => {
  test("is a warning, in the words of a script", () => {
    expect(attend(given, { align: "top-left" }).warnings).toEqual([
      "align changes nothing here: it is about causal, a window or local scoring",
    ]);
  });
});
