import { describe, expect, test } from "vitest";
import { checkAnswers } from "../../../src/check/check.js";
import { findNamedStep } from "../../../src/check/step-names.js";
import { setting } from "../../../src/errors.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { typedDecimals } from "../../../src/math/written.js";
import {
  attendSheet,
  headSheet,
  type IntegerProblem,
  type Rows,
  randomProblem,
  type StepRows,
} from "../../support/homework.js";
import { recordAttend, recordMultihead } from "../../support/record.js";

const causal = (isCausal: boolean): IntegerProblem => ({
  ...randomProblem(3, 3, 4, false),
  settings: { causal: isCausal },
});

const problemOf = ({ matrices, settings }: IntegerProblem) => ({
  matrices: Object.fromEntries(Object.entries(matrices).map(([name, rows]) => [name, matrixFromRows(rows)])),
  settings,
});

/** Checks a sheet of numbers with three decimals against the problem. */
function check(given: IntegerProblem, sheet: StepRows = {}) {
  const problem = problemOf(given);
  return checkAnswers({ trace: recordAttend(problem), problem, record: recordAttend }, written(sheet));
}

function written(sheet: StepRows) {
  const cell = (value: number) => {
    const text = Number.isFinite(value) ? value.toFixed(3) : String(value);
    return { value: Number(text), decimals: typedDecimals(text) };
  };
  return Object.entries(sheet).map(([key, rows]) => {
    return { key, source: "sheet", rows: rows.map((row) => row.map(cell)) };
  });
}

const whole = (value: number) => ({ value, decimals: 0 });

const only = (sheet: StepRows | undefined, ...keys: string[]): StepRows =>
  Object.fromEntries(keys.flatMap((key) => (sheet?.[key] ? [[key, sheet[key]]] : [])));

const turned = (rows: Rows) => rows[0].map((_, col) => rows.map((row) => row[col]));

describe("two mistakes", () => {
  // Worked without the mask of the problem, and without the root.
  const sheet = attendSheet(causal(false), "scale-missing", 3);

  test.each([[["weights", "output"]], [["output"]]])("are named together from %j", (keys) => {
    const { diagnosis } = check(causal(true), only(sheet, ...keys));
    expect(diagnosis.map((found) => [found.mistake.id, found.with])).toEqual([
      ["scale-missing", "mask-missing"],
      ["mask-missing", "scale-missing"],
    ]);
    expect(diagnosis.map(({ explains, of }) => of - explains)).toEqual([0, 0]);
  });

  test("at different steps, both shown, are named one after the other", () => {
    // The scores are left as they are, then every key gets 1/3.
    const scores = attendSheet(causal(false), undefined, 3)?.scores ?? [];
    const weights = map(scores, () => 1 / 3);
    const { diagnosis } = check(causal(false), { scores, "scaled-scores": scores, weights });
    const ids = diagnosis.map(({ mistake }) => mistake.id);
    expect([ids.at(0), ids.at(-1)]).toEqual(["scale-missing", "softmax-uniform"]);
  });
});

const map = (rows: Rows, f: (value: number, row: number, col: number) => number): Rows =>
  rows.map((row, i) => row.map((value, j) => f(value, i, j)));

describe("a convention is named", () => {
  const given = causal(false);
  const { wq, wk, wv } = given.matrices;
  const withTurned = (matrices: Readonly<Record<string, Rows>>) => ({
    ...given,
    matrices: { ...given.matrices, ...matrices },
  });

  test("when every W was transposed", () => {
    const all = withTurned({ wq: turned(wq), wk: turned(wk), wv: turned(wv) });
    const [found] = check(given, attendSheet(all, undefined, 3)).diagnosis;
    expect([found.mistake.id, found.convention]).toEqual([
      "projection-transposed",
      `${setting("layout")} out-in`,
    ]);
  });

  test("not when one of them was", () => {
    const [found] = check(given, attendSheet(withTurned({ wk: turned(wk) }), undefined, 3)).diagnosis;
    expect([found.mistake.id, found.convention]).toEqual(["projection-transposed", undefined]);
  });
});

describe("other ways that are as right", () => {
  const given = causal(true);
  const right = attendSheet(given, undefined, 3) ?? {};
  const isBlocked = (row: number, col: number) => col > row;

  test.each([
    [
      "blocked-written-as-zero",
      { "masked-scores": map(right["masked-scores"], (value, i, j) => (isBlocked(i, j) ? 0 : value)) },
    ],
    [
      "mask-before-scaling",
      { scores: map(right.scores, (value, i, j) => (isBlocked(i, j) ? -Infinity : value)) },
    ],
    // d_k = 4: the masked scores are not divided by 2 yet.
    [
      "mask-before-scaling",
      {
        "masked-scores": map(right.scores, (value, i, j) => (isBlocked(i, j) ? -Infinity : value)),
        "scaled-scores": right["masked-scores"],
      },
    ],
    ["row-constant", { "masked-scores": map(right["masked-scores"], (value, row) => value + row + 1) }],
    // Half of q, d_k being 4, makes halves of the scores; they are not scaled again.
    [
      "query-scaled",
      { q: map(right.q, (value) => value / 2), scores: map(right.scores, (value) => value / 2) },
    ],
  ])("%s", (id, steps) => {
    const checked = check(given, { ...only(right, "weights", "output"), ...steps });
    expect([checked.verdict === "differs", checked.way?.id]).toEqual([false, id]);
  });

  test("scores of 1 and 0 that are right are no scaled queries: their root was forgotten", () => {
    // q = [1, 0], K = I, d_k = 2: e^1 / (e^1 + e^0) where e^(1/√2) / (e^(1/√2) + e^0) is right.
    const problem = {
      matrices: {
        query: matrixFromRows([[1, 0]]),
        key: matrixFromRows([
          [1, 0],
          [0, 1],
        ]),
      },
      settings: {},
    };
    const sheet = { scores: [[1, 0]], exponentials: [[Math.E, 1]], weights: [[0.731, 0.269]] };
    const answers = written(sheet).map((answer) =>
      answer.key === "scores" ? { ...answer, rows: [[whole(1), whole(0)]] } : answer,
    );
    const homework = { trace: recordAttend(problem), problem, record: recordAttend };
    const { verdict, diagnosis } = checkAnswers(homework, answers);
    expect([verdict, diagnosis[0]?.mistake.id]).toEqual(["differs", "scale-missing"]);
  });

  test("zeros for blocked scores are the mistake when the weights have them", () => {
    const { diagnosis } = check(given, attendSheet(given, "mask-zero-fill", 3));
    expect(diagnosis[0].mistake.id).toBe("mask-zero-fill");
  });
});

describe("a sheet that masks at another step", () => {
  // Two scores of 0 a row, causal: e^0 = 1, so that row 0 weighs 1, 0 and row 1 1/2, 1/2.
  const matrices = {
    scores: matrixFromRows([
      [0, 0],
      [0, 0],
    ]),
    value: matrixFromRows([[2], [4]]),
  };
  const masked = [
    [0, -Infinity],
    [0, 0],
  ];
  const powers = [
    [1, 0],
    [1, 1],
  ];
  const weights = [
    [1, 0],
    [0.5, 0.5],
  ];
  const mark = (maskFill: string, sheet: StepRows) => {
    const problem = { matrices, settings: { causal: true, maskFill } };
    return checkAnswers({ trace: recordAttend(problem), problem, record: recordAttend }, written(sheet));
  };
  const judged = (maskFill: string, sheet: StepRows) => {
    const { verdict, way, steps } = mark(maskFill, sheet);
    return [verdict, way?.id, ...steps.map((step) => `${step.id} ${step.verdict}`)];
  };

  test("−∞ in the scores, where the run has e^s times 0", () =>
    expect(judged("multiply-exp", { "masked-scores": masked, exponentials: powers, weights })).toEqual([
      ...["agrees", "scores-masked", "masked-scores agrees", "exponentials agrees", "weights agrees"],
    ]));

  test("e^s set to 0, where the run has −∞ in the scores", () =>
    expect(judged("neg-inf", { "masked-exponentials": powers, weights })).toEqual([
      ...["agrees", "exponentials-masked", "masked-exponentials agrees", "weights agrees"],
    ]));

  test("e^s of blocked cells written as 0 at once", () =>
    expect(judged("multiply-exp", { exponentials: powers, weights }).slice(0, 2)).toEqual([
      ...["agrees", "blocked-exponentials-left-out"],
    ]));

  test("is marked by the other steps when it is wrong, too", () => {
    const wrong = mark("multiply-exp", {
      "masked-scores": [
        [0, 0],
        [0, 0],
      ],
      weights: powers.map(() => [0.5, 0.5]),
    });
    expect(wrong.firstWrongStep).toEqual({ scope: "", id: "masked-scores" });
    // A score of 0 that stays 0 was not masked, was masked with 0, or the only blocked cell was taken for the next one's.
    expect(wrong.diagnosis.map(({ mistake }) => mistake.id)).toEqual([
      ...["mask-missing", "mask-off-by-one", "mask-zero-fill"],
    ]);
  });

  test("a step that no way of masking has is unknown", () =>
    expect(() => mark("multiply-exp", { "masked-logits": masked })).toThrow(
      'There is no step "masked-logits"',
    ));
});

describe("names of steps", () => {
  const trace = recordAttend(problemOf(causal(true)));
  test.each([
    ["S", "scores"],
    ["QK^T", "scores"],
    ["Scaled Scores", "scaled-scores"],
    ["QK^T/√d_k", "scaled-scores"],
    ["masked", "masked-scores"],
    ["exp", "exponentials"],
    ["A", "weights"],
    ["attention_weights", "weights"],
    ["softmax", "weights"],
    ["context", "output"],
    ["Queries", "q"],
  ])("%s is %s", (name, id) => expect(findNamedStep(trace, name, "sheet").id).toBe(id));

  test("one head needs no scope, several do; head1 is head 1", () => {
    const { matrices } = randomProblem(3, 3, 4, true);
    const record = (heads: number) =>
      recordMultihead({ ...problemOf({ matrices, settings: { causal: false, heads } }) });
    expect(findNamedStep(record(1), "A", "sheet")).toMatchObject({ key: "head 0/weights" });
    expect(findNamedStep(record(2), "head1.A", "sheet")).toMatchObject({ key: "head 1/weights" });
    expect(() => findNamedStep(record(2), "A", "sheet")).toThrow('There is no step "A"');
  });

  test("a word that means several steps is refused with what it may mean", () => {
    const hint = "Name the step: weights or output.";
    expect(() => findNamedStep(trace, "attention", "sheet")).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ hint }) }),
    );
  });
});

describe("what is said of a mistake", () => {
  // d_k = 2 and d_model = 4: the root of the one is the other.
  const narrow: IntegerProblem = {
    matrices: {
      x: [
        [1, 2, 0, 1],
        [0, 1, 1, 2],
      ],
      wq: [
        [1, 0],
        [0, 1],
        [1, 1],
        [0, 1],
      ],
      wk: [
        [0, 1],
        [1, 0],
        [1, 0],
        [1, 1],
      ],
      wv: [
        [1, 0],
        [0, 1],
        [1, 1],
        [1, 0],
      ],
    },
    settings: { causal: false },
  };

  test("two that are the same with these sizes are named with the sizes", () => {
    // q = [1 3; 1 4], k = [3 2; 4 2], scores [9 10; 11 12], divided by d_k = 2 or √d_model = √4.
    const { diagnosis, findings } = check(narrow, {
      "scaled-scores": [
        [4.5, 5],
        [5.5, 6],
      ],
    });
    expect(diagnosis.map(({ mistake }) => mistake.id)).toEqual(["scale-by-dk", "scale-by-sqrt-dmodel"]);
    expect(findings).toEqual([
      "Here d_k = 2 and √d_model = √4 = 2, so both mistakes give the same numbers; other sizes would tell them apart.",
    ]);
  });

  test("an output worked on with digits that are not shown follows from the wrong step", () => {
    // Row 0: α = 1 / (1 + e^0.5) = 0.37754 and 0.62246; v = [2 2; 3 2]: 2 + 0.62246 = 2.622.
    // Row 1 has the same difference of scores, and so the same weights.
    const { steps } = check(narrow, {
      "scaled-scores": [
        [4.5, 5],
        [5.5, 6],
      ],
      weights: [
        [0.378, 0.622],
        [0.378, 0.622],
      ],
      output: [
        [2.622, 2],
        [2.622, 2],
      ],
    });
    expect(steps.map(({ id, verdict }) => [id, verdict])).toEqual([
      ["scaled-scores", "differs"],
      ["weights", "follows"],
      ["output", "follows"],
    ]);
  });

  test("a projection is transposed where it was", () => {
    const given = causal(false);
    const { x, wk } = given.matrices;
    const k = x.map((row) => wk.map((weights) => weights.reduce((sum, w, at) => sum + w * row[at], 0)));
    const [found] = check(given, { k }).diagnosis;
    expect([found.mistake.id, found.step]).toEqual(["projection-transposed", "k"]);
  });

  test("many rows with the same fault are not told one by one", () => {
    const given = randomProblem(1, 8, 4, false);
    // Rows of 7 · 0.1 + 0.2, of which no mistake is known.
    const weights = Array.from({ length: 8 }, (_, i) =>
      Array.from({ length: 8 }, (_cell, j) => (j === i ? 0.3 : 0.1)),
    );
    const { findings } = check({ ...given, settings: { causal: false } }, { weights });
    expect(findings.filter((text) => text.includes("larger score")).length).toBeLessThanOrEqual(4);
    expect(findings.some((text) => /^\d more rows of Weights likewise\.$/.test(text))).toBe(true);
  });
});

describe("−∞ and what stands for it", () => {
  test("are the same when the run fills with −1e9", () => {
    const given = randomProblem(3, 2, 4, false);
    const problem = problemOf({ ...given, settings: { causal: true } });
    const settings = { ...problem.settings, maskFill: "replace:-1e9" };
    const homework = { trace: recordAttend({ ...problem, settings }), problem, record: recordAttend };
    const blank = { value: Number.NEGATIVE_INFINITY, decimals: 15 };
    const answers = [
      {
        key: "masked-scores",
        source: "sheet",
        rows: [
          [null, blank],
          [null, null],
        ],
      },
    ];
    expect(checkAnswers(homework, answers).verdict).toBe("agrees");
  });
});

test("a large layer rounded at every step is right by its output alone, however halves were rounded", () => {
  // A half that is rounded the other way moves later cells by more than one unit: quarters have many halves.
  const given = randomProblem(1, 32, 32, true);
  const quarters = (rows: Rows) => rows.map((row) => row.map((value) => value / 4));
  const matrices = Object.fromEntries(
    Object.entries(given.matrices).map(([name, rows]) => [name, quarters(rows)]),
  );
  const settings = { causal: false, heads: 4 };
  const problem = problemOf({ matrices, settings });
  const output = headSheet({ matrices, settings }, undefined, 3)?.output ?? [];
  const rows = output.map((row) => row.map((value) => ({ value: Number(value.toFixed(3)), decimals: 3 })));
  const homework = { trace: recordMultihead(problem), problem, record: recordMultihead };
  expect(checkAnswers(homework, [{ key: "output", source: "sheet", rows }]).verdict).toBe("agrees-rounded");
});

describe("a sheet in three significant digits", () => {
  // One key a column: e^5 = 148.41, e^3 = 20.09, e^-1 = 0.3679; their sum is 168.87, and the weights 0.8789, 0.1189, 0.002179.
  const problem = {
    matrices: { scores: matrixFromRows([[5, 3, -1]]), value: matrixFromRows([[1], [2], [4]]) },
    settings: {},
  };
  const homework = { trace: recordAttend(problem), problem, record: recordAttend };
  const mark = (sheet: Readonly<Record<string, readonly string[]>>) =>
    checkAnswers(
      homework,
      Object.entries(sheet).map(([key, row]) => ({
        ...{ key, source: "sheet" },
        rows: [row.map((text) => ({ value: Number(text), decimals: typedDecimals(text) }))],
      })),
    );

  test("is right: 148 is no more than three digits of 148.41, beside 20.1 and 0.368", () => {
    const sheet = { exponentials: ["148", "20.1", "0.368"], weights: ["0.879", "0.119", "0.00218"] };
    expect(mark(sheet).verdict).not.toBe("differs");
  });

  test("is wrong where a number is: 149, and 0.00229", () => {
    const sheet = { exponentials: ["149", "20.1", "0.368"], weights: ["0.879", "0.119", "0.00229"] };
    expect(mark(sheet).steps.map(({ id, wrong }) => [id, wrong])).toEqual([
      ["exponentials", [0]],
      ["weights", [2]],
    ]);
  });

  test("decimals are meant where all numbers have as many: 148 stands for 148.00 beside 20.09 and 0.37", () =>
    expect(mark({ exponentials: ["148", "20.09", "0.37"] }).verdict).toBe("differs"));
});

test("more digits may be kept than are shown", () => {
  // 7/√3 = 4.04145, kept as 4.041: e^4.041 = 56.883. From 4.04 as it is shown e^x is 56.826, from all digits 56.909.
  const matrices = {
    query: matrixFromRows([[7, 0, 0]]),
    key: matrixFromRows([[1, 0, 0]]),
    value: matrixFromRows([[1]]),
  };
  const problem = { matrices, settings: {} };
  const cell = (value: number) => [[{ value, decimals: 2 }]];
  const { steps } = checkAnswers({ trace: recordAttend(problem), problem, record: recordAttend }, [
    { key: "scaled-scores", source: "sheet", rows: cell(4.04) },
    { key: "exponentials", source: "sheet", rows: cell(56.88) },
  ]);
  expect(steps.map(({ verdict }) => verdict)).toEqual(["agrees", "agrees-rounded"]);
});

test("what follows from a wrong step does not speak for a mistake that spoils the step itself", () => {
  // Head 0 stands twice in the concatenation: the second half is as if the heads were reversed, the first is right.
  const given = randomProblem(3, 3, 4, true);
  const { "head 0/context": context = [] } = headSheet(given, undefined, 3) ?? {};
  const concat = context.map((row) => [...row, ...row]);
  const output = concat.map((row) =>
    given.matrices.wo[0].map((_, col) =>
      row.reduce((sum, value, at) => sum + value * given.matrices.wo[at][col], 0),
    ),
  );
  const problem = problemOf(given);
  const homework = { trace: recordMultihead(problem), problem, record: recordMultihead };
  const { firstWrongStep, diagnosis } = checkAnswers(homework, written({ concat, output }));
  expect(firstWrongStep?.id).toBe("concat");
  expect(diagnosis.map(({ mistake }) => mistake.id)).not.toContain("heads-reversed");
});
