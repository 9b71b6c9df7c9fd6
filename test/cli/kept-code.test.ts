import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { QKV, shell, spawnCli } from "../support/spawn-cli.js";

// bin/fast-start/kept-code.js keeps the code that V8 makes of the program in the user's cache folder. It never prints anything.

const all = mkdtempSync(join(tmpdir(), "qkv-code-"));
afterAll(() => rmSync(all, { recursive: true }));

/** A home for each test, and the folder that qkv makes in it. */
let home: string;
let folder: string;
beforeEach(() => {
  home = mkdtempSync(join(all, "home-"));
  folder = join(home, ".cache", "qkv");
});

const ARGV = ["attend", "--demo", "--json"];
const RIGHT = spawnCli(ARGV);

/** Runs qkv and gives the entries of the folder of code afterwards. */
function runAt(env: Record<string, string>, code = folder): readonly string[] {
  expect(spawnCli(ARGV, { env })).toEqual(RIGHT);
  return existsSync(code) ? readdirSync(code) : [];
}

const onlyFile = () => join(folder, readdirSync(folder)[0]);
const permissions = (path: string) => lstatSync(path).mode & 0o777;

test("without surroundings that name a folder the answer is right", () => {
  expect(RIGHT).toMatchObject({ status: 0, stderr: "" });
  expect(JSON.parse(RIGHT.stdout).weights).toHaveLength(3);
});

describe("code is kept", () => {
  test("in ~/.cache/qkv, for this user alone, and used from then on", () => {
    expect(runAt({ HOME: home })).toHaveLength(1);
    expect(permissions(folder)).toBe(0o700);
    expect(permissions(onlyFile())).toBe(0o600);
    expect(onlyFile()).toContain(`${process.version}-${process.arch}`);
    const { ino } = lstatSync(onlyFile());
    expect(runAt({ HOME: home })).toHaveLength(1);
    expect(lstatSync(onlyFile()).ino).toBe(ino);
  });

  test("by a large run, for which V8 was told to use vectors of 256 bits, as well as by a small one", () => {
    // 1500²·(64 + 64) multiply-adds are more than the 2^28 of math/kernels/wide.ts.
    const table = Array.from({ length: 1500 }, (_, i) =>
      Array.from({ length: 64 }, (_, j) => (i * j) % 7).join(),
    );
    const run = (text: string) => {
      const file = join(home, "query.csv");
      writeFileSync(file, text);
      const argv = ["attend", "--query", file, "--key", file, "--value", file, "-o", "csv"];
      const { status, stdout } = spawnCli(argv, { env: { HOME: home } });
      return [status, stdout.trim().split("\n").length];
    };
    expect(run(table.join("\n"))).toEqual([0, 1500]);
    const { ino } = lstatSync(onlyFile());
    // What V8 refuses is made anew.
    expect(run("1,2\n3,4\n5,6")).toEqual([0, 3]);
    expect(lstatSync(onlyFile()).ino).toBe(ino);
  });

  test("by a run that waited for its input, which says nothing of how much it worked", () => {
    const run = (wait: string) => {
      const input = `(${wait}; cat fixtures/inputs/please-study-man.json)`;
      return shell(`${input} | HOME="${home}" XDG_CACHE_HOME= qkv attend --json`);
    };
    expect(run("sleep 2.5")).toMatchObject({ status: 0, stderr: "" });
    const { ino } = lstatSync(onlyFile());
    expect(run("true")).toMatchObject({ status: 0, stderr: "" });
    expect(lstatSync(onlyFile()).ino).toBe(ino);
  });

  test("in XDG_CACHE_HOME when it is set; an empty one says nothing", () => {
    const caches = join(home, "elsewhere");
    expect(runAt({ HOME: home, XDG_CACHE_HOME: caches }, join(caches, "qkv"))).toHaveLength(1);
    expect(existsSync(folder)).toBe(false);
    expect(runAt({ HOME: home, XDG_CACHE_HOME: "" })).toHaveLength(1);
  });

  test("by processes at the same time, too", async () => {
    const runs = Array.from({ length: 6 }, () => {
      const child = spawn(process.execPath, [QKV, ...ARGV], { env: { HOME: home } });
      let stdout = "";
      child.stdout.on("data", (text) => {
        stdout += text;
      });
      return new Promise((resolve) => child.on("close", (status) => resolve({ status, stdout })));
    });
    for (const run of await Promise.all(runs)) expect(run).toEqual({ status: 0, stdout: RIGHT.stdout });
    expect(readdirSync(folder)).toHaveLength(1);
  });
});

describe("each kind of command line has code of its own", () => {
  const keep = (...argv: string[]) => {
    spawnCli(argv, { env: { HOME: home } });
    return existsSync(folder) ? readdirSync(folder) : [];
  };

  test("told by its words, not by its data", () => {
    expect(keep("attend", "--demo", "--json")).toHaveLength(1);
    expect(keep("softmax", "1 2 3", "--precision=2")).toHaveLength(2);
    expect(keep("softmax", "4 5", "--precision=3")).toHaveLength(2);
    expect(keep("softmax", "4 5")).toHaveLength(3);
  });

  test("what is still being typed is one kind", () => {
    keep("__complete", "attend", "--ma");
    expect(keep("__complete", "attend", "--mas")).toHaveLength(1);
  });

  test("a command line that is refused keeps nothing", () => {
    expect(keep("attend", "--demo", "--jsn")).toEqual([]);
  });

  test("the last 32 stay, whatever the version", () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (let at = 0; at < 40; at++) writeFileSync(join(folder, `0.1.0-${at}`), "");
    const left = keep("attend", "--demo", "--json");
    expect(left).toHaveLength(32);
    expect(left.some((name) => name.includes(process.version))).toBe(true);
  });

  /** Where the code of the front ends, out of how much there is. */
  const frontOf = () => {
    const bytes = readFileSync(onlyFile());
    return [bytes.readDoubleLE(bytes.length - 8), bytes.length - 8];
  };

  test.each([
    ["attend", "--demo"],
    ["attend", "--demo", "--json"],
    ["attend", "--query", "1 0", "--key", "1 0; 0 1", "--value", "1 2; 3 4"],
  ])("qkv %s %s reads the front of the program alone", (...argv) => {
    keep(...argv);
    const [front, all] = frontOf();
    expect(front).toBe(all);
  });

  test("the code of the back stands behind that of the front, and is used from then on", () => {
    keep("softmax", "1 2");
    const [front, all] = frontOf();
    expect(front).toBeLessThan(all);
    const { ino } = lstatSync(onlyFile());
    keep("softmax", "1 2");
    expect(lstatSync(onlyFile()).ino).toBe(ino);
  });
});

describe("code that is not that of this program is replaced", () => {
  test.each<[string, (path: string) => void]>([
    ["another text", (path) => writeFileSync(path, "no code\n")],
    ["half of it", (path) => writeFileSync(path, readFileSync(path).subarray(0, 100_000))],
    [
      "zeros in its middle, which V8 would run into",
      (path) => writeFileSync(path, readFileSync(path).fill(0, 300_000)),
    ],
    ["the time that another program leaves", (path) => utimesSync(path, 86_400, 86_400)],
    ["nothing", (path) => writeFileSync(path, "")],
  ])("%s", (_, damage) => {
    runAt({ HOME: home });
    const whole = readFileSync(onlyFile()).length;
    const { mtimeMs } = lstatSync(onlyFile());
    damage(onlyFile());
    runAt({ HOME: home });
    expect(lstatSync(onlyFile()).mtimeMs).toBe(mtimeMs);
    expect(readFileSync(onlyFile()).length).toBeGreaterThan(whole / 2);
  });

  test("what V8 itself refuses, though the time is right", () => {
    runAt({ HOME: home });
    const { mtimeMs } = lstatSync(onlyFile());
    writeFileSync(onlyFile(), "no code\n");
    utimesSync(onlyFile(), mtimeMs / 1000, mtimeMs / 1000);
    runAt({ HOME: home });
    expect(readFileSync(onlyFile()).length).toBeGreaterThan(100_000);
  });
});

describe("nothing is kept", () => {
  test("in a folder that others may write to", () => {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o777);
    expect(runAt({ HOME: home })).toEqual([]);
  });

  test("behind a link", () => {
    const target = join(home, "target");
    mkdirSync(target);
    mkdirSync(join(home, ".cache"));
    symlinkSync(target, folder);
    expect(runAt({ HOME: home }, target)).toEqual([]);
  });

  // Only root can give a folder away.
  test.runIf(process.getuid?.() === 0)("in a folder of somebody else", () => {
    mkdirSync(folder, { recursive: true });
    chownSync(folder, 12345, 12345);
    expect(runAt({ HOME: home })).toEqual([]);
  });

  test("where XDG_CACHE_HOME is not absolute", () => {
    expect(runAt({ HOME: home, XDG_CACHE_HOME: "cache" })).toEqual([]);
    expect(existsSync("cache")).toBe(false);
  });

  test("where home is no folder", () => {
    writeFileSync(join(home, "file"), "");
    expect(runAt({ HOME: join(home, "file") })).toEqual([]);
    expect(runAt({ HOME: "/dev/null" })).toEqual([]);
  });

  test.skipIf(process.platform === "win32")("and nothing is waited for where a pipe has its name", () => {
    runAt({ HOME: home });
    const path = onlyFile();
    rmSync(path);
    spawnSync("mkfifo", [path]);
    const run = spawnSync(process.execPath, [QKV, ...ARGV], { env: { HOME: home }, timeout: 60_000 });
    expect(run.status).toBe(0);
  });

  test("where something else has the name of the file", () => {
    runAt({ HOME: home });
    const path = onlyFile();
    rmSync(path);
    mkdirSync(path);
    expect(runAt({ HOME: home })).toHaveLength(1);
    expect(lstatSync(path).isDirectory()).toBe(true);
  });
});
