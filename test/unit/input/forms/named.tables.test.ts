import { describe, expect, test } from "vitest";
import { runCli } from "../../../support/run-cli.js";

// Lists of objects, pandas' split and R's dput, as programs print them; each as the scores of an attention.

async function read(text: string, options: readonly string[] = []) {
  const given = { given: { "s.txt": text } };
  const argv = ["attend", "--scores", "s.txt", "--only", "scores", "--json", "--quiet", ...options];
  const { stdout, stderr } = await runCli(argv, given);
  if (stdout !== "") return JSON.parse(stdout);
  const { source, line, column, message, code } = JSON.parse(stderr).error;
  return `${source}:${line}:${column}: ${message} [${code}]`;
}

const MATRIX = [
  [1, 2],
  [3, 4.5],
];

test.each([
  ["pandas to_json(orient='records')", '[{"a":1,"b":2.0},{"a":3,"b":4.5}]'],
  ["pandas to_json(orient='records', lines=True)", '{"a":1,"b":2.0}\n{"a":3,"b":4.5}\n'],
  ["pandas to_json(orient='split')", '{"columns":["a","b"],"index":[0,1],"data":[[1,2.0],[3,4.5]]}'],
  ["mlr --ojson", '[\n{\n  "a": 1,\n  "b": 2\n},\n{\n  "a": 3,\n  "b": 4.5\n}\n]\n'],
  ["mlr --ojsonl", '{"a": 1, "b": 2}\n{"a": 3, "b": 4.5}\n'],
  ["keys in another order", '[{"a":1,"b":2},{"b":4.5,"a":3}]'],
  ["dput of a matrix", "structure(c(1, 3, 2, 4.5), dim = c(2L, 2L))"],
  [
    "dput with names",
    'structure(c(1, 3, 2, 4.5), dim = c(2L, 2L), dimnames = list(c("x", "y"), c("a", "b")))',
  ],
  [
    "dput of a data frame",
    'structure(list(a = c(1, 3), b = c(2, 4.5)), class = "data.frame", row.names = c(NA, -2L))',
  ],
])("%s", async (_name, text) => expect(await read(text)).toEqual(MATRIX));

test.each([
  ["a name as key", '{"Q": [[1, 2]]}\n{"K": [[2, 0], [0, 2]]}\n{"V": [[1], [3]]}\n'],
  [
    "a name as value",
    '{"name": "Q", "data": [[1, 2]]}\n{"name": "K", "data": [[2, 0], [0, 2]]}\n{"name": "V", "data": [[1], [3]]}\n',
  ],
])("JSON Lines with a matrix each, by %s, are one problem", async (_name, text) => {
  const argv = ["attend", "p.jsonl", "--only", "scores", "--json", "--quiet"];
  // 1·2 + 2·0, 1·0 + 2·2
  expect(JSON.parse((await runCli(argv, { given: { "p.jsonl": text } })).stdout)).toEqual([[2, 4]]);
});

describe("objects with a token's vectors each are a matrix under each name", () => {
  const tokens = [
    { token: "the", q: [1, 0], k: [1, 0], v: [1, 2] },
    { token: "cat", q: [0, 1], k: [1, 1], v: [3, 4] },
  ];
  const ways: Readonly<Record<string, (objects: readonly object[]) => string>> = {
    "t.json": JSON.stringify,
    "t.jsonl": (objects) => objects.map((one) => `${JSON.stringify(one)}\n`).join(""),
  };
  const run = async (file: string, objects: readonly object[], ...words: readonly string[]) =>
    runCli([...words, file, "--json"], { given: { [file]: ways[file](objects) } });

  test.each(Object.keys(ways))("%s", async (file) => {
    const { stdout } = await run(file, tokens, "attend");
    expect(JSON.parse(stdout)).toMatchObject({
      tokens: ["the", "cat"],
      inputs: { query: [tokens[0].q, tokens[1].q], key: [tokens[0].k, tokens[1].k] },
    });
    // Scores 1 1; 0 1: row 1 of the weights is 1 / (1 + e^0.71) = 0.33, and 0.67.
    for (const [weight, exitCode] of [
      [0.33, 0],
      [0.43, 1],
    ]) {
      const weights = [
        [0.5, 0.5],
        [weight, 1 - weight],
      ];
      const answered = tokens.map((one, row) => ({ ...one, weights: weights[row] }));
      const { exitCode: found, stdout } = await run(file, answered, "check");
      expect([found, JSON.parse(stdout).check?.answered]).toMatchObject([exitCode, { cells: 4 }]);
    }
  });

  test("one without a vector is refused at its place", async () => {
    const { exitCode, stderr } = await run(
      "t.json",
      [tokens[0], { token: "cat", q: [0, 1], k: [1, 1] }],
      "attend",
    );
    expect(exitCode).toBe(2);
    expect(JSON.parse(stderr).error).toMatchObject({ code: "RAGGED_ROWS", line: 1 });
    expect(stderr).toContain("row 1 has 3 values, row 0 has 4");
  });
});

test("dput writes whole numbers as ranges or with an L, column by column", async () => {
  const columns = [
    [1, 3],
    [2, 4],
  ];
  expect(await read("structure(1:4, dim = c(2L, 2L))")).toEqual(columns);
  expect(await read("structure(c(1L, 2L, 3L, 4L), dim = c(2L, 2L))")).toEqual(columns);
});

test("a column of text names the rows, and so does the index of split", async () => {
  const labelled = [
    '[{"word":"the","a":1},{"word":"cat","a":2}]',
    '{"columns":["a"],"index":["the","cat"],"data":[[1],[2]]}',
  ];
  for (const text of labelled) {
    const { stdout } = await runCli(["attend", "--x", "s.json", "--json"], {
      given: { "s.json": text },
    });
    expect(JSON.parse(stdout)).toMatchObject({ tokens: ["the", "cat"], inputs: { x: [[1], [2]] } });
  }
});

describe("what is wrong has its place", () => {
  test.each([
    ['[{"a":1,"b":2},{"a":3}]', "s.txt:1:16: s.txt is ragged: row 1 has 1 value, row 0 has 2. [RAGGED_ROWS]"],
    ['[{"a":1},\n{"a":null}]', "s.txt:2:6: scores[1, 0] is missing: null. [EMPTY_CELL]"],
    ['[{"a":1,"b":"x","c":"y"}]', 's.txt:1:13: scores[0, 1]: "x" is not a number. [NOT_A_NUMBER]'],
    ["structure(c(1, 2, 3), dim = c(2L, 2L))", "s.txt:1:1: 3 numbers do not fill 2×2. [SHAPE_MISMATCH]"],
    ['[{"a":1,"b":2},{"a":3,"c":4}]', 's.txt:1:16: row 1 has no "b", which row 0 has. [RAGGED_ROWS]'],
    ["structure(c(1, 2), dim = c(2L, 1L)", "a comma or ) is expected here, but the text ends. [SYNTAX]"],
    ["structure(c(1, 2), dim = c(2L, 1L])", "[SYNTAX]"],
    ["structure(c(1, 2), dim = – c(2L, 1L))", "is no shape. [SYNTAX]"],
    [
      "structure(c(1, 2), m = c(2L, 1L))",
      "qkv does not know what m = c(2L, 1L) does with the numbers. [SYNTAX]",
    ],
    ["structure((1, 2), dim = c(2L, 1L))", "numbers are expected here, as c(…) writes them. [NOT_A_NUMBER]"],
    [
      "structure(list(a = c(1, 2), b = 3))",
      "3 numbers do not fill columns of equal length. [SHAPE_MISMATCH]",
    ],
    ["structure(1:8, dim = c(2L, 2L, 2L))", "8 numbers do not fill 2×2×2. [SHAPE_MISMATCH]"],
  ])("%s", async (text, message) => expect(await read(text)).toContain(message));
  test("null is NaN when that is asked for", async () => {
    expect(await read('[{"a":1},{"a":null}]', ["--null", "nan"])).toEqual([[1], ["NaN"]]);
  });
  test("a cell of a mask, by rows where R wrote columns", async () => {
    const given = {
      "m.txt": "structure(c(1, 1, 7, 0), dim = c(2L, 2L))",
      "n.json": '[{"a":1,"b":1},{"a":1,"b":7}]',
    };
    const argv = ["attend", "--scores", "1 2; 3 4", "--mask"];
    expect((await runCli([...argv, "m.txt"], { given })).stderr).toContain(
      "m.txt:1:19: mask holds 7 at [0, 1]",
    );
    expect((await runCli([...argv, "n.json"], { given })).stderr).toContain(
      "n.json:1:27: mask holds 7 at [1, 1]",
    );
  });
});
