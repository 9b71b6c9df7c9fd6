import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, describe, expect, test, vi } from "vitest";
import { npyOf } from "../support/array-files.js";
import { folderOfExamples } from "../support/examples.js";
import { answersOf, dotOf, repeatHead } from "../support/probe-answers.js";
import { pythonWith } from "../support/python.js";
import { QKV, shell } from "../support/spawn-cli.js";

// Where engineers work: the action of GitHub, SKILL.md and the Dockerfile, as far as they can be tried here.

vi.setConfig({ testTimeout: 60_000 });

const folder = folderOfExamples();
afterAll(() => rmSync(folder, { recursive: true }));

const python = pythonWith("yaml");

describe.skipIf(!python)("action.yml", () => {
  interface Step {
    readonly name: string;
    readonly run?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly if?: string;
  }
  interface Action {
    readonly inputs: Readonly<Record<string, { readonly default: string }>>;
    readonly runs: { readonly steps: readonly Step[] };
  }
  const read = (): Action =>
    JSON.parse(
      execFileSync(
        python ?? "",
        ["-c", "import json, sys, yaml; print(json.dumps(yaml.safe_load(open('action.yml'))))"],
        {
          encoding: "utf8",
        },
      ),
    );

  test("is an action as GitHub describes them", () => {
    const validate = new Ajv2020().compile(JSON.parse(readFileSync("fixtures/action.schema.json", "utf8")));
    const action = read();
    expect(validate(action), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...action, runs: { using: "composite", steps: [{ run: "true" }] } })).toBe(false);
  });

  test("every input that its steps name is declared, and every declared one is used", () => {
    const text = readFileSync("action.yml", "utf8");
    const named = new Set(Array.from(text.matchAll(/\binputs\.([\w-]+)/g), ([, name]) => name));
    expect([...named].sort()).toEqual(Object.keys(read().inputs).sort());
  });

  /** What a step prints with these inputs. */
  function runStep(name: string, inputs: Readonly<Record<string, string>>) {
    const step = read().runs.steps.find((one) => one.name === name);
    const filled = (text: string) =>
      text.replace(/\$\{\{ ([\w.-]+) \}\}/g, (_, word: string) =>
        word === "github.action_path" ? resolve(".") : (inputs[word.replace("inputs.", "")] ?? ""),
      );
    const env = Object.fromEntries(Object.entries(step?.env ?? {}).map(([key, text]) => [key, filled(text)]));
    const { status, stdout, stderr } = spawnSync(
      "bash",
      ["-e", "-o", "pipefail", "-c", step?.run ?? "exit 99"],
      {
        ...{ cwd: folder, encoding: "utf8" },
        env: { ...process.env, GITHUB_ACTIONS: "true", ...env },
      },
    );
    return { status, stdout, stderr };
  }

  test("right dumps are counted, wrong ones annotated", () => {
    // Equal keys: the output is the mean of the values that are seen, 1 and 3, or 1 alone.
    const problem = { query: [[0], [0]], key: [[0], [0]], value: [[1], [3]] };
    const write = (name: string, output: readonly string[][]) =>
      writeFileSync(join(folder, name), JSON.stringify({ ...problem, output }));
    write("right.json", [["2"], ["2"]]);
    write("causal.json", [["1"], ["2"]]);
    const right = runStep("Judge dumps", { dumps: "right.json" });
    expect(right).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Right\./) });
    const { status, stdout, stderr } = runStep("Judge dumps", {
      dumps: "causal.json dump*.npz",
      options: "--causal",
    });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^right *1 of 2$/m);
    expect(stderr).toMatch(/^::error file=dump\.npz,title=qkv check::✗ not right[^\n%]*\n/m);
    expect(stderr.match(/^::error/gm)).toHaveLength(1);
  });

  test("what was judged goes into the file of JUnit XML", () => {
    const { status } = runStep("Judge dumps", { dumps: "dump.npz", options: "--causal", junit: "qkv.xml" });
    expect(status).toBe(1);
    expect(readFileSync(join(folder, "qkv.xml"), "utf8")).toMatch(/tests="1" failures="1"/);
  });
});

describe("SKILL.md", () => {
  const page = readFileSync("SKILL.md", "utf8");
  const [check, probe, identify] = Array.from(page.matchAll(/```sh\n(.*?)```/gs), ([, block]) =>
    block.trim(),
  );

  test("has a name and says when it is of use", () => {
    expect(page).toMatch(/^---\nname: qkv\ndescription: .{50,500}\n---\n/);
  });

  test("followed: a dump that is wrong is named as the table says", () => {
    const { status, stdout } = shell(check, folder);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^✗ not right/);
    expect(stdout).toMatch(/\([a-z-]+[:)]/);
    const { check: judged } = JSON.parse(shell(`${check} --json`, folder).stdout);
    for (const key of ["verdict", "diagnosis", "steps"]) expect(judged).toHaveProperty(key);
  });

  test("followed: what cannot be judged is exit code 2, with a hint", () => {
    const { status, stderr } = shell(check.replace("--causal", "--window-left x"), folder);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: /m);
  });

  test("followed: the conventions of a kernel", () => {
    expect(shell(probe, folder).status).toBe(0);
    expect(existsSync(join(folder, "probe.npz"))).toBe(true);
    // Scores of 1/√32 without a mask.
    const { output } = answersOf((head, i, j) => dotOf(head, repeatHead(head), i, j) / Math.sqrt(32));
    const out = npyOf({ shape: [1, 4, 16, 32], data: output, type: "float64" });
    writeFileSync(join(folder, "out.npy"), out);
    const { stdout } = shell(identify.replace("out.npz", "out.npy"), folder);
    expect(stdout).toContain("qkv multihead");
  });

  test("every option that it names is one", () => {
    const { stdout } = spawnSync(process.execPath, [QKV, "help", "multihead", "--all"], { encoding: "utf8" });
    const own = spawnSync(process.execPath, [QKV, "identify", "--help"], { encoding: "utf8" }).stdout;
    for (const [option] of page.matchAll(/--[a-z][a-z-]+/g)) expect(`${stdout}${own}`).toContain(option);
  });
});

test("the Dockerfile names scripts and files that there are", () => {
  const text = readFileSync("Dockerfile", "utf8");
  const { bin, scripts } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(bin).toHaveProperty(/ENTRYPOINT \["(\w+)"\]/.exec(text)?.[1] ?? "");
  // `npm ci` builds the program, and so does `npm pack`.
  expect(scripts).toMatchObject({ dependencies: "npm run build", prepack: "npm run build" });
  const { engines } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(Number(/FROM node:(\d+)/.exec(text)?.[1])).toBeGreaterThanOrEqual(
    Number(/\d+/.exec(engines.node)?.[0]),
  );
});
