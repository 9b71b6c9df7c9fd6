import { describe, expect, test } from "vitest";
import { settleAnswers } from "../../../../src/check/answers.js";
import { checkAnswers, type Homework } from "../../../../src/check/check.js";
import { maxDifference } from "../../../../src/check/judgement.js";
import { UNCHANGED } from "../../../../src/check/person/changes.js";
import { Numbers } from "../../../../src/check/person/numbers.js";
import { listVariants, variantsAt } from "../../../../src/check/person/variants.js";
import { sourcesOf } from "../../../../src/check/solution.js";
import { matrixFromRows } from "../../../../src/math/matrix.js";
import { typedDecimals } from "../../../../src/math/written.js";
import { ATTEND_MISTAKES, attendSheet, randomProblem } from "../../../support/homework.js";
import { homework as mistakenHomework } from "../../../support/mistaken.js";
import { recordAttend, recordComparison } from "../../../support/record.js";
import { typedAnswers } from "../../../support/typed-answers.js";

// What is kept of a problem from sheet to sheet must not be seen in any verdict.

const given = randomProblem(7, 3, 4, false);

function homework(): Homework {
  const matrices = Object.fromEntries(
    Object.entries(given.matrices).map(([name, rows]) => [name, matrixFromRows(rows)]),
  );
  const problem = { matrices, settings: given.settings };
  return { trace: recordAttend(problem), problem, record: recordAttend };
}

/** Every mistake, and none, each to 1 to 6 decimals. */
const sheets = [undefined, ...ATTEND_MISTAKES].flatMap((mistake, at) => {
  const decimals = (at % 6) + 1;
  const sheet = attendSheet(given, mistake, decimals);
  if (!sheet) return [];
  return [
    Object.entries(sheet).map(([key, rows]) => ({
      key,
      source: "sheet",
      rows: rows.map((row) =>
        row.map((value) => {
          const text = Number.isFinite(value) ? value.toFixed(decimals) : String(value);
          return { value: Number(text), decimals: typedDecimals(text) };
        }),
      ),
    })),
  ];
});

const said = (one: Homework, answers: (typeof sheets)[number]) => {
  const { verdict, diagnosis, findings, steps } = checkAnswers(one, answers);
  return {
    ...{ verdict, findings },
    named: diagnosis.map(({ mistake, explains, of }) => [mistake.id, explains, of]),
    steps: steps.map((step) => [step.id, step.verdict, step.wrong, maxDifference(step)]),
  };
};

test("a sheet is judged alike after others of its problem and alone", () => {
  expect(sheets.length).toBeGreaterThan(15);
  const shared = homework();
  const alone = sheets.map((answers) => said(homework(), answers));
  expect(sheets.map((answers) => said(shared, answers))).toEqual(alone);
  expect([...sheets].reverse().map((answers) => said(shared, answers))).toEqual([...alone].reverse());
});

describe("what may be done otherwise", () => {
  const variantsOf = (own: Homework, id: string) => listVariants(own).filter(({ what }) => what.id === id);

  test("is the same for every sheet of a problem", () => {
    const own = mistakenHomework([
      "attend",
      { query: "1 2; 0 1", key: "1 0; 1 1", settings: { causal: true } },
    ]);
    const [first, ...more] = variantsOf(own, "scale-missing");
    expect(more).toEqual([]);
    expect(variantsOf(own, "scale-missing")[0]).toBe(first);
  });

  test("in one step is found in the numbers that the person had there", () => {
    const own = mistakenHomework(["attend", { query: "1 2; 0 1", key: "1 0; 1 1" }]);
    const answer = settleAnswers(own.trace, typedAnswers({ scores: "5 6; 7 8" })).get("scores");
    const numbers = new Numbers(sourcesOf(own.trace), UNCHANGED);
    const had = (rows: string) => [matrixFromRows(rows.split("; ").map((row) => row.split(" ").map(Number)))];
    const found = (rows: string) =>
      answer &&
      variantsAt(own, { answer, numbers, nodes: [answer.step], own: had(rows) }).map(({ what }) => what.id);
    expect(found("7 8; 5 6")).toContain("rows-swapped");
    expect(found("9 9; 1 2")).not.toContain("rows-swapped");
  });

  test("is done in the whole run, in a layer, or in a head alone", () => {
    const heads = mistakenHomework(["multihead", { x: "1 2 3 4", settings: { heads: 2 } }]);
    const places = variantsOf(heads, "scale-missing").map(({ head }) => head);
    expect(places).toEqual([undefined, "head 0", "head 1"]);
    const layer = { kind: "layer", index: 1 };
    const steps = heads.trace.steps.map((step) => ({ ...step, scope: [layer, ...step.scope] }));
    const inLayer = { ...heads, trace: { ...heads.trace, steps } };
    const there = variantsOf(inLayer, "scale-missing").map(({ head }) => head);
    expect(there).toEqual([undefined, "layer 1/head 0", "layer 1/head 1"]);
  });
});

// q = 1 0; k = 1 0 and 0 1: q·k is 1 and 0, over √2 it is 0.7071 and 0, the cosine is 1 and 0.
// Softmax of 1, 0: e/(e + 1) = 0.731; of 0.7071, 0: 0.670. With 2^x: 2/(2 + 1) = 0.667; 1.633/2.633 = 0.620.

const compared = {
  matrices: {
    query: matrixFromRows([[1, 0]]),
    key: matrixFromRows([
      [1, 0],
      [0, 1],
    ]),
  },
  settings: { scorings: ["dot", "scaled-dot", "cosine"] },
};
const comparison = { trace: recordComparison(compared), problem: compared, record: recordComparison };

/** The steps with ✗, and what is named with its places. */
function found(weights: readonly [string, string, string]) {
  const typed = compared.settings.scorings.map((name, at) => [`${name}/weights`, weights[at]] as const);
  const { steps, diagnosis } = checkAnswers(comparison, typedAnswers(Object.fromEntries(typed)));
  return {
    wrong: steps.flatMap(({ marks, scope }) => (marks.includes("wrong") ? [scope] : [])),
    named: diagnosis.map(({ mistake, heads }) => [mistake.id, ...(heads ?? [])]),
  };
}

const RIGHT = ["0.731 0.269", "0.670 0.330", "0.731 0.269"] as const;
const BASE_2 = ["0.667 0.333", "0.620 0.380", "0.667 0.333"] as const;

describe("what is done wrongly in one scoring of three, or in all", () => {
  test("is wrong in each of three, and is named once", () =>
    expect(found(BASE_2)).toEqual({
      wrong: ["dot", "scaled-dot", "cosine"],
      named: [["softmax-base-2"]],
    }));

  // 2^0 = 1 + 0 and 2^1 = 1 + 1: the scores of this scoring do not tell these two mistakes apart.
  // What is left blank says nothing of how it was worked.
  test("is of no place where nothing that is written would show it elsewhere", () =>
    expect(found([BASE_2[0], "- -", "- -"])).toEqual({
      wrong: ["dot"],
      named: [["softmax-base-2"], ["softmax-linear"]],
    }));

  test("is named with the only place where it was done, the first or the last", () => {
    expect(found([BASE_2[0], RIGHT[1], RIGHT[2]])).toEqual({
      wrong: ["dot"],
      named: [
        ["softmax-base-2", "dot"],
        ["softmax-linear", "dot"],
      ],
    });
    expect(found([RIGHT[0], RIGHT[1], BASE_2[2]])).toEqual({
      wrong: ["cosine"],
      named: [
        ["softmax-base-2", "cosine"],
        ["softmax-linear", "cosine"],
      ],
    });
  });
});
