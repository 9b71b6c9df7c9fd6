import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import stringWidth from "string-width";
import { afterAll, describe, expect, test } from "vitest";
import { shell, spawnCli } from "../support/spawn-cli.js";

// The built program as a process: exit codes, streams, pipes, surroundings.

const SMALL = "fixtures/inputs/please-study-man.json";
const folder = mkdtempSync(join(tmpdir(), "qkv-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** n queries and keys of one number each: its weights have n² cells. */
function writeProblem(n: number): string {
  const path = join(folder, `n${n}.json`);
  const rows = Array.from({ length: n }, (_, i) => [Math.sin(i)]);
  writeFileSync(path, JSON.stringify({ query: rows, key: rows, value: rows }));
  return path;
}

describe("exit codes and streams", () => {
  test("a result goes to stdout and nothing to stderr", () => {
    const { status, stdout, stderr } = spawnCli(["attend", SMALL]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("Weights");
  });

  test("warnings go to stderr, and not at all with --quiet", () => {
    const args = ["attend", "--x", "1 0; 0 1", "--mask", "1 1; 0 0", "--json"];
    expect(spawnCli(args).stderr).toMatch(/^warning: Query 1 may attend to no key/);
    expect(spawnCli([...args, "--quiet"]).stderr).toBe("");
  });

  test("unusable input is 2, with nothing on stdout", () => {
    const { status, stdout, stderr } = spawnCli(["attend", "no-such-file.json"]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain("no-such-file.json");
  });

  test.skipIf(!existsSync("/dev/full"))(
    "a full disk behind stdout is no bug, and one behind stderr is silence",
    () => {
      const { status, stderr } = shell(`qkv attend "${SMALL}" > /dev/full`);
      expect(status).toBe(2);
      expect(stderr).toMatch(
        /^error: cannot write the output: no space left on device\. \[FILE_UNWRITABLE\]\nhint: /,
      );
      expect(shell("qkv attend no-such-file.json 2> /dev/full").status).toBe(2);
    },
  );

  test.each([
    [["attend"], "There is no query."],
    [["multihead"], "There is no query."],
    [["posenc", "--base", "4"], "The number of columns of the encoding is missing"],
    [["compare-scoring"], "There is no query."],
  ])("an empty standard input that nobody named is nothing given: %j", (argv, message) => {
    const { status, stderr } = spawnCli(argv);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });

  test("one that was named is empty, and there is nothing to point at", () => {
    expect(spawnCli(["attend", "--x", "-"]).stderr).toBe(
      "error: stdin:1:1: x holds no numbers. [EMPTY_MATRIX]\nhint: Give at least one number.\n",
    );
  });

  test("help fits a narrow terminal, but for commands, which stay on one line", () => {
    const { stdout } = spawnCli(["attend", "--help"], { env: { COLUMNS: "40" } });
    const wide = stdout.split("\n").filter((line) => stringWidth(line) > 40);
    expect(wide.filter((line) => !/^ {2}qkv |^Usage: /.test(line))).toEqual([]);
    expect(stdout).toContain(
      "  qkv attend --query '1 0; 0 1' --key '1 0; 0 1; 1 1' --value '1 2; 3 4; 5 6'\n",
    );
  });

  test.each([[["--help"]], [["attend", "--help"]], [["--version"]], [["help", "attend"]]])(
    "%j is 0 and on stdout",
    (argv) => {
      const { status, stdout, stderr } = spawnCli(argv);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout.length).toBeGreaterThan(4);
    },
  );

  test.each([
    [[]],
    [["atend"]],
    [["attend", "--bogus"]],
    [["attend", "--width", "abc", SMALL]],
    [["attend", "--scale"]],
  ])("%j is 2", (argv) => {
    const { status, stdout } = spawnCli(argv);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });

  test("empty standard input is an error, not a hang", () => {
    expect(spawnCli(["attend"]).status).toBe(2);
    expect(shell("qkv attend <&-").status).toBe(2);
    expect(shell("qkv attend </dev/null").status).toBe(2);
  });
});

describe("pipes", () => {
  test("standard input, slow or not", () => {
    const slow = `(head -c 40 "${SMALL}"; sleep 0.3; tail -c +41 "${SMALL}") | qkv attend --json`;
    expect(JSON.parse(shell(slow).stdout).weights).toEqual(
      JSON.parse(shell(`qkv attend --json < "${SMALL}"`).stdout).weights,
    );
  });

  test("the JSON of a run read back gives the same numbers", () => {
    const { status, stdout } = shell(
      `qkv attend "${SMALL}" --causal --scale 1/3 --json > "${folder}/a.json" && qkv attend "${folder}/a.json" --json | cmp - "${folder}/a.json"`,
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  });

  test("a reader that stops early is no error", () => {
    const path = writeProblem(600);
    const { status, stdout, stderr } = shell(`qkv attend "${path}" --json | head -1`);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "{\n", stderr: "" });
    expect(shell(`qkv attend "${path}" --full | head -2`)).toMatchObject({ status: 0, stderr: "" });
  });

  test("ten megabytes arrive whole", () => {
    const { stdout } = spawnCli(["attend", writeProblem(800), "--json", "--steps", "none"]);
    expect(stdout.length).toBeGreaterThan(10_000_000);
    expect(JSON.parse(stdout).weights).toHaveLength(800);
  });

  test("stdout closed from the start is no crash", () => {
    expect(shell(`qkv attend "${SMALL}" >&-`).status).not.toBe(70);
  });
});

describe("colour", () => {
  const ESCAPE = "\u001b[";
  test("none into a pipe, by default or with --color never", () => {
    for (const args of [[], ["--color", "never"], ["--no-color"]]) {
      expect(spawnCli(["attend", SMALL, ...args], { env: { TERM: "xterm-256color" } }).stdout).not.toContain(
        ESCAPE,
      );
    }
  });
  test("on request, unless NO_COLOR says no; an empty NO_COLOR says nothing", () => {
    const coloured = (args: string[], env: Record<string, string>) =>
      spawnCli(["attend", SMALL, ...args], { env }).stdout.includes(ESCAPE);
    expect(coloured(["--color", "always"], {})).toBe(true);
    expect(coloured(["--color", "always"], { NO_COLOR: "1" })).toBe(true);
    expect(coloured([], { FORCE_COLOR: "3", TERM: "xterm" })).toBe(true);
    expect(coloured([], { FORCE_COLOR: "3", NO_COLOR: "1" })).toBe(false);
    expect(coloured([], { FORCE_COLOR: "3", NO_COLOR: "" })).toBe(true);
    expect(coloured([], { FORCE_COLOR: "0", CLICOLOR_FORCE: "1" })).toBe(false);
    expect(coloured([], { CLICOLOR_FORCE: "1" })).toBe(true);
  });
});

test("without a value the run ends at the weights, and JSON has no output", () => {
  const { status, stdout } = spawnCli(["attend", "--query", "1 0", "--key", "1 0; 0 1", "--json"]);
  expect(status).toBe(0);
  expect(Object.keys(JSON.parse(stdout))).toContain("weights");
  expect(Object.keys(JSON.parse(stdout))).not.toContain("output");
});

test("an error in JSON mode is JSON on stderr, also for a mistyped option", () => {
  const { status, stdout, stderr } = spawnCli(["attend", SMALL, "--json", "--cuasal"]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(JSON.parse(stderr).error).toMatchObject({
    code: "USAGE",
    hint: `Did you mean qkv attend ${SMALL} --json --causal?`,
  });
});

describe("the built program", () => {
  test("holds the libraries that few runs need: charts and colours", () => {
    const { status, stdout } = spawnCli(["posenc", "--demo", "--plot", "curves", "--color", "always"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/[╭╮╰╯]/);
    expect(stdout).toContain("\x1b[36m");
  });
  test("understands signs beyond ASCII", () => {
    const scaled = spawnCli(["attend", "--demo", "--json", "--scale", "1/√d_k"]);
    expect(JSON.parse(scaled.stdout).conventions.scale).toBe(1 / Math.sqrt(2));
  });
});

test("a benchmark whose output is cut off (`npm run bench | head`) ends, without a stack trace", () => {
  const lines = `import("./bench/measure.js").then(async ({ print }) => {
    for (let line = 0; line < 1e6; line++) { print("a line"); await null; if (line % 100 === 0) await new Promise(setImmediate); }
  })`;
  const { status, stdout, stderr } = shell(`"${process.execPath}" -e '${lines}' | head -n 1`);
  // 141: what a shell says of a program that a closed pipe ended.
  expect({ status, stdout, stderr }).toEqual({ status: 141, stdout: "a line\n", stderr: "" });
});
