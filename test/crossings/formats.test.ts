import { describe, expect, test } from "vitest";
import { FORMAT_NAMES, FORMATS } from "../../src/render/formats/registry.js";
import { CROSSED_PROBLEMS } from "../support/crossed-problems.js";
import { runCli } from "../support/run-cli.js";

// Every step of every command, in every format: what is read back has the same numbers, as an input and as an answer.

interface WrittenStep {
  readonly scope: string;
  readonly id: string;
  readonly data: unknown;
}

const RUNS = CROSSED_PROBLEMS.map(({ command, options, matrices }) => ({
  name: `${command} ${Object.keys(matrices).join(", ")}`,
  argv: [command, JSON.stringify(matrices), ...options],
}));

const MATRIX_FORMATS = FORMAT_NAMES.filter((name) => FORMATS[name].holds === "matrix");

const keyOf = ({ scope, id }: WrittenStep) => (scope === "" ? id : `${scope}/${id}`);

/** The steps of one head or scoring are tested for all. */
const oneOfEach = (steps: readonly WrittenStep[]) =>
  steps.filter(({ id }, at) => steps.findIndex((step) => step.id === id) === at);

async function stepsOf(argv: readonly string[]): Promise<readonly WrittenStep[]> {
  const { stdout, stderr } = await runCli([...argv, "--json"]);
  expect(stderr).not.toContain("error");
  return JSON.parse(stdout).steps;
}

/** The numbers of a file, as any command reads them. */
async function readBack(file: string, contents: Uint8Array): Promise<unknown> {
  const argv = ["attend", "--scores", file, "--only", "scores", "--json", "--quiet"];
  const { stdout, stderr } = await runCli(argv, { given: { [file]: contents } });
  return stdout === "" ? stderr : JSON.parse(stdout);
}

describe.each(RUNS)("$name", ({ argv }) => {
  test.each([...MATRIX_FORMATS, "markdown", "latex", "json"] as const)("%s", async (format) => {
    const [ending] = FORMATS[format].endings;
    const given: Record<string, Uint8Array> = {};
    const answers: string[] = [];
    for (const step of oneOfEach(await stepsOf(argv))) {
      const [key, file] = [keyOf(step), `${answers.length}${ending}`];
      given[file] = (await runCli([...argv, "--only", key, "-o", format])).bytes;
      answers.push(`${key}=${file}`);
      expect.soft(await readBack(file, given[file]), key).toEqual(step.data);
    }
    const check = await runCli([...argv, "--check", ...answers], { given });
    expect([check.exitCode, check.stderr]).toEqual([0, ""]);
  });

  test("--output writes what is printed", async () => {
    for (const format of FORMAT_NAMES) {
      const file = `written${FORMATS[format].endings[0]}`;
      const { id, scope } = (await stepsOf(argv))[0];
      const only = ["--only", keyOf({ id, scope, data: undefined })];
      const { bytes } = await runCli([...argv, ...only, "-o", format]);
      const { files } = await runCli([...argv, ...only, "--output", file]);
      expect(Buffer.from(files[file]).equals(Buffer.from(bytes)), format).toBe(true);
    }
  });

  test.each([
    ["run.json", ["--json"]],
    ["run.npz", ["-o", "npz"]],
    ["run.safetensors", ["-o", "safetensors"]],
  ])("the whole run: %s", async (file, options) => {
    const { bytes } = await runCli([...argv, ...options]);
    const given = { [file]: bytes };
    const again = await runCli([argv[0], file, "--json"], { given });
    expect(JSON.parse(again.stdout).steps).toEqual(await stepsOf(argv));
    const check = await runCli([...argv, "--check", file], { given });
    expect([check.exitCode, check.stderr]).toEqual([0, ""]);
  });

  test("a printed table, in full digits", async () => {
    // A masked cell is printed as a dot and read as 0. A position is named by its label.
    const shown = /^(scores|weights|output|encoding|column-frequencies)$/;
    const plain = (await stepsOf(argv)).filter(({ id }) => shown.test(id));
    expect(plain).not.toEqual([]);
    for (const step of plain) {
      const only = ["--only", keyOf(step), "--precision", "full", "--width", "200"];
      const { bytes } = await runCli([...argv, ...only]);
      expect(await readBack("printed.txt", bytes), keyOf(step)).toEqual(step.data);
    }
  });
});
