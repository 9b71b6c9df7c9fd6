import { describe, expect, test } from "vitest";
import { settleAnswers } from "../../../src/check/answers.js";
import { type Check, checkAnswers, type Demands } from "../../../src/check/check.js";
import { conventionOf } from "../../../src/check/convention.js";
import { maxDifference } from "../../../src/check/judgement.js";
import { MISTAKES } from "../../../src/check/mistakes/registry.js";
import { SLIPS } from "../../../src/check/mistakes/slips.js";
import { withOptions } from "../../../src/errors.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { recordAttend } from "../../support/record.js";
import { refusal } from "../../support/refusal.js";
import { typedAnswers } from "../../support/typed-answers.js";

// What is said of a whole sheet, from one query or two with a few keys.

const column = (...numbers: number[]) => matrixFromRows(numbers.map((number) => [number]));

/** An attention whose scores are query · key, at a scale of 1 unless another is given. */
function homeworkOf(
  query: number[],
  key: number[],
  { settings = {}, value = key.map((_, row) => row) } = {},
) {
  const matrices = { query: column(...query), key: column(...key), value: column(...value) };
  const problem = { matrices, settings: { scale: 1, ...settings } };
  return { trace: recordAttend(problem), problem, record: recordAttend };
}

type Typed = Readonly<Record<string, string>>;
const ONE = homeworkOf([1], [1, 2, 3]);
const check = (typed: Typed, homework = ONE, demands?: Demands): Check =>
  checkAnswers(homework, typedAnswers(typed), demands);
const ids = ({ diagnosis }: Check) => diagnosis.map(({ mistake }) => mistake.id);

// e^1 : e^2 : e^3 is 0.090 : 0.245 : 0.665; the output 0.245 + 2 · 0.665 = 1.575.
const WEIGHTS = "0.090 0.245 0.665";

describe("the verdict of a sheet", () => {
  test("that is right has nothing else to say", () => {
    const checked = check({ weights: WEIGHTS, output: "1.575" });
    expect(checked).toMatchObject({ verdict: "agrees", diagnosis: [], findings: [], lacking: [] });
    expect([checked.firstWrongStep, checked.way]).toEqual([undefined, undefined]);
    expect(checked.steps[0]).toMatchObject({ id: "weights", verdict: "agrees", wrong: [] });
    expect(maxDifference(checked.steps[0])).toBeLessThan(5e-4);
    expect(checked.verdict).toMatch(/^agrees/);
  });

  test("that is right but for rounding is passed", () => {
    // From weights of 0.1, 0.2 and 0.7 the output is 0.2 + 1.4 = 1.6.
    const checked = check({ weights: "0.1 0.2 0.7", output: "1.600" });
    expect(checked.verdict).toBe("agrees-rounded");
    expect(checked.verdict).toMatch(/^agrees/);
  });

  test("that is wrong is not", () => {
    const checked = check({ weights: "0.090 0.245 0.999" });
    expect(checked.verdict).toBe("differs");
    expect(checked.firstWrongStep).toEqual({ scope: "", id: "weights" });
    expect(checked.steps[0].wrong).toEqual([2]);
    expect(checked.verdict).not.toMatch(/^agrees/);
  });

  test("that says nothing, or not what it had to, is unanswered", () => {
    const blank = check({ weights: "- - -" });
    expect(blank.verdict).toBe("unanswered");
    expect(blank.verdict).not.toMatch(/^agrees/);
    const lacking = check({ weights: WEIGHTS }, ONE, { require: ["weights", "output"] });
    expect(lacking.verdict).toBe("unanswered");
    expect(lacking.lacking).toEqual([{ scope: "", id: "output" }]);
    expect(check({ weights: "0.090 - 0.665" }, ONE, { require: ["weights"] }).lacking).toHaveLength(1);
    expect(check({ weights: WEIGHTS }, ONE, { require: ["weights"] })).toMatchObject({
      ...{ verdict: "agrees", lacking: [] },
    });
    // A blank beside a right answer is no fault, unless it was asked for.
    expect(check({ weights: WEIGHTS, output: "-" }).verdict).toBe("agrees");
    // What is wrong is wrong, whatever is lacking.
    expect(check({ weights: "0.1 0.1 0.1" }, ONE, { require: "all" }).verdict).toBe("differs");
  });

  test("counts the digits alone where that is asked", () =>
    expect(check({ weights: "0.1 0.2 0.7", output: "1.600" }, ONE, { strict: true }).verdict).toBe(
      "differs",
    ));
});

describe("what is certain is told", () => {
  test("not where a mistake explains the sheet", () => {
    // The scores themselves, which do not add up to 1.
    const checked = check({ weights: "1.000 2.000 3.000" });
    expect(ids(checked)).toEqual(["softmax-missing"]);
    expect(checked.findings).toEqual([]);
  });

  test("where weights are guessed, and of wrong steps alone", () => {
    const checked = check({ scores: "1 2 3", weights: "0.10 0.65 0.35" });
    expect(ids(checked)).toEqual(["softmax-guessed"]);
    expect(checked.diagnosis[0]).toMatchObject({ step: "weights", explains: 3, of: 3 });
    expect(checked.findings).toEqual([
      "In row 0 of Weights, the sum is 1.1, not 1.",
      "In row 0 of Weights, key 2 has a larger score than key 1, but a smaller weight.",
    ]);
  });
});

describe("other ways that are as right", () => {
  /** Of a sheet that is right in another way, which, and what is said of it. */
  const wayOf = (typed: Typed, homework = ONE) => {
    const { verdict, way, diagnosis, findings } = check(typed, homework);
    if (way) expect([diagnosis, findings]).toEqual([[], []]);
    return [verdict, way?.id, way?.text];
  };

  test("e^x of scores less their maximum", () => {
    // e^−2 = 0.135, e^−1 = 0.368, e^0 = 1; then of e^−1, e^−2.5, e^0.5 times e^−0.5 another constant.
    const text = "e^x was computed from scores minus a constant per row, which gives the same weights.";
    const taken = ["agrees", "exponentials-shifted", text];
    expect(wayOf({ exponentials: "0.135 0.368 1.000", weights: WEIGHTS })).toEqual(taken);
    // Two rows, whose largest scores are 3 and −1, and which are shifted otherwise.
    const two = homeworkOf([1, -1], [1, 2, 3]);
    const weights = `${WEIGHTS}; 0.665 0.245 0.090`;
    expect(wayOf({ exponentials: "0.135 0.368 1.000; 1.000 0.368 0.135", weights }, two)).toEqual(taken);
    expect(wayOf({ exponentials: "0.135 0.368 1.000; 2.000 0.736 0.271", weights }, two)).toEqual(taken);
    // A row that is blank where it is largest is as it should be: e^−1, e^−2, e^−3.
    expect(wayOf({ exponentials: "0.135 0.368 1.000; - 0.135 0.050", weights }, two)).toEqual(taken);
    // Most cells say which constant it was: another cell is a slip.
    const slipped = check({ exponentials: "0.135 0.368 2.000", weights: WEIGHTS });
    expect([slipped.verdict, slipped.diagnosis[0].cells?.map(({ col }) => col)]).toEqual(["differs", [2]]);
  });

  test("scores with a constant a row, told by the cells that are answered", () => {
    const text = "A constant was added to rows of the scores, which does not change the softmax.";
    const taken = ["agrees", "row-constant", text];
    expect(wayOf({ scores: "11.0 12.0 13.0", weights: WEIGHTS })).toEqual(taken);
    expect(wayOf({ scores: "- 12.0 13.0", weights: WEIGHTS })).toEqual(taken);
    expect(wayOf({ scores: "- 12.0 13.0", output: "1.575" })).toEqual(taken);
    // Beside a slip only a known constant is believed: the largest score.
    const slipped = check({ scores: "-2.0 -1.0 0.5", weights: WEIGHTS });
    expect([slipped.verdict, slipped.diagnosis[0].cells?.map(({ col }) => col)]).toEqual(["differs", [2]]);
    expect(check({ scores: "11.0 12.0 13.5", weights: WEIGHTS }).way).toBeUndefined();
    // Another one in each row, and none in a row that is blank.
    const two = homeworkOf([1, 2], [1, 2, 3]);
    const weights = `${WEIGHTS}; 0.016 0.117 0.867`;
    expect(wayOf({ scores: "11.0 12.0 13.0; - 3.0 5.0", weights }, two)).toEqual(taken);
    expect(wayOf({ scores: "11.0 12.0 13.0; - - -", weights }, two)).toEqual(taken);
    // Behind keys that are blocked: query 1 sees keys 0 and 1.
    const causal = homeworkOf([1, 2], [1, 2, 3], { settings: { causal: true, align: "top-left" } });
    const masked = "11.0 -Infinity -Infinity; 12.0 14.0 -Infinity";
    expect(wayOf({ "masked-scores": masked, weights: "1.000 0 0; 0.119 0.881 0" }, causal)).toEqual(taken);
  });

  test("only where weights or an output confirm it", () => {
    expect(wayOf({ scores: "11.0 12.0 13.0" })[0]).toBe("differs");
    expect(wayOf({ scores: "11.0 12.0 13.0", exponentials: "2.72 7.39 20.09" })[0]).toBe("differs");
  });

  test("but no constant is sought that takes 0.6, 0.5 and 0.4 to 5, 5 and 4", () => {
    // e : e : 1 is 0.422 : 0.422 : 0.155.
    const scores = { scores: "5 5 4", weights: "0.422 0.422 0.155" };
    expect(wayOf(scores, homeworkOf([1], [0.6, 0.5, 0.4]))[0]).toBe("differs");
  });

  // Scores 1 −4 and 1 −4, causal: row 0 weighs 1 0, row 1 e^1 : e^−4, 0.993 and 0.007.
  const causal = homeworkOf([1, 1], [1, -4], { settings: { causal: true } });
  const weights = "1.000 0.000; 0.993 0.007";
  const unmasked = "1.000 -4.000; 1.000 -4.000";

  test("a mask behind the softmax, and rows made whole again", () => {
    const text =
      "The mask was applied after the softmax, and the rows were divided by their new sum, which gives the same result.";
    const exponentials = "2.718 0.018; 2.718 0.018";
    expect(wayOf({ "masked-scores": unmasked, exponentials, weights }, causal)).toEqual([
      ...["agrees", "mask-after-softmax-renormalised", text],
    ]);
  });

  test("but not where a right answer speaks against it", () => {
    // 0.0 is nearer to the e^−∞ of a masked score than to 0.018, which rounds to it, too.
    const exponentials = "2.7 0.0; 2.7 0.0";
    expect(wayOf({ "masked-scores": unmasked, exponentials, weights }, causal).slice(0, 2)).toEqual([
      ...["differs", undefined],
    ]);
  });

  test("blocked scores written as 0, and scores that are scaled at once", () => {
    expect(wayOf({ "masked-scores": "1.000 0; 1.000 -4.000", weights }, causal)).toEqual([
      ...["agrees", "blocked-written-as-zero"],
      "Blocked scores are written as 0, but the softmax left them out, which is right.",
    ]);
    const halves = homeworkOf([1], [2, 4, 6], { settings: { scale: 0.5 } });
    expect(wayOf({ scores: "1.0 2.0 3.0", weights: WEIGHTS }, halves)).toEqual([
      ...["agrees", "scores-scaled", "The scores are scaled at once, which gives the same result."],
    ]);
  });
});

describe("a sheet that masks at another step", () => {
  const masking = (maskFill: string) => homeworkOf([1, 1], [1, 2], { settings: { causal: true, maskFill } });
  const masked = "1.0 -Infinity; 1.0 2.0";
  const powers = "2.7 0; 2.7 7.4";

  test("is told how the other does it", () => {
    expect(
      check({ "masked-scores": masked, weights: "1 0; 0.27 0.73" }, masking("multiply-exp")).way?.text,
    ).toBe("Blocked scores were set to −∞ instead of their e^s to 0, which gives the same weights.");
    expect(
      check({ "masked-exponentials": powers, weights: "1 0; 0.27 0.73" }, masking("neg-inf")).way?.text,
    ).toBe("e^s was set to 0 in blocked cells instead of the score to −∞, which gives the same weights.");
  });

  test("is refused by the steps of the run, where it fits neither", () => {
    const refused = (typed: Typed, maskFill: string) => {
      const error = refusal(() => check(typed, masking(maskFill)));
      return [error?.code, error?.message];
    };
    const unknown = (name: string) => ["UNKNOWN_STEP", `There is no step "${name}" in this run.`];
    // A fill that has no other way; the other way in another shape; a step of neither.
    expect(refused({ "masked-exponentials": powers }, "replace:-1e9")).toEqual(
      unknown("masked-exponentials"),
    );
    expect(refused({ "masked-scores": "1 2 3" }, "multiply-exp")).toEqual(unknown("masked-scores"));
    expect(refused({ frobs: "1", "masked-scores": masked }, "multiply-exp")).toEqual(unknown("frobs"));
    expect(refused({ weights: "1 2 3" }, "multiply-exp")[0]).toBe("SHAPE_MISMATCH");
    // Two answers to a step of the other way.
    const twice = { "masked-scores": masked, "Masked Scores": "1.0 0; 1.0 2.0" };
    expect(refused(twice, "multiply-exp")[0]).toBe("DUPLICATE_KEY");
  });
});

describe("the option with which a sheet is right", () => {
  const convention = (
    settings: Readonly<Record<string, string | number>>,
    typed: Typed,
    asFunction = false,
  ) => {
    const homework = homeworkOf([1], [1, 2, 3], { settings: { scale: 0.25 } });
    const mistake = { ...MISTAKES[0], convention: asFunction ? () => settings : settings };
    const found = conventionOf(
      homework,
      { mistake, altered: homework.trace },
      settleAnswers(homework.trace, typedAnswers(typed)),
    );
    return found && withOptions(found);
  };

  test("is told as it is typed", () => {
    expect(convention({ scale: 1 }, { weights: WEIGHTS })).toBe("--scale 1");
    expect(convention({ scale: 1 }, { weights: WEIGHTS }, true)).toBe("--scale 1");
    expect(convention({ scale: 1, maskFill: "neg-inf" }, { weights: WEIGHTS })).toBe(
      "--scale 1 --mask-fill neg-inf",
    );
  });

  test("whatever stands in steps that are not taken with it", () =>
    expect(convention({ scale: "none" }, { "scaled-scores": "9 9 9", weights: WEIGHTS })).toBe(
      "--scale none",
    ));

  test("also where it is right but for rounding", () =>
    expect(convention({ scale: 1 }, { weights: "0.1 0.2 0.7", output: "1.600" })).toBe("--scale 1"));

  test("is none where the sheet is not right with it, or nothing can be", () => {
    expect(convention({ scale: 2 }, { weights: WEIGHTS })).toBeUndefined();
    expect(convention({ scale: 1 }, { weights: WEIGHTS, output: "9.999" })).toBeUndefined();
    expect(convention({ scoring: "additive" }, { weights: WEIGHTS })).toBeUndefined();
  });
});

describe("what is named", () => {
  // 1·4 + 2·5 + 3·6 = 32, 7·4 + 8·5 + 0·6 = 68, and with 1 1 1: 6 and 15.
  const matrices = {
    query: matrixFromRows([
      [1, 2, 3],
      [7, 8, 0],
    ]),
    key: matrixFromRows([
      [4, 5, 6],
      [1, 1, 1],
    ]),
    value: column(1, 2),
  };
  const problem = { matrices, settings: { scale: 0.1 } };
  const products = { trace: recordAttend(problem), problem, record: recordAttend };

  test("is a slip in a cell or some, with its arithmetic", () => {
    const checked = check({ scores: "22 6; 68 15" }, products);
    expect(ids(checked)).toEqual(["slip-product-dropped"]);
    const [{ step, explains, of, cells, mistake }] = checked.diagnosis;
    expect([step, explains, of, mistake.formula]).toEqual(["scores", 1, 1, "S = Q Kᵀ"]);
    expect(cells?.map(({ row, col, step }) => [row, col, step.id])).toEqual([[0, 0, "scores"]]);
    expect(cells?.[0].arithmetic.kind).toBe("sum");
    const several = check({ scores: "12 6; 68 -1" }, products);
    expect(ids(several)).toEqual(["slip-product-sign"]);
    expect(several.diagnosis[0].cells?.map(({ row, col }) => [row, col])).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  test("is the last of the slips where the cell alone is wrong", () => {
    expect(ids(check({ scores: "33 6; 68 15" }, products))).toEqual(["slip-cell"]);
    expect(SLIPS.map(({ id }) => id)).toEqual([
      ...[
        "slip-cells-swapped",
        "row-bent",
        "slip-sign",
        "slip-product-dropped",
        "slip-product-sign",
        "slip-digits-swapped",
        "slip-decimal-point",
        "slip-cell",
      ],
    ]);
  });

  test("is every slip of a step, each as what it is", () => {
    // One dropped product, and 61 of which nothing is known.
    expect(ids(check({ scores: "22 6; 61 15" }, products))).toEqual(["slip-product-dropped", "slip-cell"]);
  });

  test("is no slip in more than three cells, unless rows were bent", () => {
    // Every cell without a product: 28, 5, 40, 7.
    expect(ids(check({ scores: "28 5; 40 7" }, products))).toEqual(["step-not-followed"]);
    expect(ids(check({ scores: "28 5; 40 15" }, products))).toEqual(["slip-product-dropped"]);
  });

  test("counts what follows from a slip", () => {
    // Scaled from 22: 2.2 where 3.2 is right. Another cell that follows from nothing does not count.
    const follows = check({ scores: "22 6; 68 15", "scaled-scores": "2.20 0.60; 6.80 1.50" }, products);
    expect(follows.diagnosis).toMatchObject([{ explains: 2, of: 2 }]);
    const astray = check({ scores: "22 6; 68 15", "scaled-scores": "2.20 0.60; 6.80 9.99" }, products);
    expect(astray.diagnosis[0]).toMatchObject({
      mistake: { id: "slip-product-dropped" },
      explains: 2,
      of: 3,
    });
  });

  test("is an output that does not come from the weights, where there are some, or from what was written before", () => {
    const wrong = { weights: WEIGHTS, output: "1.234" };
    expect(ids(check(wrong))).toEqual(["output-not-from-weights"]);
    expect(check(wrong).diagnosis).toMatchObject([{ step: "output", explains: 1, of: 1 }]);
    expect(ids(check({ output: "1.234" }))).toEqual(["step-not-followed"]);
    expect(ids(check({ scores: "1 2 3", output: "1.234" }))).toEqual(["step-not-followed"]);
  });

  test("is no such output where the weights are blank", () =>
    expect(ids(check({ weights: "- - -", output: "1.234" }))).toEqual(["step-not-followed"]));

  test("are weights that look guessed, with what follows from them; other steps do not", () => {
    // 0.65 + 2 · 0.35 = 1.35
    const guessed = check({ scores: "1 2 3", weights: "0.10 0.65 0.35", output: "1.350" });
    expect(guessed.diagnosis).toMatchObject([{ mistake: { id: "softmax-guessed" }, explains: 4, of: 4 }]);
    expect(ids(check({ scores: "0.10 0.65 0.35" }))).toEqual(["step-not-followed"]);
    expect(ids(check({ weights: "0.11 0.66 0.23" }))).toEqual(["step-not-followed"]);
  });

  test("are bent rows, in more than three cells", () => {
    const equal = homeworkOf([1, 1], [1, 1, 1, 1]);
    const bent = check({ weights: "0.27 0.25 0.25 0.23; 0.25 0.23 0.25 0.27" }, equal);
    expect(bent.diagnosis).toMatchObject([
      { mistake: { id: "row-bent", formula: "α_ij = e^(s_ij) / Σ_j e^(s_ij)" }, explains: 4, of: 4 },
    ]);
  });

  test("is what does not follow behind the first mistake", () => {
    const twice = homeworkOf([1], [2, 4, 6], { settings: { scale: 0.5 } });
    const scaled = { "scaled-scores": "2.00 4.00 6.00" };
    for (const later of [
      { weights: "0.11 0.66 0.23" },
      { output: "9.999" },
      { weights: "- - -", output: "9.999" },
    ]) {
      const found = ids(check({ ...scaled, ...later }, twice));
      expect(found[0]).toMatch(/^scale-/);
      expect(found.at(-1)).toBe("step-not-followed");
    }
    const right = check({ ...scaled, weights: "0.016 0.117 0.867", output: "9.999" }, twice);
    expect(ids(right).at(-1)).toBe("output-not-from-weights");
  });

  test("is a second mistake behind the first", () => {
    // The weights are the scores themselves; the output is none of theirs.
    const checked = check({ weights: "1.000 2.000 3.000", output: "1.234" });
    expect(ids(checked)).toEqual(["softmax-missing", "output-not-from-weights"]);
    expect(checked.diagnosis[1]).toMatchObject({ step: "output", explains: 1, of: 4 });
    // From the wrong scaled scores, not exponentiated: 1/6, 2/6, 3/6 of twice the scores.
    const twice = homeworkOf([1], [2, 4, 6], { settings: { scale: 0.5 } });
    const second = check({ "scaled-scores": "2.00 4.00 6.00", weights: "2.00 4.00 6.00" }, twice);
    // With d_k = 1 other scales are the same.
    expect([ids(second).at(0), ids(second).at(-1)]).toEqual(["scale-missing", "softmax-missing"]);
  });

  test("is the same in a run of layers", () => {
    const layers = ONE.trace.steps.map((step, at) =>
      at === 0 ? step : { ...step, scope: [{ kind: "layer", index: 0 }] },
    );
    const homework = { ...ONE, trace: { ...ONE.trace, steps: layers } };
    expect(ids(check({ weights: "1.000 2.000 3.000" }))).toEqual(["softmax-missing"]);
    expect(ids(check({ weights: "1.000 2.000 3.000" }, homework))).toEqual(["softmax-missing"]);
  });
});

describe("a sheet whose dS may be the gradient before or behind √d_k", () => {
  // One query 1 0, keys 1 0 and 0 1, values 1 and 0, dO = 1: α = 0.670, 0.330 and dα = 1, 0, so that δ = 0.670 and
  // dS′ = α (dα − δ) = 0.221, −0.221. Without δ it is 0.670, 0, and dQ = dS′ K / √2 = 0.474, 0.
  const matrices = {
    query: matrixFromRows([[1, 0]]),
    key: matrixFromRows([
      [1, 0],
      [0, 1],
    ]),
    value: column(1, 0),
    backward: column(1),
  };
  const problem = { matrices, settings: { scale: Math.SQRT1_2 } };
  const homework = { trace: recordAttend(problem), problem, record: recordAttend };
  const told = (typed: Typed) => {
    const { diagnosis, way } = check(typed, homework);
    return [way?.id, ...diagnosis.map(({ step, mistake: { id } }) => `${step} ${id}`)];
  };

  test("is read as the later steps take it", () =>
    expect(told({ "d-scores": "0.670 0", "d-query": "0.474 0" })).toEqual([
      ...["gradient-before-scale", "d-scaled-scores grad-row-dots-missing"],
    ]));

  test("is read as it is named where no later step tells", () => {
    expect(told({ "d-scores": "0.221 -0.221" })).toEqual([undefined, "d-scores grad-scale-missing"]);
    // dQ and dK come from it as they should from dS.
    const all = { "d-scores": "0.221 -0.221", "d-query": "0.221 -0.221", "d-key": "0.221 0; -0.221 0" };
    expect(told(all)).toEqual([undefined, "d-scores grad-scale-missing"]);
  });
});
