import { describe, expect, test } from "vitest";
import { UserError } from "../../../../src/errors.js";
import { namedInputs } from "../../../../src/input/documents/named-inputs.js";
import { plainValue } from "../../../../src/input/value.js";

const read = async (text: string, name = "problem.txt", decimalComma = false) => {
  const source = { name, kind: "file", bytes: Buffer.from(text) } as const;
  const parsed = await namedInputs(source, { decimalComma });
  return parsed && { ...parsed, inputs: plainValue(parsed.value) };
};

const [Q, K, V] = [
  [
    [1, 2],
    [3, 4],
  ],
  [
    [1, 0],
    [0, 1],
  ],
  [
    [0.5, 0],
    [0, 2],
  ],
];
const V1 = [
  [1, 0],
  [1, 1],
];
const QKV = { query: Q, key: K, value: V };

/** The same problem as people write it down. */
const FORMS: Readonly<Record<string, string>> = {
  "names above their rows": "query\n1 2\n3 4\n\nkey\n1 0\n0 1\n\nvalue\n0.5 0\n0 2\n",
  "no blank lines, a row of 0 1 before a name": "Q:\n1 2\n3 4\nK:\n1 0\n0 1\nV:\n0.5 0\n0 2",
  "a name before the first row": "Q = 1 2\n    3 4\nK = 1 0\n    0 1\nV = 0.5 0\n    0 2\n",
  "a name before the first row, without a sign": "Q 1 2\n3 4\nK 1 0\n0 1\nV 0.5 0\n0 2\n",
  // The names of rows are tokens and counts: a is not α, and 1 is no number of the matrix.
  "tables with names of their rows":
    "**Queries**\n\n| | d1 | d2 |\n|---|---|---|\n| the | 1 | 2 |\n| cat | 3 | 4 |\n\n**Keys**\n\n| token | d1 | d2 |\n|---|---|---|\n| a | 1 | 0 |\n| b | 0 | 1 |\n\n**Values**\n\n| | 1 | 2 |\n|---|---|---|\n| a | 0.5 | 0 |\n| b | 0 | 2 |\n",
  "tables whose rows are counted":
    "Query\n\n| | d1 | d2 |\n|---|---|---|\n| 1 | 1 | 2 |\n| 2 | 3 | 4 |\n\nKey\n\n| # | d1 | d2 |\n|---|---|---|\n| 1 | 1 | 0 |\n| 2 | 0 | 1 |\n\nValue\n\n| | v1 | v2 |\n|---|---|---|\n| 1 | 0.5 | 0 |\n| 2 | 0 | 2 |\n",
  "comments over CSV": "# Q\n1,2\n3,4\n# K\n1,0\n0,1\n# V\n0.5,0\n0,2\n",
  "one line": "Q=[[1,2],[3,4]] K=[[1,0],[0,1]] V=[[0.5,0],[0,2]]",
  "a sentence": "Compute attention for\nQ = [1 2; 3 4], K = [1 0; 0 1] and V = [0.5 0; 0 2].\n",
  Markdown:
    "Given **Q**:\n\n| 1 | 2 |\n|---|---|\n| 3 | 4 |\n\nand **K**:\n\n| 1 | 0 |\n|---|---|\n| 0 | 1 |\n\nV:\n\n| 0.5 | 0 |\n|---|---|\n| 0 | 2 |\n",
  LaTeX:
    "Let $Q = \\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}$, $K = \\begin{bmatrix} 1 & 0 \\\\ 0 & 1 \\end{bmatrix}$ and\n\\[ V = \\begin{pmatrix} 0.5 & 0 \\\\ 0 & 2 \\end{pmatrix} \\]\n",
  "vectors by their numbers":
    "Queries: q1 = (1, 2), q2 = (3, 4)\nKeys: k1 = (1, 0), k2 = (0, 1)\nValues: v1 = (0.5, 0), v2 = (0, 2)\n",
  "a program with more than the numbers":
    "import numpy as np\nQ = np.array([[1, 2], [3, 4]])\nK = np.array([[1, 0], [0, 1]])\nV = np.array([[0.5, 0], [0, 2]])\nscores = Q @ K.T / np.sqrt(2)\n",
  "rows between slashes": "Q: 1 2 / 3 4\nK: 1 0 / 0 1\nV: 0.5 0 / 0 2\n",
  "a question with its formula":
    "Q = [1 2; 3 4]\nK = [1 0; 0 1]\nV = [0.5 0; 0 2]\ncompute softmax(QK^T/sqrt(2)) V\n",
  "a sentence with what it says of sizes":
    "Let Q = [[1, 2], [3, 4]], K = [[1, 0], [0, 1]] and V = [[0.5, 0], [0, 2]] with d_k = 2.\n",
  "titles over columns with wide gaps": "Q       K       V\n1 2     1 0     0.5 0\n3 4     0 1     0   2\n",
  "padded columns under titles": "QUERY   KEY     VALUE\n 1  2    1  0    0.5 0\n 3  4    0  1    0   2\n",
  "names before the middle of drawn matrices":
    "    | 1 2 |       | 1 0 |       | 0.5 0 |\nQ = | 3 4 |   K = | 0 1 |   V = | 0   2 |\n",
  "rows of a line each in one bracket": "Q = [1 2\n     3 4]\nK = [1 0\n     0 1]\nV = [0.5 0\n     0 2]\n",
  "vectors within a sentence":
    "Queries q1 = (1, 2), q2 = (3, 4) attend to keys k1 = (1, 0), k2 = (0, 1) with values v1 = (0.5, 0), v2 = (0, 2).",
  "words before each name":
    "Take a head with query matrix Q = [[1, 2], [3, 4]], key matrix K = [[1, 0], [0, 1]] and value matrix V = [[0.5, 0], [0, 2]].",
  "a transpose": "Q = [1 2; 3 4]\nK^T = [1 0; 0 1]\nV = [0.5 0; 0 2]\nWhat is the output?",
};

describe("a problem that a person wrote down", () => {
  test.each(Object.entries(FORMS))("is read with %s", async (_, text) => {
    expect((await read(text))?.inputs).toMatchObject(QKV);
  });

  test.each(["Q = K = V\n1 2\n3 4\n", "Q = K = V = [[1, 2], [3, 4]]\n", "X = Q = K = V:\n\n1 2\n3 4\n"])(
    "may be one matrix: %j",
    async (text) => {
      expect((await read(text))?.inputs).toEqual({ query: Q, key: Q, value: Q });
    },
  );

  test("has the names of the rows of its tables", async () => {
    expect((await read(FORMS["tables with names of their rows"]))?.inputs).toMatchObject({
      tokens: ["the", "cat"],
      keyTokens: ["a", "b"],
    });
  });

  test("gives X, projections and the names of its rows", async () => {
    const text =
      "X (3 tokens, d_model 2):\nthe 1 0\ncat 0 1\nsat 1 1\nW_Q: 1 0 / 0 1\nW_K: 0 1 / 1 0\nW_V: 1 2 / 3 4\n";
    expect((await read(text))?.inputs).toEqual({
      x: [
        [1, 0],
        [0, 1],
        [1, 1],
      ],
      wq: [
        [1, 0],
        [0, 1],
      ],
      wk: [
        [0, 1],
        [1, 0],
      ],
      wv: [
        [1, 2],
        [3, 4],
      ],
      tokens: ["the", "cat", "sat"],
    });
  });

  test("takes Q, K and V for worked out beside X and its projections", async () => {
    const text =
      "X = [1 0; 0 1]\nWq = [1 0; 0 1]\nWk = [1 0; 0 1]\nWv = [1 2; 3 4]\nQ = [1 0; 0 1]\nV = [1 2; 3 4]\n";
    const { inputs, remarks } = (await read(text)) ?? {};
    expect(Object.keys(inputs ?? {})).toEqual(["x", "wq", "wk", "wv"]);
    expect(remarks?.slice(4)).toEqual(["left aside: query line 5", "left aside: value line 6"]);
  });

  test("has decimal commas where semicolons separate cells, and where only answers differ", async () => {
    const cells = "Q :\n1 ; 2\n3 ; 4\n\nK :\n1 ; 0\n0 ; 1\n\nV :\n0,5 ; 0\n0 ; 2\n";
    expect((await read(cells))?.inputs).toEqual(QKV);
    const answered = "Q:\n1 2\n3 4\nK:\n1 0\n0 1\n\nGewichte\n0,33 0,67\n0,33 0,67\n";
    expect((await read(answered))?.inputs).toEqual({ query: Q, key: K });
  });

  test("has decimal commas where that is said", async () => {
    const text = "Q = 1,5 2,0\n    3,0 4,5\nK = 1,0 0,0\n    0,0 1,0\n";
    const { inputs } = (await read(text, "q.txt", true)) ?? {};
    expect(inputs).toEqual({
      query: [
        [1.5, 2],
        [3, 4.5],
      ],
      key: K,
    });
  });

  test("may give scores and values, where nothing says what the scores were made of", async () => {
    expect((await read("scores\n1 2\n3 4\n\nvalue\n1 0\n0 1\n"))?.inputs).toEqual({ scores: Q, value: K });
    expect((await read("Q = [1 2; 3 4]\nK = [1 0; 0 1]\nscores = [1 2; 3 4]\n"))?.inputs).toEqual({
      query: Q,
      key: K,
    });
  });

  test("says settings in lines of their own; one that is not understood is told", async () => {
    const text = "Q = [1 2; 3 4]\nK = [1 0; 0 1]\ncausal: True\n- scale = 0.5\nsoftcap = log(7)\nd_k = 2\n";
    const { inputs, remarks } = (await read(text)) ?? {};
    expect(inputs).toEqual({ query: Q, key: K, causal: true, scale: "0.5" });
    expect(remarks).toEqual([
      "query line 1",
      "key line 2",
      "causal line 3",
      "scale line 4",
      "not understood: softcap = log(7) (line 5)",
    ]);
  });

  test.each([
    ["scale = 1, causal mask", { scale: "1", causal: true }],
    ["Use a causal mask.", { causal: true }],
    ["with look-ahead masking and softcap = 2", { causal: true, softcap: "2" }],
    ["window = 2, 0 and causal", { window: ["2", "0"], causal: true }],
    ["mask = causal", { causal: true }],
    ["causal mask: no, scale: 0.5", { "causal mask": false, scale: "0.5" }],
    ["Compute the attention without scaling.", { scale: "none" }],
    ["Do not divide by sqrt(d_k).", { scale: "none" }],
    ["Berechnen Sie die Aufmerksamkeit ohne Skalierung.", { scale: "none" }],
    ["unscaled dot-product attention, causal", { scale: "none", causal: true }],
    ["Scale by the square root of the columns", {}],
    ["The mask is not causal", {}],
    ["Apply causal (masked) self-attention to these.", { causal: true }],
    ["Each token may only attend to itself and earlier tokens", { causal: true }],
    ["Compute attention with a causal mask and a window of 2 tokens.", { causal: true, window: "2" }],
    ["Use a scale of 0.5.", { scale: "0.5" }],
    // 1/8
    ["Divide the scores by 8.", { scale: "0.125" }],
    ["out = F.scaled_dot_product_attention(q, k, v, is_causal=True)", { is_causal: true }],
    ["Do not use a causal mask.", {}],
  ])("says its settings in words: %s", async (line, settings) => {
    const { inputs } = (await read(`Q = [1 2; 3 4]\nK = [1 0; 0 1]\n${line}\n`)) ?? {};
    expect(inputs).toEqual({ query: Q, key: K, ...settings });
  });

  test.each([
    ["1 0\n1 1", { mask: V1 }],
    [
      "0 -inf\n0 0",
      {
        bias: [
          [0, -Infinity],
          [0, 0],
        ],
      },
    ],
    // Masked scores below the word.
    ["0.7 -inf\n0.7 1.4", {}],
  ])("a mask is of 1 and 0, or is added: %s", async (rows, mask) => {
    const { inputs } = (await read(`Q = [1 2; 3 4]\nK = [1 0; 0 1]\n\nCausal mask\n${rows}\n`)) ?? {};
    expect(inputs).toMatchObject({ query: Q, key: K, ...mask });
    expect(Object.keys(inputs ?? {}).filter((name) => !["query", "key", "causal"].includes(name))).toEqual(
      Object.keys(mask),
    );
    // What is only the title of a mask that is given asks for no other one.
    expect(Object.keys(inputs ?? {}).includes("causal")).toBe(Object.keys(mask).length === 0);
  });

  test("tells a part of a line of settings that it did not understand", async () => {
    const { remarks } =
      (await read("Q = [1 2; 3 4]\nK = [1 0; 0 1]\ncausal = true, temperature high\n")) ?? {};
    expect(remarks).toContain("not understood: temperature high (line 3)");
  });

  test("says where each matrix stands, and what was left aside", async () => {
    const { remarks } = (await read(`${FORMS["names above their rows"]}\nweights\n0.3 0.7\n0.2 0.8\n`)) ?? {};
    expect(remarks).toEqual([
      "query lines 2–3",
      "key lines 6–7",
      "value lines 10–11",
      "left aside: weights lines 14–15",
    ]);
  });

  test("says that a mask it speaks of is given by options", async () => {
    const { remarks } =
      (await read("Q = [1 2; 3 4]\nK = [1 0; 0 1]\nThe mask hides what comes later.")) ?? {};
    expect(remarks?.at(-1)).toMatch(/^it mentions a mask: give it with /);
  });

  test("knows the place of every cell", async () => {
    const text = FORMS["a sentence"];
    const parsed = await read(text);
    const entries = parsed?.value.kind === "object" ? parsed.value.entries : new Map();
    const { start } = entries.get("value").value;
    const texts = [0, 1, 2, 3].map((cell) => {
      const span = parsed?.spanOf({ start }, cell) ?? { start: 0, end: 0 };
      return text.slice(span.start, span.end);
    });
    expect(texts).toEqual(["0.5", "0", "0", "2"]);
  });
});

describe("a text is no problem", () => {
  test.each([
    ["prose", "Attention is all you need."],
    ["one matrix", "# Q\n1 2\n3 4\n"],
    ["a table with names of columns", "x,y,z\n1,2,3\n4,5,6\n"],
  ])("where it is %s", async (_, text) => {
    expect(await read(text)).toBeUndefined();
  });
});

const refused = async (text: string) => {
  try {
    await read(text);
  } catch (error) {
    if (error instanceof UserError) return [error.code, error.details.location?.line];
    throw error;
  }
  return undefined;
};

test.each([
  ["rows below no name", "Q = [1 2; 3 4]\nK = [1 0; 0 1]\n\n\n5 6\n7 8\n", ["AMBIGUOUS", 5]],
  [
    "an input that is worked out",
    "Q = [[1, 2], [3, 4]]\nK = [[1, 0], [0, 1]]\nV = [[1, 0], [0, 1]] * 2",
    ["AMBIGUOUS", 3],
  ],
  ["rows that get longer", "Q:\n1\n2 3\n4 5 6\nK:\n1 0 0\n0 1 0\n0 0 1\n", ["RAGGED_ROWS", 4]],
  ["a bracket that is never closed", "q = [1 2; 3 4]\nk = [1 0\nv = [1 0; 0 1]", ["SYNTAX", 2]],
  ["a bracket that closes nothing", "q = [1 2; 3 4]\nk = 1 0]\nv = [1 0; 0 1]", ["SYNTAX", 2]],
  ["letters for digits", "Q = [1 2; 3 4]\nK = [1 O.5; 0 1]", ["NOT_A_NUMBER", 2]],
  ["commas of two kinds", "Q = 1,5 2,0\n    3,0 4,5\nK = 1,0 0,0\n    0,0 1,0\n", ["AMBIGUOUS", 1]],
])("%s: refused with the place", async (_, text, place) => {
  expect(await refused(text)).toEqual(place);
});

// A line that is lost is missed: the matrices are those that the other lines give, or the text is refused.
test.each(Object.entries(FORMS).filter(([, text]) => text.split("\n").length > 4))(
  "of %s no line is lost in silence",
  async (_, text) => {
    const lines = text.split("\n");
    for (const [at, line] of lines.entries()) {
      if (!/\d/.test(line)) continue;
      const found = await read(lines.toSpliced(at, 1).join("\n")).catch((error) => {
        if (error instanceof UserError) return undefined;
        throw error;
      });
      const { tokens: _, keyTokens: _keys, ...inputs } = (found?.inputs ?? {}) as Record<string, number[][]>;
      const rows = Object.entries(inputs).map(([name, matrix]) => [name, matrix.length]);
      const changed = rows.filter(([name]) => {
        const whole = QKV[name as keyof typeof QKV];
        return JSON.stringify(inputs[name]) !== JSON.stringify(whole);
      });
      // One matrix has a row fewer, or is missing; nothing else moved.
      expect(changed.length, `${text}\nwithout "${line}": ${JSON.stringify(inputs)}`).toBeLessThanOrEqual(1);
    }
  },
);
