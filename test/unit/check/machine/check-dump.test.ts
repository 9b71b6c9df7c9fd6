import { describe, expect, test } from "vitest";
import {
  checkDump,
  type Dumped,
  type DumpedBatch,
  type DumpRules,
} from "../../../../src/check/machine/check-dump.js";
import type { FloatName } from "../../../../src/check/machine/float-names.js";
import { createMatrix, type Matrix, mapCells, matrixFromRows } from "../../../../src/math/matrix.js";
import { createRandom } from "../../../../src/math/random.js";
import type { Trace } from "../../../../src/trace/trace.js";
import { type Bug, type Machine, runKernel } from "../../../support/machines.js";
import { recordAttend, recordMultihead } from "../../../support/record.js";

// Dumps of the kernel of plain loops in test/support/machines.ts, right and wrong.

const [N, D] = [12, 4];
const random = createRandom(11);
const draw = (rows = N, cols = D) => createMatrix(rows, cols, () => Math.fround(random.normal()));

const CAUSAL = (i: number, j: number) => j <= i;
const NEXT = (i: number, j: number) => j <= i + 1;

interface Inputs {
  readonly query: Matrix;
  readonly key: Matrix;
  readonly value: Matrix;
}
const drawInputs = (rows = N): Inputs => ({ query: draw(rows), key: draw(rows), value: draw(rows) });

const FLOAT32: Machine = { compute: "float32", stored: "float32", tile: 0 };

/** What a kernel makes of one attention. */
function kernel(
  { query, key, value }: Inputs,
  allows = CAUSAL,
  machine = FLOAT32,
  bug?: Bug,
  scale = 1 / Math.sqrt(D),
) {
  const problem = { query: [query], key: [key], value: [value], scale, allows };
  const { output, logSumExp } = runKernel(problem, machine, bug);
  return { output: output[0], logSumExp: logSumExp[0] };
}

function attend(matrices: Inputs, settings: object = { causal: true }) {
  const problem = { matrices, settings };
  return { trace: recordAttend(problem), problem, record: recordAttend };
}

const answer = (
  key: string,
  matrix: Matrix,
  kept: FloatName = "float32",
  more: Partial<Dumped> = {},
): Dumped => ({
  ...{ key, matrix, source: "dump", kept },
  ...more,
});

const one = drawInputs();
const check = (
  answers: readonly Dumped[],
  rules: DumpRules = {},
  homework: DumpedBatch["homework"] = attend(one),
) => checkDump([{ homework, answers }], rules);

describe("the verdict", () => {
  const right = kernel(one);
  const rounded: Machine = { compute: "bfloat16", stored: "bfloat16", tile: 0, roundsScores: true };
  const short = { ...FLOAT32, compute: "bfloat16" } as const;
  // Scores of some size, so that rounding them is seen.
  const large = { ...one, query: mapCells(one.query, (value) => 8 * value) };

  test("is that of the answer that is worst", () => {
    const verdictOf = (...answers: readonly Dumped[]) => {
      const { verdict, steps, judgedAs } = check(answers);
      expect(judgedAs).toBe("machine");
      return [verdict, ...steps.map((step) => step.verdict)];
    };
    const [output, lse] = [answer("output", right.output), answer("lse", right.logSumExp)];
    const coarse = answer("output", kernel(one, CAUSAL, short).output);
    const wrong = answer(
      "lse",
      mapCells(right.logSumExp, (value) => value + 1),
    );
    expect(verdictOf(output, lse)).toEqual(["agrees", "agrees", "agrees"]);
    expect(verdictOf(lse, coarse)).toEqual(["less-precise", "agrees", "less-precise"]);
    expect(verdictOf(wrong, coarse, output)).toEqual(["differs", "differs", "less-precise", "agrees"]);
  });

  test("may be that scores were rounded", () => {
    const made = kernel(large, CAUSAL, rounded);
    const checked = check([answer("output", made.output, "bfloat16")], { dtype: "bfloat16" }, attend(large));
    expect(checked.verdict).toBe("agrees-rounded");
    expect(checked.steps[0].rounding).toMatchObject({ compute: "bfloat16", roundsScores: true });
  });

  test("is of some answer", () => expect(() => check([])).toThrow("there is no answer to check"));
});

describe("the precision", () => {
  const output = kernel(one).output;
  test.each<[string, Dumped, DumpRules, object]>([
    [
      "is that of the values",
      answer("o", output),
      {},
      { compute: "float32", stored: "float32", from: "values" },
    ],
    ["is what an option says", answer("o", output), { dtype: "tf32" }, { compute: "tf32", from: "option" }],
    // 1/2 + 2^−8 needs all bits of bfloat16, which says nothing where it was printed.
    [
      "is of text what it is said to be in",
      answer(
        "o",
        mapCells(output, () => 0.50390625),
        "float32",
        { isPrinted: true },
      ),
      {},
      { stored: "float32" },
    ],
    [
      "is that of the values for a short answer, too: it was cut",
      answer(
        "o",
        mapCells(output, () => 0.50390625),
      ),
      {},
      { stored: "float32" },
    ],
  ])("%s", (_, given, rules, precision) => expect(check([given], rules).precision).toMatchObject(precision));

  test("of the first answer is told", () => {
    const answers = [answer("lse", kernel(one).logSumExp), answer("o", output, "float16")];
    expect(check(answers).precision.stored).toBe("float32");
    expect(check(answers.toReversed()).precision.stored).toBe("float16");
  });

  test("of given numbers says nothing of projections, and that of projections from how many columns", () => {
    const from = (rows: number) => createMatrix(rows, D, (row, col) => (row === col ? 1 : 0));
    const projections = { wq: from(6), wk: from(6), wv: from(6) };
    const projected = (trace: Trace) =>
      check(
        [answer("output", createMatrix(N, D))],
        {},
        { trace, problem: { matrices: {}, settings: {} }, record: recordAttend },
      ).precision;
    expect(projected(attend(one).trace)).not.toHaveProperty("projectedFrom");
    const wide = { x: draw(N, 6), ...projections };
    expect(projected(recordAttend({ matrices: wide, settings: {} }))).toMatchObject({
      ...{ projectedFrom: 6, roundsInputs: true, from: "values", compute: "float32" },
    });
    const others = {
      query: draw(N, 6),
      key: draw(N, 5),
      value: draw(N, 5),
      wq: from(6),
      wk: from(5),
      wv: from(5),
    };
    expect(projected(recordMultihead({ matrices: others, settings: { heads: 1 } }))).toMatchObject({
      ...{ projectedFrom: 6, roundsInputs: true },
    });
    // Nor of what no kernel works.
    const filled = { causal: true, maskFill: "replace:-1e9" };
    expect(projected(recordAttend({ matrices: wide, settings: filled }))).not.toHaveProperty("projectedFrom");
  });

  test("of numbers that are added to scores says nothing", () => {
    const bias = createMatrix(N, N, () => 1 + 2 ** -52);
    const checked = check([answer("o", output)], {}, attend({ ...one, bias } as Inputs));
    expect(checked.precision).toMatchObject({ compute: "float32", from: "values" });
  });

  // The last bits of bfloat16, float32 and float64; the other inputs are numbers of bfloat16 that need none of them.
  const coarse = createMatrix(2, 2, (row, col) => 1 + (row + col) / 2);
  const of = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, coarse]));
  test.each([
    ["attend", ["query", "key", "value"]],
    ["attend", ["x", "wq", "wk", "wv"]],
    ["multihead", ["x", "memory", "wq", "wk", "wv", "wo"]],
  ])("of an answer of %s is that which any of %j needs", (command, names) => {
    const record = command === "attend" ? recordAttend : recordMultihead;
    const needing = (name: string, bit: number) => {
      const matrices = { ...of(...names), [name]: createMatrix(2, 2, () => 1 + 2 ** -bit) };
      const problem = { matrices, settings: command === "attend" ? {} : { heads: 1 } };
      const homework = { trace: record(problem), problem, record };
      return check([answer("o", coarse, "float64")], {}, homework).precision.compute;
    };
    for (const name of names)
      expect([7, 23, 52].map((bit) => needing(name, bit))).toEqual(["bfloat16", "float32", "float64"]);
  });
});

describe("rules that somebody chose", () => {
  const right = kernel(one);
  const near = mapCells(right.output, (value) => value + 0.01);

  test("a tolerance takes the place of ours", () => {
    const answers = [answer("output", near)];
    expect(check(answers).verdict).toBe("differs");
    expect(check(answers, { tolerance: { atol: 0.02, rtol: 0 } }).verdict).toBe("agrees");
    expect(check(answers, { tolerance: { atol: 0.005, rtol: 0 } }).verdict).toBe("differs");
  });

  test("that of a library is told beside ours, where it has something to say", () => {
    const answers = [answer("output", near), answer("lse", right.logSumExp)];
    expect(check(answers).steps[0]).not.toHaveProperty("rules");
    expect(check(answers, { rule: "torch" }).steps.map(({ rules }) => rules)).toEqual([
      { torch: "differs" },
      { torch: "agrees" },
    ]);
    const [output, lse] = check(answers, { rule: "flash" }).steps;
    expect(output.rules).toEqual({ flash: "differs" });
    expect(lse).not.toHaveProperty("rules");
  });
});

describe("mistakes of several heads", () => {
  const heads = [drawInputs(), drawInputs(), drawInputs()];
  const beside = (matrices: readonly Matrix[]): Matrix =>
    createMatrix(
      N,
      D * matrices.length,
      (row, col) => matrices[Math.floor(col / D)].data[row * D + (col % D)],
    );
  const matrices = {
    query: beside(heads.map(({ query }) => query)),
    key: beside(heads.map(({ key }) => key)),
    value: beside(heads.map(({ value }) => value)),
  };
  const problem = { matrices, settings: { heads: 3, causal: true } };
  const homework = { trace: recordMultihead(problem), problem, record: recordMultihead };
  /** The outputs of the heads, of which some see the next key. */
  const outputs = (wrong: readonly number[]) =>
    heads.map((own, head) =>
      answer(`head ${head}/output`, kernel(own, wrong.includes(head) ? NEXT : CAUSAL).output),
    );
  // The last row may see every key either way.
  const CELLS = (N - 1) * D;
  const named = { mistake: { id: "mask-off-by-one" }, step: "context", parameters: { sees: "the next key" } };

  test("that are the same are one", () => {
    const { verdict, diagnosis } = check(outputs([0, 1, 2]), {}, homework);
    expect(verdict).toBe("differs");
    expect(diagnosis).toHaveLength(1);
    expect(diagnosis[0]).toMatchObject({ ...named, explains: 3 * CELLS, of: 3 * CELLS });
    expect(diagnosis[0]).not.toHaveProperty("scopes");
  });

  test("that are in some have their names", () => {
    const { diagnosis, steps } = check(outputs([0, 2]), {}, homework);
    expect(steps.map(({ scope, verdict }) => [scope, verdict])).toEqual([
      ["head 0", "differs"],
      ["head 1", "agrees"],
      ["head 2", "differs"],
    ]);
    expect(diagnosis).toHaveLength(1);
    expect(diagnosis[0]).toMatchObject({ ...named, explains: 2 * CELLS, scopes: ["head 0", "head 2"] });
  });

  test("of one step say nothing of another one", () => {
    const [first] = outputs([0]);
    const { diagnosis } = check([first, answer("head 1/lse", kernel(heads[1]).logSumExp)], {}, homework);
    expect(diagnosis).toHaveLength(1);
    expect(diagnosis[0]).not.toHaveProperty("scopes");
  });

  test("that are others stand behind what explains more", () => {
    const unscaled = answer("head 1/output", kernel(heads[1], CAUSAL, FLOAT32, undefined, 1).output);
    const [first, , last] = outputs([0, 2]);
    const ids = (...answers: readonly Dumped[]) =>
      check(answers, {}, homework).diagnosis.map(({ mistake: { id }, scopes, explains }) => [
        id,
        scopes,
        explains,
      ]);
    // Row 0 sees itself alone, with any scale.
    const scale = ["scale-missing", ["head 1"], (N - 1) * D];
    const mask = ["mask-off-by-one", ["head 0", "head 2"], 2 * CELLS];
    expect(ids(unscaled, first, last)).toEqual([mask, scale]);
    expect(ids(first, unscaled, last)).toEqual([mask, scale]);
  });

  test("of output and log-sum-exp are one of the output", () => {
    const wrong = kernel(heads[1], NEXT);
    const answers = [answer("head 1/output", wrong.output), answer("head 1/lse", wrong.logSumExp)];
    const { diagnosis, steps } = check(answers, {}, homework);
    expect(steps.map(({ id, wrong: count }) => [id, count])).toEqual([
      ["context", CELLS],
      ["log-sum-exp", N - 1],
    ]);
    expect(diagnosis.map(({ mistake: { id }, step }) => [id, step])).toEqual([
      ["mask-off-by-one", "context"],
    ]);
    // Another mistake of the log-sum-exp is one more.
    const base2 = mapCells(kernel(heads[1]).logSumExp, (value) => value * Math.LOG2E);
    const both = check([answers[0], answer("head 1/lse", base2)], {}, homework).diagnosis;
    expect(both.map(({ mistake: { id }, step }) => [id, step])).toEqual([
      ["mask-off-by-one", "context"],
      ["lse-base-2", "log-sum-exp"],
    ]);
  });

  test("of batches have both names", () => {
    const ofBatch = (batch: number, wrong: readonly number[]): DumpedBatch => ({
      ...{ batch, homework, answers: outputs(wrong) },
    });
    const { steps, diagnosis } = checkDump([ofBatch(0, []), ofBatch(1, [1])]);
    expect(steps.map(({ scope }) => scope)).toEqual(
      [0, 1].flatMap((b) => [0, 1, 2].map((h) => `batch ${b}/head ${h}`)),
    );
    expect(diagnosis).toHaveLength(1);
    expect(diagnosis[0]).toMatchObject({ ...named, scopes: ["batch 1/head 1"] });
    const alone = checkDump([
      { batch: 4, homework: attend(one), answers: [answer("o", kernel(one).output)] },
    ]);
    expect(alone.steps[0].scope).toBe("batch 4");
  });

  test("in which another batch was read", () => {
    const [first, second] = [attend(heads[0]), attend(heads[1])];
    const ofOther = answer("output", kernel(heads[1]).output);
    const own = answer("output", kernel(heads[1]).output);
    const { diagnosis } = checkDump([
      { batch: 0, homework: first, answers: [ofOther] },
      { batch: 1, homework: second, answers: [own] },
    ]);
    expect(diagnosis).toHaveLength(1);
    expect(diagnosis[0]).toMatchObject({
      ...{ mistake: { id: "heads-swapped" }, parameters: { batch: 1 }, scopes: ["batch 0"] },
    });
  });
});

describe("of mistakes that give the same wrong answer", () => {
  // Of two keys the next one is every one: a mask that is missing or off by one.
  const TIED = ["mask-missing", "mask-off-by-one"];
  const two = drawInputs(2);
  const ALL = () => true;
  const tied = answer("output", kernel(two, ALL).output);
  const ids = (...batches: readonly (readonly [Inputs, Dumped])[]) =>
    checkDump(
      batches.map(([inputs, given], batch) => ({ batch, homework: attend(inputs), answers: [given] })),
    )
      .diagnosis.map(({ mistake: { id } }) => id)
      .sort();
  const four = drawInputs(4);
  const output = (inputs: Inputs, allows: (i: number, j: number) => boolean) =>
    [inputs, answer("output", kernel(inputs, allows).output)] as const;

  test("all are named where nothing tells them apart", () => {
    expect(ids([two, tied])).toEqual(expect.arrayContaining(TIED));
    expect(ids([two, tied], output(four, CAUSAL))).toEqual(expect.arrayContaining(TIED));
  });

  test("that is named which other answers show, whichever comes first", () => {
    expect(ids([two, tied], output(four, ALL))).toEqual(["mask-missing"]);
    expect(ids(output(four, ALL), [two, tied])).toEqual(["mask-missing"]);
    expect(ids([two, tied], output(four, NEXT))).toEqual(["mask-off-by-one"]);
    expect(ids(output(four, NEXT), [two, tied])).toEqual(["mask-off-by-one"]);
  });

  test("none is named against which right answers speak more", () => {
    // Scores of −200 with the next key and of 0 with all others: seeing the next one changes nothing.
    const deaf: Inputs = {
      query: matrixFromRows([
        [200, 0, 0, 0],
        [0, 200, 0, 0],
        [0, 0, 200, 0],
        [0, 0, 0, 200],
      ]),
      key: matrixFromRows([
        [0, 0, 0, 0],
        [-2, 0, 0, 0],
        [0, -2, 0, 0],
        [0, 0, -2, 0],
      ]),
      value: draw(4),
    };
    const found = ids([two, tied], output(deaf, CAUSAL));
    expect(found).toContain("mask-off-by-one");
    expect(found).not.toContain("mask-missing");
  });
});

describe("answers that nothing explains", () => {
  /** Wrong answers of noise, and behind them one of rows that are each another multiple of the right one. */
  const idsBehind = (count: number, make: () => Matrix = draw) => {
    const noise = Array.from({ length: count }, () => answer("output", make()));
    const { output } = kernel(one);
    const scaled = createMatrix(N, D, (row, col) => (2 + row) * output.data[row * D + col]);
    const { diagnosis, verdict } = checkDump(
      [...noise, answer("output", scaled)].map((own, batch) => ({
        batch,
        homework: attend(one),
        answers: [own],
      })),
    );
    expect(verdict).toBe("differs");
    return diagnosis.map(({ mistake: { id } }) => id);
  };

  test("after four of them those behind are not searched to the end", () => {
    expect(idsBehind(3)).toEqual(["rows-scaled"]);
    expect(idsBehind(4)).toEqual([]);
    // What is right or explained is none of them.
    expect(idsBehind(4, () => kernel(one).output)).toEqual(["rows-scaled"]);
    expect(idsBehind(4, () => kernel(one, NEXT).output)).toContain("rows-scaled");
  });
});
