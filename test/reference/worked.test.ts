import { describe, expect, test } from "vitest";
import {
  type AttendInputs,
  type AttendSettings,
  attend,
  findStep,
  matrixOf,
  type Trace,
} from "../../src/index.js";
import { bundleOf, readWorked, stepOf, type Worked } from "../support/worked.js";

// Published worked examples of attention: if the publication is right, every printed step agrees with ours.

const examples = readWorked("attend", "scoring");

function record(example: Worked): Trace {
  const { settings, ...inputs } = bundleOf(example);
  return attend(inputs as AttendInputs, settings as Partial<AttendSettings>);
}

/** Half a unit of the last printed digit, or a whole unit if the author went on with rounded numbers. */
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
        const key = findStep(trace, stepOf(name)) ? stepOf(name) : "scores";
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
