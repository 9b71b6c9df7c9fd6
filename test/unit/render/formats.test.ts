import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/errors.js";
import { type Matrix, matrixFromRows } from "../../../src/math/matrix.js";
import { chooseMatrices, chooseMatrix } from "../../../src/render/formats/choose.js";
import type { Chunk, MatrixFormat, RunFormat, WriteView } from "../../../src/render/formats/format.js";
import {
  FORMAT_NAMES,
  FORMATS,
  type FormatName,
  formatOfFile,
} from "../../../src/render/formats/registry.js";
import type { Axis } from "../../../src/trace/trace.js";
import { lines, partOf, stepOf, traceOf } from "../../support/traces.js";

const PLAIN: readonly [Axis, Axis] = [{ name: "query" }, { name: "key" }];
const LABELLED: readonly [Axis, Axis] = [
  { name: "query", labels: ["the", 'a "b"'] },
  { name: "key", labels: ["x,y", "", "#1"] },
];

const NUMBERS = matrixFromRows([
  [1, -0, 0.1],
  [1e21, 5e-324, -1.5e-7],
]);
const ODD = matrixFromRows([[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]]);

type TextFormat = Exclude<FormatName, "table" | "jsonl" | "npy" | "npz" | "safetensors">;

function textOf(
  name: TextFormat,
  matrix: Matrix,
  view: Partial<WriteView> & { axes?: typeof PLAIN } = {},
): string {
  const { axes = PLAIN, precision = "full", labels = false } = view;
  const format: MatrixFormat | RunFormat = FORMATS[name];
  if (!format.write) throw new Error("no text of one matrix");
  return Array.from(format.write({ key: "weights", matrix, axes }, { precision, labels })).join("");
}

const bytesOf = (chunks: Iterable<Chunk>) => Buffer.concat(Array.from(chunks, (chunk) => Buffer.from(chunk)));

describe("the text of each format", () => {
  test("csv", () => {
    expect(textOf("csv", NUMBERS)).toBe("1,-0,0.1\n1e+21,5e-324,-1.5e-7\n");
    expect(textOf("csv", ODD)).toBe("NaN,inf,-inf\n");
  });
  test("csv with labels, in quotes where they need them", () => {
    expect(textOf("csv", NUMBERS, { labels: true, axes: LABELLED })).toBe(
      ',"x,y","","#1"\nthe,1,-0,0.1\n"a ""b""",1e+21,5e-324,-1.5e-7\n',
    );
    expect(textOf("csv", ODD, { labels: true })).toBe(",0,1,2\n0,NaN,inf,-inf\n");
  });
  test("labels that a spreadsheet would work out are guarded, and Markdown's mathematics is text", () => {
    const axes = [{ name: "row" }, { name: "column", labels: ["=1+1", "@a", "+b", "-c", "$x$"] }] as const;
    const matrix = matrixFromRows([[1, 2, 3, 4, 5]]);
    expect(textOf("csv", matrix, { labels: true, axes })).toBe(",'=1+1,'@a,'+b,-c,$x$\n0,1,2,3,4,5\n");
    expect(textOf("markdown", matrix, { axes })).toContain("| \\$x\\$ |");
  });
  test("tsv", () => {
    expect(textOf("tsv", NUMBERS)).toBe("1\t-0\t0.1\n1e+21\t5e-324\t-1.5e-7\n");
  });
  test("json", () => {
    expect(textOf("json", NUMBERS, { precision: 1 })).toBe("[\n  [1,-0,0.1],\n  [1e+21,5e-324,-1.5e-7]\n]\n");
    expect(textOf("json", ODD)).toBe('[\n  ["NaN","Infinity","-Infinity"]\n]\n');
  });
  test("markdown", () => {
    expect(textOf("markdown", NUMBERS)).toBe(
      lines(`
        | | 0 | 1 | 2 |
        |---|---:|---:|---:|
        | 0 | 1 | -0 | 0.1 |
        | 1 | 1e+21 | 5e-324 | -1.5e-7 |
      `),
    );
    expect(textOf("markdown", ODD)).toContain("| 0 | NaN | ∞ | -∞ |\n");
  });
  test("markdown names hold no signs of its own", () => {
    const axes = [{ name: "query", labels: ["a|b\nc"] }, { name: "key" }] as const;
    expect(textOf("markdown", matrixFromRows([[1]]), { axes })).toContain("| a\\|b c | 1 |");
  });
  test("latex", () => {
    expect(textOf("latex", NUMBERS)).toBe(
      lines(String.raw`
        \begin{bmatrix}
          1 & -0 & 0.1 \\
          1 \times 10^{21} & 5 \times 10^{-324} & -1.5 \times 10^{-7}
        \end{bmatrix}
      `),
    );
    expect(textOf("latex", ODD)).toContain("  \\mathrm{NaN} & \\infty & -\\infty\n");
  });
  test("latex with more columns than a bmatrix takes", () => {
    const text = textOf("latex", matrixFromRows([Array.from({ length: 11 }, (_, i) => i)]));
    expect(text).toMatch(/^\\left\[\\begin\{array\}\{r{11}\}\n.*\n\\end\{array\}\\right\]\n$/);
  });
  test("numpy, whole numbers as floats", () => {
    expect(textOf("numpy", NUMBERS)).toBe(
      "np.array([[1., -0., 0.1],\n          [1e+21, 5e-324, -1.5e-7]])\n",
    );
    expect(textOf("numpy", ODD)).toBe("np.array([[np.nan, np.inf, -np.inf]])\n");
  });
  test("octave", () => {
    expect(textOf("octave", NUMBERS)).toBe("[1 -0 0.1;\n 1e+21 5e-324 -1.5e-7]\n");
    expect(textOf("octave", ODD)).toBe("[NaN Inf -Inf]\n");
  });
  test("decimals when they are asked for", () => {
    const thirds = matrixFromRows([[1 / 3, 2 / 3]]);
    expect(textOf("csv", thirds, { precision: 2 })).toBe("0.33,0.67\n");
    expect(textOf("numpy", matrixFromRows([[12.5]]), { precision: 0 })).toBe("np.array([[13.]])\n");
  });
});

test.each(["csv", "tsv", "json", "markdown", "latex", "numpy", "octave"] as const)(
  "%s of a long row comes in chunks",
  (name) => {
    const matrix = { rows: 1, cols: 100_000, data: new Float64Array(100_000).fill(1 / 3) };
    const format: MatrixFormat | RunFormat = FORMATS[name];
    if (!format.write) throw new Error("no text of one matrix");
    const chunks = Array.from(
      format.write({ key: "w", matrix, axes: PLAIN }, { precision: "full", labels: false }),
    );
    // Markdown's header for this many columns is one piece without numbers.
    const [, ...rest] = chunks;
    expect(rest.length).toBeGreaterThan(10);
    expect(Math.max(...rest.map(({ length }) => length))).toBeLessThan(70_000);
  },
);

describe("a matrix that is large enough for the formatter in Wasm", () => {
  const special = [-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, 1e21];
  const rows = Array.from({ length: 400 }, (_, row) =>
    Array.from({ length: 100 }, (_, col) => (row % 50 === col ? special[row % 6] : (row - col) / 7)),
  );
  const text = (name: TextFormat) => {
    const format: MatrixFormat | RunFormat = FORMATS[name];
    if (!format.write) throw new Error("no text of one matrix");
    const named = { key: "w", matrix: matrixFromRows(rows), axes: PLAIN };
    return bytesOf(format.write(named, { precision: "full", labels: false })).toString("utf8");
  };
  /** Rows as they should be written, with these words for NaN and infinity. */
  const spelled = (nan: string, infinity: string, minus = `-${infinity}`) =>
    rows.map((row) =>
      row.map((value) => {
        if (Number.isNaN(value)) return nan;
        if (Math.abs(value) === Number.POSITIVE_INFINITY) return value > 0 ? infinity : minus;
        return Object.is(value, -0) ? "-0" : String(value);
      }),
    );

  test.each([
    ["csv", ","],
    ["tsv", "\t"],
  ] as const)("%s", (name, delimiter) => {
    const lines = spelled("NaN", "inf").map((row) => `${row.join(delimiter)}\n`);
    expect(text(name) === lines.join("")).toBe(true);
  });
  test("json", () => {
    const lines = spelled('"NaN"', '"Infinity"', '"-Infinity"').map((row) => `[${row.join(",")}]`);
    expect(text("json") === `[\n  ${lines.join(",\n  ")}\n]\n`).toBe(true);
  });
  test("octave", () => {
    const lines = spelled("NaN", "Inf").map((row) => row.join(" "));
    expect(text("octave") === `[${lines.join(";\n ")}]\n`).toBe(true);
  });
});

describe("npy", () => {
  test("magic, version 1.0, a header that ends at a multiple of 64, little-endian float64", () => {
    const bytes = bytesOf(
      FORMATS.npy.write(
        { key: "w", matrix: matrixFromRows([[1, 2]]), axes: PLAIN },
        { precision: 2, labels: false },
      ),
    );
    expect(bytes.subarray(0, 10).toString("latin1")).toBe("\x93NUMPY\x01\x00\x76\x00");
    expect(bytes.subarray(10, 128).toString("latin1")).toMatch(
      /^\{'descr': '<f8', 'fortran_order': False, 'shape': \(1, 2\), \} +\n$/,
    );
    expect([bytes.readDoubleLE(128), bytes.readDoubleLE(136), bytes.length]).toEqual([1, 2, 144]);
  });
});

describe("npz", () => {
  const one = { key: "head 0/w", matrix: matrixFromRows([[1]]), axes: PLAIN };
  const written = async () => {
    const chunks: Chunk[] = [];
    for await (const chunk of FORMATS.npz.write([one])) chunks.push(chunk);
    return bytesOf(chunks);
  };
  test("the same run gives the same bytes", async () => {
    expect(await written()).toEqual(await written());
  });
  test("stored under its key, with a checksum and the directory at the end", async () => {
    const bytes = await written();
    const name = "head 0/w.npy";
    expect(bytes.subarray(30, 30 + name.length).toString()).toBe(name);
    const stored = bytes.subarray(30 + name.length, 30 + name.length + 136);
    expect(bytes.readUInt32LE(14)).toBe(crc32(stored));
    expect(bytes.readUInt32LE(bytes.length - 22)).toBe(0x06054b50);
    expect(bytes.readUInt32LE(bytes.length - 6)).toBe(30 + name.length + 136);
  });
});

test("the ending of a file names its format, and no ending two", () => {
  expect(formatOfFile("a/b.CSV")).toBe("csv");
  expect(formatOfFile("w.md")).toBe("markdown");
  expect(formatOfFile("w.gif")).toBeUndefined();
  const endings = FORMAT_NAMES.flatMap((name) => FORMATS[name].endings);
  expect(new Set(endings).size).toBe(endings.length);
});

describe("which matrix is written", () => {
  const rows = [[1]];
  const axes = PLAIN;
  const trace = traceOf(
    [
      stepOf({ id: "scores", rows }),
      stepOf({ id: "weights", scope: "head 0", rows }),
      stepOf({ id: "weights", scope: "head 1", rows }),
      stepOf({ id: "encoding", rows }),
      stepOf({ id: "sums", rows }),
    ],
    {
      inputs: [{ name: "query", matrix: matrixFromRows(rows), axes }],
      results: { weights: ["head 0/weights", "head 1/weights"], output: "encoding" },
    },
  );
  const withResults = (results: Readonly<Record<string, string | readonly string[]>>) => ({
    ...trace,
    results,
  });

  test("output, else weights, else the last step", () => {
    expect(chooseMatrix(trace, undefined).key).toBe("encoding");
    expect(chooseMatrix(withResults({ weights: "scores" }), undefined).key).toBe("scores");
    expect(chooseMatrix(traceOf(trace.steps.slice(3)), undefined).key).toBe("sums");
  });
  test("by key, id, result or input", () => {
    for (const name of ["head 1/weights", "scores", "query"])
      expect(chooseMatrix(trace, name).key).toBe(name);
    expect(chooseMatrix(trace, "output").key).toBe("encoding");
  });
  test("in one scope", () => {
    expect(chooseMatrix(trace, "weights", [partOf("head 1")]).key).toBe("head 1/weights");
    expect(chooseMatrix(trace, undefined, [partOf("head 0")]).key).toBe("head 0/weights");
  });
  test("a name in several scopes is ambiguous for one matrix, and names all of them in an archive", () => {
    expect(() => chooseMatrix(trace, "weights")).toThrow(
      expect.objectContaining({
        code: "AMBIGUOUS",
        message: '2 matrices of this run are called "weights".',
      }),
    );
    expect(Array.from(chooseMatrices(trace, "weights", {}), ({ key }) => key)).toEqual([
      "head 0/weights",
      "head 1/weights",
    ]);
  });
  test("an archive has inputs and the selected steps", () => {
    const keys = (steps?: readonly string[]) =>
      Array.from(chooseMatrices(trace, undefined, { steps }), ({ key }) => key);
    expect(keys()).toEqual(["query", "scores", "head 0/weights", "head 1/weights", "encoding", "sums"]);
    expect(keys([])).toEqual(["query"]);
  });
  test("an unknown name", () => {
    const error = attempt(() => chooseMatrix(trace, "wieghts"));
    expect(error).toMatchObject({
      code: "UNKNOWN_STEP",
      details: { hint: 'Did you mean "weights"? The steps are: scores, weights, encoding, sums.' },
    });
    expect(attempt(() => chooseMatrix(trace, "scores", [partOf("head 0")]))).toMatchObject({
      message: 'There is no step "scores" in head 0.',
    });
  });
});

function attempt(body: () => unknown): UserError {
  try {
    body();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
