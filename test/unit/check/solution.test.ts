import { describe, expect, test } from "vitest";
import {
  createSolution,
  type Finish,
  recordedNumbers,
  type Sources,
  shareBefore,
  shareUnaltered,
  sourcesOf,
} from "../../../src/check/solution.js";
import { mapCells, matrixFromRows } from "../../../src/math/matrix.js";
import { Graph } from "../../../src/trace/graph.js";
import { recordAttend } from "../../support/record.js";

// q = 1, K = 2, 3, scale ½: scores 2 and 3, scaled 1 and 1.5.

const KEY = matrixFromRows([[2], [3]]);

const record = () =>
  recordAttend({ matrices: { query: matrixFromRows([[1]]), key: KEY }, settings: { scale: 0.5 } });

const exactly: Finish = (matrix) => matrix;
/** As someone who adds 1 to each score. */
const oneMore: Finish = (matrix, { key }) => (key === "scores" ? mapCells(matrix, (x) => x + 1) : matrix);

/** Sources of which one step is done otherwise. */
function withOther(sources: Sources, key: string): Sources {
  return new Graph(
    sources.keys().flatMap((name) => sources.input(name) ?? []),
    [...sources.nodes()].map((node) => (node.key === key ? { ...node } : node)),
  );
}

describe("what was recorded", () => {
  test("are the inputs and the outputs of the steps, always the same ones", () => {
    const numbers = recordedNumbers(record());
    expect(numbers.used("key")).toBe(KEY);
    expect(numbers.used("scores")?.data).toEqual(Float64Array.of(2, 3));
    expect(numbers.computed("scaled-scores")?.data).toEqual(Float64Array.of(1, 1.5));
    expect(numbers.used("no such step")).toBeUndefined();
    expect(numbers.used("scores")).toBe(numbers.computed("scores"));
  });

  test("of a step whose numbers are not kept, too", () => {
    const trace = record();
    let looks = 0;
    const steps = trace.steps.map((step) => ({
      ...step,
      output: () => {
        looks++;
        return mapCells(step.output(), (x) => x);
      },
    }));
    const numbers = recordedNumbers({ ...trace, steps });
    expect(numbers.used("scores")).toBe(numbers.used("scores"));
    expect(looks).toBe(1);
  });
});

describe("a solution", () => {
  test("is worked out step by step, each finished before the next", () => {
    const numbers = createSolution(sourcesOf(record()), oneMore);
    expect(numbers.computed("scores")?.data).toEqual(Float64Array.of(2, 3));
    expect(numbers.used("scores")?.data).toEqual(Float64Array.of(3, 4));
    expect(numbers.used("scaled-scores")?.data).toEqual(Float64Array.of(1.5, 2));
  });

  test("uses an input as it is, which nothing computes", () => {
    const numbers = createSolution(sourcesOf(record()), oneMore);
    expect(numbers.used("key")).toBe(KEY);
    expect(numbers.computed("key")).toBeUndefined();
    expect(numbers.used("no such step")).toBeUndefined();
    expect(numbers.computed("no such step")).toBeUndefined();
  });

  test("works each step out once", () => {
    const finished: string[] = [];
    const finish: Finish = (matrix, { key }) => {
      finished.push(key);
      return matrix;
    };
    const numbers = createSolution(sourcesOf(record()), finish);
    numbers.used("scaled-scores");
    numbers.used("scaled-scores");
    expect(finished).toEqual(["scores", "scaled-scores"]);
    expect(numbers.computed("scores")).toBe(numbers.computed("scores"));
  });

  test("needs all that it uses", () => {
    const { steps } = record();
    const sources = new Graph([], steps);
    expect(() => createSolution(sources, exactly).used("scaled-scores")).toThrow(
      '"query" is used before it is recorded',
    );
  });
});

describe("what two solutions have in common", () => {
  const STEPS = ["scores", "scaled-scores", "exponentials"];

  function compare(altered: string, isSettled?: (key: string) => boolean) {
    const sources = sourcesOf(record());
    const before = createSolution(sources, exactly);
    const [shared] = shareUnaltered(withOther(sources, altered), [before], isSettled);
    const after = createSolution(withOther(sources, altered), exactly, [shared]);
    return {
      shared,
      used: STEPS.map((key) => after.used(key) === before.used(key)),
      computed: STEPS.map((key) => after.computed(key) === before.computed(key)),
    };
  }

  test("is all that does not depend on what is done otherwise", () => {
    const { shared, used, computed } = compare("scaled-scores");
    expect(computed).toEqual([true, false, false]);
    expect(used).toEqual([true, false, false]);
    expect(shared.isUsed("key")).toBe(true);
    expect(compare("exponentials").used).toEqual([true, true, false]);
    expect(compare("scores").used).toEqual([false, false, false]);
  });

  test("and what is used of a settled step, though it is computed otherwise", () => {
    const { shared } = compare("scaled-scores", (key) => key === "scaled-scores");
    expect(STEPS.map(shared.isUsed)).toEqual([true, true, true]);
    expect(STEPS.map(shared.isComputed)).toEqual([true, false, true]);
    const { computed } = compare("scaled-scores", (key) => key === "scaled-scores");
    expect(computed).toEqual([true, false, true]);
  });

  test("needs every input to be the same", () => {
    // The weights are made of exponentials and their sums.
    const sources = sourcesOf(record());
    const other = withOther(sources, "row-sums");
    const [shared] = shareUnaltered(other, [createSolution(sources, exactly)]);
    expect(["exponentials", "row-sums", "weights"].map(shared.isUsed)).toEqual([true, false, false]);
    expect(shared.isComputed("weights")).toBe(false);
  });

  test("before what someone answered is all, and what is computed there", () => {
    const numbers = createSolution(sourcesOf(record()), exactly);
    const [shared] = shareBefore(new Map([["scaled-scores", 0]]), [numbers]);
    expect(STEPS.map(shared.isUsed)).toEqual([true, false, false]);
    expect(STEPS.map(shared.isComputed)).toEqual([true, true, false]);
    expect(shared.isUsed("key")).toBe(true);
  });

  test("before what someone answered is only what all its inputs stand before", () => {
    // The weights are made of exponentials, which stand before the answered sums, and of the sums.
    const numbers = createSolution(sourcesOf(record()), exactly);
    const [shared] = shareBefore(new Map([["row-sums", 0]]), [numbers]);
    const keys = ["exponentials", "row-sums", "weights"];
    expect(keys.map(shared.isUsed)).toEqual([true, false, false]);
    expect(keys.map(shared.isComputed)).toEqual([true, true, false]);
  });
});
