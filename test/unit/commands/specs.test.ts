import { describe, expect, test } from "vitest";
import { flag, type SettingTable, wholeNumber } from "../../../src/attention/setting.js";
import { optionsOf } from "../../../src/cli/options.js";
import { SPECS } from "../../../src/commands/specs.js";
import { toRows } from "../../../src/math/matrix.js";
import { settingsOf, withSettingsBefore } from "../../../src/runs/command-spec.js";
import { VIEW_SETTINGS } from "../../../src/runs/views.js";
import type { Trace } from "../../../src/trace/trace.js";
import { libraryFunction } from "../../support/library-function.js";

// Rules for every command in the registry. A new command is tested without another line here.

const commands = await Promise.all(
  Object.entries(SPECS).map(async ([name, load]) => ({ name, spec: await load() })),
);

describe.each(commands)("$name", ({ name, spec }) => {
  test("is called so in the registry, in the library and in what it records", () => {
    const { settings = {}, ...inputs } = JSON.parse(spec.demo());
    expect(spec.name).toBe(name);
    expect(libraryFunction(name)(inputs, settings).command).toBe(name);
  });

  const defaults = Object.entries(spec.settings).filter(([, setting]) => setting.default !== undefined);

  test.each(defaults)("the default of %s is a value that could have been given", (_, setting) => {
    expect(setting.parse(setting.default)).toEqual(setting.default);
  });

  test("no help states a default by hand: it is told behind it", () => {
    for (const { help } of Object.values({ ...settingsOf(spec), ...VIEW_SETTINGS })) {
      expect(help).not.toContain("default");
    }
  });

  // A setting without effect is reported by a warning, not by a number.
  test("every default given by hand gives the same run", () => {
    const { settings = {}, ...inputs } = JSON.parse(spec.demo());
    const byHand = Object.fromEntries(defaults.map(([setting, { default: value }]) => [setting, value]));
    const { random: _, seed: _seed, ...own } = byHand; // They say what is drawn, and nothing is drawn here.
    const [bare, full] = [settings, { ...own, ...settings }].map((one) => libraryFunction(name)(inputs, one));
    expect(full.conventions).toEqual(bare.conventions);
    // Numbers that are still in a file also have methods to read them.
    const numbers = (trace: Trace) => trace.steps.map((step) => toRows(step.output()));
    expect(numbers(full)).toEqual(numbers(bare));
  });
});

test("help tells a value, the words for one, and of a flag only words", () => {
  const settings = {
    size: { value: "<n>", help: "a size", group: "G", default: 3, parse: wholeNumber(1) },
    depth: { value: "<n>", help: "a depth", group: "G", defaultText: "all", parse: wholeNumber(1) },
    quick: { help: "quickly", group: "G", default: false, parse: flag },
    slow: { help: "slowly", group: "G", default: false, defaultText: "soon", parse: flag },
  };
  const shown = optionsOf({ settings }).filter(({ group }) => group === "G");
  expect(shown.map(({ help }) => help)).toEqual([
    "a size (default 3)",
    "a depth (default: all)",
    "quickly",
    "slowly (default: soon)",
  ]);
});

test("settings put before another stand there, in their own order", () => {
  const setting = (name: string) => ({
    flag: `--${name}`,
    help: name,
    group: "G",
    default: false,
    parse: flag,
  });
  const own: SettingTable<{ a: boolean; z: boolean }> = { a: setting("a"), z: setting("z") };
  const more: SettingTable<{ m: boolean; n: boolean }> = { m: setting("m"), n: setting("n") };
  expect(Object.keys(withSettingsBefore("z", own, more))).toEqual(["a", "m", "n", "z"]);
});
