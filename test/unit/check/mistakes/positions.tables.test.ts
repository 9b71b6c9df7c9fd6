import { describe, expect, test } from "vitest";
import type { PosencSettings } from "../../../../src/attention/positions/registry.js";
import { type Check, checkAnswers } from "../../../../src/check/check.js";
import { setting } from "../../../../src/errors.js";
import { typedDecimals } from "../../../../src/math/written.js";
import type { StepRows } from "../../../support/homework.js";
import { POSITION_MISTAKES, positionSheet } from "../../../support/position-homework.js";
import { recordPosenc } from "../../../support/record.js";

// Tables worked by the independent arithmetic of test/support/position-homework.ts.

function check(settings: Partial<PosencSettings>, sheet: StepRows, decimals: number): Check {
  const problem = { matrices: {}, settings };
  const answers = Object.entries(sheet).map(([key, rows]) => ({
    ...{ key, source: "sheet" },
    rows: rows.map((row) =>
      row.map((value) => {
        const text = value.toFixed(decimals);
        return { value: Number(text), decimals: typedDecimals(text) };
      }),
    ),
  }));
  return checkAnswers({ trace: recordPosenc(problem), problem, record: recordPosenc }, answers);
}

const named = ({ diagnosis }: Check) => diagnosis.map(({ mistake }) => mistake.id);

describe.each([
  [4, 6, 3],
  [6, 8, 4],
])("%d positions, %d columns, %d decimals", (n, d, decimals) => {
  const settings = { length: n, dModel: d };

  test("a right table is right", () => {
    expect(check(settings, positionSheet(n, d, undefined, decimals), decimals).verdict).toBe("agrees");
  });

  test.each(POSITION_MISTAKES.map((id) => [id]))("%s is named first, from the encoding alone", (id) => {
    const { encoding } = positionSheet(n, d, id, decimals);
    const found = check(settings, { encoding }, decimals);
    expect(found.verdict).toBe("differs");
    expect(named(found)[0]).toBe(id);
    expect(found.diagnosis[0]).toMatchObject({ explains: found.diagnosis[0].of });
  });

  test.each([["exponent-doubled"], ["exponent-half-minus-one"], ["base-off"]])(
    "%s is found at the angles, when they are on the sheet",
    (id) => {
      const found = check(settings, positionSheet(n, d, id, decimals), decimals);
      expect(found.firstWrongStep?.id).toBe("angles");
      expect(named(found)[0]).toBe(id);
    },
  );
});

test("the base that explains the numbers is said", () => {
  const { encoding } = positionSheet(5, 6, undefined, 3, 2500);
  const found = check({ length: 5, dModel: 6 }, { encoding }, 3);
  expect(found.diagnosis).toMatchObject([
    { mistake: { id: "base-off" }, convention: `${setting("base")} 2500` },
  ]);
});

test("with d = 4 the exponents i/(d/2 − 1) and 4i/d are the same number: both are named", () => {
  const { encoding } = positionSheet(3, 4, "exponent-doubled", 3);
  const found = check({ length: 3, dModel: 4 }, { encoding }, 3);
  expect(named(found)).toEqual(expect.arrayContaining(["exponent-half-minus-one", "exponent-doubled"]));
});

test("a table by the paper is named where the run follows tensor2tensor", () => {
  const settings = { length: 4, dModel: 6 };
  const { encoding } = positionSheet(4, 6, undefined, 3);
  const otherColumns = check({ ...settings, columns: "halves" }, { encoding }, 3);
  expect(otherColumns.diagnosis).toMatchObject([{ convention: `${setting("columns")} interleaved` }]);
  const otherExponent = check({ ...settings, exponent: "half-minus-one" }, { encoding }, 3);
  expect(otherExponent.diagnosis[0]).toMatchObject({ convention: `${setting("exponent")} paper` });
});
