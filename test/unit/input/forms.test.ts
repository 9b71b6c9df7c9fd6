import { describe, expect, it } from "vitest";
import { setting } from "../../../src/errors.js";
import { placeOf, read, refusal } from "../../support/fake-reading.js";

const SQUARE = [
  [1, 2],
  [3, 4],
];

describe("a file", () => {
  it("of UTF-16 is decoded, whichever way round", async () => {
    const little = Buffer.from("\ufeff1\t2\r\n3\t4\r\n", "utf16le");
    const big = Buffer.from(little).swap16();
    for (const bytes of [little, big]) {
      const { matrices } = await read({ sources: ["q.txt"] }, { "q.txt": bytes });
      expect(matrices.query).toBeCloseToMatrix(SQUARE);
    }
  });

  it("keeps the header when told that there is none, and drops it when told that there is one", async () => {
    const names = { "q.csv": "a,b\n1,2\n" };
    const error = await refusal(read({ sources: ["q.csv"], header: false }, names));
    expect(error.message).toBe('query[0, 0]: "a" is not a number.');
    const years = { "q.csv": "2024,2025\n1,2\n" };
    const { matrices } = await read({ sources: ["q.csv"], header: true }, years);
    expect(matrices.query).toBeCloseToMatrix([[1, 2]]);
  });

  it("is read with decimal commas when told to", async () => {
    const contents = { "q.txt": "1,5 2\n3 4,250\n" };
    const { matrices } = await read({ sources: ["q.txt"], decimalComma: true }, contents);
    expect(matrices.query).toBeCloseToMatrix([
      [1.5, 2],
      [3, 4.25],
    ]);
  });
});

describe("a literal", () => {
  it.each([
    ["1 0; 0 1", "1 0; 0 1"],
    ["1,0;0,1", "1 0; 0 1"],
    ["1, 0; 0, 1;", "1 0; 0 1"],
    ["1 2 3", "1 2 3"],
    ["1, 2, 3", "1 2 3"],
    ["1,5", "1 5"],
    ["1;2;3", "1; 2; 3"],
    ["-inf 0; nan +1", "-Infinity 0; NaN 1"],
    ["1 0\n0 1", "1 0; 0 1"],
    ["[[1,0],[0,1]]", "1 0; 0 1"],
    ["-1e-3", "-0.001"],
    ["5", "5"],
  ])("%j is %s", async (text, rows) => {
    const matrix = rows.split("; ").map((row) => row.split(" ").map(Number));
    const { matrices } = await read({ matrices: { query: text } });
    expect(matrices.query).toBeCloseToMatrix(matrix, { atol: 0, rtol: 0 });
  });

  it("that is a single number is one only when no file is called like it", async () => {
    const { matrices, notices } = await read({ matrices: { query: "5" } }, { "5": "[1, 2]" });
    expect(matrices.query).toBeCloseToMatrix([[1, 2]]);
    expect(notices).toEqual(["read query: 1×2 from 5 (JSON)"]);
    expect((await read({ matrices: { query: "5" } })).notices).toEqual([
      `read query: 1×1 from ${setting("query")} (literal)`,
    ]);
  });
});

describe("text that is refused", () => {
  it("nests deeper than any stack is deep", async () => {
    const error = await refusal(read({ sources: ["q.json"] }, { "q.json": "[".repeat(1e6) }));
    expect([error.code, placeOf(error), error.message]).toEqual([
      "SYNTAX",
      "q.json:1:202",
      "lists are nested more than 200 deep.",
    ]);
  });

  it("points at the first byte that is not UTF-8", async () => {
    const latin1 = Buffer.from("1;2\n\xe9;3\n", "latin1");
    const error = await refusal(read({ sources: ["q.csv"] }, { "q.csv": latin1 }));
    expect([error.code, placeOf(error), error.message]).toEqual([
      "SYNTAX",
      "q.csv:2:1",
      "byte E9 of q.csv is not UTF-8 text.",
    ]);
  });

  it("shows of a long line the part around the place", async () => {
    const text = `[${"1, ".repeat(500)}x]`;
    const error = await refusal(read({ sources: ["q.json"] }, { "q.json": text }));
    const { column = 0, excerpt = "", excerptColumn = 1 } = error.details.location ?? {};
    expect(column).toBe(1502);
    expect(excerpt[column - excerptColumn]).toBe("x");
    expect(excerpt.length).toBeLessThanOrEqual(100);
  });
});

it("an integer beyond 2^53 is read when its digits are what a program prints for the double", async () => {
  // 2^60 = 1152921504606846976, printed as 1152921504606847000; 1e20 is exact.
  const { matrices } = await read({ matrices: { query: "[[1152921504606847000, 1e20, 9007199254740992]]" } });
  expect(matrices.query).toBeCloseToMatrix([[2 ** 60, 1e20, 2 ** 53]], { atol: 0, rtol: 0 });
});
