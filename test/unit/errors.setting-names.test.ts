import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  optionOf,
  setting,
  settingsText,
  spelledError,
  UserError,
  withKeys,
  withOptions,
} from "../../src/errors.js";

describe("a setting in a text", () => {
  const text = `Pass ${setting("windowRight")} 0, or leave out ${setting("causal")}.`;

  test("is an option on the command line and a key in a script", () => {
    expect(withOptions(text)).toBe("Pass --window-right 0, or leave out --causal.");
    expect(withKeys(text)).toBe("Pass windowRight 0, or leave out causal.");
    expect(optionOf("windowRight")).toBe("--window-right");
  });

  test("is as long as its option, so that lines are broken alike", () => {
    expect(text).toHaveLength(withOptions(text).length);
  });

  test("is not taken for what somebody typed", () => {
    const typed = "--window-right, --, \uFDD0, \uFDD0window";
    expect([withOptions(typed), withKeys(typed)]).toEqual([typed, typed]);
  });

  test("that is on stands alone, another one before its value", () => {
    expect(withOptions(settingsText({ causal: true, kvHeads: 2 }))).toBe("--causal --kv-heads 2");
  });
});

test("an error is spelled wherever it has texts, and nothing else is touched", () => {
  const mark = setting("head");
  const error = new UserError("USAGE", `${mark} 1`, {
    hint: `Give ${mark}.`,
    location: { source: mark, line: 2 },
    drawing: `${mark} |`,
  });
  expect(spelledError(error, withKeys)).toMatchObject({
    code: "USAGE",
    message: "head 1",
    details: { hint: "Give head.", location: { source: "head", line: 2 }, drawing: "head |" },
  });
  const other = new RangeError(mark);
  expect(spelledError(other, withKeys)).toBe(other);
});

/** The rooms below the faces. In `commands/`, help and examples are texts of the command line. */
const ROOMS = "attention systems check code input render explain trace ops math runs".split(" ");

/** Dashes that are not options of qkv: decrements, options of V8, torchrun and XLA, properties of CSS. */
const OTHER_DASHES = [
  /id: --below/,
  /--depth === 0/,
  /--this\.struckDepth/,
  /setFlags\(/,
  /torchrun --nproc-per-node/,
  /--xla_force_host_platform/,
  /\/page\/(?:style|script-text|exercise-script-text)\.ts: /,
];

test("below the faces nothing is called by its option", () => {
  const files = ROOMS.flatMap((room) =>
    readdirSync(`src/${room}`, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `src/${room}/${name}`),
  );
  expect(files.length).toBeGreaterThan(500);
  const found = files.flatMap((file) => {
    const code = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|(?<=\s|^)\/\/.*/gm, "");
    const lines = code.split("\n").filter((line) => /(?<![-\w])--[a-z$]/.test(line));
    return lines.map((line) => `${file}: ${line.trim()}`);
  });
  expect(found.filter((line) => !OTHER_DASHES.some((other) => other.test(line)))).toEqual([]);
  for (const other of OTHER_DASHES) expect(found.some((line) => other.test(line))).toBe(true);
});
