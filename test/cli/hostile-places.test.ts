import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { shell, spawnCli } from "../support/spawn-cli.js";

// Folders and files that the system gives away only in part: each is an error with its name, and none a crash.

const all = mkdtempSync(join(tmpdir(), "qkv-places-"));
afterAll(() => rmSync(all, { recursive: true }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(all, "place-"));
});

const SHEET = "S = [[1,0,2],[2,2,0],[2,1,2]]\n";

function refusalOf(argv: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnCli(argv, { env });
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  return stderr;
}

// Root may read everything.
describe.skipIf(process.getuid?.() === 0 || process.platform === "win32")(
  "without permission to read",
  () => {
    test.each([
      ["attend", (path: string) => [path]],
      ["check", (path: string) => ["--demo", path]],
      ["check", (path: string) => ["--demo", `${path}/*.txt`]],
      ["multihead", (path: string) => [path, "--layer", "0", "--x", "1 0"]],
    ])("a folder: %s", (command, words) => {
      const hidden = join(folder, "hidden");
      mkdirSync(hidden);
      writeFileSync(join(hidden, "a.txt"), SHEET);
      chmodSync(hidden, 0o311);
      expect(refusalOf([command, ...words(hidden)])).toMatch(
        /^error: .*hidden: the files in it cannot be listed: permission denied\. \[FILE_UNREADABLE\]\nhint: /,
      );
      chmodSync(hidden, 0o700);
    });

    test.each([
      ["model", "--text", "a"],
      ["multihead", "--layer", "0", "--x", "1 0"],
    ])("the configuration of a model: %s", (command, ...options) => {
      const config = join(folder, "config.json");
      writeFileSync(config, '{"model_type": "gpt2"}');
      chmodSync(config, 0);
      expect(refusalOf([command, folder, ...options])).toMatch(
        /^error: .*config\.json: it cannot be read: permission denied\. \[FILE_UNREADABLE\]\nhint: /,
      );
    });
  },
);

describe("what is not what its name says", () => {
  test.each(["attend", "check", "model"])("a link to itself: %s", (command) => {
    const loop = join(folder, "loop");
    symlinkSync(loop, loop);
    const options = { attend: [], check: ["--demo"], model: ["--text", "a"] }[command] ?? [];
    const { status, stdout, stderr } = spawnCli([command, ...options, loop]);
    expect(status).toBe(command === "check" ? 1 : 2);
    expect(stdout + stderr).toContain("its links form a circle");
  });

  test("a file whose name looks like rows, behind @", () => {
    const path = join(folder, "1 2;3 4.csv");
    writeFileSync(path, "5,6\n");
    const { stdout } = spawnCli(["attend", "--x", `@${path}`, "--only", "x", "-o", "csv"]);
    expect(stdout).toBe("5,6\n");
  });

  test("a folder for the configuration of a model", () => {
    mkdirSync(join(folder, "config.json"));
    expect(refusalOf(["model", folder, "--text", "a"])).toMatch(
      /config\.json: it cannot be read: it is a folder/,
    );
  });

  test("a link to nothing is not written through, and --force is not said to help", () => {
    const link = join(folder, "out.csv");
    symlinkSync(join(folder, "none"), link);
    for (const force of [[], ["--force"]]) {
      const stderr = refusalOf(["attend", "--demo", "--quiet", ...force, "--output", link]);
      expect(stderr).toContain("it is a link to a file that does not exist");
      expect(stderr).not.toContain("Add --force");
    }
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });
});

describe.skipIf(process.platform === "win32")("the folder for temporary files of identify --run", () => {
  test("is named where it is missing", () => {
    const none = join(folder, "none");
    const stderr = refusalOf(["identify", "--run", "cp {in} {out}"], { TMPDIR: none });
    expect(stderr).toContain(`error: ${none}: no folder can be created there`);
    expect(stderr).toContain("Set TMPDIR");
  });

  test.each(["a b", "it's", "$HOME", "a;b"])("may be called %j", (name) => {
    const place = join(folder, name);
    mkdirSync(place);
    const { stderr } = spawnCli(["identify", "--run", "cp {in} {out}"], { env: { TMPDIR: place } });
    // The command has found both files: what it wrote is no answer.
    expect(stderr).toContain("contains no output without the mask");
    expect(readdirSync(place)).toEqual([]);
  });
});

test.skipIf(process.platform === "win32")("closed streams are no error of the program", () => {
  expect(shell("qkv attend --demo <&-").status).toBe(0);
  expect(shell("qkv attend --demo >&-").status).toBe(0);
  expect(shell("qkv attend --x nothing.csv 2>&-").status).toBe(2);
  expect(shell("qkv attend - <&-").stderr).toContain("stdin");
});
