import { describe, expect, test } from "vitest";
import { checkDump, type Dumped, type DumpRules } from "../../../../src/check/machine/check-dump.js";
import { reproduces } from "../../../../src/check/machine/diagnose.js";
import type { FloatName } from "../../../../src/check/machine/float-names.js";
import { FLOAT_TYPES, roundTo } from "../../../../src/check/machine/float-types.js";
import { judgeTarget } from "../../../../src/check/machine/judge-target.js";
import { KERNEL_MISTAKES } from "../../../../src/check/machine/mistakes/registry.js";
import { attentionsOf, findTarget } from "../../../../src/check/machine/target.js";
import { mistakeCalled } from "../../../../src/check/mistakes/registry.js";
import { judge as judgeArrays } from "../../../../src/index.js";
import { createMatrix, type Matrix, mapCells } from "../../../../src/math/matrix.js";
import { createRandom } from "../../../../src/math/random.js";
import { type Bug, type Machine, runKernel } from "../../../support/machines.js";
import { recordAttend } from "../../../support/record.js";

// Dumps of the kernel of plain loops in test/support/machines.ts: causal, 34×8.

const [N, D] = [34, 8];
const random = createRandom(31);
const draw = (cols = D) => createMatrix(N, cols, () => Math.fround(random.normal()));
const GIVEN = { query: draw(), key: draw(), value: draw() };
const CAUSAL = (i: number, j: number) => j <= i;
const NEXT = (i: number, j: number) => j <= i + 1;
const machine = (compute: FloatName, stored: FloatName = compute): Machine => ({ compute, stored, tile: 0 });

interface Kernel {
  readonly matrices?: typeof GIVEN;
  readonly bias?: Matrix;
  readonly bug?: Bug;
}
const outputOf = (allows: typeof CAUSAL, how: Machine, { matrices = GIVEN, bias, bug }: Kernel = {}) => {
  const { query, key, value } = matrices;
  const scale = 1 / Math.sqrt(D);
  const problem = {
    query: [query],
    key: [key],
    value: [value],
    scale,
    allows,
    ...(bias && { bias: [bias] }),
  };
  return runKernel(problem, how, bug).output[0];
};

const homeworkOf = (matrices: Readonly<Record<string, Matrix>>) => {
  const problem = { matrices, settings: { causal: true } };
  return { trace: recordAttend(problem), problem, record: recordAttend };
};
const answerOf = (matrix: Matrix, more: Partial<Dumped> = {}): Dumped => ({
  ...{ key: "output", matrix, source: "dump", kept: "float32" },
  ...more,
});
function judge(answer: Dumped, rules: DumpRules = {}, matrices: Readonly<Record<string, Matrix>> = GIVEN) {
  const { steps, diagnosis } = checkDump([{ homework: homeworkOf(matrices), answers: [answer] }], rules);
  return { step: steps[0], diagnosis, ids: diagnosis.map(({ mistake: { id } }) => id) };
}

const right = outputOf(CAUSAL, machine("float32"));

const reportOf = (key: string, matrix: Matrix, coarser: ReadonlySet<FloatName> = new Set()) => {
  const homework = homeworkOf(GIVEN);
  const attentions = attentionsOf(homework.trace);
  const target = findTarget(attentions, { key, matrix, source: "dump" });
  const precision = { compute: "float32", stored: "float32", from: "values", roundsInputs: false } as const;
  return judgeTarget(target, {
    homework,
    attentions,
    precision,
    likely: [],
    keyRules: [],
    skipsLastResorts: false,
    coarser,
  });
};

describe("an answer that is right", () => {
  test("has no place and no mistake", () => {
    const { step, diagnosis } = judge(answerOf(right));
    expect([step.verdict, step.wrong, step.of, step.nonFinite, diagnosis]).toEqual([
      "agrees",
      0,
      N * D,
      0,
      [],
    ]);
    expect(step.rounding).toEqual({
      ...{ compute: "float32", stored: "float32", roundsInputs: false, roundsScores: false },
    });
    for (const name of ["where", "keysUsed", "firstNonFinite"]) expect(step).not.toHaveProperty(name);
  });

  test("speaks against the mistakes that would have given another one", () => {
    const report = reportOf("output", right);
    expect([report.step.verdict, report.named, report.replayed]).toEqual(["agrees", [], []]);
    const speaksAgainst = (id: string) => {
      const mistake = KERNEL_MISTAKES.find((one) => one.id === id);
      const { homework, output } = report.output ?? {};
      return mistake && homework && output && !reproduces(homework, output, mistake);
    };
    expect(speaksAgainst(mistakeCalled("mask-off-by-one").id)).toBe(true);
    expect(speaksAgainst("scale-missing")).toBe(true);
    // There is no bias that could be missing: it cannot have been made.
    expect(speaksAgainst("bias-missing")).toBe(true);
    // Backwards the values of the last row are others.
    expect(speaksAgainst("values-reversed")).toBe(true);
  });

  test("may be so by scores that were rounded", () => {
    // Scores so large that rounding them is seen.
    const matrices = { ...GIVEN, query: mapCells(GIVEN.query, (value) => 8 * value) };
    const got = outputOf(CAUSAL, { ...machine("bfloat16"), roundsScores: true }, { matrices });
    const { step, ids } = judge(answerOf(got, { kept: "bfloat16" }), { dtype: "bfloat16" }, matrices);
    expect([step.verdict, step.rounding.roundsScores, ids]).toEqual(["agrees-rounded", true, []]);
    expect(step).not.toHaveProperty("where");
  });

  test("speaks against none where it is no output", () => {
    const weights = homeworkOf(GIVEN).trace.steps.find(({ id }) => id === "weights");
    const report = reportOf("weights", weights?.output() ?? createMatrix(1, 1));
    expect(report.step.verdict).toBe("agrees");
    expect(report).not.toHaveProperty("speaksAgainst");
  });
});

describe("an answer that is less precise than was claimed", () => {
  test.each<[FloatName, readonly string[]]>([
    ["bfloat16", ["precision-bfloat16"]],
    // Which keep as many bits.
    ["float16", ["precision-tf32", "precision-float16"]],
  ])("%s", (compute, ids) => {
    const { step, diagnosis } = judge(answerOf(outputOf(CAUSAL, machine(compute, "float32"))));
    expect(step.verdict).toBe("less-precise");
    expect(diagnosis.map(({ mistake: { id } }) => id)).toEqual(ids);
    // What is off by more than float32 rounds is explained, and its place told.
    for (const { explains, of, step: id } of diagnosis) expect([explains, id]).toEqual([of, "output"]);
    expect(diagnosis[0].of).toBeGreaterThan(N);
    // Row 0 has a weight of 1 alone, which every type keeps.
    expect(step.where?.rows).toEqual([[1, N - 1]]);
    // By the way of rounding that explains it no cell is off.
    expect(step.wrong).toBe(0);
    expect(step).not.toHaveProperty("keysUsed");
  });

  test("tells the coarser type, so that the search is shorter in other outputs that it explains", () => {
    const coarse = outputOf(CAUSAL, machine("bfloat16", "float32"));
    expect(reportOf("output", coarse).coarser).toBe("bfloat16");
    const known = reportOf("output", coarse, new Set(["bfloat16"]));
    expect([known.step.verdict, known.coarser]).toEqual(["less-precise", "bfloat16"]);
    expect(reportOf("output", right)).not.toHaveProperty("coarser");
  });

  test("counts cells that printed digits leave open as right", () => {
    const coarse = outputOf(CAUSAL, machine("bfloat16", "float32"));
    const whole = judge(answerOf(coarse, { isPrinted: true, slack: new Float64Array(N * D) }));
    // 1 off is allowed in the rows before row 20.
    const slack = Float64Array.from({ length: N * D }, (_, at) => (at < 20 * D ? 1 : 0));
    const part = judge(answerOf(coarse, { isPrinted: true, slack }));
    expect([whole.step.verdict, part.step.verdict]).toEqual(["less-precise", "less-precise"]);
    expect(whole.step.where?.rows[0][0]).toBe(1);
    expect(part.step.where?.rows[0][0]).toBe(20);
    expect(part.diagnosis[0].of).toBeLessThan(whole.diagnosis[0].of * 0.6);
  });

  test("may be so because its inputs were rounded", () => {
    const round = (value: number) => roundTo(FLOAT_TYPES.bfloat16, value);
    const { query, key, value } = GIVEN;
    const matrices = {
      query: mapCells(query, round),
      key: mapCells(key, round),
      value: mapCells(value, round),
    };
    const { step, diagnosis } = judge(answerOf(outputOf(CAUSAL, machine("float32"), { matrices })));
    expect(step.verdict).toBe("less-precise");
    expect(diagnosis).toHaveLength(1);
    expect(diagnosis[0]).toMatchObject({
      mistake: { id: "inputs-rounded" },
      parameters: { type: "bfloat16", which: "all" },
    });
    expect(diagnosis[0].explains).toBe(diagnosis[0].of);
  });

  test("is wrong where a mistake explains it better", () => {
    // The next key would weigh e^−9 of what it weighs: the mistake is no larger than what bfloat16 rounds.
    const bias = createMatrix(N, N, (row, col) => (col === row + 1 ? -9 : 0));
    const got = outputOf(NEXT, machine("float32"), { bias });
    const { step, ids } = judge(answerOf(got), {}, { ...GIVEN, bias });
    expect(step.verdict).toBe("differs");
    expect(step.rounding.compute).toBe("float32");
    expect(ids).toEqual(["mask-off-by-one"]);
    expect(step.wrong).toBeGreaterThan(N);
    // By a tolerance it is right all the same.
    const loose = judge(answerOf(got), { tolerance: { atol: 0.01, rtol: 0 } }, { ...GIVEN, bias });
    expect(loose.step.verdict).toBe("agrees");
  });
});

describe("a wrong answer", () => {
  test("tells which mistakes were found by replay, to be tried first elsewhere", () => {
    const replayedOf = (...given: Parameters<typeof reportOf>) =>
      reportOf(...given).replayed.map(({ id }) => id);
    expect(replayedOf("output", outputOf(NEXT, machine("float32")))).toEqual(["mask-off-by-one"]);
    // A mistake of the log-sum-exp alone is made nowhere else.
    const lse = homeworkOf(GIVEN);
    const attentions = attentionsOf(lse.trace);
    const { logSumExp } = attentions.statistics(attentions.tasks[0]);
    const base2 = createMatrix(N, 1, (row) => Math.fround(logSumExp[row] * Math.LOG2E));
    expect(replayedOf("lse", base2)).toEqual([]);
    expect(reportOf("lse", base2).named.map(({ mistake: { id } }) => id)).toEqual(["lse-base-2"]);
    const coarse = outputOf(CAUSAL, machine("bfloat16", "float32"));
    expect([reportOf("output", coarse).step.verdict, replayedOf("output", coarse)]).toEqual([
      "less-precise",
      [],
    ]);
  });

  test("is told with its place, its keys and its mistake", () => {
    const { step, diagnosis } = judge(answerOf(outputOf(NEXT, machine("float32"))));
    expect(step).toMatchObject({ verdict: "differs", wrong: (N - 1) * D, where: { rows: [[0, N - 2]] } });
    expect(step.keysUsed).toMatchObject({ expected: "0…i", seen: "0…i+1" });
    expect(diagnosis).toHaveLength(1);
    expect(diagnosis[0]).toMatchObject({
      mistake: { id: "mask-off-by-one" },
      parameters: { sees: "the next key" },
    });
  });

  test("of a short type may have rounded scores or not", () => {
    const of = (roundsScores: boolean) =>
      judge(answerOf(outputOf(NEXT, { ...machine("bfloat16"), roundsScores }), { kept: "bfloat16" }), {
        dtype: "bfloat16",
      });
    for (const { step, ids } of [of(true), of(false)]) {
      expect([step.verdict, ids]).toEqual(["differs", ["mask-off-by-one"]]);
    }
  });

  test("tells the first cell that is lost", () => {
    const lost = { ...right, data: right.data.slice() };
    lost.data[5 * D + 3] = Number.NaN;
    lost.data[9 * D] = Infinity;
    const { step } = judge(answerOf(lost));
    expect(step).toMatchObject({ verdict: "differs", nonFinite: 2, firstNonFinite: [5, 3] });
    lost.data[0] = Number.NaN;
    expect(judge(answerOf(lost)).step.firstNonFinite).toEqual([0, 0]);
  });

  test("by a tolerance is searched for mistakes, too", () => {
    const got = outputOf(NEXT, machine("float32"));
    const { step, ids } = judge(answerOf(got), { tolerance: { atol: 0.001, rtol: 0 } });
    expect([step.verdict, ids]).toEqual(["differs", ["mask-off-by-one"]]);
    // Scores of a short type may be rounded, whatever the tolerance.
    const short = judge(answerOf(right), { tolerance: { atol: 1, rtol: 0 }, dtype: "bfloat16" });
    expect(short.step.rounding).toMatchObject({ compute: "bfloat16", roundsScores: true });
  });

  test("of a projection keeps from how many columns it was projected", () => {
    const identity = createMatrix(D, D, (row, col) => (row === col ? 1 : 0));
    const matrices = { x: GIVEN.query, wq: identity, wk: identity, wv: identity };
    const rounding = { compute: "float32", roundsInputs: true, projectedFrom: D };
    const rules: readonly DumpRules[] = [{}, { tolerance: { atol: 0.001, rtol: 0 } }];
    for (const rule of rules) {
      const { step } = judge(answerOf(draw()), rule, matrices);
      expect(step).toMatchObject({ verdict: "differs", rounding });
    }
    const { step } = judge(answerOf(right), { tolerance: { atol: 1, rtol: 0 } });
    expect(step.rounding.projectedFrom).toBeUndefined();
  });

  test("of dropped weights is told with how many were dropped", () => {
    // A weight becomes 0 with probability ¼, and 4/3 of itself otherwise.
    const dropped = createRandom(4);
    const weights: Bug["weights"] = (scores) =>
      scores.map((row) => {
        const most = Math.max(...row);
        const powers = row.map((score) => Math.exp(score - most));
        const sum = powers.reduce((total, power) => total + power, 0);
        return powers.map((power) => (dropped.uniform() < 0.25 ? 0 : (power / sum / 3) * 4));
      });
    const got = outputOf(CAUSAL, machine("float32"), { bug: { name: "dropout", weights } });
    const { step, diagnosis } = judge(answerOf(got));
    expect(step.verdict).toBe("differs");
    expect(diagnosis).toHaveLength(1);
    const [{ mistake, parameters, explains, of }] = diagnosis;
    expect(mistake.id).toBe("dropout-left-on");
    const probability = Number(/^about (0\.\d+)$/.exec(String(parameters?.p))?.[1]);
    // 34 rows tell it to about a quarter.
    expect(probability).toBeGreaterThan(0.18);
    expect(probability).toBeLessThan(0.34);
    expect(of).toBe(step.wrong);
    expect(explains).toBeGreaterThan(0.98 * of);
  });

  test("of which nothing is known has no mistake", () => {
    expect(judge(answerOf(draw())).ids).toEqual([]);
    const weights = judge(
      answerOf(
        createMatrix(N, N, () => 0.5),
        { key: "weights" },
      ),
    );
    expect([weights.step.id, weights.step.verdict, weights.ids]).toEqual(["weights", "differs", []]);
    expect(weights.step.where?.columns).toBe("all");
  });
});

test.each([
  ["whose squares overflow", 1e200],
  ["whose squares vanish", 1e-200],
])("values %s are judged as others are", async (_, size) => {
  // Equal keys weigh the values 1, 2, 3 and 6 alike: 3. In the first column all are as usual.
  const q = { data: new Float64Array(4), shape: [1, 4, 1] };
  const v = { data: Float64Array.of(1, size, 2, 2 * size, 3, 3 * size, 6, 6 * size), shape: [1, 4, 2] };
  const judged = (factor: number) => {
    const data = Float64Array.from({ length: 8 }, (_value, at) => (at % 2 === 0 ? 3 : 3 * factor * size));
    return judgeArrays({ q, k: q, v }, { o: { data, shape: [1, 4, 2] } });
  };
  expect((await judged(1)).verdict).toBe("agrees");
  expect((await judged(1 + 1e-12)).verdict).not.toBe("agrees");
  expect((await judged(1.5)).verdict).toBe("differs");
});
