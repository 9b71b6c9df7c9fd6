import { describe, expect, test } from "vitest";
import { alterSteps, besides } from "../../../../src/check/mistakes/alter.js";
import { ifPossible, mistakesAt, recordOther } from "../../../../src/check/mistakes/mistake.js";
import { type ErrorCode, UserError } from "../../../../src/errors.js";
import { keyOf } from "../../../../src/trace/trace.js";
import { type Given, homework } from "../../../support/mistaken.js";

const given: Given = ["attend", { query: "1 2; 0 1", key: "1 0; 1 1", settings: { causal: true } }];

describe("a problem worked with other settings", () => {
  test("keeps the others", () => {
    const other = recordOther(homework(given), { scale: "none" });
    expect(other?.steps.map(keyOf)).toContain("masked-scores");
    expect(other?.steps.map(keyOf)).not.toContain("scaled-scores");
  });

  test.each<[ErrorCode]>([
    ["BAD_VALUE"],
    ["USAGE"],
    ["MISSING_INPUT"],
    ["CONFLICTING_INPUTS"],
    ["SHAPE_MISMATCH"],
    ["ALIGNMENT_NEEDED"],
    ["EMPTY_ROW"],
  ])("is none where a recipe says %s", (code) =>
    expect(
      ifPossible(() => {
        throw new UserError(code, "no");
      }),
    ).toBeUndefined(),
  );

  test.each([new UserError("UNKNOWN_KEY", "no"), new RangeError("no")])(
    "any other error is one: %s",
    (error) =>
      expect(() =>
        ifPossible(() => {
          throw error;
        }),
      ).toThrow(error),
  );
});

test("a mistake is of the step and formula of its family, unless it says otherwise", () => {
  const own = { id: "one", title: "One.", fix: "None." };
  const make = mistakesAt("scores", "S = Q Kᵀ");
  const apply = () => [];
  expect(make({ ...own, apply })).toMatchObject({ ...own, step: "scores", formula: "S = Q Kᵀ" });
  expect(make({ ...own, apply, step: "weights", formula: "α" })).toMatchObject({
    step: "weights",
    formula: "α",
  });
});

describe("steps done otherwise", () => {
  const { trace } = homework(given);

  test("are none where no step is", () => expect(alterSteps(trace, () => undefined)).toEqual([]));

  test("stand behind what they are made of now, each once", () => {
    // Scores that are made of the weights are made behind them; what else they were made of before is not needed.
    const [altered] = alterSteps(trace, (step) =>
      step.id === "scores"
        ? { inputs: ["weight-sums"] }
        : step.id === "weights"
          ? { inputs: ["query", "key"] }
          : undefined,
    );
    const keys = altered.steps.map(keyOf);
    expect(keys.slice(0, 3)).toEqual(["weights", "weight-sums", "scores"]);
    expect([...keys].sort()).toEqual(trace.steps.map(keyOf).sort());
  });

  test("a step is looked for in the scope of another", () => {
    const heads = homework(["multihead", { x: "1 2 3 4", settings: { heads: 2 } }]).trace;
    const [, second] = heads.steps.filter(({ role }) => role === "weights");
    const beside = besides(heads, second, "scores");
    expect(beside && keyOf(beside)).toBe("head 1/scores");
    expect(besides(heads, second, "norm")).toBeUndefined();
  });
});
