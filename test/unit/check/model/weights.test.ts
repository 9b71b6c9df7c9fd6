import { describe, expect, test } from "vitest";
import type { LoadedModel, Weight } from "../../../../src/attention/model/architecture.js";
import { WEIGHT_VARIATIONS } from "../../../../src/check/model/weight-variations.js";
import {
  permuted,
  turned,
  withoutLayerWeight,
  withoutOuterWeight,
} from "../../../../src/check/model/weights.js";
import { matrixFromRows, toRows } from "../../../../src/math/matrix.js";
import { smallModel } from "../../../support/small-model.js";

// The numbers of a weight are 0, 1, 2, …, row by row.

type Given = Parameters<typeof smallModel>;

const numbers = (weight: Weight | undefined) => weight && [...weight.matrix.data];

function vary(id: string, ...given: Given) {
  const found = WEIGHT_VARIATIONS.find((one) => one.id === id);
  if (!found) throw new TypeError(`there is no ${id}`);
  return found.vary(smallModel(...given));
}

const namesOf = ({ weights }: LoadedModel) => weights.layers.map((layer) => Object.keys(layer));

describe("a matrix that is read the other way", () => {
  test("is its transpose where it is square", () =>
    expect(
      toRows(
        turned(
          matrixFromRows([
            [1, 2],
            [3, 4],
          ]),
        ),
      ),
    ).toEqual([
      [1, 3],
      [2, 4],
    ]));
  test("and else has the numbers of the other shape's transpose", () =>
    // 1 2 3 4 5 6 as rows of two is 1 2; 3 4; 5 6, whose transpose is 1 3 5; 2 4 6.
    expect(
      turned(
        matrixFromRows([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ),
    ).toMatchObject({
      ...{ rows: 2, cols: 3, data: Float64Array.of(1, 3, 5, 2, 4, 6) },
    }));
  test("has its columns in another order, or its rows", () => {
    const matrix = matrixFromRows([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]);
    const from = (at: number) => (at + 1) % 3;
    expect(toRows(permuted(matrix, false, from))).toEqual([
      [2, 3, 1],
      [5, 6, 4],
      [8, 9, 7],
    ]);
    expect(toRows(permuted(matrix, true, from))).toEqual([
      [4, 5, 6],
      [7, 8, 9],
      [1, 2, 3],
    ]);
  });
});

describe("weights that are left out", () => {
  test("of every layer that has them", () => {
    const model = smallModel({}, { bq: [1, 4], bk: [1, 4], wq: [4, 4] });
    const without = withoutLayerWeight(model, "bq", "bk", "bv");
    expect(without && namesOf(without)).toEqual([["wq"], ["wq"]]);
    expect(withoutLayerWeight(model, "bo")).toBeUndefined();
    // A layer that has none stays as it is.
    const [first] = model.weights.layers;
    const mixed = {
      ...model,
      weights: { ...model.weights, layers: [{ wq: first.wq }, first] },
    } as LoadedModel;
    const left = withoutLayerWeight(mixed, "bq");
    expect(left && namesOf(left)).toEqual([["wq"], ["bk", "wq"]]);
  });
  test("of the model", () => {
    const model = smallModel({}, {}, { headBias: [1, 5], head: [5, 4] });
    expect(Object.keys(withoutOuterWeight(model, "headBias", "finalNorm")?.weights.outer ?? {})).toEqual([
      "head",
    ]);
    expect(withoutOuterWeight(model, "finalNorm")).toBeUndefined();
  });
});

describe("model-weight-transposed", () => {
  // 0 1 2 3; 4 5 6 7; … turned: 0 4 8 12; …
  const TURNED = [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15];
  const AS_IT_IS = TURNED.map((_, at) => at);

  test("one after another, the projections, and all", () => {
    const made = vary("model-weight-transposed", {}, { wq: [4, 4], wk: [4, 4], wo: [4, 4] });
    const seen = made.map(({ model, parameters }) => {
      const [, { wq, wk, wo }] = model.weights.layers;
      const isTurned = [wq, wk, wo].map((weight) => {
        const own = numbers(weight);
        expect([TURNED, AS_IT_IS]).toContainEqual(own);
        return own?.[1] === 4;
      });
      return [parameters?.weight, ...isTurned];
    });
    expect(seen).toEqual([
      ["wq", true, false, false],
      ["wk", false, true, false],
      ["wo", false, false, true],
      ["wq, wk, wv", true, true, false],
      ["all", true, true, true],
    ]);
  });

  test("of the attention to a source", () => {
    const made = vary("model-weight-transposed", {}, { crossWq: [4, 4], crossWv: [4, 4], w1: [4, 8] });
    expect(made.map(({ parameters }) => parameters?.weight)).toEqual([
      ...["w1", "crossWq", "crossWv", "crossWq, crossWk, crossWv", "all"],
    ]);
  });

  test("is read whole or by rows alike", () => {
    const [{ model }] = vary("model-weight-transposed", {}, { w1: [2, 3] });
    const weight = model.weights.layers[0].w1;
    // 0 1; 2 3; 4 5 turned: 0 2 4; 1 3 5
    expect([weight?.name, weight?.matrix.rows, weight?.matrix.cols]).toEqual(["w1", 2, 3]);
    expect(numbers(weight)).toEqual([0, 2, 4, 1, 3, 5]);
    expect(weight?.matrix.readRows({ first: 1, count: 1 })).toEqual({
      ...{ rows: 1, cols: 3, data: Float64Array.of(1, 3, 5) },
    });
    expect(weight?.matrix.readRows({ first: 0, count: 2 }).data.length).toBe(6);
  });

  const PACKED = { dModel: 2, heads: 1, kvHeads: 1, headSize: 2 };
  const packed = (given: Given[0], rows: number, cols: number) =>
    Object.fromEntries(
      vary("model-weight-transposed", given, { wqkv: [rows, cols] }).map(({ model, parameters }) => [
        ...[parameters?.weight, numbers(model.weights.layers[1].wqkv)],
      ]),
    );

  test("of the parts of a packed projection, in × out", () => {
    // q 0 1; 6 7, k 2 3; 8 9, v 4 5; 10 11
    expect(packed({ ...PACKED, layer: { layout: "in-out" } }, 2, 6)).toMatchObject({
      wq: [0, 6, 2, 3, 4, 5, 1, 7, 8, 9, 10, 11],
      wk: [0, 1, 2, 8, 4, 5, 6, 7, 3, 9, 10, 11],
      wv: [0, 1, 2, 3, 4, 10, 6, 7, 8, 9, 5, 11],
      "wq, wk, wv": [0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11],
    });
  });

  test("of the parts of a packed projection, out × in", () => {
    // q 0 1; 2 3, k 4 5; 6 7, v 8 9; 10 11
    expect(packed({ ...PACKED, layer: { layout: "out-in" } }, 6, 2)).toMatchObject({
      wq: [0, 2, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11],
      wk: [0, 1, 2, 3, 4, 6, 5, 7, 8, 9, 10, 11],
      wv: [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 9, 11],
      "wq, wk, wv": [0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11],
    });
  });

  test("of parts that are not square nothing is turned", () => {
    // Two query heads of 1 on one of keys: widths 2, 1, 1 of d_model 2
    const made = packed({ dModel: 2, heads: 2, kvHeads: 1, headSize: 1 }, 2, 4);
    // q 0 1; 4 5
    expect(made.wq).toEqual([0, 4, 2, 3, 1, 5, 6, 7]);
    expect(made.wk).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(made["wq, wk, wv"]).toEqual(made.wq);
  });
});

describe("model-qkv-order", () => {
  // Two heads of one column: q 0 1, k 2 3, v 4 5.
  const made = (layout: "in-out" | "out-in", shape: readonly [number, number], kvHeads = 2) =>
    vary(
      "model-qkv-order",
      { heads: 2, kvHeads, headSize: 1, layer: { layout } },
      { wqkv: shape, bqkv: [1, 6] },
    ).map(({ model, parameters }) => {
      const { wqkv, bqkv } = model.weights.layers[0];
      expect(numbers(bqkv)).toEqual(numbers(wqkv));
      return [parameters?.order, numbers(wqkv)];
    });
  const ORDERS = [
    ["q v k", [0, 1, 4, 5, 2, 3]],
    ["k q v", [2, 3, 0, 1, 4, 5]],
    ["k v q", [2, 3, 4, 5, 0, 1]],
    ["v q k", [4, 5, 0, 1, 2, 3]],
    ["v k q", [4, 5, 2, 3, 0, 1]],
    // q k v of head 0 stand in the file at 0 1 2, of head 1 at 3 4 5.
    ["q k v of each head", [0, 3, 1, 4, 2, 5]],
  ];
  test("of columns and of rows", () => {
    expect(made("in-out", [1, 6])).toEqual(ORDERS);
    expect(made("out-in", [6, 1])).toEqual(ORDERS);
  });
  test("needs keys of every head", () => expect(made("in-out", [1, 6], 1)).toEqual([]));
  test("needs a packed projection", () => expect(vary("model-qkv-order", {}, { wq: [4, 4] })).toEqual([]));
  test("of heads of two columns", () => {
    const all = vary("model-qkv-order", { heads: 2, headSize: 2 }, { bqkv: [1, 12] });
    // Head 0 is 0 to 5: q 0 1, k 2 3, v 4 5; head 1 is 6 to 11.
    expect(numbers(all.at(-1)?.model.weights.layers[0].bqkv)).toEqual([0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11]);
  });
});

describe("other weights", () => {
  test("model-bias-missing", () => {
    const made = vary(
      "model-bias-missing",
      {},
      { bqkv: [1, 4], b1: [1, 8], b2: [1, 4], w1: [4, 8] },
      { headBias: [1, 5] },
    );
    expect(
      made.map(({ model, parameters }) => [
        parameters?.bias,
        namesOf(model)[1],
        Object.keys(model.weights.outer),
      ]),
    ).toEqual([
      ["bqkv", ["b1", "b2", "w1"], ["headBias"]],
      ["b1", ["bqkv", "b2", "w1"], ["headBias"]],
      ["b2", ["bqkv", "b1", "w1"], ["headBias"]],
      ["all", ["w1"], ["headBias"]],
      ["head", ["bqkv", "b1", "b2", "w1"], []],
    ]);
    const others = vary(
      "model-bias-missing",
      {},
      { bv: [1, 4], bo: [1, 4], crossBk: [1, 4], crossBo: [1, 4] },
    );
    expect(others.map(({ model, parameters }) => [parameters?.bias, namesOf(model)[0]])).toEqual([
      ["bqkv", ["bo", "crossBk", "crossBo"]],
      ["bv", ["bo", "crossBk", "crossBo"]],
      ["bo", ["bv", "crossBk", "crossBo"]],
      ["crossBv", ["bv", "bo", "crossBo"]],
      ["crossBo", ["bv", "bo", "crossBk"]],
      ["all", []],
    ]);
    expect(vary("model-bias-missing", {}, { w1: [4, 8] })).toEqual([]);
  });

  test("model-gate-swapped", () => {
    const [{ model }] = vary("model-gate-swapped", {}, { w1: [4, 8], w3: [4, 8], w2: [8, 4] });
    const { w1, w2, w3 } = model.weights.layers[1];
    expect([w1?.name, w2?.name, w3?.name]).toEqual(["w3", "w2", "w1"]);
    expect(vary("model-gate-swapped", {}, { w1: [4, 8] })).toEqual([]);
    expect(vary("model-gate-swapped", {}, { w3: [4, 8] })).toEqual([]);
  });

  test("model-embedding-scaled", () => {
    const made = (isTied: boolean | undefined) =>
      vary(
        "model-embedding-scaled",
        { ...(isTied !== undefined && { head: { predicts: "next", isTied } }) },
        {},
        { tokenEmbedding: [2, 2] },
      ).map(({ model }) => {
        const { tokenEmbedding, head } = model.weights.outer;
        return [numbers(tokenEmbedding), numbers(head), head?.name];
      });
    // √4 = 2
    expect(made(true)).toEqual([[[0, 2, 4, 6], [0, 1, 2, 3], expect.stringContaining("tokenEmbedding")]]);
    expect(made(false)).toEqual([[[0, 2, 4, 6], undefined, undefined]]);
    expect(made(undefined)).toEqual(made(false));
    expect(vary("model-embedding-scaled", {}, {}, { head: [5, 4] })).toEqual([]);
  });
});
