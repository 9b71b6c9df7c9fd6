import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { createMatrix } from "../../../src/math/matrix.js";
import { type Document, type MatrixTable, paragraph } from "../../../src/render/document.js";
import { describeTrace } from "../../../src/render/solution.js";
import { COLOR_LEVELS, lines, stepOf, textOf, traceOf } from "../../support/traces.js";

/** Cell [i, j] contains i + (j + 1)/100, so that the expected text shows which cell it is. */
function tableOf(rows: number, cols: number, parts: Partial<MatrixTable> = {}): Document {
  return [
    {
      ...{ kind: "matrix", matrix: createMatrix(rows, cols, (row, col) => row + (col + 1) / 100) },
      ...{ axes: [{ name: "query" }, { name: "key" }], rowMargins: [], columnMargins: [] },
      view: { precision: 2, full: false },
      ...parts,
    },
  ];
}

describe("a table that is too wide", () => {
  // A label, and columns of four with a gap of two: 1 + 3·6 = 19, a fourth would make 25.
  test("goes on below in column blocks while they are few, the margin at the right of the last", async () => {
    const margins = { rowMargins: [{ label: "Σ", values: Float64Array.of(1, 2) }] };
    expect(await textOf(tableOf(2, 5, margins), { width: 20 })).toBe(
      lines(`
        columns 0–2 of 5
              0     1     2
        ───────────────────
        0  0.01  0.02  0.03
        1  1.01  1.02  1.03

        columns 3–4 of 5
              3     4     Σ
        ───────────────────
        0  0.04  0.05  1.00
        1  1.04  1.05  2.00
        `),
    );
  });

  // 1 + 6 + 3 + 6 = 16 columns with one at either side of the gap. The margin replaces the last one.
  test("loses its middle when they would be many", async () => {
    const margins = {
      rowMargins: [{ label: "Σ", values: Float64Array.of(1, 2) }],
      columnMargins: [{ label: "Σ", values: Float64Array.from({ length: 12 }, (_, col) => col) }],
    };
    expect(await textOf(tableOf(2, 12, margins), { width: 20 })).toBe(
      lines(`
              0  …     Σ
        ────────────────
        0  0.01  …  1.00
        1  1.01  …  2.00
        ────────────────
        Σ  0.00  …
        11 more columns:
        --full
        `),
    );
  });
});

test("more than 16 rows are the first and last three", async () => {
  expect(await textOf(tableOf(17, 1))).toBe(
    lines(`
              0
      ─────────
       0   0.01
       1   1.01
       2   2.01
       …      …
      14  14.01
      15  15.01
      16  16.01
      11 more rows: --full
      `),
  );
});

test("full shows everything", async () => {
  const text = await textOf(tableOf(30, 40, { view: { precision: 2, full: true } }), { width: 40 });
  expect(text).not.toContain("more");
  for (let col = 0; col < 40; col++) expect(text).toContain((29 + (col + 1) / 100).toFixed(2));
});

test("labels are cut before numbers are", async () => {
  const axes = [
    { name: "query", labels: ["internationalisation", "b"] },
    { name: "key", labels: ["internationalisation"] },
  ] as const;
  expect(await textOf(tableOf(2, 1, { axes, view: { precision: 10, full: false } }), { width: 20 })).toBe(
    lines(`
          internationalis…
      ────────────────────
      i…      0.0100000000
      b       1.0100000000
      `),
  );
});

test("with shortest digits the points stand below each other", async () => {
  const matrix = { rows: 3, cols: 1, data: Float64Array.of(10.5, -0.125, 3) };
  expect(await textOf(tableOf(3, 1, { matrix, view: { precision: "full", full: false } }))).toBe(
    lines(`
              0
      ─────────
      0  10.5
      1  -0.125
      2   3
      `),
  );
});

test("a blocked cell shows its number unless that is 0", async () => {
  const matrix = { rows: 1, cols: 3, data: Float64Array.of(0, 0, 0.5) };
  const blocked = { rows: 1, cols: 3, data: Uint8Array.of(0, 1, 1) };
  expect(await textOf(tableOf(1, 3, { matrix, blocked }), { ascii: true })).toBe(
    lines(`
            0  1     2
      ----------------
      0  0.00  .  0.50
      . masked
      `),
  );
});

test("running text is wrapped, code is not", async () => {
  const document: Document = [
    paragraph("one two three four five", "dim"),
    {
      kind: "pairs",
      pairs: [
        { name: "k", value: "a value that is long" },
        { name: "key", value: "b" },
      ],
    },
    { kind: "code", text: "qkv attend --query '1 0; 0 1'" },
  ];
  expect(await textOf(document, { width: 20 })).toBe(
    lines(`
      one two three four
      five
      k    a value that is
           long
      key  b
      qkv attend --query '1 0; 0 1'
      `),
  );
});

const label = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.constantFrom("注意力", "√dₖ", "\u001b[31m"),
);
const cell = fc.oneof(
  fc.double({ noNaN: true }),
  fc.double({ min: -9_999_999, max: 9_999_999 }),
  fc.integer({ min: -9_999_999, max: 9_999_999 }),
  fc.constantFrom(0, -0, Number.NaN, Number.NEGATIVE_INFINITY),
);

/** A trace of one distribution with masked cells, margins and measures, of any small shape, with labels or without. */
const anyTrace = fc
  .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }))
  .chain(([rows, cols]) => {
    const list = <T>(item: fc.Arbitrary<T>, length: number) =>
      fc.array(item, { minLength: length, maxLength: length });
    return fc
      .record({
        cells: list(list(cell, cols), rows),
        labels: fc.option(fc.tuple(list(label, rows), list(label, cols)), { nil: undefined }),
        blocked: list(fc.constantFrom(0, 1), rows * cols),
        sums: list(cell, rows),
      })
      .map(({ cells, labels, blocked, sums }) => {
        const queries = { name: "query", ...(labels && { labels: labels[0] }) };
        const keys = { name: "key", ...(labels && { labels: labels[1] }) };
        const column = sums.map((sum) => [sum]);
        return traceOf([
          stepOf({
            ...{
              id: "weights",
              formula: "α = e^s / Σ_j e^(s_ij)",
              axes: [queries, keys],
              view: "distribution",
            },
            ...{ rows: cells, blocked: { rows, cols, data: Uint8Array.from(blocked) } },
          }),
          stepOf({
            id: "sums",
            axes: [queries, { name: "sum" }],
            view: "margin",
            of: "weights",
            rows: column,
          }),
          stepOf({
            id: "sum",
            axes: [queries, { name: "sum" }],
            view: "row-summary",
            of: "weights",
            rows: column,
          }),
          stepOf({
            ...{ id: "strongest", axes: [queries, { name: "measure" }], view: "row-summary", of: "weights" },
            ...{ valuesOn: keys, rows: column.map((_, row) => [row % cols]) },
          }),
        ]);
      });
  });

describe("whatever is shown", () => {
  test("no line is wider than the width, and no escape code stands in it without colours", async () => {
    await fc.assert(
      fc.asyncProperty(
        ...[
          anyTrace,
          fc.constantFrom(20, 40, 80, 200),
          fc.boolean(),
          fc.boolean(),
          fc.constantFrom(...COLOR_LEVELS),
        ],
        async (trace, width, full, ascii, colorLevel) => {
          const document = describeTrace(trace, { precision: 4, plot: "auto", full, inputs: true });
          const text = await textOf(document, { width, ascii, colorLevel });
          for (const line of text.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(width);
          if (colorLevel === 0) expect(text).not.toContain("\u001b");
        },
      ),
      { seed: 8, numRuns: 400 },
    );
  });

  test("colours change nothing but the colours where there are fewer than 256", async () => {
    await fc.assert(
      fc.asyncProperty(anyTrace, async (trace) => {
        const document = describeTrace(trace, { precision: 4, plot: "auto", full: false });
        const painted = await textOf(document, { colorLevel: 1 });
        // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is taken out
        const stripped = painted.replaceAll(/\u001b\[[\d;]*m/g, "");
        const trimmed = (text: string) => text.replaceAll(/ +$/gm, "");
        expect(trimmed(stripped)).toBe(trimmed(await textOf(document)));
      }),
      { seed: 9, numRuns: 100 },
    );
  });

  test("with ASCII labels and --ascii everything is ASCII", async () => {
    const trace = traceOf([
      stepOf({
        id: "s",
        formula: "S′ = Q Kᵀ / √d_k, −∞",
        rows: [[Number.NEGATIVE_INFINITY, Number.NaN]],
        view: "distribution",
      }),
    ]);
    const text = await textOf(describeTrace(trace, { precision: 4, plot: "auto", full: false }), {
      ascii: true,
    });
    expect(text).toMatch(/^[\n -~]*$/);
    expect(text).toContain("s  S' = Q K^T / sqrt(d_k), -inf  (1x2, query x key)");
  });
});
