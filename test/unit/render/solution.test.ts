import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/errors.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import type { Block } from "../../../src/render/document.js";
import { describeTrace, type SolutionView } from "../../../src/render/solution.js";
import type { Axis, Trace } from "../../../src/trace/trace.js";
import { blockedOf, lines, stepOf, textOf, traceOf } from "../../support/traces.js";

const queries: Axis = { name: "query", labels: ["please", "study"] };
const keys: Axis = { name: "key", labels: ["please", "study"] };
const sum: Axis = { name: "sum", labels: ["Σ"] };
const measure: Axis = { name: "measure" };

/** Two queries, the second of which sees both keys: weights 1, and ¼ with ¾. */
const steps = [
  stepOf({
    ...{ id: "masked-scores", title: "Masked scores", formula: "−∞ where masked", axes: [queries, keys] },
    ...{ notes: ["masked: 1 of 4 cells"], blocked: blockedOf(".x", "..") },
    rows: [
      [0.5, Number.NEGATIVE_INFINITY],
      [0, -1.25],
    ],
  }),
  stepOf({
    ...{ id: "weights", title: "Weights", formula: "α = E / Σ E", axes: [queries, keys] },
    ...{ view: "distribution", blocked: blockedOf(".x", "..") },
    rows: [
      [1, 0],
      [0.25, 0.75],
    ],
  }),
  stepOf({
    id: "weight-sums",
    title: "Sum",
    axes: [queries, sum],
    view: "margin",
    of: "weights",
    rows: [[1], [1]],
  }),
  stepOf({
    id: "column-sums",
    title: "Sum",
    axes: [sum, keys],
    view: "margin",
    of: "weights",
    rows: [[1.25, 0.75]],
  }),
  stepOf({
    ...{
      id: "strongest-key",
      title: "Looks at",
      axes: [queries, measure],
      view: "row-summary",
      of: "weights",
    },
    ...{ valuesOn: keys, rows: [[0], [Number.NaN]] },
  }),
  stepOf({
    ...{ id: "largest-weight", title: "With weight", axes: [queries, measure] },
    ...{ view: "row-summary", of: "weights", rows: [[1], [0.75]] },
  }),
];
const trace = traceOf(steps, {
  inputs: [
    { name: "query", matrix: matrixFromRows([[1, 2]]), axes: [{ name: "query" }, { name: "feature" }] },
  ],
  conventions: [
    { name: "scale", value: 0.5, text: "scale 1/√d_k = 0.5" },
    { name: "mask", value: "keep", text: "true may attend" },
  ],
});

const VIEW: SolutionView = { precision: 4, plot: "auto", full: false };
const shown = (view: Partial<SolutionView> = {}, of: Trace = trace) =>
  textOf(describeTrace(of, { ...VIEW, ...view }));
const titles = (blocks: readonly Block[]) =>
  blocks.flatMap((block) =>
    block.kind === "heading" ? [block.level === 1 ? `# ${block.title}` : block.title] : [],
  );

test("a worked solution: conventions, steps with their margins, heat map, and a line for each query", async () => {
  expect(await shown({ steps: "all" })).toBe(
    lines(`
      scale 1/√d_k = 0.5; true may attend; rounded to 4 decimals

      Masked scores  −∞ where masked  (2×2, query × key)
      masked: 1 of 4 cells
              please    study
      ───────────────────────
      please  0.5000       −∞
      study   0.0000  -1.2500

      Weights  α = E / Σ E  (2×2, query × key)
              please   study       Σ
      ──────────────────────────────
      please  1.0000       ·  1.0000
      study   0.2500  0.7500  1.0000
      ──────────────────────────────
      Σ       1.2500  0.7500
      · masked

             please study
      please ███████   ·
      study  ░░░░░░░▓▓▓▓▓▓▓
      0  ░▒▓█ 1
      · masked

      Weights, row by row  (one line a query)
              Looks at  With weight
      ─────────────────────────────
      please  please         1.0000
      study   —              0.7500
      `),
  );
});

describe("when nobody says how much", () => {
  const brief = (of: Trace) => titles(describeTrace(of, VIEW));

  test("sums of columns and lines of rows that the table shows are left to those who ask, and it says how", async () => {
    const text = await shown();
    expect(text).not.toContain("row by row");
    expect(text).not.toContain("1.2500  0.7500");
    expect(text.replace(/\s+/g, " ")).toContain(
      "Also computed: strongest-key, largest-weight. Every step: --steps all; some: --steps strongest-key.",
    );
  });

  test("findings come first, counts last", () => {
    const facts = {
      parameters: { value: 3, text: "3 parameters" },
      rule: { value: true, text: "It holds.", isFinding: true },
    } as const;
    const blocks = describeTrace({ ...trace, facts }, VIEW);
    expect(blocks[0]).toMatchObject({ kind: "paragraph", spans: [{ text: "It holds." }] });
    expect(blocks.at(-1)).toMatchObject({ kind: "paragraph", spans: [{ text: "3 parameters" }] });
  });

  // Ten tables of 16 rows take 20 lines each. Two fit besides the result, which is always shown.
  test("of too many steps the answer is shown", () => {
    const axes = [{ name: "row" }, { name: "column" }] as const;
    const rows = Array.from({ length: 16 }, () => [1, 2]);
    const many = Array.from({ length: 10 }, (_, at) =>
      stepOf({ id: `s${at}`, title: `Step ${at}`, axes: [...axes], rows }),
    );
    const shownTitles = brief(traceOf(many, { results: { output: "s9" } }));
    expect(shownTitles).toContain("Step 9");
    expect(shownTitles.length).toBeLessThan(4);
    expect(shownTitles).toEqual([...shownTitles].sort());
  });
});

test("the inputs come first when they are asked for", () => {
  expect(titles(describeTrace(trace, { ...VIEW, inputs: true }))).toEqual([
    ...["query", "Masked scores", "Weights", "Weights, row by row"],
  ]);
});

test("no heat map when none is asked for", () => {
  const kinds = (plot: SolutionView["plot"]) =>
    describeTrace(trace, { ...VIEW, plot }).map((block) => block.kind);
  expect(kinds("none")).not.toContain("heatmap");
  expect(kinds("heatmap")).toContain("heatmap");
});

describe("which steps", () => {
  test.each<[string[], string[]]>([
    [["weights"], ["Weights"]],
    [[], []],
    [["largest-weight"], ["Weights, row by row"]],
    // A margin whose step is not shown becomes a table.
    [
      ["weight-sums", "masked-scores"],
      ["Masked scores", "Sum"],
    ],
    [["weight-sums", "weights"], ["Weights"]],
  ])("%j", (names, expected) => {
    expect(titles(describeTrace(trace, { ...VIEW, steps: names }))).toEqual(expected);
  });

  test("an unknown one is refused, with the nearest and all of them", () => {
    try {
      describeTrace(trace, { ...VIEW, steps: ["wieghts"] });
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      expect([error.code, error.message, error.details.hint]).toEqual([
        "UNKNOWN_STEP",
        'There is no step "wieghts".',
        'Did you mean "weights"? The steps are: masked-scores, weights, weight-sums, column-sums, strongest-key, largest-weight.',
      ]);
    }
  });
});

describe("scopes", () => {
  const scoped = traceOf(
    [
      stepOf({ id: "q", rows: [[1]] }),
      ...["head 0", "head 1"].flatMap((scope) => [
        stepOf({ id: "weights", scope, rows: [[1]] }),
        stepOf({
          id: "weight-sums",
          scope,
          view: "margin",
          of: `${scope}/weights`,
          axes: [{ name: "query" }, sum],
          rows: [[1]],
        }),
      ]),
      stepOf({ id: "output", rows: [[1]] }),
    ],
    { command: "multihead" },
  );

  test("have a heading where they begin, and where the whole goes on", () => {
    expect(titles(describeTrace(scoped, VIEW))).toEqual([
      ...["q", "# head 0", "weights", "# head 1", "weights", "# multihead", "output"],
    ]);
  });

  test("a key selects in one scope, an id in all", () => {
    const select = (...names: string[]) => titles(describeTrace(scoped, { ...VIEW, steps: names }));
    expect(select("head 1/weights")).toEqual(["# head 1", "weights"]);
    expect(select("weights")).toEqual(["# head 0", "weights", "# head 1", "weights"]);
  });

  test("a margin belongs to the step of its own scope", () => {
    const tables = describeTrace(scoped, VIEW).flatMap((block) => (block.kind === "matrix" ? [block] : []));
    expect(tables.map((block) => block.rowMargins.length)).toEqual([0, 1, 1, 0]);
  });
});

test("a margin of a 1×1 step stands at the right when it runs along the rows, below when along the columns", () => {
  const one = traceOf([
    stepOf({ id: "w", axes: [queries, keys], rows: [[1]] }),
    stepOf({ id: "r", axes: [queries, sum], view: "margin", of: "w", rows: [[2]] }),
    stepOf({ id: "c", axes: [sum, keys], view: "margin", of: "w", rows: [[3]] }),
  ]);
  const [table] = describeTrace(one, VIEW).flatMap((block) => (block.kind === "matrix" ? [block] : []));
  expect(table.rowMargins).toEqual([{ label: "Σ", values: Float64Array.of(2) }]);
  expect(table.columnMargins).toEqual([{ label: "Σ", values: Float64Array.of(3) }]);
});
