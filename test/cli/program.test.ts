import { describe, expect, test } from "vitest";
import { loadCommands } from "../../src/cli/load-commands.js";
import { optionsOf } from "../../src/cli/options.js";
import { parseCommandLine } from "../../src/cli/program.js";

// What a command line means, before the values of its options are understood.

const definitions = await loadCommands();
const optionsIn = (...argv: readonly string[]) => {
  const plan = parseCommandLine(argv, definitions, () => 80);
  return "invocation" in plan ? plan.invocation.options : plan;
};

describe("every option by itself, under each of its names, says nothing about others", () => {
  const cases = definitions.flatMap((definition) =>
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
      // These are read under another name, or as true and false.
      if (/^--(?:reaches|header)/.test(flags)) return [];
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
  [["--header", "yes"], { header: true }],
  [["--reaches", "x[0,1]"], { uses: "x[0,1]" }],
  [["--check", "b.json", "c.json", "--json"], { check: ["b.json", "c.json"], json: true }],
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
  expect(() => optionsIn("attend", ...words)).toThrow(message);
});

test("the help of a command shows all of its options, whichever are named", () => {
  const { text } = parseCommandLine(["attend", "--json", "--help"], definitions, () => 80) as {
    text: string;
  };
  for (const { flags } of optionsOf(definitions[0])) expect(text).toContain(flags);
});
