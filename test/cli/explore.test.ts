import { describe, expect, test } from "vitest";
import { recordAttend } from "../../src/attention/attend.js";
import { ATTEND_SETTINGS } from "../../src/attention/attend-settings.js";
import { completeSettings } from "../../src/attention/setting.js";
import { drawScreen } from "../../src/cli/explore/screen.js";
import { press, type State, startExploring } from "../../src/cli/explore/state.js";
import { matrixFromRows } from "../../src/math/matrix.js";
import { widthOf } from "../../src/render/label.js";
import { runCli } from "../support/run-cli.js";

const trace = recordAttend({
  matrices: {
    query: matrixFromRows([
      [1, 0],
      [0, 2],
    ]),
    key: matrixFromRows([
      [1, 1],
      [0, 1],
    ]),
    value: matrixFromRows([
      [1, 0],
      [0, 1],
    ]),
  },
  settings: completeSettings(ATTEND_SETTINGS, {}),
});

/** The state that these keys lead to; a key of one letter is also what is typed. */
function stateAfter(...keys: readonly string[]): State {
  let state = startExploring(trace);
  for (const key of keys) {
    const next = press(state, key, key.length === 1 ? key : "");
    if (typeof next === "string") throw new Error(`${key} ended it`);
    state = next;
  }
  return state;
}

const at = ({ key, row, col }: State) => `${key}[${row},${col}]`;

describe("keys", () => {
  test.each([
    [[], "weights[0,0]"],
    [["down", "right"], "weights[1,1]"],
    [["j", "l", "k", "h", "h"], "weights[0,0]"],
    // A weight is its exponential over the sum of them: the first number, then the second.
    [["down", "return"], "exponentials[1,0]"],
    [["down", "2"], "row-sums[1,0]"],
    [["down", "return", "return", "return"], "scores[1,0]"],
    [["down", "return", "return", "backspace", "backspace"], "weights[1,0]"],
    [["backspace"], "weights[0,0]"],
    [["/", "o", "u", "t", "return"], "output[0,0]"],
    [["/", "x", "y", "z", "return"], "weights[0,0]"],
    [["tab", "down", "down"], "output[0,0]"],
  ])("%j lead to %s", (keys, place) => {
    const state = stateAfter(...keys);
    if (keys[0] !== "tab") expect(at(state)).toBe(place);
    else expect(state.isInList).toBe(true);
  });

  test("q asks first; then Enter prints, and any other key leaves", () => {
    const leaving = stateAfter("q");
    expect(press(leaving, "return")).toBe("print");
    expect(press(leaving, "x", "x")).toBe("leave");
  });
});

describe("the screen", () => {
  test.each([
    [80, 24],
    [40, 20],
    [20, 8],
  ])("%i×%i is filled and never exceeded", (columns, rows) => {
    for (const keys of [[], ["?"], ["tab"], ["/", "o"], ["q"]]) {
      const lines = drawScreen(stateAfter(...keys), { columns, rows });
      expect(lines).toHaveLength(rows);
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
    }
  });

  test("a window may be as small as one column", () => {
    for (let columns = 1; columns < 20; columns++) {
      for (const line of drawScreen(stateAfter(), { columns, rows: 8 }))
        expect(widthOf(line)).toBeLessThanOrEqual(columns);
    }
  });

  // scores[1,1] = 0·0 + 2·1 = 2
  test("the cell under the cursor stands in brackets, its arithmetic below", () => {
    const text = drawScreen(stateAfter("/", "s", "c", "o", "return", "down", "right"), {
      columns: 80,
      rows: 24,
    }).join("\n");
    // Row 1 of Q, what it is made of in angles, then row 1 of S.
    expect(text).toMatch(/1 +‹0› +‹2› +2 +\[2\]/);
    expect(text).toContain("scores[1,1] = 2");
    expect(text).toContain("= 0·0 + 2·1");
    expect(text).toContain(">scores");
  });
});

describe("the room of a screen", () => {
  const screen = (columns: number, ...keys: readonly string[]) =>
    drawScreen(stateAfter(...keys), { columns, rows: 24 }).map((line) => line.split("│")[1]?.trimEnd() ?? "");

  test("a product stands between its matrices where there is room: Kᵀ above, Q left", () => {
    const lines = screen(80, "/", "s", "c", "o", "return", "down", "right");
    // Kᵀ = [[1, 0], [1, 1]]: key 1 is its second column, of which S[1,1] is made.
    expect(lines.slice(2, 4).map((line) => line.trim())).toEqual([
      expect.stringMatching(/^1 +‹0›$/),
      expect.stringMatching(/^1 +‹1›$/),
    ]);
    expect(lines[5].trim()).toMatch(/^0 +1 +0 +1 +0$/);
    // Without the room it stands alone.
    expect(screen(50, "/", "s", "c", "o", "return").join("\n")).not.toContain("‹");
  });

  test("other steps have their inputs beside them, and weights are shaded", () => {
    const [title, , row] = screen(110);
    expect(title).toMatch(/^ Weights .* Exponentials +Row sums$/);
    // e^(1/√2) / (e^(1/√2) + 1) = 2.0281 / 3.0281 = 0.6698
    expect(row).toMatch(/^ 0 +\[0\.6698\]▓ +0\.3302 ▒ +0 +‹2\.0281› +1\.0000 +0 +‹3\.0281›$/);
    expect(screen(60).join("\n")).not.toContain("Exponentials");
  });
});

describe("the command line", () => {
  const terminals = ["stdin", "stdout"] as const;
  test.each([[["explore", "attend", "--demo"]], [["attend", "--demo", "--explore"]]])(
    "%j explores, and prints what is wanted",
    async (argv) => {
      const run = await runCli(argv, { terminals, explored: { key: "weights", row: 0, col: 0 } });
      expect([run.exitCode, run.explored]).toEqual([0, "attend"]);
      expect(run.stdout).toContain("weights[please,please] = 0.2840");
      const left = await runCli(argv, { terminals });
      expect([left.exitCode, left.stdout]).toEqual([0, ""]);
    },
  );

  test("it needs a terminal, and writes nothing else", async () => {
    expect((await runCli(["explore", "attend", "--demo"])).stderr).toContain("explore needs a terminal");
    for (const argv of [["explore"], ["explore", "--demo"]]) {
      expect((await runCli(argv, { terminals })).stderr).toContain("Name a run: qkv explore attend --demo.");
    }
    expect((await runCli(["explore", "attend", "--demo", "--json"], { terminals })).stderr).toContain(
      "--format json writes a run, and --explore explores it.",
    );
  });
});
