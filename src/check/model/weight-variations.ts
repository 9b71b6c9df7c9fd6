import type { LayerWeight, LoadedModel } from "../../attention/model/architecture.js";
import { cellOf, type Matrix, mapCells } from "../../math/matrix.js";
import { type ModelVariation, type VariedModel, varied, withArchitecture } from "./variation.js";
import {
  madeOf,
  permuted,
  turned,
  withLayerMatrix,
  withLayers,
  withoutLayerWeight,
  withoutOuterWeight,
} from "./weights.js";

// Variations of the weights: read in another way than they are stored, or not used at all.

const MATRICES: readonly LayerWeight[] = [
  "wq",
  "wk",
  "wv",
  "wo",
  "wqkv",
  "w1",
  "w2",
  "w3",
  "crossWq",
  "crossWk",
  "crossWv",
  "crossWo",
];

const PROJECTIONS: readonly (readonly LayerWeight[])[] = [
  ["wq", "wk", "wv"],
  ["crossWq", "crossWk", "crossWv"],
];

/** Applies several changes to a model, one after the other. Returns undefined if none applies. */
function inTurn(
  model: LoadedModel,
  changes: readonly ((model: LoadedModel) => LoadedModel | undefined)[],
): LoadedModel | undefined {
  const changed = changes.reduce((before, change) => change(before) ?? before, model);
  return changed === model ? undefined : changed;
}

const turnedAll = (model: LoadedModel, names: readonly LayerWeight[]) =>
  inTurn(
    model,
    names.map((name) => (one) => withLayerMatrix(one, name, turned)),
  );

/** Transposes W^Q, W^K or W^V inside a packed projection, each alone, and then all three. */
function partsOfPacked(model: LoadedModel): readonly VariedModel[] {
  const { dModel, heads, kvHeads, headSize, layer } = model.architecture;
  const widths = [heads * headSize, kvHeads * headSize, kvHeads * headSize];
  const starts = [0, widths[0], widths[0] + widths[1]];
  const isOut = layer.layout === "out-in";
  const turnParts = (matrix: Matrix, parts: readonly number[]): Matrix =>
    mapCells(matrix, (cell, row, col) => {
      const [inner, outer] = isOut ? [col, row] : [row, col];
      const part = starts.findLastIndex((start) => start <= outer);
      if (!parts.includes(part) || widths[part] !== dModel) return cell;
      const [otherInner, otherOuter] = [outer - starts[part], starts[part] + inner];
      return isOut ? cellOf(matrix, otherOuter, otherInner) : cellOf(matrix, otherInner, otherOuter);
    });
  return [[0], [1], [2], [0, 1, 2]].flatMap((parts) =>
    varied(
      withLayerMatrix(model, "wqkv", (matrix) => turnParts(matrix, parts)),
      { weight: parts.map((part) => ["wq", "wk", "wv"][part]).join(", ") },
    ),
  );
}

const ORDERS = ["q v k", "k q v", "k v q", "v q k", "v k q"];

const BIASES: readonly (readonly LayerWeight[])[] = [
  ["bq", "bk", "bv", "bqkv"],
  ["bq"],
  ["bv"],
  ["bo"],
  ["b1"],
  ["b2"],
  ["crossBq", "crossBk", "crossBv"],
  ["crossBo"],
];

export const WEIGHT_VARIATIONS: readonly ModelVariation[] = [
  {
    id: "model-weight-transposed",
    step: "attention-output",
    title: "A weight was used transposed.",
    formula: "torch's Linear stores out × in and multiplies by the transpose; GPT-2's Conv1D stores in × out",
    fix: "Transpose it when it is loaded, or multiply the other way.",
    vary: (model) => [
      ...MATRICES.flatMap((name) => varied(withLayerMatrix(model, name, turned), { weight: name })),
      ...partsOfPacked(model),
      ...PROJECTIONS.flatMap((names) => varied(turnedAll(model, names), { weight: names.join(", ") })),
      ...varied(turnedAll(model, MATRICES), { weight: "all" }),
    ],
  },
  {
    id: "model-qkv-order",
    step: "q",
    title: "The parts of the packed projection were taken in another order.",
    formula: "q, then k, then v, each with all its heads",
    fix: "Cut the packed matrix into thirds: q, k, v. (GPT-NeoX packs q, k, v of each head together.)",
    vary(model) {
      const { heads, kvHeads, headSize, layer } = model.architecture;
      if (heads !== kvHeads) return [];
      const width = heads * headSize;
      const isOut = layer.layout === "out-in";
      const permute = (from: (at: number) => number) =>
        inTurn(model, [
          (one) => withLayerMatrix(one, "wqkv", (matrix) => permuted(matrix, isOut, from)),
          (one) => withLayerMatrix(one, "bqkv", (matrix) => permuted(matrix, false, from)),
        ]);
      const byHead = (at: number) => {
        const [part, within] = [Math.floor(at / width), at % width];
        return Math.floor(within / headSize) * 3 * headSize + part * headSize + (within % headSize);
      };
      return [
        ...ORDERS.flatMap((order) => {
          const parts = order.split(" ").map((name) => "qkv".indexOf(name));
          return varied(
            permute((at) => parts[Math.floor(at / width)] * width + (at % width)),
            { order },
          );
        }),
        ...varied(permute(byHead), { order: "q k v of each head" }),
      ];
    },
  },
  {
    id: "model-bias-missing",
    step: "attention-output",
    title: "A bias was left out.",
    formula: "x W + b",
    fix: "Add the bias that the file has beside the weight.",
    vary: (model) => [
      ...BIASES.flatMap((names) => varied(withoutLayerWeight(model, ...names), { bias: names.at(-1) ?? "" })),
      ...varied(withoutLayerWeight(model, ...BIASES.flat()), { bias: "all" }),
      ...varied(withoutOuterWeight(model, "headBias"), { bias: "head" }),
    ],
  },
  {
    id: "model-gate-swapped",
    step: "activation",
    title: "gate_proj and up_proj were swapped.",
    formula: "silu(x W_gate) ∘ (x W_up)",
    fix: "gate_proj goes through the activation; up_proj multiplies the result. In lucidrains' PaLM the gate is the second half.",
    vary: (model) =>
      varied(
        withLayers(model, ({ w1, w3, ...rest }) => (w1 && w3 ? { ...rest, w1: w3, w3: w1 } : undefined)),
      ),
  },
  {
    id: "model-embedding-scaled",
    step: "embedding",
    title: "The token embedding was multiplied by √d_model.",
    formula: "x = row id of the token embedding",
    fix: "Only the Transformer of 2017 and Gemma scale it.",
    vary(model) {
      const { tokenEmbedding, ...outer } = model.weights.outer;
      const { dModel, head } = model.architecture;
      if (!tokenEmbedding) return [];
      const factor = Math.sqrt(dModel);
      const scaled = madeOf(tokenEmbedding, (matrix) => ({
        ...matrix,
        data: matrix.data.map((x) => x * factor),
      }));
      // A tied head keeps its own numbers.
      const own = head?.isTied
        ? { ...outer, head: { ...tokenEmbedding, name: `${tokenEmbedding.name} (head)` } }
        : outer;
      const weights = { ...model.weights, outer: { ...own, tokenEmbedding: scaled } };
      return varied(withArchitecture({ ...model, weights }, {}));
    },
  },
];
