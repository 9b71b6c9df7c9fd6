import { describe, expect, test } from "vitest";
import { attend as attendCommand } from "../../src/commands/attend.js";
import { layer as layerCommand } from "../../src/commands/layer.js";
import { posenc as posencCommand } from "../../src/commands/posenc.js";
import { type AttendInputs, replay, type Trace } from "../../src/index.js";
import { readGiven } from "../../src/library/of-arrays.js";
import { roundDecimals } from "../../src/math/decimal.js";
import { type Matrix, mapCells } from "../../src/math/matrix.js";
import { paperArithmetic } from "../../src/runs/arithmetic/carry.js";
import type { CommandSpec } from "../../src/runs/command-spec.js";
import { recordProblem } from "../../src/runs/record-problem.js";
import { attendExamples } from "../support/attend-examples.js";
import { layerExamples } from "../support/layer-examples.js";
import { posencExamples } from "../support/posenc-examples.js";
import { createRandom, randomMatrix } from "../support/random.js";

// The law: a run recorded with rounded steps has the numbers of an exact recording that is replayed with each step
// rounded before the next. If some steps are rounded, no faster kernel may skip them.

const round = (matrix: Matrix) => mapCells(matrix, (value) => roundDecimals(value, 2));
const CARRY = { unit: "decimals", count: 2 } as const;

function expectAsReplayed(
  command: CommandSpec,
  inputs: AttendInputs,
  settings: object,
  only?: readonly string[],
) {
  const problem = readGiven(command, inputs, settings);
  const recorded = recordProblem(command, problem, { arithmetic: paperArithmetic(CARRY, only) });
  const replayed = replay(recordProblem(command, problem), {
    arithmetic:
      ({ id, op }) =>
      (given, params) =>
        !only || only.includes(id) ? round(op.compute(given, params)) : op.compute(given, params),
  });
  expect(numbersOf(recorded)).toEqual(numbersOf(replayed));
}

const numbersOf = ({ steps }: Trace) =>
  Object.fromEntries(steps.map(({ key, output }) => [key, output().data]));

describe.each([
  ["attend", attendCommand, attendExamples()],
  ["layer", layerCommand, layerExamples()],
  ["posenc", posencCommand, posencExamples()],
] as const)("%s", (_, command, examples) => {
  test.each(examples.map(({ name, inputs, settings }) => [name, inputs, settings] as const))(
    "%s",
    (_name, inputs, settings) => expectAsReplayed(command, inputs, settings ?? {}),
  );
});

describe("one step alone", () => {
  const random = createRandom(1970);
  // More than 100×100 cells. A kernel would compute these from the scores to the output at once.
  const large = { x: randomMatrix(random, 120, 8) } as unknown as AttendInputs;
  test.each(["scores", "weights", "row-sums", "output"])("%s of a large attention", (step) => {
    expectAsReplayed(attendCommand, large, {}, [step]);
    expectAsReplayed(attendCommand, large, { causal: true }, [step]);
  });
  test.each(["scores", "weights"])("%s that are not kept", (step) =>
    expectAsReplayed(attendCommand, large, { stream: true }, [step]),
  );
  test("angles of encodings, whose waves are those of the exact product otherwise", () =>
    expectAsReplayed(posencCommand, {}, { length: 9, dModel: 8 }, ["angles"]));
});
