import { describe, expect, test } from "vitest";
import { loadSpecs } from "../../src/commands/specs.js";
import { attentionParameters } from "../../src/commands/systems.js";
import { attend, matrixOf, multihead, type Trace } from "../../src/index.js";
import { rowOf } from "../../src/math/matrix.js";
import { SYSTEMS } from "../../src/systems/registry.js";
import { type System, settingsFor } from "../../src/systems/system.js";
import { libraryFunction } from "../support/library-function.js";
import { runCli } from "../support/run-cli.js";

// Every system runs in every command that it can be used in: small, as JSON and back, and at its real size.

const commands = await loadSpecs();

test("systems set something for commands that there are", () => {
  const names = commands.flatMap(({ name, presets }) => (presets ? [name] : []));
  const set = new Set(SYSTEMS.flatMap(({ settings }) => Object.keys(settings)));
  expect(names).toEqual(expect.arrayContaining([...set]));
});

/** Inputs that no paper publishes have to be given. */
const broughtTo = (system: System) =>
  Object.fromEntries(Object.keys(system.unpublished ?? {}).map((name) => [name, 2]));

const SMALL = { dModel: 8, random: true, seed: 5 } as const;

const smallRun = (system: System, command: string) => ({
  ...{ preset: system.name, ...SMALL, length: 3 },
  ...((command === "multihead" || command === "layer") && { heads: 2 }),
  ...broughtTo(system),
});

const runs = SYSTEMS.flatMap((system) =>
  Object.keys(system.settings).map((command) => ({ name: system.name, system, command })),
);

function rowSums(trace: Trace): number[] {
  const { weights } = trace.results;
  const keys = typeof weights === "string" ? [weights] : (weights as readonly string[]);
  return keys.flatMap((key) => {
    const matrix = matrixOf(trace, key);
    return Array.from({ length: matrix.rows }, (_, row) => rowOf(matrix, row).reduce((a, b) => a + b, 0));
  });
}

describe.each(runs)("$name in $command", ({ system, command }) => {
  const settings = smallRun(system, command);
  const run = libraryFunction(command);
  const trace = run({}, settings);

  test("names itself and what it sets", () => {
    expect(trace.conventions[0]).toMatchObject({ name: "preset" });
    expect(trace.facts.preset?.value).toMatchObject({ sets: settingsFor(system, command) });
  });

  if (trace.results.weights)
    test("rows of weights sum to 1", () => {
      const isLocal = system.settings.attend?.scoring?.startsWith("local-") ?? false;
      for (const sum of rowSums(trace)) {
        if (isLocal) expect(sum).toBeLessThan(1);
        else expect(sum).toBeCloseTo(1, 12);
      }
    });

  test("the same seed gives the same numbers, another seed others", () => {
    const numbers = (seed: number) => {
      const again = run({}, { ...settings, seed });
      return again.inputs.map(({ matrix }) => matrix.data);
    };
    expect(numbers(5)).toEqual(trace.inputs.map(({ matrix }) => matrix.data));
    expect(numbers(6)).not.toEqual(numbers(5));
  });

  test("the JSON of a run repeats it", async () => {
    const options = Object.entries(settings).flatMap(([name, value]) => {
      const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      return value === true ? [flag] : [flag, String(value)];
    });
    const again = async (stdin: string, ...views: readonly string[]) =>
      JSON.parse((await runCli([command, "-", "--json", ...views], { stdin })).stdout);
    // The numbers drawn before are given now.
    const { stdout: first } = await runCli([command, ...options, "--json"]);
    const { drawn: _, ...rest } = JSON.parse(first);
    expect(await again(first)).toEqual(rest);
    // Without these numbers, they are drawn again.
    const { stdout: short } = await runCli([command, ...options, "--json", "--steps", "none"]);
    expect(await again(short, "--steps", "none")).toEqual(JSON.parse(short));
  });
});

/** Above this many parameters, one head group is tested for all. */
const MOST_PARAMETERS = 8_000_000;

describe("at its real size", () => {
  const sizes = SYSTEMS.flatMap((system) => {
    const { name } = system;
    const largest = system.sizes.reduce((most, size) =>
      attentionParameters({ system, size }) > attentionParameters({ system, size: most }) ? size : most,
    );
    return [{ preset: largest.name === "" ? name : `${name}-${largest.name}`, system, size: largest }];
  });

  test.each(sizes)("$preset", ({ preset, system, size }) => {
    const isLarge = attentionParameters({ system, size }) > MOST_PARAMETERS;
    const settings = { preset, random: true, length: 2, ...broughtTo(system) };
    const { heads = 1, kvHeads = heads, headSize = 0, dModel } = size;
    if (!system.settings.multihead) {
      const trace = attend({}, settings);
      expect(matrixOf(trace, "x")).toMatchObject({ rows: 2, cols: dModel });
      expect(matrixOf(trace, "output")).toMatchObject({ rows: 2, cols: size.dSource ?? dModel });
      return;
    }
    const trace = multihead({}, { ...settings, ...(isLarge && { heads: 1 }) });
    const shown = isLarge ? 1 : heads;
    const group = Math.min(shown, kvHeads);
    expect(matrixOf(trace, "wq")).toMatchObject({ rows: dModel, cols: shown * headSize });
    expect(matrixOf(trace, "wk")).toMatchObject({ rows: dModel, cols: group * headSize });
    expect(matrixOf(trace, "head 0/q").cols).toBe(headSize);
    expect(matrixOf(trace, "output")).toMatchObject({ rows: 2, cols: dModel });
  });
});
