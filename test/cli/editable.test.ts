import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { commandLine, labelsOf, rowsOf } from "../../src/web/editable/problem-text.js";
import { runCli } from "../support/run-cli.js";

test("an editable page carries its program, which its policy allows by its hash, in at most 450 KB", async () => {
  const { stdout } = await runCli(["multihead", "--demo", "--editable"]);
  expect(Buffer.byteLength(stdout)).toBeLessThan(450_000);
  const [, packed] = /<script type="text\/plain" id="program">([^<]*)<\/script>/.exec(stdout) ?? [];
  const program = gunzipSync(Buffer.from(packed, "base64"));
  expect(stdout).toContain(`'sha256-${createHash("sha256").update(program).digest("base64")}'`);
  expect(stdout).toMatch(/<textarea name="m.wq"[^>]*>1 0 0 1\n0 1 0 0\n0 0 1 0\n1 0 0 1</);
});

test("numbers are read as people write them", () => {
  expect(rowsOf("x", "1, −2; 1/3 √4\n[ -inf 1e-3 ]")).toEqual([
    [1, -2],
    [1 / 3, 2],
    [Number.NEGATIVE_INFINITY, 0.001],
  ]);
  expect(() => rowsOf("x", "1 0; 0 one")).toThrow('x[1,1]: "one" is not a number.');
});

test("names of rows stand with blanks between them, or as JSON", () => {
  expect(labelsOf("please study man")).toEqual(["please", "study", "man"]);
  expect(labelsOf('["a b","c"]')).toEqual(["a b", "c"]);
  expect(labelsOf(" ")).toBeUndefined();
});

test("the page names the command that works the same", () => {
  const problem = { command: "attend", "m.query": "1 0; 0 2", "m.key": "1 1; 0 1", tokens: "it's fine" };
  const settings = { "s.causal": "true", "s.kvHeads": "2", "s.scale": "1/8" };
  expect(commandLine(new URLSearchParams({ ...problem, ...settings }))).toBe(
    "qkv attend --query '1 0; 0 2' --key '1 1; 0 1' --tokens 'it'\\''s fine' --causal --kv-heads '2' --scale '1/8'",
  );
});

test.each([
  [["model", "--demo", "--editable"], "--editable is for attend, multihead, layer"],
  [["attend", "--random", "--length", "40", "--d-model", "40", "--editable"], "at most 2000 fields"],
  [["attend", "--demo", "--editable", "-o", "csv"], "which csv is not"],
  [["attend", "--demo", "--editable", "--why", "weights[0,0]"], "--editable"],
])("%o is refused", async (argv, message) => {
  const { exitCode, stderr } = await runCli(argv);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
});
