import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { showProgress } from "../../src/cli/progress.js";
import { nodeFiles } from "../../src/input/files.js";
import { readWhole } from "../../src/input/stored.js";
import { tellProgress, watchProgress } from "../../src/math/progress.js";
import { shell, spawnCli } from "../support/spawn-cli.js";

const folder = mkdtempSync(join(tmpdir(), "qkv-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** 20 MiB: more than is held in memory of what comes through a pipe. */
const ROW = `[${"0.5, ".repeat(1000)}1]`;
const QUERY = `[${`${ROW}, `.repeat(4000)}${ROW}]`;

describe("standard input that is larger than what is held in memory", () => {
  const scores = (input: string) => {
    const argv = ["attend", "-", "--scale", "none", "--only", "scores", "-o", "csv", "--quiet"];
    return spawnCli(argv, { input, env: { TMPDIR: folder } });
  };

  test("is read as a file is, and leaves none behind", () => {
    const { stdout, stderr } = scores(`{"query": ${QUERY}, "key": ${ROW.replace("1]", "2]")}}`);
    expect(stderr).toBe("");
    // 1000 · 0.5 · 0.5 + 1 · 2
    expect(stdout).toBe("252\n".repeat(4001));
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is refused with its place", () => {
    const { stderr } = scores(`{"query": ${QUERY},\n "kye": 1}`);
    expect(stderr).toMatch(/^error: stdin:2:2: "kye" is not the name of an input\. \[UNKNOWN_KEY\]/);
  });
});

test.skipIf(process.platform === "win32")("input without an end is refused at a stated size", () => {
  expect(() => nodeFiles(3 * 1024 ** 2).openFile("/dev/zero")).toThrow("it is more than 3 MiB");
  // Beyond what is held in memory.
  expect(() => nodeFiles(20 * 1024 ** 2).openFile("/dev/zero")).toThrow("it is more than 20 MiB");
});

test("a folder for temporary files that is missing is named", () => {
  const none = join(folder, "none");
  const { stderr, status } = spawnCli(["attend", "-"], { input: QUERY, env: { TMPDIR: none } });
  expect(stderr).toContain(`qkv keeps the pipe's data in ${none}, but cannot create a folder there`);
  expect(stderr).toContain("Set TMPDIR");
  expect(status).toBe(2);
});

test.skipIf(process.platform === "win32")("a named pipe is read once, from its start to its end", () => {
  const path = join(folder, "pipe");
  const { stdout } = shell(
    `mkfifo "${path}"; (printf '1 2\\n'; printf '3 4\\n') > "${path}" & qkv attend --x "${path}" --only x -o csv`,
  );
  expect(stdout).toBe("1,2\n3,4\n");
});

test.skipIf(!existsSync("/proc/self/status"))("a file without a size of its own is read", () => {
  const path = "/proc/self/status";
  expect(
    Buffer.from(readWhole(nodeFiles().openFile(path)))
      .toString()
      .split("\n")[0],
  ).toBe(readFileSync(path, "utf8").split("\n")[0]);
});

describe("progress", () => {
  const onTerminal = (isQuiet: boolean, terminals = ["stderr"]) => {
    const written: string[] = [];
    let time = 0;
    const io = {
      isTerminal: (stream: string) => terminals.includes(stream),
      writeError: (text: string) => void written.push(text),
    };
    const clear = showProgress(io, isQuiet, () => time);
    const wait = (milliseconds: number) => {
      time += milliseconds;
    };
    return { clear, wait, written };
  };

  test("is told after a second, with the time that is left, and removed", () => {
    const { clear, wait, written } = onTerminal(false);
    tellProgress(100, 1000, "reading q.csv");
    wait(1100);
    tellProgress(200, 1000, "reading q.csv");
    tellProgress(201, 1000, "reading q.csv");
    tellProgress(1000, 1000, "reading q.csv");
    clear();
    // 100 bytes took 1.1 s, and 800 are left.
    expect(written).toEqual(["\r\x1b[Kreading q.csv: 20 %, 9 s left", "\r\x1b[K"]);
  });

  test("begins anew with the next work: reading that is done says nothing of what comes after it", () => {
    const { wait, written } = onTerminal(false);
    tellProgress(1, 2, "reading q.csv");
    wait(3000);
    tellProgress(1, 4, "working out");
    wait(2000);
    // A quarter took 2 s, and half is left.
    tellProgress(2, 4, "working out");
    expect(written).toEqual(["\r\x1b[Kworking out: 25 %", "\r\x1b[Kworking out: 50 %, 4 s left"]);
  });

  test("is removed when reading ends early, and nothing is written that was never shown", () => {
    const { clear, wait, written } = onTerminal(false);
    clear();
    wait(2000);
    tellProgress(1, 2, "reading q.csv");
    clear();
    expect(written).toEqual(["\r\x1b[Kreading q.csv: 50 %", "\r\x1b[K"]);
  });

  test.each([
    ["with --quiet", true, ["stderr"]],
    ["where stderr is no terminal", false, ["stdout"]],
  ])("is silent %s", (_, isQuiet, terminals) => {
    const { clear, wait, written } = onTerminal(isQuiet, terminals);
    wait(2000);
    tellProgress(1, 2, "reading q.csv");
    clear();
    expect(written).toEqual([]);
  });
});

test("a file is read in pieces on the way to a run", async () => {
  const path = join(folder, "q.json");
  writeFileSync(path, QUERY);
  const done: number[] = [];
  const { readProblem } = await import("../../src/input/read.js");
  const request = { sources: [path], matrices: {}, transpose: [], accepts: ["query"], settings: {} } as const;
  watchProgress((bytes) => void done.push(bytes));
  await readProblem(request, nodeFiles());
  watchProgress(undefined);
  expect(done.length).toBeGreaterThan(20);
  expect(done.at(-1)).toBe(QUERY.length);
});

test("a long row of digits that ends as none does is refused in no time", () => {
  const text = `[(1${"8".repeat(131_071)}const `;
  const before = performance.now();
  const { status, stderr } = spawnCli(["attend", "--query", "-", "--key", "1"], { input: text });
  expect({ status, code: /\[([A-Z_]+)\]/.exec(stderr)?.[1] }).toEqual({ status: 2, code: "NOT_A_NUMBER" });
  // 0.4 s on a usual machine; a pattern that tries every way to cut the digits takes 36 s.
  expect(performance.now() - before).toBeLessThan(8000);
});
