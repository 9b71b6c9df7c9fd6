import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  type AttendInputs,
  type AttendSettings,
  attend,
  findStep,
  matrixOf,
  type Trace,
} from "../../src/index.js";

// Published worked examples of attention: where the publication is right, every printed step agrees with ours.

interface Worked {
  readonly id: string;
  readonly kind: string;
  readonly inputs: Readonly<Record<string, number[][]>>;
  readonly settings: {
    readonly scale?: "sqrt_dk" | "none" | number;
    readonly mask?: "none" | "causal";
    readonly d_k?: number;
    readonly weight_layout?: string;
    readonly function?: string;
  };
  readonly published: Readonly<Record<string, (number | null)[][]>>;
  readonly published_decimals: Readonly<Record<string, number | number[][]>>;
  readonly verdict: Readonly<Record<string, string>>;
}

const examples = readdirSync("fixtures/worked")
  .filter((file) => file.endsWith(".json"))
  .map((file) => JSON.parse(readFileSync(`fixtures/worked/${file}`, "utf8")) as Worked)
  .filter(({ kind }) => kind === "attend" || kind === "scoring");

const INPUT_NAMES: Readonly<Record<string, string>> = {
  ...{ Q: "query", K: "key", V: "value", X: "x", Wq: "wq", Wk: "wk", Wv: "wv", scores: "scores" },
  ...{ query: "query", keys: "key", values: "value" },
};

const STEP_NAMES: Readonly<Record<string, string>> = {
  ...{
    Q: "q",
    K: "k",
    V: "v",
    scores: "scores",
    scaled: "scaled-scores",
    exp: "exponentials",
    expsum: "row-sums",
  },
  ...{ weights: "weights", output: "output" },
};

function record({ inputs, settings }: Worked): Trace {
  const given: AttendInputs = Object.fromEntries(
    Object.entries(inputs).map(([name, rows]) => [INPUT_NAMES[name], rows]),
  );
  const { scale, d_k: dK } = settings;
  const divisor = typeof scale === "number" ? scale : scale === "sqrt_dk" && dK ? Math.sqrt(dK) : undefined;
  const chosen: Partial<AttendSettings> = {
    ...(settings.function === "dot" || scale === "none" ? { scale: "none" } : {}),
    ...(divisor !== undefined && { scale: 1 / divisor }),
    ...(settings.mask === "causal" && { causal: true }),
    // "x@W.T" in the publication: it stores W out × in.
    ...(settings.weight_layout && { layout: "out-in" }),
  };
  return attend(given, chosen);
}

/** Half a unit of the last printed digit, or a whole one where hand rounding was carried forward. */
const UNITS: Readonly<Record<string, number>> = {
  agrees: 0.5,
  agrees_if_truncated: 1,
  agrees_within_input_rounding: 1.5,
};

describe("published worked examples", () => {
  for (const example of examples) {
    const right = Object.keys(example.published).filter((name) => UNITS[example.verdict[name]] !== undefined);
    if (right.length === 0) continue;
    test(`${example.id}: ${right.join(", ")}`, () => {
      const trace = record(example);
      for (const name of right) {
        const key = findStep(trace, STEP_NAMES[name]) ? STEP_NAMES[name] : "scores";
        const got = matrixOf(trace, key);
        for (const [row, cells] of example.published[name].entries()) {
          for (const [col, printed] of cells.entries()) {
            if (printed === null) continue;
            const typed = example.published_decimals[name];
            const decimals = typeof typed === "number" ? typed : typed[row][col];
            const tolerance = UNITS[example.verdict[name]] * 10 ** -decimals + 1e-9;
            const value = got.data[row * got.cols + col];
            expect(
              Math.abs(value - printed),
              `${name}[${row}, ${col}]: ${value}, printed ${printed}`,
            ).toBeLessThanOrEqual(tolerance);
          }
        }
      }
    });
  }
});
