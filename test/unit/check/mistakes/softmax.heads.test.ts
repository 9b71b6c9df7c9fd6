import { expect, test } from "vitest";
import { mistakeCalled } from "../../../../src/check/mistakes/registry.js";
import { UNCHANGED } from "../../../../src/check/person/changes.js";
import { Numbers } from "../../../../src/check/person/numbers.js";
import { sourcesOf } from "../../../../src/check/solution.js";
import { model } from "../../../../src/index.js";
import { keyOf, type Trace } from "../../../../src/trace/trace.js";
import { MODEL_EXAMPLES } from "../../../support/model-examples.js";

/** A recording for people to read, as the check takes it. */
const recorded = (name: string) => {
  const [, given] = MODEL_EXAMPLES.filter(([example]) => example === name)[0];
  return model(given, { ids: [3, 1, 2] }) as Trace;
};

test.each(["gpt2", "bert", "llama"])("over the heads of each layer of %s alone", (name) => {
  const trace = recorded(name);
  const [altered] = mistakeCalled("softmax-over-heads").apply({
    trace,
    problem: { matrices: {}, settings: {} },
    record: () => trace,
  });
  const numbers = new Numbers(sourcesOf(altered), UNCHANGED);
  const weights = altered.steps.filter(({ role }) => role === "weights");
  // Two layers of two heads.
  expect(weights.length).toBe(4);
  for (const layer of ["layer 0", "layer 1"]) {
    const heads = weights.map(keyOf).filter((key) => key.startsWith(`${layer}/`));
    expect(heads.length).toBe(2);
    const [first, second] = heads.map((key) => numbers.of(key));
    const right = weights.filter((step) => keyOf(step) === heads[0])[0];
    // e₀/(e₀ + e₁) and e₁/(e₀ + e₁) add up to 1 in every cell that is not masked, where both are 0.
    for (const [index, value] of first.data.entries()) {
      const isBlocked = value === 0 && second.data[index] === 0;
      if (!isBlocked) expect(value + second.data[index]).toBeCloseTo(1, 12);
    }
    expect(right.inputs.every((key) => key.startsWith(`${layer}/`))).toBe(true);
  }
});
