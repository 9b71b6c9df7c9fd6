import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { openerOn } from "../../src/cli/other-programs.js";
import { runCli } from "../support/run-cli.js";

const DESK = { DISPLAY: ":0" };

test.each([
  ["linux", DESK, "xdg-open"],
  ["linux", { WAYLAND_DISPLAY: "wayland-0" }, "xdg-open"],
  ["darwin", {}, "open"],
  ["win32", {}, "explorer"],
  ["linux", {}, undefined],
  ["linux", { ...DESK, SSH_CONNECTION: "10.0.0.1 2 10.0.0.2 22" }, undefined],
  ["darwin", { SSH_TTY: "/dev/ttys001" }, undefined],
])("on %s with %o a page is opened by %s", (platform, env, opener) => {
  expect(openerOn(platform, env)).toBe(opener);
});

test("--open writes the page into a folder of its own and opens it", async () => {
  const {
    exitCode,
    stdout,
    stderr,
    files,
    opened = "",
  } = await runCli(["attend", "--demo", "--open"], { env: DESK });
  rmSync(dirname(opened), { recursive: true });
  expect([exitCode, stdout]).toEqual([0, ""]);
  expect(stderr).toBe(`note: the page is ${opened}\n`);
  expect(opened).toMatch(/qkv-attend\.html$/);
  expect(Buffer.from(files[opened]).toString()).toMatch(/^<!doctype html>/);
});

test("over ssh it says where the page is", async () => {
  const { stderr, opened = "" } = await runCli(["open", "attend", "--demo"], {
    env: { SSH_TTY: "/dev/pts/1" },
  });
  rmSync(dirname(opened), { recursive: true });
  expect(stderr).toContain(`the page is ${opened}; no browser can be started from here`);
});

test("with a file it opens that, and a check keeps its exit code", async () => {
  const run = await runCli(
    ["attend", "--demo", "--check", "output=1 2; 0.6626 0.6626; 1.2033 1", "-o", "sheet.html", "--open"],
    { env: DESK },
  );
  expect([run.exitCode, run.opened]).toEqual([1, "sheet.html"]);
  expect(Buffer.from(run.files["sheet.html"]).toString()).toContain("Not right yet");
});

test("a class is opened, too", async () => {
  const given = {
    "a.txt": "scores = [[1, 0, 2], [2, 2, 0], [2, 1, 2]]",
    "b.txt": "scores = [[1, 0, 2], [2, 1, 0], [2, 1, 2]]",
  };
  const { files } = await runCli(["check", "--demo", "a.txt", "b.txt", "-o", "class.html", "--open"], {
    env: DESK,
    given,
  });
  expect(Buffer.from(files["class.html"]).toString()).toContain("1 of 2 sheets are right");
});

test.each([
  [["attend", "--demo", "--open", "-o", "csv"], "which csv is not"],
  [["attend", "--demo", "--open", "--emit", "numpy"], "--open"],
  [["open"], "Nothing says what to open"],
])("%o is refused", async (argv, message) => {
  const { exitCode, stderr } = await runCli(argv);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
});
