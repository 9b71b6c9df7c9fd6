import { expect, test } from "vitest";
import { nameFinder } from "../../../../src/input/documents/names.js";
import { sheetNames } from "../../../../src/input/documents/sheet-names.js";

const finder = nameFinder(
  sheetNames(
    ["scores", "scaled-scores", "exponentials", "row-sums", "weights", "output"],
    ["query", "key", "value"],
  ),
);

/** What a text names most. */
const most = (text: string) => [...finder.find(text)].sort(([, one], [, other]) => other - one)[0]?.[0];

test.each([
  ["Scores S = QK^T", "scores"],
  ["Attention weights (after softmax)", "weights"],
  ["softmax(QK^T / √d_k) =", "weights"],
  ["Then I divided by √2 and got:", "scaled-scores"],
  ["S/√2 =", "scaled-scores"],
  ["S / 1.41 =", "scaled-scores"],
  ["q1·k2 =", "scores"],
  ["α_12 =", "weights"],
  ["multiplied with V", "output"],
  ["Gewichte:", "weights"],
  ["Poids d'attention", "weights"],
  ["注意力权重", "weights"],
  ["Q =", "query"],
  ["k2 =", "key"],
  ["V = X W_V", "value"],
  ["For row 1: e^(0.707) ≈", "exponentials"],
  ["→ scaled", "scaled-scores"],
  ["K^T Q", "scores"],
  ["masked = attn_weights * mask", "aside"],
])("%s names %s", (text, id) => {
  expect(most(text)).toBe(id);
});

test.each(["a row", "Name: Ada", "I am done", "es ist"])("%s names nothing", (text) => {
  expect(most(text)).toBeUndefined();
});
