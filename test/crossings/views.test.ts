import { describe, expect, test } from "vitest";
import type { Setting } from "../../src/attention/setting.js";
import { optionOf } from "../../src/errors.js";
import { VIEW_SETTINGS } from "../../src/runs/views.js";
import { type CliRun, runCli } from "../support/run-cli.js";

// Every view with every kind of output, in every command: it is shown, or qkv warns, or qkv refuses it.

interface Viewed {
  readonly command: string;
  readonly problem: readonly string[];
  /** A step that the run has. */
  readonly step: string;
}

const VECTORS = JSON.stringify({
  query: [
    [1, 0],
    [0, 2],
  ],
  key: [
    [1, 1],
    [0, 1],
  ],
  value: [
    [1, 1 / 3],
    [0, 1],
  ],
});

const EYE = "1 0 0 0; 0 1 0 0; 0 0 1 0; 0 0 0 1";

const VIEWED: readonly Viewed[] = [
  { command: "attend", problem: [VECTORS], step: "weights" },
  {
    command: "multihead",
    problem: ["--x", "1 0 2 1; 0 1 1 2; 1 1 0 1", "--heads", "2"],
    step: "head 0/weights",
  },
  {
    command: "layer",
    problem: ["--x", "1 0 2 1; 0 1 1 2; 1 1 0 1", "--heads", "2", "--w1", EYE, "--w2", EYE],
    step: "head 0/weights",
  },
  // Few tokens, because each view is run with each output.
  { command: "model", problem: ["--demo", "--ids", "1,2,1"], step: "layer 0/head 0/weights" },
  { command: "posenc", problem: ["--length", "8", "--d-model", "4"], step: "encoding" },
  { command: "compare-scoring", problem: [VECTORS, "--scorings", "dot,cosine"], step: "dot/weights" },
];

/** Kinds of output that views can affect differently. */
const outputs = ({ step }: Viewed, sheet: string): readonly (readonly string[])[] => [
  ...[
    [],
    ["--json"],
    ["-o", "npz"],
    ["-o", "jsonl"],
    ["-o", "jsonl", "--only", step],
    ["--only", step],
    ["--only", step, "--json"],
  ],
  ...["csv", "markdown", "latex", "svg", "png", "numpy", "octave", "npy"].map((format) => [
    "-o",
    format,
    "--only",
    step,
  ]),
  ...[
    ["--why", `${step}[1,1]`],
    ["--why", `${step}[1,1]`, "--json"],
    ["--uses", `${step}[1,1]`],
  ],
  ...[
    ["--check", sheet],
    ["--check", sheet, "--json"],
    ["--check", sheet, "--why", `${step}[1,1]`],
  ],
];

/** Every view, with values that differ from what is shown without it. */
const views = ({ step }: Viewed): readonly (readonly string[])[] => [
  ...[
    ["--steps", step],
    ["--steps", "none"],
    ["--head", "1"],
    ["--layer", "1"],
    ["--precision", "2"],
    ["--full"],
  ],
  ...[
    ["--hint", "1"],
    ["--show-solution"],
    ["--depth", "1"],
    ["--plot-columns", "0"],
    ["--labels"],
    ["--require", "all"],
    ["--strict"],
    ["--strict-reading"],
    ["--atol", "0.001"],
    ["--rtol", "0.001"],
    ["--rule", "flash"],
    ["--critique"],
    ["--rows", "8"],
    ["--exit-codes", "detailed"],
  ],
  ...["none", "heatmap", "bars", "curves"].map((plot) => ["--plot", plot]),
  ...[
    ["--why", `${step}[0,0]`],
    ["--uses", `${step}[0,0]`],
    ["--check", `${step}=1 2`],
    ["--only", step],
  ],
  ...[
    ["--output", "written.txt"],
    ["--force"],
    ["--json"],
    ["-o", "csv"],
    ["-o", "npz"],
    ["-o", "markdown"],
    ["-o", "latex"],
    ["-o", "svg"],
    ["-o", "png"],
    ["-o", "html"],
  ],
  ["--emit", "numpy"],
  ["--parallel"],
  ["--as", "torch"],
  ...[["--width", "20"], ["--color", "always"], ["--ascii"], ["--quiet"], ["--verbose"], ["--explore"]],
  ...[["--open"], ["--editable"], ["--theme", "dark"]],
];

/** Views that ask for what is already so. */
const MET: readonly (readonly [view: string, where: RegExp, reason: string])[] = [
  [
    "--full",
    /^(?!.*--(why|uses|check) (?!.*--json))/,
    "no table is too large here, and other formats are never cut",
  ],
  ["--plot none", /--json|-o |--only|--why|--uses|--check/, "there is no picture"],
  [
    "--plot heatmap",
    /^(attend|multihead|layer|model|compare-scoring) *$/,
    "the heat map is what is drawn anyway",
  ],
  ["--plot curves", /^posenc *$/, "the curves are what is drawn anyway"],
  [
    "--ascii",
    /--json|-o |^posenc .*--uses/,
    "JSON is UTF-8 in any case, numbers are ASCII, and stderr is spelled so",
  ],
  ["--width 20", /--only [^-]*$/, "the table is narrow enough"],
  ["--require all", /--check/, "what is not on the sheet is told in any case"],
  ["--exit-codes detailed", /--check/, "a person's sheet that is wrong has exit code 1 in any case"],
  ["--strict", /./, "nothing is rounded on the way"],
  ["--strict-reading", /./, "the sheet has a known form"],
  ["--quiet", /./, "there is nothing to keep quiet"],
  ["--verbose", /^posenc/, "nothing is read"],
  ["--as torch", /--(why|uses) .*--json/, "the run has the conventions of that library"],
];

/** Also options that are there already: if an option is given twice, the last one counts. */
const isMet = (view: string, where: string) =>
  where.includes(` ${view}`) || MET.some(([met, places]) => met === view && places.test(where));

test("no view is left out", () => {
  const swept = new Set(VIEWED.flatMap((viewed) => views(viewed).map(([flag]) => flag)));
  const flags = Object.entries<Setting<unknown>>(VIEW_SETTINGS).map(
    ([name, { letter }]) => letter ?? optionOf(name),
  );
  expect(flags.filter((flag) => !swept.has(flag))).toEqual([]);
});

const showsOther = (run: CliRun, base: CliRun) =>
  Buffer.compare(run.bytes, base.bytes) !== 0 ||
  run.stderr !== base.stderr ||
  Object.keys(run.files).length > 0;

/**
 * Each view is tried with each kind of output in two commands, and in each command with every third: all combinations
 * take two minutes.
 */
const EVERY = 3;

describe.each(VIEWED)("$command", (viewed) => {
  const { command, problem, step } = viewed;
  const from = VIEWED.indexOf(viewed);

  test("a view shows, is told of, or is refused", { timeout: 300_000 }, async () => {
    const { stdout } = await runCli([command, ...problem, "--only", step, "--json"]);
    const wrong = (JSON.parse(stdout) as number[][]).map((row) => row.map((value) => value + 0.25));
    for (const [at, output] of outputs(viewed, JSON.stringify({ [step]: wrong })).entries()) {
      const base = await runCli([command, ...problem, ...output]);
      expect(base.exitCode, `${output}: ${base.stderr}`).toBe(output.includes("--check") ? 1 : 0);
      for (const view of views(viewed).filter((_, index) => (index + at + from) % EVERY === 0)) {
        const where = `${command} ${output.join(" ")}`;
        const run = await runCli([command, ...problem, ...output, ...view]);
        if (run.exitCode === 2) expect.soft(run.stderr, `${where} ${view}`).toMatch(/hint/);
        else {
          expect.soft(run.exitCode, `${where} ${view}`).toBe(base.exitCode);
          if (!isMet(view.join(" "), where))
            expect.soft(showsOther(run, base), `${where} with ${view.join(" ")}`).toBe(true);
        }
      }
    }
  });

  test("no view changes a number", async () => {
    const whole = JSON.parse((await runCli([command, ...problem, "--json"])).stdout);
    for (const view of views(viewed)) {
      const run = await runCli([command, ...problem, "--json", ...view]);
      if (run.exitCode === 2 || view.includes("-o")) continue;
      const written = run.files["written.txt"] ?? run.bytes;
      const found = JSON.parse(Buffer.from(written).toString("utf8"));
      const stepOf = (run: typeof whole) => run.steps.find((one: typeof whole) => keyOf(one) === step)?.data;
      if (view.includes("--only")) expect(found).toEqual(stepOf(whole));
      else if (view.includes("--as")) expect(found.libraries[0].output).toEqual(whole.output);
      else {
        expect(found.output, view.join(" ")).toEqual(whole.output);
        expect([undefined, stepOf(whole)]).toContainEqual(stepOf(found));
      }
    }
  });
});

const keyOf = ({ scope, id }: { readonly scope: string; readonly id: string }) =>
  scope === "" ? id : `${scope}/${id}`;

test("options of what is shown as text change nothing beside the JSON of a card", async () => {
  const { exitCode, stderr } = await runCli(["systems", "gpt2", "--json", "--width", "40"]);
  expect([exitCode, stderr]).toEqual([
    0,
    "note: --width changes nothing here: it is about lines of text and pictures\n",
  ]);
});

test("the right numbers are shown of one sheet", async () => {
  const sheets = ['{"weights": [[1, 0], [0, 1]]}', '{"weights": [[0, 1], [0, 1]]}'];
  const run = await runCli(["attend", VECTORS, "--check", ...sheets, "--show-solution"]);
  expect(run.stderr).toContain(
    "note: --show-solution changes nothing here: it is about one sheet, but there are several",
  );
});
