import { describe, expect, test } from "vitest";
import type { Pattern } from "../../../../src/check/identify/attended-keys.js";
import { HEADS, PROBE, probe } from "../../../../src/check/identify/probe.js";
import { ROTATIONS, sizesOf } from "../../../../src/check/identify/products.js";
import { collectRows, type Observations } from "../../../../src/check/identify/scoring.js";
import { answersOf, dotOf, scaledWhere } from "../../../support/probe-answers.js";

const { queries, keys } = PROBE;
const CAUSAL: Pattern = { offset: 0, right: 0, left: undefined };
const causal = (i: number, j: number) => j <= i;
const isTrue = (i: number, j: number) => probe().mask.data[i * keys + j] === 1;

const plain = answersOf(scaledWhere(causal));
const REPEAT = { grouping: "repeat", rotation: ROTATIONS[0] } as const;

const look = (given: Partial<Observations>): Observations => ({
  ...{ plain, masked: undefined, pattern: CAUSAL, polarity: undefined, least: 1e-36, ...given },
});

describe("rows of what is seen", () => {
  test("hold the products, logarithms and sizes of the keys that may be seen", () => {
    // Query 0 sees one key, which tells nothing.
    const rows = collectRows(look({}), REPEAT, [3]);
    expect(rows.map(({ logs }) => logs.length)[0]).toBe(2);
    const second = rows[0];
    expect([...second.products]).toEqual([dotOf(3, 1, 1, 0), dotOf(3, 1, 1, 1)]);
    expect([...second.sizes]).toEqual([sizesOf(3, 1)[keys], sizesOf(3, 1)[keys + 1]]);
    const [a, b] = second.products.map((p) => p / Math.sqrt(32));
    expect(second.logs[1] - second.logs[0]).toBeCloseTo(b - a, 9);
    // ln of weights that add up to 1
    expect(second.logs.reduce((sum, log) => sum + Math.exp(log), 0)).toBeCloseTo(1, 9);
  });

  test("are those of the heads that are asked for", () => {
    const count = (among: readonly number[]) => collectRows(look({}), REPEAT, among).length;
    expect([count([]), count([0]), count([0, 2])]).toEqual([0, 15, 30]);
    const tile = collectRows(look({}), { ...REPEAT, grouping: "tile" }, [1]);
    expect(tile[0].products[0]).toBe(dotOf(1, 1, tile.length === 15 ? 1 : 0, 0));
    expect(HEADS).toEqual([0, 1, 2, 3]);
  });

  test("are those of the second problem, too, where its polarity is known", () => {
    const masked = answersOf(scaledWhere((i, j) => causal(i, j) && isTrue(i, j)));
    const open = (i: number) =>
      Array.from({ length: keys }, (_, j) => j).filter((j) => causal(i, j) && isTrue(i, j));
    const told = Array.from({ length: queries }, (_, i) => open(i).length).filter((count) => count > 1);
    const rows = collectRows(look({ masked, polarity: "keep" }), REPEAT, [0]);
    expect(rows.slice(15).map(({ logs }) => logs.length)).toEqual(told);
    expect(collectRows(look({ masked }), REPEAT, [0]).length).toBe(15);
  });

  test("leave weights out that have few bits left", () => {
    const output = plain.output.slice();
    output[2 * 32] = 1.1e-36;
    const lengths = (weight: number) => {
      output[2 * 32] = weight;
      return collectRows(look({ plain: { output } }), REPEAT, [0]).map(({ logs }) => logs.length);
    };
    expect(lengths(1.1e-36).slice(0, 3)).toEqual([2, 3, 4]);
    expect(lengths(0.9e-36).slice(0, 3)).toEqual([2, 2, 4]);
    expect(lengths(Number.NaN).slice(0, 3)).toEqual([2, 2, 4]);
  });
});
