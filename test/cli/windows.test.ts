import { describe, expect, test } from "vitest";
import { loadCommands } from "../../src/commands/registry.js";
import { quoteWord, withShellQuotes } from "../../src/runs/shell-quotes.js";
import { runCli } from "../support/run-cli.js";
import { shell } from "../support/spawn-cli.js";

// The shells of Windows know double quotes alone: what help shows there is taken apart as programs for Windows do.

/** The words of a command line by the rules of Microsoft's C runtime. */
function argvOf(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const slashes = /^\\*/.exec(line.slice(at))?.[0].length ?? 0;
    const isBeforeQuote = line[at + slashes] === '"';
    if (slashes > 0) {
      word = (word ?? "") + "\\".repeat(isBeforeQuote ? slashes >> 1 : slashes);
      at += slashes - 1;
      if (isBeforeQuote && slashes % 2 === 1) {
        word += '"';
        at++;
      }
    } else if (line[at] === '"') {
      isQuoted = !isQuoted;
      word ??= "";
    } else if (line[at] === " " && !isQuoted) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + line[at];
    }
  }
  return word === undefined ? words : [...words, word];
}

test("the parser of this test knows the examples of Microsoft's page on it", () => {
  expect(argvOf('"a b c" d e')).toEqual(["a b c", "d", "e"]);
  expect(argvOf('"ab\\"c" "\\\\" d')).toEqual(['ab"c', "\\", "d"]);
  expect(argvOf('a\\\\\\b d"e f"g h')).toEqual(["a\\\\\\b", "de fg", "h"]);
  expect(argvOf('a\\\\\\"b c d')).toEqual(['a\\"b', "c", "d"]);
});

const examples = (await loadCommands()).flatMap((command) => command.examples.map(([, line]) => line));

describe("examples", () => {
  test.each(examples)("%s: the same words in bash and on Windows", (line) => {
    // Where a shell reads the input or writes the output, cmd does as bash.
    const words = line.replace(/ [<>] .*/, "");
    const { stdout } = shell(`qkv() { printf '%s\\0' qkv "$@"; }; ${words}`);
    expect(argvOf(withShellQuotes(words, "win32"))).toEqual(stdout.split("\0").slice(0, -1));
  });
  test("elsewhere they stay", () => {
    for (const line of examples) expect(withShellQuotes(line, "linux")).toBe(line);
  });
});

test.each(["1 0; 0 1", 'a "b"', "back\\slash", "ends in \\", 'both \\" of them', "it's", ""])(
  "%j is one word",
  (word) => expect(argvOf(quoteWord(word, "win32"))).toEqual([word]),
);

test.each([
  [["attend", "--help"], "stdout"],
  [["softmax", "-h"], "stdout"],
  [["help", "check"], "stdout"],
  [[], "stderr"],
  [["2 1"], "stderr"],
] as const)("qkv %j on Windows shows no single quotes behind a command", async (argv, stream) => {
  const text = (await runCli([...argv], { platform: "win32" }))[stream];
  const commands = text.match(/qkv .*/g) ?? [];
  expect(commands.join("\n")).toMatch(/"[^"]+"/);
  expect(commands.filter((line) => /[\s=]'.*'/.test(line))).toEqual([]);
});

test("the line that repeats a run can be typed on Windows", async () => {
  const { stdout } = await runCli(["attend", "--scores", "1 2; 3 4"], { platform: "win32" });
  expect(stdout).toContain('--scores "1 2; 3 4"');
});
