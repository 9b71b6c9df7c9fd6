import { describe, expect, test } from "vitest";
import { isNameOfStep, plainName, splitHead } from "../../../src/attention/names.js";

describe("names are compared without case, blanks and signs between words", () => {
  test.each([
    ["Scaled Scores", "scaledscores"],
    ["q_proj", "qproj"],
    ["dO.T", "dot"],
    ["QK^T", "qkt"],
    ["head 0/weights", "head0weights"],
  ])("%s", (name, plain) => expect(plainName(name)).toBe(plain));
});

test("a step has its id and the names that people have for it", () => {
  expect(isNameOfStep("weights", "Attention weights")).toBe(true);
  expect(isNameOfStep("weights", "Gewichte")).toBe(true);
  expect(isNameOfStep("output", "résultat")).toBe(true);
  expect(isNameOfStep("scores", "weights")).toBe(false);
  expect(isNameOfStep("constructor", "constructor")).toBe(true);
  expect(isNameOfStep("no-step", "weights")).toBe(false);
});

describe("the head that a name begins with", () => {
  test.each([
    ["head 0/weights", 0, "weights"],
    ["Head_12 - weights", 12, "weights"],
    ["head-3.scores", 3, "scores"],
    ["Kopf 1: Gewichte", 1, "Gewichte"],
    ["tête 2/poids", 2, "poids"],
    ["tete 2/poids", 2, "poids"],
    ["cabeza 0/pesos", 0, "pesos"],
    ["testa 0/pesi", 0, "pesi"],
    ["头 0/权重", 0, "权重"],
    ["h3.weights", 3, "weights"],
    ["head 4", 4, ""],
  ])("%s", (name, head, rest) => {
    expect(splitHead(name)).toEqual({ head, isKv: false, name: rest });
  });
  test("may be one of keys and values", () => {
    expect(splitHead("kv head 1/dk")).toEqual({ head: 1, isKv: true, name: "dk" });
  });
  test.each([
    "weights",
    "header 1",
    "head",
    "head 1000/weights",
    "headless 1/x",
    "h3w",
    "layer 0/head 1/weights",
  ])("%s begins with none", (name) => expect(splitHead(name)).toBeUndefined());
});
