import { describe, expect, test } from "vitest";
import { idOfFormula, splitOutside } from "../../../src/check/title-words.js";

describe("the step that a formula gives", () => {
  test.each([
    ["QKᵀ", "scores"],
    ["Q · K⊤", "scores"],
    ["Q×K^T", "scores"],
    ["Q @ K.T", "scores"],
    ["q * k transpose", "scores"],
    ["QK transposed", "scores"],
    ["Q K′", "scores"],
    ["(QK')", "scores"],
    ["Q_{K}^{\\top}".replace("\\top", "T"), "scores"],
    ["QKᵀ/√d_k", "scaled-scores"],
    ["(QK^T)/sqrt(d_k)", "scaled-scores"],
    ["QK'/ (√2)", "scaled-scores"],
    ["q.kt / 2", "scaled-scores"],
    ["S/1.41", "scaled-scores"],
    ["scores / 2", "scaled-scores"],
    ["score/sqrt 2", "scaled-scores"],
    ["S / Wurzel aus 2", "scaled-scores"],
    ["S / Wurzel 2", "scaled-scores"],
    ["QK′/√2", "scaled-scores"],
    ["1/√d_k · QKᵀ", "scaled-scores"],
    ["1/sqrt(d_k) QKᵀ", "scaled-scores"],
    ["(1/√d_k) (Q·Kᵀ)", "scaled-scores"],
    ["softmax(S)", "weights"],
    ["row-softmax(S′)", "weights"],
    ["rowsoftmax(S)", "weights"],
    ["softmax(QKᵀ/√d_k) V", "output"],
    ["softmax(S).V", "output"],
    ["A V", "output"],
    ["α · V", "output"],
    ["p@v", "output"],
    ["W V", "output"],
    ["weights × V", "output"],
    ["attn V", "output"],
    ["softmax V", "output"],
    ["exp(S)", "exponentials"],
    ["exp(S′/2)", "exponentials"],
    ["e^S", "exponentials"],
    ["  e ^ s", "exponentials"],
  ])("%s: %s", (formula, id) => expect(idOfFormula(formula)).toBe(id));

  test.each([
    ...["QK", "KQᵀ", "2QKᵀ", "QKᵀ + B", "S/d", "T/2", "2S/2", "QKᵀ√d_k", "2 softmax(S)", "softmax(S) + 1"],
    ...["softmax S", "2 softmax(S) V", "softmax(S) V + 1", "BV", "AVB", "2AV", "exp(S) / 2", "2 exp(S)"],
    ...["exp S", "we^S", "2/√d_k QKᵀ", "1/√d_k QKᵀ + B", "21/√d_k QKᵀ", "Qt", "", "Weights"],
  ])("%s is none", (formula) => expect(idOfFormula(formula)).toBe(formula));
});

describe("the parts of a title between separators", () => {
  test.each([
    ["S = QKᵀ", ["S", "QKᵀ"]],
    ["A := softmax(S = T) = W", ["A", "softmax(S = T)", "W"]],
    ["[a = b] c", ["[a = b] c"]],
    ["f(g[a = b] = c) = d", ["f(g[a = b] = c)", "d"]],
    ["1) Scores = S", ["1) Scores", "S"]],
    ["1) f(x = 2) = S", ["1) f(x = 2)", "S"]],
    ["= S =", ["S"]],
    [" = ", []],
    ["", []],
  ])("%s", (text, parts) => expect(splitOutside(text, /:=|=/g)).toEqual(parts));
});
