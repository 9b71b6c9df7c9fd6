import { describe, expect, test, vi } from "vitest";
import { checkDump } from "../../../../src/check/machine/check-dump.js";
import { numbersOfKeys } from "../../../../src/check/machine/mistakes/own-numbers.js";
import { SearchTime } from "../../../../src/check/machine/search-time.js";
import { attentionsOf } from "../../../../src/check/machine/target.js";
import { upTo } from "../../../../src/math/lists.js";
import { createMatrix, mapCells } from "../../../../src/math/matrix.js";
import { createRandom } from "../../../../src/math/random.js";
import { runKernel } from "../../../support/machines.js";
import { recordAttend } from "../../../support/record.js";

describe("SearchTime", () => {
  test("is over when its seconds have passed, and says that something was cut only then", () => {
    let now = 100;
    const time = new SearchTime(20, () => now);
    now = 119;
    expect(time.isOver()).toBe(false);
    expect(time.wasCut).toBe(false);
    now = 120;
    // Nobody asked since, so nothing was left out.
    expect(time.wasCut).toBe(false);
    expect(time.isOver()).toBe(true);
    expect(time.wasCut).toBe(true);
  });

  test("asks the system for processor time at most every 20 ms", () => {
    let [elapsed, used] = [1000, 5];
    vi.spyOn(performance, "now").mockImplementation(() => elapsed);
    const asked = vi
      .spyOn(process, "cpuUsage")
      .mockImplementation(() => ({ user: used * 1e6 - 2e6, system: 2e6 }));
    const time = new SearchTime(20);
    used = 25;
    elapsed = 1019;
    expect(time.isOver()).toBe(false);
    expect(asked).toHaveBeenCalledTimes(1);
    elapsed = 1020;
    expect(time.isOver()).toBe(true);
    expect(asked).toHaveBeenCalledTimes(2);
    vi.restoreAllMocks();
  });
});

describe("a search without time", () => {
  const random = createRandom(5);
  const [query, key, value] = [0, 1, 2].map(() => createMatrix(24, 8, () => Math.fround(random.normal())));
  const problem = { matrices: { query, key, value }, settings: { causal: true } };
  const homework = { trace: recordAttend(problem), problem, record: recordAttend };
  const inputs = { query: [query], key: [key], value: [value], scale: 1 / Math.sqrt(8) };
  const { output } = runKernel(
    { ...inputs, allows: (i, j) => j <= i },
    { compute: "float32", stored: "float32", tile: 0 },
  );
  const check = (matrix = output[0], rules = {}) =>
    checkDump([{ homework, answers: [{ key: "output", matrix, source: "dump", kept: "float32" }] }], rules);
  const none = () => new SearchTime(0, () => 1);
  const others = createRandom(6);
  const noise = mapCells(output[0], () => others.normal());

  test("says that it stopped, and leaves the verdict as it is", () => {
    const { verdict, searchStopped, diagnosis, steps } = check(noise, { time: none() });
    expect({ verdict, searchStopped, diagnosis }).toEqual({
      verdict: "differs",
      searchStopped: 0,
      diagnosis: [],
    });
    expect(steps[0].wrong).toBe(check(noise).steps[0].wrong);
  });

  test("still finds a factor for each row", () => {
    const scaled = mapCells(output[0], (own, row) => Math.fround(own * (1 + row / 7)));
    const { diagnosis, searchStopped } = check(scaled, { time: none() });
    expect(diagnosis.map(({ mistake }) => mistake.id)).toEqual(["rows-scaled"]);
    expect(searchStopped).toBe(0);
  });

  test("fits no factors of keys, values or their columns: each fit asks before its first round", () => {
    const { tasks } = attentionsOf(homework.trace);
    const [wrongRows, wrongColumns] = [upTo(24), upTo(8)];
    const dump = { task: tasks[0], got: noise, want: output[0], wrongRows, wrongColumns };
    const isOver = vi.fn(() => true);
    expect(Array.from(numbersOfKeys.variants({ tasks, homework, dump, isOver }))).toEqual([]);
    expect(isOver).toHaveBeenCalledTimes(4);
  });

  test("goes on to the end with critique, and is not told of right answers", () => {
    expect(check(noise, { time: none(), critique: true })).not.toHaveProperty("searchStopped");
    expect(check(output[0], { time: none() })).not.toHaveProperty("searchStopped");
  });
});
