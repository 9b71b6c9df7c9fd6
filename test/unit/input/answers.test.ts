import { describe, expect, test } from "vitest";
import { readSheets } from "../../../src/input/answers.js";
import { createOpener } from "../../../src/input/open.js";
import { fakeFiles } from "../../support/fake-reading.js";

/** The answers of the one sheet: name of the step, then its cells. */
async function read(values: readonly string[], contents: Readonly<Record<string, string>> = {}) {
  const [{ answers }] = await readSheets(values, fakeFiles(contents));
  return answers.map(({ key, rows }) => [key, rows.map((row) => row.map((cell) => cell?.value ?? null))]);
}

describe("cells that are not answered", () => {
  test.each([
    ["w.csv", "0.67,\n,0.5\n"],
    ["w.csv", "0.67,-\n?,0.5\n"],
    ["w.tsv", "0.67\t\n\t0.5\n"],
    ["w.csv", "0.67;\n;0.5\n"],
    ["w.txt", "0.67 _\n– 0.5\n"],
    ["w.json", "[[0.67, null], [null, 0.5]]"],
    ["w.json", '[["0.67", "-"], ["", "0.5"]]'],
    ["w.txt", "[[0.67, ?],\n [-, 0.5]]"],
    ["w.csv", "a,b\n0.67,\n,0.5\n"],
  ])("%s: %j", async (file, text) => {
    const sheet = await read([`weights=${file}`], { [file]: text });
    expect(sheet).toEqual([
      [
        "weights",
        [
          [0.67, null],
          [null, 0.5],
        ],
      ],
    ]); // prettier-ignore
  });

  test.each([
    ["w.csv", "-,-\n0.5,0.5\n", [null, null], [0.5, 0.5]],
    ["w.csv", "?,0.5\n?,0.25\n", [null, 0.5], [null, 0.25]],
    ["w.tsv", "_\t_\n_\t_\n", [null, null], [null, null]],
  ])("are no names of columns or rows: %s %j", async (file, text, ...rows) => {
    expect(await read([`weights=${file}`], { [file]: text })).toEqual([["weights", rows]]);
  });

  test("in numbers on the command line", async () => {
    expect(await read(["weights=0.67 -"])).toEqual([["weights", [[0.67, null]]]]);
  });
});

test.each([
  ["6.7×10⁻³", 0.0067, 4],
  ["6.7*10^-3", 0.0067, 4],
  ["0.67f", 0.67, 2],
  ["-np.inf", Number.NEGATIVE_INFINITY, 15],
])("%s keeps its digits in whatever form", async (text, value, decimals) => {
  const [{ answers }] = await readSheets([`weights=[[${text}, 1.0]]`], fakeFiles({}));
  expect(answers[0].rows[0][0]).toEqual({ value, decimals });
});

test("LaTeX keeps its digits, too", async () => {
  const sheet =
    "weights=\\begin{pmatrix} 6.7 \\times 10^{-3} & -\\infty \\\\ \\frac{1}{2} & - \\end{pmatrix}";
  const [{ answers }] = await readSheets([sheet], fakeFiles({}));
  expect(answers[0].rows).toEqual([
    [
      { value: 0.0067, decimals: 4 },
      { value: Number.NEGATIVE_INFINITY, decimals: 15 },
    ],
    [{ value: 0.5, decimals: 15 }, null],
  ]);
});

test("a percentage keeps its digits: 33% is 0.33", async () => {
  const [{ answers }] = await readSheets(["weights=66.7% 33%"], fakeFiles({}));
  expect(answers[0].rows[0].map((cell) => cell?.decimals)).toEqual([3, 2]);
  expect(answers[0].rows[0][1]?.value).toBeCloseTo(0.33, 12);
});

describe("several steps", () => {
  const both = [
    ["weights", [[0.67, 0.33]]],
    ["output", [[6.7, 6.6]]],
  ];

  test("line by line in a text, or after semicolons", async () => {
    expect(await read(["s.txt"], { "s.txt": "weights = [[0.67, 0.33]]\noutput = [[6.70, 6.60]]\n" })).toEqual(
      both,
    );
    expect(await read(["weights = [[0.67, 0.33]]; output = [[6.70, 6.60]]"])).toEqual(both);
  });

  test("a file for each, named by the file or before it", async () => {
    const files = { "a/weights.csv": "0.67,0.33\n", "o.csv": "6.70,6.60\n" };
    expect(await read(["a/weights.csv", "output=o.csv"], files)).toEqual(both);
  });

  test("a name with signs of its own", async () => {
    expect(await read(["QK^T=1 0"])).toEqual([["QK^T", [[1, 0]]]]);
  });
});

test("a sheet without answers is refused", async () => {
  await expect(readSheets(["{}"], fakeFiles({}))).rejects.toMatchObject({ code: "EMPTY_MATRIX" });
});

test("standard input is for the problem or for the answers", async () => {
  const files = fakeFiles({ stdin: '{"weights": [[1]]}' });
  createOpener(files).open("-", "the source -");
  await expect(readSheets(["-"], files)).rejects.toMatchObject({ code: "STDIN_TWICE" });
});
