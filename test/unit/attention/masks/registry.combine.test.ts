import { describe, expect, test } from "vitest";
import { ATTEND_SETTINGS, type AttendSettings } from "../../../../src/attention/attend-settings.js";
import { blocksDiagonal, combineMasks } from "../../../../src/attention/masks/registry.js";
import { completeSettings } from "../../../../src/attention/setting.js";
import { type BooleanMatrix, createBooleanMatrix, matrixFromRows } from "../../../../src/math/matrix.js";
import { refusal } from "../../../support/refusal.js";

/** Draws which query sees which key: one line per query, `x` for a key that it sees. */
function drawn(settings: Partial<AttendSettings>, n: number, m: number, extra = {}): string {
  const mask = combined(settings, n, m, extra);
  if (!mask) return "no mask";
  const { cols, data } = mask.cells;
  return Array.from({ length: n }, (_, row) =>
    Array.from(data.subarray(row * cols, (row + 1) * cols), (blocked) => (blocked ? "." : "x")).join(""),
  ).join(" ");
}

const combined = (settings: Partial<AttendSettings>, n: number, m: number, extra = {}) =>
  combineMasks({
    settings: completeSettings(ATTEND_SETTINGS, settings),
    ...{ numQueries: n, numKeys: m },
    ...extra,
  });

const bools = (...rows: number[][]): BooleanMatrix =>
  createBooleanMatrix(rows.length, rows[0].length, (row, col) => rows[row][col] === 1);

describe("the keys that each query sees", () => {
  test.each<[string, Partial<AttendSettings>, number, number, string]>([
    ["none", {}, 2, 2, "no mask"],
    ["causal: j ≤ i", { causal: true }, 3, 3, "x.. xx. xxx"],
    // Query 0 has the position of key 1, so it sees two keys.
    ["causal at the end of 4 keys", { causal: true, align: "bottom-right" }, 3, 4, "xx.. xxx. xxxx"],
    ["causal from the first key", { causal: true, align: "top-left" }, 3, 4, "x... xx.. xxx."],
    ["causal, offset 2", { causal: true, queryOffset: 2 }, 2, 4, "xxx. xxxx"],
    // The first 3 keys exist, so query 1 has the position of key 2.
    ["causal, 3 keys, at the end", { causal: true, keyLength: 3, align: "bottom-right" }, 2, 4, "xx.. xxx."],
    ["2 keys exist", { keyLength: 2 }, 2, 4, "xx.. xx.."],
    ["all keys exist", { keyLength: 4 }, 2, 4, "xxxx xxxx"],
    ["no key exists", { keyLength: 0 }, 2, 2, ".. .."],
    // i − 2 < j ≤ i
    ["a window of 2", { window: 2 }, 4, 4, "x... xx.. .xx. ..xx"],
    ["a window of 1", { window: 1 }, 2, 2, "x. .x"],
    // j ≥ i − 1, nothing bounds the right
    ["1 to the left", { windowLeft: 1 }, 4, 4, "xxxx xxxx .xxx ..xx"],
    ["0 to the left", { windowLeft: 0 }, 3, 3, "xxx .xx ..x"],
    // j ≤ i + 1, nothing bounds the left
    ["1 to the right", { windowRight: 1 }, 4, 4, "xx.. xxx. xxxx xxxx"],
    ["0 to the right", { windowRight: 0 }, 3, 3, "x.. xx. xxx"],
    ["1 to each side", { windowLeft: 1, windowRight: 1 }, 4, 4, "xx.. xxx. .xxx ..xx"],
    ["1 to each side, offset 1", { windowLeft: 1, windowRight: 1, queryOffset: 1 }, 2, 4, "xxx. .xxx"],
    ["a window beyond the keys", { window: 1, queryOffset: 3 }, 2, 4, "...x ...."],
    ["causal within 2 keys", { causal: true, keyLength: 2 }, 3, 3, "x.. xx. xx."],
  ])("%s", (_, settings, n, m, expected) => expect(drawn(settings, n, m)).toBe(expected));

  test("of a given mask: true may attend, or with maskTrue drop may not; one row is for all queries", () => {
    const given = bools([1, 0, 1], [0, 1, 1]);
    expect(drawn({}, 2, 3, { givenMask: given })).toBe("x.x .xx");
    expect(drawn({ maskTrue: "drop" }, 2, 3, { givenMask: given })).toBe(".x. x..");
    expect(drawn({}, 2, 3, { givenMask: bools([1, 0, 1]) })).toBe("x.x x.x");
    expect(drawn({ causal: true, queryOffset: 1 }, 2, 3, { givenMask: given })).toBe("x.. .xx");
  });

  test("in a cache the queries stand behind the keys that came before; open keys are seen by all", () => {
    expect(drawn({ causal: true }, 2, 4, { pastKeys: 2 })).toBe("xxx. xxxx");
    expect(drawn({ causal: true }, 2, 2, { unmaskedKeys: 1 })).toBe("x.x xxx");
    expect(drawn({ causal: true, keyLength: 1 }, 2, 2, { unmaskedKeys: 2 })).toBe("x.xx x.xx");
  });

  test("of local attention the keys within D of the place, which need not be whole", () => {
    // 1.5 ± 1 is 0.5 … 2.5: keys 1 and 2. 2 ± 1 is 1 … 3. A position that is not a number sets no bound.
    const places = matrixFromRows([[1.5], [2], [Number.NaN]]);
    expect(drawn({ localWindow: 1 }, 3, 5, { alignedPositions: places })).toBe(".xx.. .xxx. xxxxx");
  });
});

describe("why a key is not seen, and the rules in words", () => {
  test.each<[Partial<AttendSettings>, number, number, string]>([
    [{ causal: true }, 0, 1, "key 1 comes after query 0"],
    [{ causal: true, queryOffset: 1 }, 0, 2, "key 2 comes after query 0, which stands at key 1"],
    [{ keyLength: 2 }, 0, 2, "key 2 is padding: 2 keys exist"],
    [{ window: 1 }, 1, 0, "key 0 is before the window, which starts at 1"],
    [{ window: 1 }, 1, 2, "key 2 is behind the window, which ends at 1"],
    [{ windowRight: 1 }, 0, 2, "key 2 is behind the window, which ends at 1"],
    [{ windowLeft: 1 }, 2, 0, "key 0 is before the window, which starts at 1"],
    // If several rules block a key, the first one is named. A key that all rules allow has none.
    [{ causal: true, keyLength: 1 }, 1, 1, "key 1 is padding: 1 keys exist"],
    [{ causal: true }, 1, 1, ""],
  ])("%j [%d, %d]: %s", (settings, row, col, reason) => {
    expect(combined(settings, 3, 3)?.reason(row, col)).toBe(reason);
  });

  test("of a given mask the value that is there, in its only row or in that of the query", () => {
    const rows = { givenMask: bools([1, 1], [0, 1]) };
    expect(combined({}, 2, 2, rows)?.reason(1, 0)).toBe("the mask is false at [1, 0]");
    expect(combined({ maskTrue: "drop" }, 2, 2, rows)?.reason(0, 1)).toBe("the mask is true at [0, 1]");
    expect(combined({}, 2, 2, { givenMask: bools([0, 1]) })?.reason(1, 0)).toBe(
      "the mask is false at [0, 0]",
    );
    const row = { givenMask: bools([1, 0]) };
    expect(combined({ maskTrue: "drop" }, 2, 2, row)?.reason(1, 0)).toBe("the mask is true at [0, 0]");
    // The mask lets query 0 see key 1, the causal rule does not.
    expect(combined({ causal: true }, 2, 2, rows)?.reason(0, 1)).toBe("key 1 comes after query 0");
  });

  test("of local attention how far the place is", () => {
    const places = matrixFromRows([[1.23456]]);
    expect(combined({ localWindow: 1 }, 1, 4, { alignedPositions: places })?.reason(0, 3)).toBe(
      "key 3 is more than D = 1 away from place 1.235",
    );
  });

  test.each<[Partial<AttendSettings>, string]>([
    [{ causal: true }, "causal: query i sees keys j ≤ i"],
    [{ causal: true, queryOffset: 2 }, "causal: query i sees keys j ≤ i + 2"],
    [{ keyLength: 2 }, "only the first 2 keys exist"],
    [{ window: 2 }, "window: 2 keys a row, i − 2 < j ≤ i"],
    [{ window: 1 }, "window: 1 key a row, i − 1 < j ≤ i"],
    [{ windowLeft: 1 }, "window: j ≥ i − 1"],
    [{ windowRight: 3, queryOffset: 1 }, "window: j ≤ i + 1 + 3"],
    [
      { window: 4, windowLeft: 1, windowRight: 0 },
      "window: 4 keys a row, i − 4 < j ≤ i, j ≥ i − 1, j ≤ i + 0",
    ],
  ])("%j: %s", (settings, rule) => expect(combined(settings, 3, 3)?.rules).toEqual([rule]));

  test("of a given mask and of local attention", () => {
    expect(combined({}, 1, 1, { givenMask: bools([1]) })?.rules).toEqual(["mask: true may attend"]);
    expect(combined({ maskTrue: "drop" }, 1, 1, { givenMask: bools([1]) })?.rules).toEqual([
      "mask: true may not attend",
    ]);
    expect(combined({ localWindow: 2 }, 1, 1, { alignedPositions: matrixFromRows([[0]]) })?.rules).toEqual([
      "local: keys within D = 2 of the query's place p",
    ]);
  });
});

describe("what is refused", () => {
  test.each<[Partial<AttendSettings>, number, number, string, string, string]>([
    [
      ...([{ keyLength: 4 }, 3, 3, "BAD_VALUE"] as const),
      ...(["--key-length is 4, but there are only 3 keys.", "Give at most 3, or leave it out"] as const),
    ],
    // The only query has the position of the last of 3 keys, 3 − 1 = 2, or if only 2 of them exist, 2 − 1 = 1.
    [
      ...([{ causal: true }, 1, 3, "ALIGNMENT_NEEDED"] as const),
      ...(["There are 3 keys for 1 query, so it is not certain", "--align bottom-right (at key 2,"] as const),
    ],
    [
      ...([{ causal: true, keyLength: 2 }, 1, 3, "ALIGNMENT_NEEDED"] as const),
      ...(["There are 3 keys for 1 query", "--align bottom-right (at key 1,"] as const),
    ],
    [
      ...([{ window: 2 }, 2, 3, "ALIGNMENT_NEEDED"] as const),
      ...(["There are 3 keys for 2 queries, so it is not certain", "--align top-left"] as const),
    ],
    [
      ...([{ causal: true, align: "top-left", queryOffset: 1 }, 2, 3, "CONFLICTING_INPUTS"] as const),
      ...(["both say where query 0 stands", "Leave one of them out."] as const),
    ],
  ])("%j of %d×%d", (settings, n, m, code, message, hint) => {
    const error = refusal(() => combined(settings, n, m));
    expect(error?.code).toBe(code);
    expect(error?.message).toContain(message);
    expect(error?.details.hint).toContain(hint);
  });

  test("a given mask of another shape", () => {
    expect(() => combined({}, 2, 2, { givenMask: bools([1, 1, 1]) })).toThrow("mask");
    expect(() => combined({}, 3, 2, { givenMask: bools([1, 1], [1, 1]) })).toThrow("mask");
  });
});

test("whether nobody sees their own place", () => {
  const blocks = (...rows: number[][]) => {
    const mask = combined({}, rows.length, rows[0].length, { givenMask: bools(...rows) });
    return mask && blocksDiagonal(mask.blocked);
  };
  expect(blocks([0, 1], [1, 0])).toBe(true);
  expect(blocks([0, 1], [1, 1])).toBe(false);
  expect(blocks([1, 0], [0, 0])).toBe(false);
  // A single query, or queries at other positions than the keys, have no such diagonal.
  expect(blocks([0])).toBe(false);
  expect(blocks([0, 1, 1], [1, 0, 1])).toBe(false);
});
