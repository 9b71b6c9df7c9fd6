import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { writeFilesWhole, writeFileWhole } from "../../src/cli/write-file.js";
import { readBinary } from "../../src/input/binary/read.js";
import { runCli } from "../support/run-cli.js";
import { QKV } from "../support/spawn-cli.js";

const DEMO = ["attend", "--demo"];

describe("-o", () => {
  test("writes the result as a program reads it, and says which on stderr", async () => {
    const { stdout, stderr, exitCode } = await runCli([
      "attend",
      "--x",
      "1 0; 0 1",
      "--scale",
      "none",
      "-o",
      "octave",
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^\[0\.73\d+ 0\.26\d+;\n 0\.26\d+ 0\.73\d+\]\n$/);
    expect(stderr).toBe("note: writing output (2×2); --only STEP writes another step\n");
  });
  test("--only says which step, and then nothing needs to be said", async () => {
    const { stdout, stderr } = await runCli([...DEMO, "-o", "csv", "--only", "scores", "--scale", "none"]);
    expect({ stdout, stderr }).toEqual({ stdout: "1,0,2\n2,2,0\n2,1,2\n", stderr: "" });
  });
  test("--only shows one table, or one list of rows in JSON", async () => {
    expect((await runCli([...DEMO, "--only", "key"])).stdout).toContain("\nstudy   0  1\n");
    const { stdout } = await runCli([...DEMO, "--only", "query", "-o", "json"]);
    expect(JSON.parse(stdout)).toEqual([
      [1, 0],
      [0, 2],
      [1, 1],
    ]);
  });
  test("--precision is kept to, and what rounds to 0 is told", async () => {
    const line = ["attend", "--scores", "0.001 0.2; -0.001 4", "--only", "scores", "--precision", "2"];
    const table = await runCli(line);
    expect(table.stdout).toContain("0   <0.005  0.20\n");
    expect(table.stdout).toContain("1  >-0.005  4.00\n");
    expect(table.stderr).toBe("");
    const told = "note: 2 numbers that are not 0 are written as 0.00 with --precision 2\n";
    for (const [format, text] of Object.entries({
      csv: "0.00,0.20\n0.00,4.00\n",
      tsv: "0.00\t0.20\n0.00\t4.00\n",
      numpy: "np.array([[0.00, 0.20],\n          [0.00, 4.00]])\n",
      octave: "[0.00 0.20;\n 0.00 4.00]\n",
    })) {
      const run = await runCli([...line, "-o", format]);
      expect(run).toMatchObject({ stdout: text, stderr: told });
    }
    for (const format of ["markdown", "latex"]) {
      const one = await runCli([...line, "-o", format]);
      expect(one.stderr).toBe(told);
      // 0.001·1 + 1·0 = 0.001
      const whole = await runCli(
        [
          "attend",
          "--query",
          "0.001 1; 0 1",
          "--key",
          "1 0; 0.5 2",
          "--steps",
          "scores",
          "--precision",
          "2",
        ].concat(["-o", format]),
      );
      expect(whole.stdout).toContain("0.00");
      expect(whole.stdout).not.toContain("0.005");
      expect(whole.stderr).toBe("note: 1 number that is not 0 is written as 0.00 with --precision 2\n");
    }
    expect((await runCli([...line, "-o", "csv", "--quiet"])).stderr).toBe("");
    expect((await runCli(line.slice(0, -2))).stdout).toContain("0.0010");
    expect((await runCli([...line.slice(0, -1), "0"])).stdout).toContain("<0.5");
  });

  test("--labels, --precision and --quiet", async () => {
    const { stdout, stderr } = await runCli([
      ...DEMO,
      "-o",
      "csv",
      "--labels",
      "--precision",
      "2",
      "--quiet",
    ]);
    expect(stdout).toMatch(/^,0,1\nplease,\d\.\d\d,\d\.\d\d\nstudy,/);
    expect(stderr).toBe("");
  });
  test("-o json is --json, also for errors", async () => {
    const [first, second] = await Promise.all([runCli([...DEMO, "-o", "json"]), runCli([...DEMO, "--json"])]);
    expect(first).toEqual(second);
    const { stderr } = await runCli(["attend", "none.json", "--format=json"]);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: "FILE_UNREADABLE" } });
  });
  test("npz holds inputs, mask and steps", async () => {
    const { bytes } = await runCli(["attend", "--x", "1 0; 0 1", "--mask", "1 1; 0 1", "-o", "npz"]);
    const value = (await readBinary(bytes, "run.npz"))?.value;
    const keys = value?.kind === "object" ? [...value.entries.keys()] : [];
    expect(keys).toEqual(expect.arrayContaining(["mask", "x", "scores", "weights", "output"]));
    expect(value?.kind === "object" && value.entries.get("mask")?.value).toMatchObject({
      data: Float64Array.of(1, 1, 0, 1),
    });
  });
  test("the npz of a run is read as the run: the same numbers, settings and tokens", async () => {
    const given = ["--x", "1 0; 0 1; 1 1", "--mask", "1 0 1; 1 1 0; 1 1 1", "--tokens", "a b c"];
    const first = await runCli(["attend", ...given, "--scale", "1/3", "--causal", "-o", "npz"]);
    const again = await runCli(["attend", "-", "--json"], { stdin: first.bytes });
    const direct = await runCli(["attend", ...given, "--scale", "1/3", "--causal", "--json"]);
    expect(again.stderr).toBe("");
    expect(JSON.parse(again.stdout)).toEqual(JSON.parse(direct.stdout));
  });
  test("the npz of a run gives its output where one matrix is expected, and with --only is no run", async () => {
    const run = ["attend", "--x", "1 0; 0 1; 1 1"];
    const { bytes } = await runCli([...run, "-o", "npz"]);
    const args = ["attend", "--query", "-", "--key", "1 0", "--only", "query", "-o", "csv"];
    const output = await runCli([...run, "-o", "csv"]);
    expect((await runCli(args, { stdin: bytes })).stdout).toBe(output.stdout);
    const only = await runCli([...run, "-o", "npz", "--only", "weights"]);
    const value = (await readBinary(only.bytes, "run.npz"))?.value;
    expect(value?.kind === "object" && [...value.entries.keys()]).toEqual(["weights"]);
  });
  test.each([
    [["-o", "csv", "--json"], /--json and --format csv contradict each other/],
    [["-o", "npy", "--why", "output[0,0]"], /--why is shown as text or JSON/],
    [["-o", "csv", "--uses", "output[0,0]"], /--uses is shown as text or JSON/],
    [["--output", "w.gif"], /w\.gif ends in \.gif/],
    [["-o", "svg", "--why", "output[0,0]"], /--why is shown as text or JSON, not as svg/],
    [["-o", "png", "--check", "output=1"], /--check is shown as text or JSON, not as png/],
    [["-o", "svg", "--plot", "none"], /has nothing to draw.*\n.*--only weights/],
    [["-o", "cvs"], /"cvs" is not one of the choices.*\n.*"csv"/],
    [["-o", "csv", "--only", "wieghts"], /There is no step "wieghts".*\n.*"weights"/],
  ])("%j is refused", async (args, message) => {
    const { exitCode, stdout, stderr } = await runCli([...DEMO, ...args]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });
  test("bytes are not written to a terminal", async () => {
    const { exitCode, stderr } = await runCli([...DEMO, "-o", "npz"], { terminals: ["stdout"] });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("-o run.npz");
  });
});

describe("--output", () => {
  test.each([
    ["w.csv", /^1\.\d+,1\.\d+\n/],
    ["w.md", /### Weights \(3×3, query × key\)\n\n`α = E \/ Σ E`\n\n\| {2}\| please/],
    ["w.tex", /^\\documentclass[\s\S]*\\subsection\*\{Weights\}/],
    ["w.svg", /^<svg xmlns[\s\S]*>0\.576</],
    ["w.png", /^\ufffdPNG/],
    ["w.json", /^\{\n {2}"schema": "qkv\/1"/],
    ["w.txt", /Weights/],
    ["w", /Weights/],
    ["w.npy", /^\ufffdNUMPY/],
  ])("%s: the ending says the format", async (name, text) => {
    const { files, stdout, exitCode } = await runCli([...DEMO, "--output", name], { terminals: ["stdout"] });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    expect(Buffer.from(files[name]).toString("utf8")).toMatch(text);
  });
  test("-o wins over the ending, and - is standard output", async () => {
    const { files } = await runCli([...DEMO, "--output", "w.csv", "-o", "tsv"]);
    expect(Buffer.from(files["w.csv"]).toString()).toMatch(/^1\.\d+\t/);
    const { stdout } = await runCli([...DEMO, "--output", "-", "-o", "tsv"]);
    expect(stdout).toMatch(/^1\.\d+\t/);
  });
  test("a file gets no colour, whatever the terminal shows", async () => {
    const env = { TERM: "xterm-256color", COLORTERM: "truecolor" };
    const { files } = await runCli([...DEMO, "--output", "w.txt"], { env, terminals: ["stdout"] });
    expect(Buffer.from(files["w.txt"]).toString()).not.toContain("\x1b");
  });
});

describe("a file is written whole or not at all", () => {
  const folder = mkdtempSync(join(tmpdir(), "qkv-output-"));
  const path = join(folder, "w.csv");
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeEach(() => {
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  });

  function* failing(): Generator<string> {
    yield "half of ";
    throw new Error("no more");
  }

  test("all chunks, text and bytes", async () => {
    await writeFileWhole(path, ["1,", Uint8Array.of(50), "\n"], false);
    expect(readFileSync(path, "utf8")).toBe("1,2\n");
    expect(readdirSync(folder)).toEqual(["w.csv"]);
  });
  test("an error on the way leaves what was there, and nothing beside it", async () => {
    await expect(writeFileWhole(path, failing(), false)).rejects.toThrow("no more");
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(path, "before");
    await expect(writeFileWhole(path, failing(), true)).rejects.toThrow("no more");
    expect(readFileSync(path, "utf8")).toBe("before");
    expect(readdirSync(folder)).toEqual(["w.csv"]);
  });
  test("a file that is there needs --force, and keeps its permissions", async () => {
    writeFileSync(path, "before");
    chmodSync(path, 0o640);
    await expect(writeFileWhole(path, ["after"], false)).rejects.toMatchObject({ code: "FILE_UNWRITABLE" });
    expect(readFileSync(path, "utf8")).toBe("before");
    await writeFileWhole(path, ["after"], true);
    expect(readFileSync(path, "utf8")).toBe("after");
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });
  test("of files that belong together none is written when one of them exists", async () => {
    const second = join(folder, "w-2.csv");
    writeFileSync(second, "before");
    const both = [path, second].map((one) => [one, ["after"]] as const);
    await expect(writeFilesWhole(both, false)).rejects.toMatchObject({ code: "FILE_UNWRITABLE" });
    expect(readdirSync(folder)).toEqual(["w-2.csv"]);
    await writeFilesWhole(both, true);
    expect([path, second].map((one) => readFileSync(one, "utf8"))).toEqual(["after", "after"]);
  });
  test("permissions that a umask would take are kept, too", async () => {
    writeFileSync(path, "before");
    chmodSync(path, 0o666);
    await writeFileWhole(path, ["after"], true);
    expect(statSync(path).mode & 0o777).toBe(0o666);
  });
  test("of two that write at once without --force one is told that the file exists", async () => {
    const both = await Promise.allSettled(["1", "2"].map((text) => writeFileWhole(path, [text], false)));
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(readdirSync(folder)).toEqual(["w.csv"]);
  });
  test("a link to nothing is not replaced unasked", async () => {
    symlinkSync(join(folder, "none"), path);
    await expect(writeFileWhole(path, ["1"], false)).rejects.toMatchObject({ code: "FILE_UNWRITABLE" });
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
  });
  test("a name may be as long as the file system lets it", async () => {
    const long = join(folder, `${"n".repeat(251)}.csv`); // 255 bytes
    await writeFileWhole(long, ["1"], false);
    expect(readFileSync(long, "utf8")).toBe("1");
  });
  test("what an earlier process of the same id left behind is in nobody's way", async () => {
    const left = join(folder, `.qkv-${process.pid}-7.tmp`);
    writeFileSync(left, "left");
    const clock = vi.spyOn(process.hrtime, "bigint").mockReturnValueOnce(7n).mockReturnValueOnce(7n);
    await writeFileWhole(path, ["1"], false);
    expect(clock).toHaveBeenCalledTimes(3);
    clock.mockRestore();
    expect(readFileSync(path, "utf8")).toBe("1");
    expect(readFileSync(left, "utf8")).toBe("left");
  });
  test("a link keeps pointing at the file", async () => {
    writeFileSync(path, "before");
    const link = join(folder, "link.csv");
    symlinkSync(path, link);
    await writeFileWhole(link, ["after"], true);
    expect(readFileSync(path, "utf8")).toBe("after");
  });
  test("what is no file is written to, and stays what it is", async () => {
    await writeFileWhole("/dev/null", ["1,2\n"], false);
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });
  test.each([
    ["a folder", () => folder, /it is a folder/],
    ["no folder", () => join(folder, "none", "w.csv"), /there is no such folder/],
    ["a file for a folder", () => join(import.meta.filename, "w.csv"), /there is no such folder/],
  ])("%s", async (_, target, message) => {
    await expect(writeFileWhole(target(), ["1"], true)).rejects.toMatchObject({
      code: "FILE_UNWRITABLE",
      message: expect.stringMatching(message),
    });
  });

  test("Ctrl-C ends the program and leaves no half-written file", async () => {
    const target = join(folder, "run.json");
    const rows = Array.from({ length: 1500 }, (_, i) => [Math.sin(i)]);
    const problem = join(folder, "problem.json");
    writeFileSync(problem, JSON.stringify({ query: rows, key: rows }));
    const child = spawn(process.execPath, [QKV, "attend", problem, "--output", target], { stdio: "ignore" });
    const ended = new Promise((resolve) => child.on("exit", (_, signal) => resolve(signal)));
    while (child.exitCode === null && !readdirSync(folder).some((name) => name.endsWith(".tmp"))) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    child.kill("SIGINT");
    expect(await ended).toBe("SIGINT");
    expect(existsSync(target)).toBe(false);
    expect(readdirSync(folder)).toEqual(["problem.json"]);
  });
});

test("--quiet leaves out notes", async () => {
  expect((await runCli([...DEMO, "-o", "csv"])).stderr).toContain("note: writing output");
  expect((await runCli([...DEMO, "-o", "csv", "--quiet"])).stderr).toBe("");
});

describe("-o with a dot or a slash", () => {
  test.each(["out.csv", "folder/weights.csv"])("%s is the file, its ending the format", async (file) => {
    const asked = [...DEMO, "--only", "scores"];
    const { exitCode, stdout, files } = await runCli([...asked, "-o", file]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    expect(Buffer.from(files[file]).toString()).toBe((await runCli([...asked, "-o", "csv"])).stdout);
  });
  test("an ending that names no format is refused", async () => {
    const { exitCode, stderr } = await runCli([...DEMO, "-o", "out.docx"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("out.docx ends in .docx, which is not a format.");
  });
  test("and --output name one file", async () => {
    const { exitCode, stderr } = await runCli([...DEMO, "-o", "a.csv", "--output", "b.csv"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--format and --output b.csv contradict each other.");
  });
  test("- is standard output", async () => {
    expect((await runCli([...DEMO, "-o", "-"])).stdout).toBe((await runCli(DEMO)).stdout);
  });
});
