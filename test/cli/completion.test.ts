import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { optionsOf } from "../../src/cli/options.js";
import { SHELLS } from "../../src/commands/completion.js";
import { COMMAND_NAMES, COMMANDS } from "../../src/commands/registry.js";
import { SYSTEMS } from "../../src/systems/registry.js";
import { runCli, type Surroundings } from "../support/run-cli.js";
import { QKV } from "../support/spawn-cli.js";

// What stands under the cursor, as the scripts of the shells ask for it; and those scripts in their shells.

vi.setConfig({ testTimeout: 120_000 });

/** The words that are offered at the end of these; ":files" among them where files are. */
async function offered(words: readonly string[], current = "", surroundings: Surroundings = {}) {
  const { exitCode, stdout, stderr } = await runCli(["__complete", ...words, `=${current}`], surroundings);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout.split("\n").flatMap((line) => line.split("\t")[0] || []);
}

describe("words", () => {
  test("commands, with what they do", async () => {
    expect(await offered([], "")).toEqual([...COMMAND_NAMES, "help", "--help", "--version"]);
    expect((await runCli(["__complete", "=mul"])).stdout).toMatch(/^multihead\tMulti-head attention: .*\n$/);
  });
  test("topics behind help", async () => {
    expect(await offered(["help"], "ma")).toEqual(["mask"]);
    expect(await offered(["help"], "mult")).toEqual(["multihead"]);
  });
  test.each(COMMAND_NAMES)("every option of %s, none twice", async (name) => {
    const command = await COMMANDS[name]();
    const names = optionsOf(command).map(({ flags }) => /--[\w-]+/.exec(flags)?.[0]);
    expect((await offered([name], "--")).sort()).toEqual([...names, "--help"].sort());
  });
  test("an option that is there is not offered again", async () => {
    expect(await offered(["attend", "--demo"], "--dem")).toEqual([]);
    expect(await offered(["attend", "--quiet"], "--qui")).toEqual([]);
    expect(await offered(["attend", "-q", "q.csv"], "--query")).not.toContain("--query");
  });
  test("choices, also behind =", async () => {
    expect(await offered(["attend", "--empty-row"])).toEqual(["zero", "nan", "uniform", "error"]);
    expect(await offered(["attend"], "--empty-row=n")).toEqual(["--empty-row=nan"]);
    expect(await offered(["attend", "-o"], "la")).toEqual(["latex", ":files"]);
    expect(await offered(["systems", "--color"])).toEqual(["auto", "always", "never"]);
  });
  test("systems, behind --preset and behind systems", async () => {
    const names = SYSTEMS.map(({ name }) => name);
    expect(await offered(["attend", "--preset"])).toEqual(expect.arrayContaining(names));
    expect(await offered(["systems"])).toEqual(expect.arrayContaining(names));
  });
  test("files where matrices stand, nothing where numbers stand", async () => {
    expect(await offered(["attend", "--query"])).toEqual([":files"]);
    expect(await offered(["attend"])).toEqual([":files"]);
    expect(await offered(["multihead", "--heads"])).toEqual([]);
  });
  test("shells", async () => expect(await offered(["completion"])).toEqual(Object.keys(SHELLS)));
});

describe("steps and cells of the run that is typed", () => {
  // Both scale and softcap are on, so that there are scores of three kinds.
  const typed = ["attend", "--scores", "1 2; 3 4", "--softcap", "5"];
  test("ids of steps", async () => {
    expect(await offered([...typed, "--only"], "capped")).toEqual(["capped-scores"]);
    expect(await offered(["attend", "--scores", "1 2; 3 4", "--only"], "capped")).toEqual([]);
    expect(await offered([...typed, "--steps"], "al")).toEqual(["all"]);
    expect(await offered([...typed, "--check"], "row")).toEqual(["row-sums=", ":files"]);
  });
  test("a cell, part by part, by label", async () => {
    const labelled = [...typed, "--tokens", "the cat", "--why"];
    expect(await offered(labelled, "weights")).toEqual(["weights["]);
    expect(await offered(labelled, "weights[")).toEqual(["weights[the,", "weights[cat,"]);
    expect(await offered(labelled, "weights[cat,")).toEqual(["weights[cat,the]", "weights[cat,cat]"]);
    // Row sums are n×1: the row is all.
    expect(await offered(labelled, "row-sums[")).toEqual(["row-sums[the]", "row-sums[cat]"]);
  });
  test("by number where there are no labels", async () => {
    expect(await offered([...typed, "--uses"], "scores[1,")).toEqual(["scores[1,0]", "scores[1,1]"]);
  });
  test("of a file, by its labels", async () => {
    const given = { "s.json": '{"scores": [[1, 2]], "tokens": ["q"], "keyTokens": ["a", "b"]}' };
    const cells = await offered(["attend", "s.json", "--why"], "weights[q,", { given });
    expect(cells).toEqual(["weights[q,a]", "weights[q,b]"]);
  });
  test("of explain, whose first word is a cell", async () => {
    expect(await offered(["explain"], "weights[st")).toEqual(["weights[study,", ":files"]);
  });
  test("what is not there yet is filled by the example: the ids are the same", async () => {
    expect(await offered(["attend", "missing.json", "--causal", "--only"], "masked")).toEqual([
      "masked-scores",
    ]);
  });
  test("standard input is left alone", async () => {
    expect(await offered(["attend", "-", "--only"], "outp")).toEqual(["output"]);
  });
});

test("what makes no sense offers nothing, and says nothing", async () => {
  expect(await offered(["attend", "--scale", "x", "--only"])).toEqual([]);
  expect(await offered(["no-such-command"])).toEqual([":files"]);
});

describe("scripts", () => {
  test.each(Object.entries(SHELLS))("of %s", async (shell, file) => {
    const { exitCode, stdout } = await runCli(["completion", shell]);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(readFileSync(file, "utf8"));
    expect(stdout).toContain(`qkv completion ${shell}`);
  });
  test.each([
    [{ SHELL: "/usr/bin/zsh" }, "linux", "zsh"],
    [{ SHELL: "C:\\Program Files\\Git\\bin\\bash.exe" }, "win32", "bash"],
    [{}, "win32", "powershell"],
  ] as const)("without a name: that of $SHELL, %j on %s", async (env, platform, shell) => {
    const { stdout } = await runCli(["completion"], { env, platform });
    expect(stdout).toBe(readFileSync(SHELLS[shell], "utf8"));
  });
  test.each([
    [[], "No shell is named."],
    [["zhs"], 'Did you mean "zsh"?'],
  ])("of %j: refused", async (names, text) => {
    const { exitCode, stderr } = await runCli(["completion", ...names]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(text);
  });
});

const isInstalled = (shell: string) => spawnSync(shell, ["-c", "true"]).error === undefined;

/** What a shell prints that runs this script, in which `qkv` is the built program. */
function inShell(shell: string, script: string): readonly string[] {
  // Bash complains of a locale that is not installed.
  const env = { ...process.env, LC_ALL: "C" };
  const { status, stdout, stderr } = spawnSync(shell, ["-c", script], { encoding: "utf8", env });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.split("\n").filter(Boolean);
}

const NODE = `"${process.execPath}" "${QKV}"`;

describe("bash", () => {
  const completed = (...words: readonly string[]) =>
    inShell(
      "bash",
      `qkv() { ${NODE} "$@"; }; source completions/qkv.bash
       compopt() { echo "option $2"; }
       COMP_WORDS=(qkv ${words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ")}); COMP_CWORD=${words.length}
       _qkv; printf '%s\\n' "\${COMPREPLY[@]}"`,
    );
  test("a command", () => expect(completed("compa")).toEqual(["compare-scoring"]));
  test("a value, also behind =, which bash takes apart", () => {
    expect(completed("attend", "--scoring", "addi")).toEqual(["additive"]);
    expect(completed("attend", "--scoring", "=", "addi")).toEqual(["additive"]);
  });
  test("a cell, in quotes and without", () => {
    expect(completed("attend", "--demo", "--why", "'weights[st")).toEqual([
      "option nospace",
      "weights[study,",
    ]);
    expect(completed("attend", "--demo", "--why", "weights[study,m")).toEqual(["weights[study,man]"]);
  });
  test("words before it are taken out of their quotes", () => {
    const typed = ["attend", "--scores", "'1 2; 3 4'", "--tokens", '"a b"', "--why"];
    expect(completed(...typed, "'weights[")).toEqual(["weights[a,", "weights[b,"]);
  });
  test("a step whose name has a space", () => {
    expect(completed("multihead", "--demo", "--only", "head\\ 0/conte")).toEqual(["head\\ 0/context"]);
  });
});

describe("zsh", () => {
  // Its completion needs a terminal; the function is called with what zsh would give it.
  const completed = (before: string, prefix: string) =>
    inShell(
      "zsh",
      `qkv() { ${NODE} "$@" }; compdef() { }; source completions/_qkv
       compadd() { print -rl -- \${(P)@[-1]} }; _files() { print files }; COLUMNS=80
       words=(qkv ${before} x); CURRENT=$#words; PREFIX="${prefix}"; _qkv`,
    );
  test.skipIf(!isInstalled("zsh"))("a command, a value, a cell, files", () => {
    const answers = [
      completed("", "compa"),
      completed("attend --scoring", "addi"),
      completed("attend --scores \"'1 2; 3 4'\" --why", "weights[1,"),
      completed("attend --query", ""),
    ];
    expect(answers).toEqual([["compare-scoring"], ["additive"], ["weights[1,0]", "weights[1,1]"], ["files"]]);
  });
});

describe("fish", () => {
  const completed = (line: string) =>
    inShell("fish", `function qkv; ${NODE} $argv; end; source completions/qkv.fish; complete -C ${line}`).map(
      (word) => word.split("\t")[0],
    );
  test.skipIf(!isInstalled("fish"))("a command, a value, a cell, files", () => {
    const answers = [
      completed('"qkv compa"'),
      completed('"qkv attend --scoring addi"'),
      completed(`"qkv attend --scores '1 2; 3 4' --why 'weights[1,"`),
      completed('"qkv attend --query docs/conv"'),
    ];
    expect(answers).toEqual([
      ["compare-scoring"],
      ["additive"],
      ["weights[1,0]", "weights[1,1]"],
      ["docs/conventions.md"],
    ]);
  });
});
