import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

const [ESCAPE, CSI, TURN] = [27, 0x9b, 0x202e].map((code) => String.fromCharCode(code));
const HOSTILE = `${ESCAPE}[2J${CSI}31m${TURN}`;
/** What a terminal would obey; none of these runs has colours of its own. */
const OBEYED = /(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u;

const bundle = (extra: object) => JSON.stringify({ query: [[1]], key: [[1]], value: [[1]], ...extra });

test.each<[what: string, argv: string[], stdin: string]>([
  ["a key of a bundle", ["attend", "-"], bundle({ [HOSTILE]: [[1]] })],
  ["a setting", ["attend", "-"], bundle({ settings: { [HOSTILE]: 1 } })],
  ["the value of a setting", ["attend", "-"], bundle({ settings: { scoring: HOSTILE } })],
  ["the name of a file", ["attend", `${HOSTILE}.csv`], ""],
  ["the value of an option", ["attend", "-", "--scoring", HOSTILE], bundle({})],
  ["an option", ["attend", `--${HOSTILE}`], ""],
  ["an excerpt", ["attend", "--query", "-"], `1 2\n3 ${HOSTILE}\n`],
  ["a label", ["attend", "-"], bundle({ tokens: [HOSTILE] })],
  ["a label that has to be repeated", ["attend", "-", "--verbose"], bundle({ tokens: [HOSTILE] })],
  [
    "a label in CSV",
    ["attend", "-", "-o", "csv", "--only", "weights", "--labels"],
    bundle({ tokens: [HOSTILE] }),
  ],
  ["a label in JSON", ["attend", "-", "--json"], bundle({ tokens: [HOSTILE] })],
  ["an error in JSON", ["attend", "-", "--json"], bundle({ [HOSTILE]: [[1]] })],
])("%s never reaches a terminal raw", async (_, argv, stdin) => {
  const { stdout, stderr } = await runCli(argv, { stdin });
  expect(stdout + stderr).not.toBe("");
  expect(stdout + stderr).not.toMatch(OBEYED);
});

test("JSON still holds what was given", async () => {
  const { stdout } = await runCli(["attend", "-", "--json"], { stdin: bundle({ tokens: [HOSTILE] }) });
  expect(stdout).toContain("\\u009b31m\\u202e");
  expect(JSON.parse(stdout).tokens).toEqual([HOSTILE]);
});

test("colours of our own stay, and those of the data go", async () => {
  const argv = ["attend", "-", "--color", "always"];
  const { stdout } = await runCli(argv, { stdin: bundle({ tokens: [`${ESCAPE}[31mred`] }) });
  expect(stdout).toContain(`${ESCAPE}[`);
  expect(stdout).not.toContain(`${ESCAPE}[31mred`);
});

test.each(["__proto__", "constructor", "hasOwnProperty"])("%s is no key that is known", async (key) => {
  for (const text of [`{"query": [[1]], "${key}": [[2]]}`, `{"query": [[1]], "settings": {"${key}": 1}}`]) {
    const { exitCode, stderr } = await runCli(["attend", "-"], { stdin: text });
    expect(stderr).toContain(`"${key}" is no`);
    expect(exitCode).toBe(2);
  }
  const { exitCode } = await runCli(["attend", "-", "--check", `${key}=1`], { stdin: bundle({}) });
  expect(exitCode).toBe(2);
});
