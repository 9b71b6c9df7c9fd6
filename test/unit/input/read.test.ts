import { describe, expect, it } from "vitest";
import { setting } from "../../../src/errors.js";
import { readProblem } from "../../../src/input/read.js";
import { fakeFiles, placeOf, read, refusal } from "../../support/fake-reading.js";

describe("a bundle", () => {
  it("names its matrices in any spelling, and holds labels and settings", async () => {
    const reading = await read(
      { sources: ["p.json"] },
      {
        "p.json": `{"Q": [[1, 2]], "Key": [[3, 4], [5, 6]], "W_q": [[1, 0], [0, 1]], "mask": [[true, false]],
          "labels": "the", "keyTokens": ["NaN", "big \\"cat\\""],
          "settings": {"scale": "1/sqrt(2)", "causal": true, "mask_true": "drop", "window": null}}`,
      },
    );
    expect(Object.keys(reading.matrices)).toEqual(["query", "key", "wq"]);
    expect(reading.matrices.key).toBeCloseToMatrix([
      [3, 4],
      [5, 6],
    ]);
    expect(reading.mask).toEqual({ rows: 1, cols: 2, data: Uint8Array.of(1, 0) });
    expect(reading.tokens).toEqual(["the"]);
    expect(reading.keyTokens).toEqual(["NaN", 'big "cat"']);
    expect(reading.settings).toEqual({ scale: "1/sqrt(2)", causal: true, maskTrue: "drop" });
    expect(reading.notices).toEqual(["read query: 1×2, key: 2×2, wq: 2×2, mask: 1×2 from p.json (JSON)"]);
  });

  it("that is the JSON of a run gives inputs, settings and tokens, and nothing else", async () => {
    const run = {
      schema: "qkv/1",
      command: "attend",
      conventions: { scale: 0.5 },
      settings: { causal: true },
      inputs: { query: [[1, "-Infinity"]], key: [[2, 3]] },
      tokens: ["a"],
      steps: [{ id: "scores", data: [[9]], notes: [] }],
      weights: [[1]],
      output: [[7]],
      warnings: [],
    };
    const reading = await read({ sources: ["-"] }, { stdin: JSON.stringify(run) });
    expect(Object.keys(reading.matrices)).toEqual(["query", "key"]);
    expect(reading.settings).toEqual({ causal: true });
    expect(reading.tokens).toEqual(["a"]);
    expect(reading.warnings).toEqual(["query holds -Infinity at [0, 1]; it propagates"]);
  });

  it("may hold a setting beside its matrices, as files of kernels do", async () => {
    const text = '{"q": [[1]], "is_causal": 1, "sm_scale": 0.5, "alibi_slopes": null, "softcap": 0}';
    const { settings } = await read({ sources: ["-"] }, { stdin: text });
    expect(settings).toEqual({ causal: true, scale: 0.5 });
  });

  it("may be a list of its matrices in their order", async () => {
    const { matrices, notices } = await read(
      { sources: ["-"], accepts: ["query", "key", "value", "x"] },
      { stdin: "[[[1, 2]], [[3, 4], [5, 6]], [[7], [8]]]" },
    );
    expect(matrices.key).toBeCloseToMatrix([
      [3, 4],
      [5, 6],
    ]);
    expect(matrices.value).toBeCloseToMatrix([[7], [8]]);
    expect(notices).toContain("- is read as query, key, value, in this order");
  });

  it("may stand in another object, beside texts that are told", async () => {
    const text = '{"title": "Homework 3", "problem 1": {"q": [[1]], "k": [[2]]}}';
    const { matrices, notices } = await read({ sources: ["-"] }, { stdin: text });
    expect(matrices.key).toBeCloseToMatrix([[2]]);
    expect(notices).toContain("left aside title, which is text");
    await expect(read({ sources: ["-"] }, { stdin: '{"q": [[1]], "maskk": "as above"}' })).rejects.toThrow(
      '"maskk" is not the name of an input.',
    );
    // What may be a setting of another command is none.
    await expect(
      read({ sources: ["-"], settings: {} }, { stdin: '{"q": [[1]], "rope": "half-split"}' }),
    ).rejects.toThrow('"rope" is not the name of an input.');
  });

  it("may have its settings beside its matrices", async () => {
    const rules = { settings: { capped: { value: "<x>", help: "", group: "", parse: Number } } };
    const text = '{"q": [[1]], "k": [[2]], "capped": 3}';
    expect((await read({ sources: ["-"], ...rules }, { stdin: text })).settings).toEqual({ capped: 3 });
  });

  it("is overridden by later sources, with a notice", async () => {
    const reading = await read(
      { sources: ["p.json", "k.csv"], matrices: { value: "7 8" }, tokens: "x, y" },
      { "p.json": '{"q": [[1]], "k": [[2]], "v": [[3]], "tokens": ["a"]}', "k.csv": "5\n" },
    );
    expect(reading.matrices.key).toBeCloseToMatrix([[5]]);
    expect(reading.matrices.value).toBeCloseToMatrix([[7, 8]]);
    expect(reading.tokens).toEqual(["x", "y"]);
    expect(reading.notices.slice(0, 2)).toEqual([
      "key from k.csv replaces the one from p.json",
      `value from ${setting("value")} replaces the one from p.json`,
    ]);
  });

  it.each([
    [
      '{"query": [[1]], "valu": [[1]]}',
      "UNKNOWN_KEY",
      '"valu" is not the name of an input.',
      'Did you mean "value"?',
    ],
    [
      '{"settings": {"scael": 2}}',
      "UNKNOWN_KEY",
      '"scael" is not a setting of this command.',
      'Did you mean "scale"?',
    ],
    ['{"settings": {"softcap": -1}}', "BAD_VALUE", 'softcap: "-1" is not a number above 0.', undefined],
    [
      '{"tokens": [["a"]]}',
      "BAD_VALUE",
      "tokens must be a list of words.",
      'Write ["the", "cat"], or one string with spaces between the words.',
    ],
  ])("refuses %s", async (text, code, message, hint) => {
    const error = await refusal(read({ sources: ["p.json"] }, { "p.json": text }));
    expect([error.code, error.message, error.details.hint]).toEqual([code, message, hint]);
    expect(placeOf(error)).toMatch(/^p\.json:1:\d+$/);
  });

  it("refuses an input that the command does not take", async () => {
    const error = await refusal(
      read({ sources: ["p.json"], accepts: ["query", "key"] }, { "p.json": '{"wo": [[1]]}' }),
    );
    expect(error.message).toBe('"wo" is not an input of this command.');
  });
});

describe("heads", () => {
  const text = '{"wq": [[[1, 2], [3, 4]], [[5, 6],\n [7, 8]]]}';

  it("stand side by side, as in x·[W_0 W_1]", async () => {
    const reading = await read({ sources: ["p.json"] }, { "p.json": text });
    expect(reading.matrices.wq).toBeCloseToMatrix([
      [1, 2, 5, 6],
      [3, 4, 7, 8],
    ]);
    expect(reading.notices).toEqual(["read wq of 2 heads: 2×4 from p.json (JSON)"]);
    expect(reading.locate({ name: "wq", row: 1, col: 2 })).toMatchObject({ line: 2, column: 3 });
  });

  it("are stacked when W is stored out×in, whoever says so", async () => {
    const stacked = [
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
    ];
    const byOption = await read({ sources: ["p.json"], layout: "out-in" }, { "p.json": text });
    expect(byOption.matrices.wq).toBeCloseToMatrix(stacked);
    const bundle = text.replace(/\}$/, ', "settings": {"layout": "out-in"}}');
    const bySetting = await read({ sources: ["p.json"] }, { "p.json": bundle });
    expect(bySetting.matrices.wq).toBeCloseToMatrix(stacked);
    const overridden = await read({ sources: ["p.json"], layout: "in-out" }, { "p.json": bundle });
    expect(overridden.matrices.wq).toMatchObject({ rows: 2, cols: 4 });
  });

  it("of a bias are stacked", async () => {
    const { matrices } = await read({ matrices: { bias: "[[[1, 2]], [[3, 4]]]" } });
    expect(matrices.bias).toBeCloseToMatrix([
      [1, 2],
      [3, 4],
    ]);
  });

  it("of a bias with one row each are no n×m bias, though there be as many queries as heads", async () => {
    const given = { query: "[[0, 0], [0, 0]]", bias: "[[[1, 2]], [[3, 4]]]" };
    const { matrices, notices, locate } = await read({ matrices: given });
    expect(matrices.bias).toBeCloseToMatrix([
      [1, 2], // head 0, query 0
      [1, 2], // head 0, query 1
      [3, 4],
      [3, 4],
    ]);
    expect(notices).toContain(`read bias of 2 heads: 4×2 from ${setting("bias")} (JSON)`);
    expect(locate({ name: "bias", row: 3, col: 1 })).toMatchObject({ line: 1, column: 17 });
  });

  it("of a cache stand side by side, however W is stored", async () => {
    const cache = { matrices: { pastKey: "[[[1], [2]], [[3], [4]]]" }, layout: "out-in" };
    expect((await read(cache)).matrices.pastKey).toBeCloseToMatrix([
      [1, 3],
      [2, 4],
    ]);
  });

  it("must have the same shape", async () => {
    const error = await refusal(read({ matrices: { wq: "[[[1, 2], [3, 4]], [[5, 6]]]" } }));
    expect([error.code, error.message]).toEqual([
      "SHAPE_MISMATCH",
      "wq of head 1 is 1×2, of head 0 2×2: the heads are joined, so their rows must match.",
    ]);
  });
});

/** What `qkv attend` takes, as far as it matters. */
const OF_ATTEND = ["query", "key", "value", "x"] as const;

describe("one matrix", () => {
  it("is named by its file, whatever the folder and the spelling", async () => {
    const reading = await read(
      { sources: ["some/folder/Q.csv", "W_k.json"] },
      { "some/folder/Q.csv": "1,2\n", "W_k.json": "[[3]]" },
    );
    expect(Object.keys(reading.matrices)).toEqual(["query", "wk"]);
  });

  it("is the key of that name in an object, else its output", async () => {
    const object = '{"x": [[1, 2]], "output": [[3, 4]]}';
    const named = await read({ matrices: { x: "-" } }, { stdin: object });
    expect(named.matrices.x).toBeCloseToMatrix([[1, 2]]);
    const output = await read({ matrices: { query: "@run.json" } }, { "run.json": object });
    expect(output.matrices.query).toBeCloseToMatrix([[3, 4]]);
    const error = await refusal(read({ matrices: { key: '{"x": [[1]]}' } }));
    expect([error.code, error.message]).toEqual([
      "MISSING_INPUT",
      '--key has no "key" and no "output"; its keys are x.',
    ]);
  });

  it("without a name is x, with a notice, where nothing else is given", async () => {
    const reading = await read({ accepts: OF_ATTEND, sources: ["-"] }, { stdin: "1 2\n" });
    expect(reading.matrices.x).toBeCloseToMatrix([[1, 2]]);
    expect(reading.notices).toContain("- is read as x: query, key and value all come from it");
    const error = await refusal(
      read({ accepts: OF_ATTEND, sources: ["-"], matrices: { key: "1 2" } }, { stdin: "1 2\n" }),
    );
    expect([error.code, error.details.hint]).toEqual(["UNKNOWN_NAME", "Name it: --query -."]);
  });

  it("beside a number of heads is told where the command has none", async () => {
    const { notices } = await read({ sources: ['{"q": [[1, 0]], "k": [[1, 0]], "num_heads": 2}'] });
    expect(notices).toContainEqual(expect.stringMatching(/^heads changes nothing here/));
  });

  it("may have line breaks as a shell passes them on", async () => {
    const { matrices } = await read({
      accepts: OF_ATTEND,
      sources: ["1 2\\n3 4", "[[5, 6],\\n [7, 8]]", "0\\n1"],
    });
    expect(matrices.query).toBeCloseToMatrix([
      [1, 2],
      [3, 4],
    ]);
    expect(matrices.key).toBeCloseToMatrix([
      [5, 6],
      [7, 8],
    ]);
    expect(matrices.value).toBeCloseToMatrix([[0], [1]]);
  });

  it("one of three without names is query, key or value, by its place", async () => {
    const { matrices, notices } = await read({ accepts: OF_ATTEND, sources: ["1 2", "3 4", "1 2"] });
    expect(matrices.query).toBeCloseToMatrix([[1, 2]]);
    expect(matrices.key).toBeCloseToMatrix([[3, 4]]);
    expect(matrices.value).toBeCloseToMatrix([[1, 2]]);
    expect(notices).toContain("'1 2', '3 4', '1 2' are read as query, key, value, in this order");
    expect((await refusal(read({ accepts: OF_ATTEND, sources: ["1", "2", "3", "4"] }))).code).toBe(
      "UNKNOWN_NAME",
    );
  });

  it("of a misspelt file suggests the input that was meant", async () => {
    const error = await refusal(read({ sources: ["quary.csv"] }, { "quary.csv": "1\n" }));
    expect(error.details.hint).toBe("Name it: --query quary.csv.");
  });

  it("may be used transposed, and its cells are still found", async () => {
    const contents = { "k.csv": "1,2,3\n4,5,6\n" };
    const reading = await read({ sources: ["k.csv"], transpose: ["K"] }, contents);
    expect(reading.matrices.key).toBeCloseToMatrix([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    // Cell [2, 1] of the transposed matrix is the 6 at the end of line 2.
    expect(reading.locate({ name: "key", row: 2, col: 1 })).toMatchObject({ line: 2, column: 5 });
    const unknown = await refusal(read({ transpose: ["kye"] }));
    expect([unknown.code, unknown.details.hint]).toEqual(["UNKNOWN_NAME", 'Did you mean "key"?']);
    const idle = await refusal(read({ transpose: ["value"] }));
    expect([idle.code, idle.message]).toEqual(["MISSING_INPUT", "--transpose value: no value was given."]);
  });
});

describe("labels", () => {
  const contents = { "q.csv": ",a\nthe,1\ncat,2\n", "k.csv": "sat,1\nmat,2\n" };

  it("of a first column name queries and keys", async () => {
    const reading = await read({ sources: ["q.csv", "k.csv"] }, contents);
    expect([reading.tokens, reading.keyTokens]).toEqual([
      ["the", "cat"],
      ["sat", "mat"],
    ]);
    expect(reading.notices).toContain("tokens from the first column of q.csv");
    expect(reading.notices).toContain("key tokens from the first column of k.csv");
  });

  it("that were given win", async () => {
    const reading = await read({ sources: ["q.csv"], tokens: '["a b", "inf"]' }, contents);
    expect(reading.tokens).toEqual(["a b", "inf"]);
  });
});

describe("non-finite numbers", () => {
  it("are warned of, the first three by their place", async () => {
    const { warnings } = await read({ matrices: { value: "1 nan; inf -inf; nan 2" } });
    expect(warnings).toEqual([
      "value holds NaN at [0, 1], Infinity at [1, 0], -Infinity at [1, 1] and in 1 more cells; they propagate",
    ]);
  });

  it("in a bias may only be -Infinity", async () => {
    const { warnings, matrices } = await read({ matrices: { bias: "0 -inf" } });
    expect(warnings).toEqual([]);
    expect(matrices.bias).toBeCloseToMatrix([[0, Number.NEGATIVE_INFINITY]]);
    const error = await refusal(read({ matrices: { bias: "0 inf" } }));
    expect([error.code, placeOf(error)]).toEqual(["NON_FINITE", "--bias:1:3"]);
  });

  it.each([
    ["1 0.5", "BAD_VALUE", "mask holds 0.5 at [0, 1]: a mask is true/false or 1/0."],
    ["0 -inf", "NON_FINITE", "mask holds -Infinity at [0, 1]: a mask is true/false or 1/0."],
    ["1 nan", "NON_FINITE", "mask holds NaN at [0, 1]: a mask is true/false or 1/0."],
  ])("and others in a mask are refused: %s", async (mask, code, message) => {
    const error = await refusal(read({ matrices: { mask } }));
    expect([error.code, error.message]).toEqual([code, message]);
  });
});

describe("locate", () => {
  it("finds a cell again in JSON and in text, below header and beside labels", async () => {
    const reading = await read(
      { sources: ["p.json", "k.csv"] },
      { "p.json": '{"q": [[1, 2],\n      ["NaN", 44]]}', "k.csv": 'w,a,b\n# note\n"x, y",1,2\nz,3,  4\n' },
    );
    expect(reading.locate({ name: "query", row: 1, col: 1 })).toMatchObject({
      source: "p.json",
      line: 2,
      column: 15,
      excerpt: '      ["NaN", 44]]}',
    });
    expect(reading.locate({ name: "query" })).toMatchObject({ line: 1, column: 7 });
    expect(reading.locate({ name: "key", row: 1, col: 1 })).toMatchObject({
      source: "k.csv",
      line: 4,
      column: 7,
    });
    expect(reading.locate({ name: "value" })).toBeUndefined();
  });
});

describe("numbered files", () => {
  const dumped = { "010-x-q.csv": "1,2\n", "d/011_layer.0_key.csv": "3,4\n", "12-x-w-v.csv": "5,6\n" };

  it("are named by the longest end that is a name of an input", async () => {
    const { matrices } = await read({ sources: Object.keys(dumped) }, dumped);
    expect(matrices.query?.data).toEqual(Float64Array.of(1, 2));
    expect(matrices.key?.data).toEqual(Float64Array.of(3, 4));
    expect(matrices.wv?.data).toEqual(Float64Array.of(5, 6));
  });

  it("without a number a file is what its whole name says", async () => {
    await expect(read({ sources: ["z-q.csv"] }, { "z-q.csv": "1,2\n" })).rejects.toMatchObject({
      code: "UNKNOWN_NAME",
    });
  });

  const inFolder = (names: readonly string[]) => {
    const files = fakeFiles(Object.fromEntries(names.map((name) => [`dump/${name}`, "1,2\n"])));
    const listing = { ...files, listFolder: (path: string) => (path === "dump/" ? names : undefined) };
    const request = { transpose: [], accepts: ["query", "key", "value"] as const, settings: {} };
    return readProblem({ ...request, sources: ["dump/"], matrices: {} }, listing);
  };

  it("a folder of nothing else is its files", async () => {
    const { matrices } = await inFolder(["010-x-q.csv", "011-x-k.csv", "012-x-v.csv"]);
    expect(Object.keys(matrices)).toEqual(["query", "key", "value"]);
  });

  it.each([
    ["another file", ["010-x-q.csv", "011-x-k.csv", "012-x-out.csv"]],
    ["two of one name", ["010-x-q.csv", "020-x-q.csv"]],
    ["nothing", []],
  ])("a folder that holds %s is no problem", async (_, names) => {
    await expect(inFolder(names)).rejects.toMatchObject({ code: "FILE_UNREADABLE" });
  });
});
