import { readFileSync } from "node:fs";
import { Ajv2020 as Ajv, type AnySchema, type ValidateFunction } from "ajv/dist/2020.js";
import { describe, expect, test, vi } from "vitest";
import { loadCommands } from "../../src/commands/registry.js";
import { ERROR_CODES } from "../../src/errors.js";
import { TRANSCRIPTS } from "../golden/transcripts.js";
import { CROSSED_PROBLEMS } from "../support/crossed-problems.js";
import { runCli } from "../support/run-cli.js";

// What is written is what the schemas say.

vi.setConfig({ testTimeout: 120_000 });

const NAMES = ["run", "step", "as", "class", "diff", "exercises", "identify", "systems", "error"];
const schemaOf = (name: string) => JSON.parse(readFileSync(`schema/${name}.json`, "utf8"));

/** The same schema, in which what it does not name may not stand: so every key of a run is told of. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== "object" || node === null) return node;
  const members = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, closed(value)]));
  if (!("properties" in members) || "additionalProperties" in members) return members;
  return { ...members, unevaluatedProperties: false };
}

function compile(name: string): ValidateFunction {
  const ajv = new Ajv({ allErrors: true, strictTypes: false, strictTuples: false });
  if (name !== "run") ajv.addSchema(closed(schemaOf("run")) as AnySchema);
  return ajv.compile(closed(schemaOf(name)) as AnySchema);
}

const validators = new Map(NAMES.map((name) => [name, compile(name)]));

function expectValid(name: string, value: unknown): void {
  const validate = validators.get(name);
  expect(validate?.(value), JSON.stringify(validate?.errors?.slice(-5))).toBe(true);
}

async function jsonOf(argv: readonly string[]): Promise<unknown> {
  const { stdout, stderr } = await runCli([...argv, "--quiet"]);
  expect(stdout, stderr).not.toBe("");
  return JSON.parse(stdout);
}

test.each(NAMES)("qkv schema %s prints the file, which is a schema without open ends", async (name) => {
  const { exitCode, stdout } = await runCli(["schema", name]);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toEqual(schemaOf(name));
  const ajv = new Ajv({ strictTypes: false, strictTuples: false });
  if (name !== "run") ajv.addSchema(schemaOf("run"));
  expect(() => ajv.compile(schemaOf(name))).not.toThrow();
});

test.each([
  [["1 2; 3 4", "1 2; 3 4"]],
  [["1 2; 3 4", "1 2; 3 4.1"]],
  [["1 2; 3 4", "1 3; 2 4"]],
  [["1 2 3; 4 5 6", "1 2 3; 4 nan 6"]],
  [["[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]", "[[[1, 2], [3, 4]], [[5, 6], [7, 9]]]"]],
])("what qkv diff says of %j", async (arrays) => {
  expectValid("diff", JSON.parse((await runCli(["diff", ...arrays, "--json"])).stdout));
});

test("qkv schema is that of a run; another name is refused", async () => {
  expect((await runCli(["schema"])).stdout).toBe(readFileSync("schema/run.json", "utf8"));
  expect(await runCli(["schema", "runs"])).toMatchObject({ exitCode: 2 });
});

/** Options about the look of text, which JSON refuses. */
const LOOKS = new Set(["--width", "--color", "--precision", "--plot", "--plot-columns"]);

/** The command line without them. */
function withoutLooks(argv: readonly string[]): readonly string[] {
  return argv.filter((word, at) => word !== "--ascii" && !LOOKS.has(word) && !LOOKS.has(argv[at - 1] ?? ""));
}

describe("every example of a command that writes JSON says which schema it has, and fits it", async () => {
  const commands = (await loadCommands()).filter(({ settings }) => "json" in settings);
  const lines = commands.flatMap(({ examples }) => examples.map(([, line]) => line));
  // Files, pictures and bytes are no JSON.
  const written = lines.filter((line) => !/ (?:-o|--emit|--gradescope|--probe|--moodle|<|>) ?/.test(line));
  test("of most commands there is one", () => expect(written.length).toBeGreaterThan(35));
  test.each(written)("%s", async (line) => {
    const argv = (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ""));
    const json = (await jsonOf([...withoutLooks(argv.slice(1)), "--json"])) as { readonly schema: string };
    const [, name = "run"] = /^qkv\/(\w+)\/1$/.exec(json.schema) ?? [];
    expectValid(name, json);
  });
});

test("the conventions of a dump in JSON", async () => {
  // 1/√2 is the scale: exp(1/√2) / (exp(1/√2) + 1) = 0.66976.
  const dump = {
    q: [[1, 0]],
    k: [
      [1, 0],
      [0, 1],
    ],
    v: [[1], [0]],
    o: [[0.6697615493266569]],
  };
  const given = { "dump.json": JSON.stringify(dump) };
  const { stdout } = await runCli(["identify", "dump.json", "--json"], { given });
  expectValid("identify", JSON.parse(stdout));
  expect(JSON.parse(stdout)).toMatchObject({ explained: true, options: [] });
});

describe("a run", () => {
  const runs = Object.entries(TRANSCRIPTS).filter(([, [command]]) => !/^(systems|--help)$/.test(command));
  test.each(runs)("%s", async (_name, argv) =>
    expectValid("run", await jsonOf([...withoutLooks(argv), "--json"])),
  );

  const crossed = CROSSED_PROBLEMS.map(({ command, options, matrices }) => {
    return [`${command} ${Object.keys(matrices)}`, [command, JSON.stringify(matrices), ...options]] as const;
  });
  test.each(crossed)("%s", async (_name, argv) => expectValid("run", await jsonOf([...argv, "--json"])));

  test.each([
    ["layer", "--demo"],
    ["layer", "--preset", "transformer-decoder", "--random", "--d-model", "4", "--heads", "2", "--d-ff", "4"],
    ["model", "--demo"],
    ["model", "--demo", "--logit-lens", "--generate", "2"],
    ["model", "--demo", "--why", "layer 0/head 0/weights[3,2]", "--depth", "2"],
    ["multihead", "--demo", "--loss", "sum"],
    ["multihead", "--demo", "--average-weights"],
    ["attend", "--demo", "--carry", "2", "--backward", "ones"],
    ["attend", "--demo", "--dtype", "float16"],
    ["softmax", "1 2"],
    ["rope", "--length", "2", "--d-model", "4"],
    ["explain", "weights[0,1]", "--demo"],
    ["attend", "--query", "1e200 0", "--key", "1e200 0", "--value", "NaN 1"],
  ])("%s %s %s", async (...argv) => expectValid("run", await jsonOf([...argv, "--json"])));
});

describe("a check", () => {
  test("of a sheet with a false calculation and a false sentence", async () => {
    // 1·1 + 2·1 = 3, and token 1 gives 0.80 of its attention to token 2.
    const sheet =
      "Q = [[1, 2], [0, 1]]\nK = [[1, 0], [1, 1]]\nV = [[2, 0], [0, 4]]\nS_12 = 1·1 + 2·1 = 4\nS = [[1, 3], [0, 1]]\nWeights = [[0.20, 0.80], [0.33, 0.67]]\nToken 1 gives 0.86 of its attention to token 2.\n";
    const { stdout } = await runCli(["check", "s.txt", "--json"], { given: { "s.txt": sheet } });
    const found = JSON.parse(stdout);
    expectValid("class", found);
    expect(found.sheets[0].check.untrue).toMatchObject([{ key: "weights" }, { said: "4" }]);
  });

  const SHEET = [
    ["right", "0.67 0.33"],
    ["wrong", "0.73 0.27"],
    ["rounded", "0.67 0.34"],
    ["blank", "_ _"],
    ["masked", "1 0"],
  ] as const;
  const PROBLEM = ["attend", "--query", "1 0", "--key", "1 0; 0 1"];
  test.each(SHEET)("of a person, %s", async (_name, weights) =>
    expectValid("run", await jsonOf([...PROBLEM, "--check", `weights=${weights}`, "--json"])),
  );
  test.each(["--strict", "--require"])("with %s", async (option) => {
    const value = option === "--require" ? ["all"] : [];
    const sheet = ["--check", "weights=0.67 0.34"];
    expectValid("run", await jsonOf([...PROBLEM, ...sheet, option, ...value, "--json"]));
  });
  test("of several sheets", async () => {
    const given = { "a.json": '{"weights": [[0.67, 0.33]]}', "b.json": '{"weights": [[0.73, 0.27]]}' };
    const { stdout } = await runCli([...PROBLEM, "--check", "a.json", "b.json", "--json"], { given });
    const run = JSON.parse(stdout);
    expect(run.checks.map(({ sheet }: { sheet: string }) => sheet)).toEqual(["a.json", "b.json"]);
    expectValid("run", run);
  });
  // 1/√2 is the scale: exp(1/√2) / (exp(1/√2) + 1) = 0.66976.
  test.each([
    ["right", "0.6697615493266569 0.3302384506733431"],
    ["of lower precision", "0.66976154 0.33023846"],
    ["wrong", "0.731058578630005 0.268941421369995"],
    ["not finite", "NaN 0.33"],
  ])("of a machine, %s", async (_name, weights) => {
    const argv = [...PROBLEM, "--dtype", "float32", "--check", `weights=[[${weights.replace(" ", ", ")}]]`];
    const run = (await jsonOf([...argv, "--json"])) as { check: { judgedAs: string } };
    expect(run.check.judgedAs).toBe("machine");
    expectValid("run", run);
  });
});

describe("a run under the conventions of libraries", () => {
  const PROBLEM = ["attend", "--query", "1 0; 0 1; 1 1", "--key", "1 0; 0 1", "--value", "1; 3", "--causal"];
  test.each([
    [...PROBLEM, "--align", "bottom-right", "--as", "all"],
    [...PROBLEM, "--align", "top-left", "--softcap", "5", "--as", "all"],
    ["multihead", "--demo", "--causal", "--as", "torch-mha"],
  ])("%s %s", async (...argv) => expectValid("as", await jsonOf([...argv, "--json"])));
  test("with a cell it is a run", async () => {
    const cell = ["--align", "bottom-right", "--as", "torch", "--why", "weights[1,0]"];
    expectValid("run", await jsonOf([...PROBLEM, ...cell, "--json"]));
  });
});

describe("a line of -o jsonl", () => {
  const runs = [
    ["attend", "--demo", "--causal"],
    ["multihead", "--demo", "--backward", "ones"],
    ["layer", "--demo"],
    ["model", "--demo"],
    ["posenc", "--length", "3", "--d-model", "4"],
    ["compare-scoring", "--demo"],
    ["softmax", "1 2"],
  ];
  const linesOf = async (argv: readonly string[]) =>
    (await runCli(argv)).stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  test.each(runs)("of %s is a step of its JSON", async (...argv) => {
    const lines = await linesOf([...argv, "-o", "jsonl"]);
    for (const line of lines) expectValid("step", line);
    expect(lines).toEqual(((await jsonOf([...argv, "--json"])) as { steps: unknown }).steps);
  });
  test("--steps, --head and --only choose", async () => {
    const weights = await linesOf(["multihead", "--demo", "--steps", "weights", "-o", "jsonl"]);
    expect(weights.map(({ scope, id }) => `${scope}/${id}`)).toEqual(["head 0/weights", "head 1/weights"]);
    const [one, ...others] = await linesOf([
      "multihead",
      "--demo",
      "--head",
      "1",
      "--only",
      "weights",
      "-o",
      "jsonl",
    ]);
    expect([one, others]).toEqual([weights[1], []]);
  });
  test("-o FILE writes it by the ending", async () => {
    const { files } = await runCli(["attend", "--demo", "-o", "steps.jsonl"]);
    const { stdout } = await runCli(["attend", "--demo", "-o", "jsonl"]);
    expect(Buffer.from(files["steps.jsonl"]).toString()).toBe(stdout);
  });
  test.each([
    [["--why", "weights[0,0]"], "--why is shown as text or JSON, not as jsonl."],
    [["--check", "weights=1 0 0"], "--check is shown as text or JSON, not as jsonl."],
    [["--only", "query"], 'There is no step "query".'],
    [["--json"], "--json and --format jsonl contradict each other."],
  ])("%j is refused", async (options, text) => {
    const { exitCode, stderr } = await runCli(["attend", "--demo", "-o", "jsonl", ...options]);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stderr).error.message).toBe(text);
  });
});

test.each([[[]], [["gpt2"]]])("systems %j", async (names) =>
  expectValid("systems", JSON.parse((await runCli(["systems", ...names, "--json"])).stdout)),
);

describe("an error", () => {
  test("of each place in the command line", async () => {
    for (const argv of [
      ["attend", "--query", "1 x"],
      ["attend", "--nothing"],
      ["attend", "missing.json"],
    ]) {
      const { stderr, stdout } = await runCli([...argv, "--json"]);
      expect(stdout).toBe("");
      expectValid("error", JSON.parse(stderr));
      expect(ERROR_CODES).toContain(JSON.parse(stderr).error.code);
    }
  });
  test("a bug says so, with the version and where to report it", async () => {
    // A file whose reader breaks is no file that someone may mend.
    const breaks = {
      get "q.csv"(): string {
        throw new TypeError("the reader broke");
      },
    };
    const asJson = await runCli(["attend", "--query", "q.csv", "--key", "1", "--json"], { given: breaks });
    expect(asJson).toMatchObject({ exitCode: 70, stdout: "" });
    expectValid("error", JSON.parse(asJson.stderr));
    expect(JSON.parse(asJson.stderr).error).toMatchObject({
      code: "INTERNAL",
      message: "the reader broke",
      version: "0.0.0-test",
    });
    expect(JSON.parse(asJson.stderr).error.hint).toMatch(/^Please report it to the maintainers/);
    const asText = await runCli(["attend", "--query", "q.csv", "--key", "1"], { given: breaks });
    expect(asText.exitCode).toBe(70);
    expect(asText.stderr).toMatch(
      /^This is a bug in qkv 0\.0\.0-test\. Please report it to the maintainers, /,
    );
  });
});
