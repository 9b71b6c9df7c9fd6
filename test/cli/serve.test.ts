import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { message, served } from "../support/served.js";
import { spawnCli } from "../support/spawn-cli.js";

// Many calls in one process. What a call prints is what the same command line prints in a process of its own.

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");
const call = (id: number, ...argv: readonly string[]) => message({ id, argv });

const Q = ["attend", "--query", "1 0", "--key", "1 0; 0 1", "--value", "10 0; 0 20"];

test("the first message says who serves, and calls are answered in their order", async () => {
  const bytes = Buffer.concat([call(7, ...Q, "--json"), call(8, "systems", "gpt2")]);
  const { status, answers, stderr } = await served(bytes);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const [hello, first, second] = answers;
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(hello.header).toMatchObject({ qkv: version, protocol: 1, limit: 2 ** 30 });
  expect(first.header).toMatchObject({ id: 7, exitCode: 0, stderr: "" });
  expect(text(first.files["-"])).toBe(spawnCli([...Q, "--json"]).stdout);
  expect(second.header).toMatchObject({ id: 8, exitCode: 0 });
  expect(text(second.files["-"])).toBe(spawnCli(["systems", "gpt2"]).stdout);
});

test("a call reads the files that came with it, and standard input", async () => {
  const files = [["w.json", Buffer.from('{"weights": [[0.5, 0.5]]}')] as const];
  const piped = [["-", Buffer.from('{"query": [[0]], "key": [[0], [0]]}')] as const];
  const bytes = Buffer.concat([
    message({ id: 1, argv: [...Q, "--check", "w.json", "--json"] }, files),
    message({ id: 2, argv: ["attend", "--only", "weights", "-o", "csv"] }, piped),
  ]);
  const [, checked, read] = (await served(bytes)).answers;
  expect(checked.header).toMatchObject({ id: 1, exitCode: 1 });
  expect(JSON.parse(text(checked.files["-"])).check.verdict).toBe("differs");
  expect(text(read.files["-"])).toBe("0.5,0.5\n");
});

test("what a call writes comes back, and the disk stays as it is", async () => {
  const [, { header, files }] = (await served(call(1, ...Q, "-o", "no-such-file.csv", "--only", "scores")))
    .answers;
  expect(header).toMatchObject({
    exitCode: 0,
    files: [
      ["-", 0],
      ["no-such-file.csv", 4],
    ],
  });
  expect(text(files["no-such-file.csv"])).toBe("1,0\n");
  expect(existsSync("no-such-file.csv")).toBe(false);
});

describe("a call that fails is answered, and the next one is", () => {
  const next = call(2, ...Q, "--only", "scores", "-o", "csv");
  test.each([
    ["an unknown command", call(1, "nonsense"), { id: 1, exitCode: 2 }, "unknown command 'nonsense'"],
    ["a file that is not there", call(1, "attend", "none.npy"), { id: 1, exitCode: 2 }, "none.npy"],
    ["no JSON", message("attend --demo"), { id: null, exitCode: 2 }, "not JSON"],
    ["no object", message("null"), { id: null, exitCode: 2 }, "argv is not a list of words"],
    ["no command line", message({ id: 1 }), { id: 1, exitCode: 2 }, "argv is not a list of words"],
    ["no lengths", message('{"id": 1, "argv": [], "files": [["a", -1]]}'), { id: 1 }, "not a list of [name,"],
    ["bytes of no file", message({ id: 1, argv: [] }).fill(1, 4, 5), { id: 1 }, "0 bytes, but 1 arrived", 1],
    [
      "a program",
      call(1, "identify", "--run", "true {in} {out}"),
      { id: 1, exitCode: 2 },
      "no other program",
    ],
    ["a server in a server", call(1, "serve", "--stdio"), { id: 1, exitCode: 2 }, "serves no further calls"],
  ] as readonly [string, Buffer, object, string, number?][])("%s", async (_, bad, header, says, more = 0) => {
    const { status, answers } = await served(Buffer.concat([bad, Buffer.alloc(more), next]));
    expect(status).toBe(0);
    expect(answers[1].header).toMatchObject(header);
    expect(answers[1].header.stderr).toContain(says);
    expect(text(answers[2].files["-"])).toBe("1,0\n");
  });

  test("one that is longer than --limit, of which nothing is read", async () => {
    const long = message({ id: 1, argv: ["attend", "-"] }, [["-", Buffer.alloc(5000)]]);
    const { answers } = await served(Buffer.concat([long, next]), { argv: ["--limit", "2000"] });
    expect(answers[1].header).toMatchObject({ id: null, exitCode: 2 });
    expect(answers[1].header.stderr).toBe(
      "error: A message of 5000 bytes is longer than the 2000 that are allowed. [BAD_VALUE]\nhint: Send less, or start with a larger --limit.\n",
    );
    expect(text(answers[2].files["-"])).toBe("1,0\n");
  });

  test("one whose answer would be", async () => {
    const { answers } = await served(Buffer.concat([call(1, ...Q, "--json"), next]), {
      argv: ["--limit", "1024"],
    });
    expect(answers[1].header).toMatchObject({ id: 1, exitCode: 2, files: [] });
    expect(answers[1].header.stderr).toContain("longer than the 1024 that are allowed");
    expect(text(answers[2].files["-"])).toBe("1,0\n");
  });
});

test("bytes may come one by one", async () => {
  const { answers } = await served(call(1, ...Q, "--only", "scores", "-o", "csv"), { piece: 1 });
  expect(text(answers[1].files["-"])).toBe("1,0\n");
});

test("an input that ends within a message is told", async () => {
  const { status, answers, stderr } = await served(call(1, ...Q).subarray(0, 30));
  expect(status).toBe(2);
  expect(answers.length).toBe(1);
  expect(stderr).toBe("error: the input ended within a message.\n");
});

test.each([
  [["serve"], "Nothing says where calls come from."],
  [["serve", "q.npy", "--stdio"], 'qkv serve takes no "q.npy".'],
  [["serve", "--stdio", "--limit", "10"], "whole number from 1024 to 4294967295"],
])("%j is refused", (argv, says) => {
  const { status, stdout, stderr } = spawnCli(argv);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain(says);
});
