import { describe, expect, test } from "vitest";
import type { InputName } from "../../src/attention/inputs.js";
import { loadSpecs } from "../../src/commands/specs.js";
import { optionOf } from "../../src/errors.js";
import { CROSSED_PROBLEMS, type CrossedProblem } from "../support/crossed-problems.js";
import type { Rows } from "../support/homework.js";
import { runCli, type Surroundings } from "../support/run-cli.js";
import { WRITTEN_BUNDLES } from "../support/written-bundles.js";
import { WRITTEN_FORMS } from "../support/written-forms.js";

// Every form in every place that takes a matrix gives the same numbers as plain JSON.

type Matrices = CrossedProblem["matrices"];

const namesOf = (matrices: Matrices) => Object.keys(matrices) as InputName[];

function matrixOf(matrices: Matrices, name: InputName): Rows {
  return matrices[name] ?? expect.fail(`no ${name}`);
}

function without(matrices: Matrices, left: InputName): Matrices {
  return Object.fromEntries(Object.entries(matrices).filter(([name]) => name !== left));
}

/** What a run read and computed, without the names of rows, which only some forms have. */
async function numbersOf(argv: readonly string[], surroundings: Surroundings = {}): Promise<unknown> {
  const { exitCode, stdout, stderr } = await runCli([...argv, "--json", "--quiet"], surroundings);
  if (exitCode !== 0) return JSON.parse(stderr).error.message;
  const { inputs, steps, weights, output, encoding, scorings } = JSON.parse(stdout);
  const data = steps.map((step: Record<string, unknown>) => [step.scope, step.id, step.data]);
  return { inputs, data, weights, output, encoding, scorings };
}

const known = new Map<Matrices, unknown>();

/** The results for a problem in plain JSON, computed once. */
async function asJson({ command, options, matrices }: CrossedProblem): Promise<unknown> {
  const numbers = known.get(matrices) ?? (await numbersOf([command, ...options, JSON.stringify(matrices)]));
  expect(numbers).toBeTypeOf("object");
  known.set(matrices, numbers);
  return numbers;
}

test("the problems give every input that a command takes", async () => {
  const given = new Set(CROSSED_PROBLEMS.flatMap(({ matrices }) => namesOf(matrices)));
  expect(given).toEqual(new Set((await loadSpecs()).flatMap(({ inputs }) => inputs)));
});

const FORMS = WRITTEN_FORMS.map((form, index) => ({ ...form, index }));

describe.each(FORMS)("$name", ({ ending, write, pick = "", isFileOnly, isWide, index }) => {
  // Each form is tried in every second input of each command, and each input with every second form.
  test("as the file of an option, for inputs of every command", async () => {
    const file = `given${ending}`;
    for (const problem of CROSSED_PROBLEMS) {
      const { command, options, matrices } = problem;
      const numbers = await asJson(problem);
      for (const [at, name] of namesOf(matrices).entries()) {
        if ((at + index) % 2 > 0) continue;
        if (isWide && matrices[name]?.[0].length === 1) continue;
        const argv = [command, JSON.stringify(without(matrices, name)), ...options, optionOf(name)];
        const given = { [file]: write(matrixOf(matrices, name)) };
        const found = await numbersOf([...argv, file + pick], { given });
        expect.soft(found, `${command} ${optionOf(name)} ${given[file]}`).toEqual(numbers);
      }
    }
  });

  test("in every place of one command", async () => {
    const [problem] = CROSSED_PROBLEMS;
    const { command, options, matrices } = problem;
    const rest = JSON.stringify(without(matrices, "key"));
    const contents = write(matrixOf(matrices, "key"));
    const [file, named] = [`given${ending}`, `key${ending}`];
    const argv = [command, ...options];
    const isQ = typeof contents === "string" && contents.includes("q");
    const found = {
      source:
        pick || isQ ? undefined : await numbersOf([...argv, rest, named], { given: { [named]: contents } }),
      stdin: pick ? undefined : await numbersOf([...argv, rest, "--key", "-"], { stdin: contents }),
      at: await numbersOf([...argv, rest, "--key", `@${file}${pick}`], { given: { [file]: contents } }),
      literal:
        isFileOnly || typeof contents !== "string"
          ? undefined
          : await numbersOf([...argv, rest, "--key", contents]),
    };
    const numbers = await asJson(problem);
    for (const [place, gave] of Object.entries(found)) if (gave) expect.soft(gave, place).toEqual(numbers);
  });
});

describe.each(WRITTEN_BUNDLES)("a bundle: $name", ({ ending, write }) => {
  test.each(CROSSED_PROBLEMS.map((problem, index) => ({ ...problem, index })))(
    "$index: $command $options",
    async (problem) => {
      const { command, options, matrices } = problem;
      const contents = write(matrices as Readonly<Record<string, Rows>>);
      const file = `bundle${ending}`;
      const argv = [command, ...options];
      const numbers = await asJson(problem);
      const found = {
        source: await numbersOf([...argv, file], { given: { [file]: contents } }),
        stdin: await numbersOf(argv, { stdin: contents }),
        dash: await numbersOf([...argv, "-"], { stdin: contents }),
        ...(typeof contents === "string" && { literal: await numbersOf([...argv, contents]) }),
      };
      for (const [place, gave] of Object.entries(found)) expect(gave, place).toEqual(numbers);
      for (const name of namesOf(matrices)) {
        const rest = [command, JSON.stringify(without(matrices, name)), ...options];
        const gave = await numbersOf([...rest, optionOf(name), file], { given: { [file]: contents } });
        expect(gave, `as ${optionOf(name)}`).toEqual(numbers);
      }
    },
  );
});
