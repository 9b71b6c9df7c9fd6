import { describe, expect, test } from "vitest";
import { UNCHANGED } from "../../../../src/check/person/changes.js";
import { Numbers } from "../../../../src/check/person/numbers.js";
import { sourcesOf } from "../../../../src/check/solution.js";
import { matrixFromRows } from "../../../../src/math/matrix.js";
import type { Node } from "../../../../src/trace/op.js";
import { recordAttend } from "../../../support/record.js";

// q = 1, K = 2, 4, scale ½: scores 2 and 4, scaled 1 and 2; V = 1, 3.

const column = (...cells: number[]) => matrixFromRows(cells.map((cell) => [cell]));
const TRACE = recordAttend({
  matrices: { query: column(1), key: column(2, 4), value: column(1, 3) },
  settings: { scale: 0.5 },
});
const GRAPH = sourcesOf(TRACE);
const numbers = new Numbers(GRAPH, UNCHANGED);
const of = (found: Numbers, key: string) => Array.from(found.of(key).data);

/** A step that gives other numbers of its inputs. */
function otherwise(key: string, compute: Node["op"]["compute"]) {
  const node = GRAPH.node(key) as Node;
  return new Map([[key, { ...node, op: { ...node.op, compute } }]]);
}

describe("the numbers of a solution", () => {
  test("are worked out from what was given", () => {
    expect(of(numbers, "scaled-scores")).toEqual([1, 2]);
    expect(of(numbers, "query")).toEqual([1]);
    expect(() => numbers.of("no such step")).toThrow(RangeError);
  });

  test("go on from what a person wrote", () => {
    const carried = new Map([["scores", matrixFromRows([[6, 8]])]]);
    expect(of(new Numbers(GRAPH, UNCHANGED, carried), "scaled-scores")).toEqual([3, 4]);
  });

  test("are finished before they are used", () => {
    const plusOne = new Numbers(GRAPH, UNCHANGED, new Map(), (matrix) => ({
      ...matrix,
      data: matrix.data.map((value) => value + 1),
    }));
    // (2 + 1) / 2 + 1 and (4 + 1) / 2 + 1.
    expect(of(plusOne, "scaled-scores")).toEqual([2.5, 3.5]);
  });
});

describe("with something done otherwise", () => {
  const tenfold = otherwise("scores", () => matrixFromRows([[20, 40]]));

  test("all that depends on it is other", () => {
    const other = numbers.with(tenfold);
    expect(of(other, "scaled-scores")).toEqual([10, 20]);
    expect(of(numbers, "scaled-scores")).toEqual([1, 2]);
  });

  test("what does not depend on it is taken over as it is", () => {
    const halved = otherwise("scaled-scores", ([scores]) => scores);
    const other = numbers.with(halved);
    expect(other.of("scores")).toBe(numbers.of("scores"));
    expect(of(other, "scaled-scores")).toEqual([2, 4]);
  });

  test("a step that is done otherwise may use others than before", () => {
    const scaled = GRAPH.node("scaled-scores") as Node;
    const ofKeys = {
      ...scaled,
      inputs: ["elsewhere"],
      op: { ...scaled.op, compute: () => matrixFromRows([[7, 7]]) },
    };
    const first = new Map([["scaled-scores", ofKeys]]);
    const both = new Map<string, Node>([...first, ["elsewhere", { ...scaled, key: "elsewhere" }]]);
    expect([...numbers.with(first).alteredBy(both)]).toContain("scaled-scores");
  });

  test("other numbers in the place of one step leave what was written behind it", () => {
    const carried = new Map([["scaled-scores", matrixFromRows([[9, 9]])]]);
    const found = new Numbers(GRAPH, UNCHANGED, carried).moved(
      new Map([["scores", matrixFromRows([[0, 0]])]]),
    );
    expect([of(found, "scores"), of(found, "scaled-scores")]).toEqual([
      [0, 0],
      [9, 9],
    ]);
  });
});
