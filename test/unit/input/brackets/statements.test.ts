import { describe, expect, it } from "vitest";
import { UserError } from "../../../../src/errors.js";
import { readSheets } from "../../../../src/input/answers.js";
import { describeRefusals } from "../../../support/describe-pastes.js";
import { fakeFiles, read, refusal } from "../../../support/fake-reading.js";

describe("several named matrices in one text", () => {
  it.each([
    ["MATLAB", "Q = [1 0; 0 1];\nK = [1 1; 0 1]; % keys\n", "MATLAB literal"],
    ["one line", "Q = [1 0; 0 1], K = [1 1; 0 1]", "MATLAB literal"],
    [
      "Python",
      "import numpy as np\n\nQ = np.array([[1, 0], [0, 1]])\nK = np.array([[1, 1],\n              [0, 1]])  # keys\n",
      "NumPy array",
    ],
    [
      "a dictionary",
      "{'Q': array([[1., 0.],\n       [0., 1.]]), 'K': [[1, 1], [0, 1]]}",
      "Python dictionary",
    ],
    ["print of Python, name first", "Q:\n[[1. 0.]\n [0. 1.]]\nK: [[1. 1.]\n [0. 1.]]\n", "NumPy print"],
    ["print of Python, with a sign", "Q =\n [[1 0]\n [0 1]]\nK =\n [[1 1]\n [0 1]]\n", "NumPy print"],
    ["JavaScript", "{ q: [ [ 1, 0 ], [ 0, 1 ] ], k: [ [ 1, 1 ], [ 0, 1 ] ] }", "JavaScript object"],
    ["C", "double q[2][2] = {{1, 0}, {0, 1}};\nfloat k[2][2] = {{1, 1}, {0, 1}};", "C literal"],
    ["Rust", "let q = vec![vec![1, 0], vec![0, 1]];\nlet k = vec![vec![1, 1], vec![0, 1]];", "Rust literal"],
    ["YAML", "query: [[1, 0], [0, 1]]\nkey: [[1, 1], [0, 1]]\n", "Python list"],
    ["Wolfram", "q = {{1, 0}, {0, 1}};\nk = {{1, 1}, {0, 1}};", "Wolfram list"],
    [
      "a display",
      "Q =\n\n     1     0\n     0     1\n\nK =\n\n     1     1\n     0     1\n\n",
      "MATLAB display",
    ],
    [
      "a display in blocks of columns",
      "Q =\n\n  Column 1\n\n     1\n     0\n\n  Column 2\n\n     0\n     1\n\nK =\n\n     1     1\n     0     1\n\n",
      "MATLAB display, 2 blocks of columns joined",
    ],
    [
      "LaTeX",
      "Q = \\begin{bmatrix} 1 & 0 \\\\ 0 & 1 \\end{bmatrix}, \\quad\nK = \\begin{bmatrix} 1 & 1 \\\\ 0 & 1 \\end{bmatrix}.",
      "LaTeX bmatrix",
    ],
    [
      "LaTeX, aligned",
      "\\begin{align*}\nQ &= \\begin{pmatrix} 1 & 0 \\\\ 0 & 1 \\end{pmatrix} \\\\\nK &= \\begin{pmatrix} 1 & 1 \\\\ 0 & 1 \\end{pmatrix}\n\\end{align*}",
      "LaTeX pmatrix",
    ],
  ])("of %s are a bundle", async (_, text, form) => {
    const reading = await read({ sources: ["homework.txt"] }, { "homework.txt": text });
    expect(reading.matrices.query).toBeCloseToMatrix([
      [1, 0],
      [0, 1],
    ]);
    expect(reading.matrices.key).toBeCloseToMatrix([
      [1, 1],
      [0, 1],
    ]);
    expect(reading.notices).toEqual([`read query: 2×2, key: 2×2 from homework.txt (${form})`]);
    expect(reading.digits({ name: "key", row: 0, col: 1 })).toMatch(/^1\.?$/);
  });
});

describeRefusals("several named matrices", [
  ["Q = [1]\nZed = [2]", 'UNKNOWN_KEY 2:1 "Zed" is not the name of an input.', "homework.txt"],
  ["Q = [1]\nQ = [2]", 'DUPLICATE_KEY 2:1 "Q" is given twice.', "homework.txt"],
  ["Q = [1]\nquery = [2]", 'DUPLICATE_KEY 2:1 "Q" and "query" both name query.', "homework.txt"],
  ["Q =\n\n 1\n\nQ =\n\n 2\n", 'DUPLICATE_KEY 5:1 "Q" is given twice.', "homework.txt"],
  [
    "Q = \\begin{matrix}1\\end{matrix} Q = \\begin{matrix}2\\end{matrix}",
    'DUPLICATE_KEY 1:33 "Q" is given twice.',
    "homework.txt",
  ],
  [
    "Q = \\begin{matrix}1\\end{matrix}, 2 \\begin{matrix}2\\end{matrix}",
    'SYNTAX 1:34 the matrix: "2 \\\\begin{matrix}2\\\\en" beside the matrix is unknown.',
    "homework.txt",
  ],
  [
    "Q = \\begin{matrix}1\\end{matrix}, \\begin{matrix}2\\end{matrix}",
    "SYNTAX 1:48 there are several matrices, and this one has no name.",
    "homework.txt",
  ],
  ["{'Q': [1], 'Q': [2]}", 'DUPLICATE_KEY 1:12 "Q" is given twice.', "homework.txt"],
  [
    "{'Q': [1] 'K': [2]}",
    "SYNTAX 1:11 a comma or } is expected here, but there is \"'K':\".",
    "homework.txt",
  ],
]);

describe("several named matrices where one is expected", () => {
  const latex = "Q = \\begin{matrix}1\\end{matrix}, K = \\begin{matrix}2\\end{matrix}";
  it.each([["Q = [1]; K = [2]"], [latex]])("give the one of that name: %s", async (text) => {
    expect((await read({ matrices: { key: text } })).matrices.key).toBeCloseToMatrix([[2]]);
  });
  it.each([["Q = [1]; K = [2]"], [latex]])(
    "are refused by their names when there is none: %s",
    async (text) => {
      const error = await refusal(read({ matrices: { wq: text } }));
      expect([error.code, error.message]).toEqual([
        "MISSING_INPUT",
        '--wq has no "wq" and no "output"; its keys are Q, K.',
      ]);
    },
  );
});

describe("a name before one matrix", () => {
  it("says which it is, where nothing else does", async () => {
    const { matrices } = await read({ sources: ["-"] }, { stdin: "K = [1 2; 3 4]" });
    expect(Object.keys(matrices)).toEqual(["key"]);
  });

  it("may be any where the option or the file says which it is", async () => {
    const { matrices, notices } = await read(
      { sources: ["q.m"], matrices: { key: "Q = [1 2]" } },
      { "q.m": "A = [3 4]" },
    );
    expect([matrices.query?.data[0], matrices.key?.data[0]]).toEqual([3, 1]);
    expect(notices[0]).toBe("key is what is written as Q");
  });

  it("must not contradict the file, and must be known", async () => {
    const contradiction = await refusal(read({ sources: ["q.m"] }, { "q.m": "K = [3 4]" }));
    expect([contradiction.code, contradiction.message]).toEqual([
      "AMBIGUOUS",
      "q.m has a file name that means query, but contains K.",
    ]);
    const unknown = await refusal(read({ sources: ["a.m"] }, { "a.m": "quary = [3 4]" }));
    expect([unknown.code, unknown.details.hint]).toEqual(["UNKNOWN_KEY", 'Did you mean "query"?']);
  });
});

describe("missing values", () => {
  it.each([
    ["[[1, null]]"],
    ["[[1 None]]"],
    ["1,NA\n"],
    ["     [,1] [,2]\n[1,]    1   NA"],
    ["masked_array(data=[[1.0, --]],\n             mask=[[False,  True]])"],
  ])("are NaN when that is said: %j", async (text) => {
    const { matrices } = await read({ matrices: { query: "-" }, null: "nan" }, { stdin: text });
    expect(matrices.query).toBeCloseToMatrix([[1, Number.NaN]]);
    const error = await refusal(read({ matrices: { query: "-" } }, { stdin: text }));
    expect([error.code, error.details.hint]).toEqual(["EMPTY_CELL", expect.stringContaining("--null nan")]);
  });
});

describe("a factor above one of several matrices", () => {
  const text = "scores =\n\n   1.0e+03 *\n\n    0.0010    2.5000\n\nweights =\n\n    0.2500    0.7500\n";

  it("is that one's alone, in what is read and in the digits", async () => {
    const problem = text.replace("scores", "Q").replace("weights", "K");
    const reading = await read({ sources: ["-"] }, { stdin: problem });
    expect(reading.matrices.query).toBeCloseToMatrix([[1, 2500]]);
    const digits = (name: string) => reading.digits({ name, row: 0, col: 1 });
    expect([digits("query"), digits("key")]).toEqual(["2.5000e3", "0.7500"]);
  });

  it("is that one's alone in answers, too", async () => {
    const [sheet] = await readSheets(["-"], fakeFiles({ stdin: text }));
    // 2.5000 · 10³ is known to 4 − 3 decimals.
    expect(sheet.answers.map(({ rows }) => rows[0][1])).toEqual([
      { value: 2500, decimals: 1 },
      { value: 0.75, decimals: 4 },
    ]);
  });
});

describe("the digits that were typed", () => {
  it.each([
    ['[["NaN", 0.50]]', "0.50"],
    ["a,b\n1,  0.250\n", "0.250"],
    ["1;0,50\n2;1\n", "0.50"],
    ["1 −2.50; 3 4", "-2.50"],
    ["array([[1.  , 0.70]], dtype=float32)", "0.70"],
    ["[np.float64(1.5), np.float64(2.50)]", "2.50"],
    ["[1 2]\n[3 4.0]", "2"],
    ["A =\n\n   1.0e+05 *\n\n    0.0001    1.2300\n", "1.2300e5"],
    ["\\begin{bmatrix} 1 & \\frac{1}{2} \\end{bmatrix}", "\\frac{1}{2}"],
    ["| a | b |\n|---|---|\n| 1 | **2.0** |", "2.0"],
    ["0    1.5\n1    2.50\ndtype: float64", undefined],
    ["     [,1] [,2]\n[1,]    1 2.50", "2.50"],
  ])("of cell [0, 1] of %j are %j", async (text, digits) => {
    const reading = await read({ matrices: { query: "-" } }, { stdin: text });
    expect(reading.digits({ name: "q", row: 0, col: 1 })).toBe(digits);
    expect(reading.digits({ name: "key", row: 0, col: 1 })).toBeUndefined();
  });

  it("are found in a matrix that is used transposed, and beside a dropped index", async () => {
    const stdin = "0    1.5\n1    2.50\ndtype: float64";
    const reading = await read({ matrices: { query: "-" }, transpose: ["query"] }, { stdin });
    expect(reading.digits({ name: "query", row: 0, col: 1 })).toBe("2.50");
  });
});

describe("a choice of the reader", () => {
  it("is announced, and what is plain is not", async () => {
    const contents = { "q.csv": "a,b\n1,2\n", "k.csv": "1;2,5\n", "v.csv": "1,2\n" };
    const { announced } = await read({ sources: ["q.csv", "k.csv", "v.csv"] }, contents);
    expect(announced).toEqual([
      "read query: 1×2 from q.csv (CSV, header row dropped)",
      "read key: 1×2 from k.csv (semicolon-separated text, read with decimal commas)",
    ]);
  });

  it("may be made for it", async () => {
    const table = "| 1 | 2 |\n|---|---|\n| 3 | 4 |";
    const dropped = await read({ matrices: { query: table }, header: true });
    expect(dropped.matrices.query).toBeCloseToMatrix([[3, 4]]);
    const kept = await read({ matrices: { query: table }, header: false });
    expect(kept.matrices.query).toBeCloseToMatrix([
      [1, 2],
      [3, 4],
    ]);
    const commas = await read({ matrices: { query: "[1,5 2,0; 3,1 4,2]" }, decimalComma: true });
    expect(commas.matrices.query).toBeCloseToMatrix([
      [1.5, 2],
      [3.1, 4.2],
    ]);
  });
});

describe("a value of an option is the text itself", () => {
  it.each([
    ["array([[1, 2]])"],
    ["Q = [1 2]"],
    ["torch.tensor([[1., 2.]])"],
    ["c(1, 2)"],
    ["Float64[1, 2]"],
    ["\\begin{bmatrix} 1 & 2 \\end{bmatrix}"],
    ["| 1 | 2 |"],
    ["<tf.Tensor: shape=(1, 2), dtype=float32, numpy=array([[1., 2.]], dtype=float32)>"],
    ["2/2 sqrt(4)"],
    ["vec![vec![1.0, 2.0]]"],
    ["let q: Vec<f64> = vec![1.0, 2.0]"],
    ["&[1.0, 2.0]"],
    ["double q[1][2] = {{1, 2}}"],
    ["std::vector<double> q = {1, 2}"],
    ["q := []float64{1, 2}"],
    ["new Float64Array([1, 2])"],
    ["new double[] {1, 2}"],
    ["[|1.; 2.|]"],
  ])("%s", async (text) => {
    const { matrices } = await read({ matrices: { query: text } });
    expect(matrices.query).toBeCloseToMatrix([[1, 2]]);
  });

  it.each([["q(1).csv"], ["tensor(2).txt"], ["runs/q=3.csv"], ["data\\q.csv"], ["C:\\data\\q"]])(
    "unless it is a file: %s",
    async (name) => {
      const { matrices } = await read({ matrices: { query: name } }, { [name]: "1,2\n" });
      expect(matrices.query).toBeCloseToMatrix([[1, 2]]);
    },
  );
});

it("a matrix beside the one that is asked for is told of", async () => {
  const stdin = "double qq[1][1] = {{9}};\ndouble q[1][1] = {{1}};";
  const reading = await read({ matrices: { query: "-" } }, { stdin });
  expect(reading.matrices.query?.data).toEqual(Float64Array.of(1));
  expect(reading.announced).toContain("query is taken from stdin; left aside: qq");
});

it.each([
  ["double q[2][1] dou= {{1}, {2}}"],
  ["double q[2][1] at q[2][1] = {{1}, {2}}"],
  ["double[2][1] q = {{1}, {2}}"],
])("sizes stand behind the name alone: %s", async (stdin) => {
  await expect(read({ matrices: { query: "-" } }, { stdin })).rejects.toThrow(UserError);
});

it.each([
  ["1×2 Matrix{Float6}4:"],
  ["1×2 ×2 MatMatrix{Float64}:"],
  ["1×2 Matrix{8Float64}:"],
  ["1×2 Matr 9 ix{Float  64}:"],
])(
  "a number in the first line of a display that is no part of a type is not passed over: %s",
  async (line) => {
    const stdin = `${line}\n 1  2`;
    await expect(read({ matrices: { query: "-" } }, { stdin })).rejects.toThrow(UserError);
  },
);

it.each([
  ["1×2 Matrix{Float64}:"],
  ["1x2 Array{Float64,2}:"],
  ["1×2 SMatrix{1, 2, Float64, 2} with indices SOneTo(1)×SOneTo(2):"],
  ["1×2 reshape(::UnitRange{Int64}, 1, 2) with eltype Int64:"],
])("the first line of a display of Julia: %s", async (line) => {
  const { matrices } = await read({ matrices: { query: "-" } }, { stdin: `${line}\n 1  2` });
  expect(matrices.query?.data).toEqual(Float64Array.of(1, 2));
});
