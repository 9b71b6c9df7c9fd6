import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// torch's gradients as a person would hand them in: rounded, and under the names that people use.

type Rows = readonly (readonly number[])[];

interface Case {
  readonly id: string;
  readonly command: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly settings: object;
  readonly gradients: Readonly<Record<string, Rows>>;
  readonly steps: Readonly<Record<string, Rows>>;
}

const { cases } = JSON.parse(readFileSync("fixtures/reference/gradients.json", "utf8")) as {
  cases: readonly Case[];
};

const caseOf = (id: string): Case => {
  const found = cases.find((one) => one.id === id);
  if (!found) throw new RangeError(`there is no case "${id}"`);
  return found;
};

/** As written on paper, with three decimals. In JSON a number has the digits it is written with. */
const written = (rows: Rows) =>
  `[${rows.map((row) => `[${row.map((value) => value.toFixed(3))}]`).join(", ")}]`;

async function check({ command, inputs, settings }: Case, sheet: string) {
  const bundle = JSON.stringify({ ...inputs, settings });
  const { stdout, stderr, exitCode } = await runCli([command, bundle, "--check", sheet, "--json"]);
  expect(stderr.replace(/^(note|warning): .*\n/gm, "")).toBe("");
  return { exitCode, check: JSON.parse(stdout).check };
}

describe("right to three decimals", () => {
  test.each(cases.map((one) => [one.id, one] as const))("%s", async (_, one) => {
    const byInput = Object.entries(one.gradients).map(([name, rows]) => [`d-${name}`, rows] as const);
    const answers = [...byInput, ...Object.entries(one.steps)];
    const sheet = `{${answers.map(([key, rows]) => `"${key}": ${written(rows)}`).join(", ")}}`;
    const { exitCode, check: marked } = await check(one, sheet);
    expect(marked).toMatchObject({ verdict: "agrees" });
    expect(exitCode).toBe(0);
  });
});

test.each([
  ["d-query", "query"],
  ["dQ", "query"],
  ["grad_q", "query"],
  ["q.grad", "query"],
  ["∂L/∂Q", "query"],
  ["grad_key", "key"],
  ["dV", "value"],
  ["value.grad", "value"],
])("%s is the gradient by %s", async (name, input) => {
  const one = caseOf("causal");
  const { exitCode } = await check(one, `{"${name}": ${written(one.gradients[input])}}`);
  expect(exitCode).toBe(0);
});

test.each([
  ["dS", "d-scores"],
  ["dP", "d-weights"],
  ["dα", "d-weights"],
  ["dA", "d-weights"],
  ["scores.grad", "d-scores"],
])("%s is %s", async (name, step) => {
  const one = caseOf("causal");
  const { exitCode } = await check(one, `{"${name}": ${written(one.steps[step])}}`);
  expect(exitCode).toBe(0);
});

test("of a projected query dQ is that of the projection, and d-query that of what was given", async () => {
  const bundle = JSON.stringify({
    ...{ query: [[1, 2]], key: [[1], [2]], value: [[1], [3]], wq: [[1], [1]], backward: [[1]] },
    settings: { scale: "none" },
  });
  // S = [3 6], α = [1/(1 + e³) e³/(1 + e³)] = [0.0474 0.9526], δ = 2.9051, dS = [−0.0904 0.0904], dQ = 0.0904.
  for (const sheet of ['{"dQ": [[0.0904]]}', '{"grad_query": [[0.0904, 0.0904]]}']) {
    const { exitCode, stdout } = await runCli(["attend", bundle, "--check", sheet]);
    expect(exitCode, stdout).toBe(0);
  }
});

test("a mistake of the way there is carried through the way back", async () => {
  const bundle = JSON.stringify({
    ...{
      query: [[1, 0]],
      key: [
        [2, 0],
        [0, 0],
      ],
      value: [[1], [3]],
      backward: [[1]],
    },
  });
  // Without / √2: S = [2 0], α = [0.8808 0.1192], δ = 1.2384; dS′ = [−0.2100 0.2100], dS = dS′ / √2.
  const sheet =
    '{"weights": [[0.8808, 0.1192]], "d-row-dots": [[1.2384]], "d-scaled-scores": [[-0.2100, 0.2100]]}';
  const { stdout } = await runCli(["attend", bundle, "--check", sheet, "--json"]);
  const { steps, diagnosis } = JSON.parse(stdout).check;
  expect(diagnosis[0]).toMatchObject({ mistake: "scale-missing", explains: 5, of: 5 });
  expect(steps.slice(1).map(({ verdict }: { verdict: string }) => verdict)).toEqual(["follows", "follows"]);
});

test("without a scale on either way it is another convention", async () => {
  const bundle = JSON.stringify({
    ...{
      query: [[1, 0]],
      key: [
        [2, 0],
        [0, 0],
      ],
      value: [[1], [3]],
      backward: [[1]],
    },
  });
  // As above, and dS = dS′: dQ = −0.2100·2.
  const sheet = '{"weights": [[0.8808, 0.1192]], "d-scores": [[-0.2100, 0.2100]], "dQ": [[-0.4200, 0.0000]]}';
  const { stdout } = await runCli(["attend", bundle, "--check", sheet, "--json"]);
  const { diagnosis } = JSON.parse(stdout).check;
  expect(diagnosis[0]).toMatchObject({ mistake: "scale-missing", convention: "--scale none" });
});
