import { describe, expect, test } from "vitest";
import { givenFrequencies, powerFrequencies } from "../../../src/math/frequencies.js";
import { createMatrix, matrixFromRows, toRows } from "../../../src/math/matrix.js";
import { scale } from "../../../src/ops/elementwise.js";
import { angles, frequencyPowers, type Sinusoids, sinusoids } from "../../../src/ops/waves.js";
import type { Expression } from "../../../src/trace/expression.js";
import { createRecorder } from "../../../src/trace/recorder.js";
import { fuse } from "../../support/recorded-attention.js";
import { AXES } from "../../support/recorded-gradients.js";

const [sin, cos] = [Math.sin, Math.cos];
const positions = Float64Array.of(0, 1, 2);
const rates = Float64Array.of(0.5, 0.25);
const frequencies = givenFrequencies(rates);
const products = createMatrix(3, 2, (row, pair) => positions[row] * rates[pair]);
const params: Sinusoids = { positions, frequencies, layout: "interleaved", cols: 4, factor: 1 };

describe("columns of waves", () => {
  // Position 2: angles 1 and 0.5.
  test.each<[string, Partial<Sinusoids>, number[]]>([
    ["interleaved", {}, [sin(1), cos(1), sin(0.5), cos(0.5)]],
    ["halves", { layout: "halves" }, [sin(1), sin(0.5), cos(1), cos(0.5)]],
    ["sine", { layout: "sine", cols: 2 }, [sin(1), sin(0.5)]],
    ["cosine", { layout: "cosine", cols: 2 }, [cos(1), cos(0.5)]],
    ["a last cosine without room", { cols: 3 }, [sin(1), cos(1), sin(0.5)]],
    ["halves without room", { cols: 3, layout: "halves" }, [sin(1), sin(0.5), cos(1)]],
    ["columns left over", { cols: 6 }, [sin(1), cos(1), sin(0.5), cos(0.5), 0, 0]],
    ["a factor", { factor: 3 }, [3 * sin(1), 3 * cos(1), 3 * sin(0.5), 3 * cos(0.5)]],
  ])("%s", (_, more, expected) => {
    const all = { ...params, ...more };
    const table = sinusoids.compute([products], all);
    expect(table.rows).toBe(3);
    expect(toRows(table)[2]).toHaveLength(expected.length);
    for (const [col, wave] of expected.entries()) expect(toRows(table)[2][col]).toBeCloseTo(wave, 15);
    const last = sinusoids.paramsForRows?.(all, { first: 2, count: 1 }) ?? all;
    expect(toRows(sinusoids.compute([matrixFromRows([[1, 0.5]])], last))).toEqual([toRows(table)[2]]);
  });

  test.each<[Partial<Sinusoids>, number[]]>([
    [{}, [sin(7), cos(7), sin(0.5), cos(0.5)]],
    [{ layout: "halves" }, [sin(7), sin(0.5), cos(7), cos(0.5)]],
    [{ layout: "sine", cols: 2 }, [sin(7), sin(0.5)]],
    [{ layout: "cosine", cols: 2 }, [cos(7), cos(0.5)]],
  ])("of an angle that somebody replaced, %j", (more, expected) => {
    const replaced = createMatrix(3, 2, (row, pair) =>
      row === 2 && pair === 0 ? 7 : positions[row] * rates[pair],
    );
    const row = toRows(sinusoids.compute([replaced], { ...params, ...more }))[2];
    for (const [col, wave] of expected.entries()) expect(row[col]).toBeCloseTo(wave, 15);
  });

  test("of a product that was rounded are those of the exact product", () => {
    // The float64 nearest to a tenth is 5.55·10⁻¹⁸ larger: a million times it is 10⁵ + 5.55·10⁻¹², which is rounded to
    // 10⁵.
    const tenth = {
      ...params,
      positions: Float64Array.of(1e6),
      frequencies: givenFrequencies(Float64Array.of(0.1)),
    };
    const [wave] = sinusoids.compute([matrixFromRows([[1e6 * 0.1]])], tenth).data;
    expect(Math.abs(wave - (sin(1e5) + 5.551115123125783e-12 * cos(1e5)))).toBeLessThan(1e-15);
  });
});

describe("the explanation of a wave", () => {
  const said = (col: number, more: Partial<Sinusoids> = {}) =>
    sinusoids.explainCells([products], { ...params, ...more })(2, col);

  test.each<[Partial<Sinusoids>, string[]]>([
    [{}, ["sin 0", "cos 0", "sin 1", "cos 1"]],
    [{ layout: "halves" }, ["sin 0", "sin 1", "cos 0", "cos 1"]],
    [{ layout: "sine" }, ["sin 0", "sin 1"]],
    [{ layout: "cosine" }, ["cos 0", "cos 1"]],
  ])("names function and angle, %j", (more, expected) => {
    const nameOf = (wave: Expression) => {
      if (wave.kind !== "call" || wave.args[0].kind !== "cell") throw new Error(`a ${wave.kind} is no wave`);
      return `${wave.fn} ${wave.args[0].col}`;
    };
    expect(expected.map((_, col) => nameOf(said(col, more)))).toEqual(expected);
  });

  test("of a column behind the waves says that it is left over", () => {
    const leftOver = { kind: "constant", value: 0, text: "0, because the column is left over" };
    expect([said(4, { cols: 5 }), said(4, { cols: 5, layout: "halves" })]).toEqual([leftOver, leftOver]);
  });

  test("says the factor, where there is one", () => {
    expect(said(0)).toMatchObject({ kind: "call", fn: "sin" });
    expect(said(0, { factor: 3 })).toMatchObject({ kind: "product", factors: [{ value: 3 }, { fn: "sin" }] });
  });

  test("has the exact product behind an angle that is one, by the rates or by their rule", () => {
    const argument = (inputs: Parameters<typeof sinusoids.explainCells>[0], more: Partial<Sinusoids> = {}) =>
      sinusoids.explainCells(inputs, { ...params, ...more })(2, 2);
    expect(argument([products])).toMatchObject({
      args: [{ value: 0.5, exactly: { kind: "product", factors: [{ value: 2 }, { value: 0.25 }] } }],
    });
    expect(argument([products, { rows: 1, cols: 2, data: rates }])).toMatchObject({
      args: [{ exactly: { factors: [{ value: 2 }, { kind: "cell", input: 1, row: 0, col: 1 }] } }],
    });
    // ω₁ = 16^(−1·2/4) = 1/4
    const power = powerFrequencies({ base: 16, step: 2, denominator: 4 }, 2);
    const byRule = createMatrix(3, 2, (row, pair) => positions[row] * power.values[pair]);
    expect(argument([byRule], { frequencies: power })).toMatchObject({
      args: [
        {
          exactly: {
            kind: "quotient",
            dividend: { value: 2 },
            divisor: { fn: "pow", args: [{ value: 16 }, {}] },
          },
        },
      ],
    });
    const replaced = createMatrix(3, 2, () => 7);
    expect(argument([replaced])).toEqual({
      ...{ kind: "call", fn: "sin", args: [{ kind: "cell", input: 0, row: 2, col: 1, value: 7 }] },
    });
  });
});

test("frequencies are given, or 1 over powers of a base", () => {
  const power = powerFrequencies({ base: 16, step: 2, denominator: 4 }, 3);
  expect(toRows(frequencyPowers.compute([], { frequencies: power }))).toEqual([[1, 1 / 4, 1 / 16]]);
  expect(toRows(frequencyPowers.compute([], { frequencies }))).toEqual([[0.5, 0.25]]);
});

test("angles are positions times rates, of some rows as of all", () => {
  const given = matrixFromRows([[0.5, 0.25]]);
  expect(toRows(angles.compute([given], { positions }))).toEqual(toRows(products));
  const some = angles.paramsForRows?.({ positions }, { first: 1, count: 1 });
  expect(some?.positions).toEqual(Float64Array.of(1));
});

describe("angles that are known to be products need not be worked out", () => {
  const described = (id: string) => ({ id, title: id, formula: id, axes: AXES });
  const record = (own: Float64Array = rates, at: Float64Array = positions) => {
    const recorder = createRecorder("waves");
    const given = recorder.input("rates", { rows: 1, cols: 2, data: own }, AXES);
    const step = recorder.step(angles, [given], { ...described("angles"), params: { positions: at } });
    return { recorder, step };
  };

  const fusedOf = ({ recorder, step }: ReturnType<typeof record>) =>
    fuse(recorder, sinusoids, [step], params);

  test("where they were made of these positions and frequencies", () => {
    const { recorder, step } = record();
    expect(fuse(recorder, sinusoids, [step], params)).toEqual(sinusoids.compute([products], params));
  });

  test("and else they are", () => {
    const { recorder, step } = record();
    const same = recorder.step(scale, [step], { ...described("scaled"), params: { factor: 1, text: "1" } });
    expect(fuse(recorder, sinusoids, [same], params)).toBeUndefined();
    expect(fuse(recorder, sinusoids, [recorder.input("given", products, AXES)], params)).toBeUndefined();
    expect(fusedOf(record(Float64Array.of(0.5, 0.3)))).toBeUndefined();
    expect(fusedOf(record(rates, Float64Array.of(0, 1, 3)))).toBeUndefined();
  });
});
