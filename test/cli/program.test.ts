import { describe, expect, test } from "vitest";
import { optionsOf } from "../../src/cli/options.js";
import { parseCommandLine, takeApart, unfold } from "../../src/cli/parse.js";
import { translateWords } from "../../src/cli/typed-options.js";
import { loadCommands } from "../../src/commands/registry.js";

// What a command line means, before the values of its options are understood.

const commands = await loadCommands();

/** The options of a command line as they were typed, with what one says of others. */
const optionsIn = (name: string, ...words: readonly string[]) => {
  const command = commands.find((one) => one.name === name);
  if (!command) throw new Error(name);
  const { options, unknown } = takeApart(translateWords(words, command.settings), command.settings);
  return { ...unfold(options, command.settings), ...(unknown.length > 0 && { unknown }) };
};

describe("every option by itself, under each of its names, says nothing about others", () => {
  const cases = commands.flatMap((definition) =>
    optionsOf(definition).flatMap(({ flags }) => {
      const names = flags.split(/, | /).filter((word) => word.startsWith("-"));
      const key = names[names.length - 1]
        .replace(/^--(no-)?/, "")
        .replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
      const value = flags.includes("...")
        ? ["value"]
        : flags.includes("<")
          ? "value"
          : !flags.includes("--no-");
      // Some are read under another name, some take no other word than their own, and some name a format.
      if (/^--(?:reaches|norm-order|window-size|header|plot |hint |json|moodle|gift)/.test(flags)) return [];
      return names.map((name) => [definition.name, name, key, value] as const);
    }),
  );
  test("there are many", () => expect(cases.length).toBeGreaterThan(300));
  test.each(cases)("%s %s", (command, name, key, value) => {
    const words = typeof value === "boolean" ? [] : ["value"];
    expect(optionsIn(command, name, ...words)).toEqual({ [key]: value });
  });
});

test.each<[readonly string[], object]>([
  [["-ojson"], { format: "json" }],
  [["--format=json", "--causal"], { format: "json", causal: true }],
  [["--scale", "-1"], { scale: "-1" }],
  [["--header", "--no-header"], { header: false }],
  [["--header", "yes"], { header: "yes" }],
  [["--reaches", "x[0,1]"], { uses: "x[0,1]" }],
  [["--check", "b.json", "c.json", "--json"], { check: ["b.json", "c.json"], format: "json" }],
  [["--", "--json"], {}],
  [["--scale", "1", "--scale", "2"], { scale: "2" }],
  [["-o", "csv", "--format", "json"], { format: "json" }],
])("attend %j", (words, options) => {
  expect(optionsIn("attend", ...words)).toEqual(options);
});

test.each([
  ["no value", ["--scale"], "--scale needs a value."],
  ["an option in place of a value", ["--scale", "--json"], "--scale needs a value; found --json."],
  ["a misspelt option", ["--jsn"], "unknown option '--jsn'."],
  ["the start of an option", ["--prec", "2"], "unknown option '--prec'."],
])("%s is a mistake", (_, words, message) => {
  return expect(parseCommandLine(["attend", ...words])).rejects.toThrow(message);
});
