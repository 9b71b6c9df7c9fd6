import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { plainName } from "../../src/attention/names.js";
import { STEPS, type StepKind } from "../../src/attention/steps.js";
import { attend, layer } from "../../src/index.js";
import { withAsides } from "../../src/runs/check/asides.js";
import { runCli } from "../support/run-cli.js";

// The catalogue lists all steps: recipes record every one of them, and the reference lists them.

const KINDS = Object.entries<StepKind>(STEPS).map(([name, kind]) => ({ ...kind, id: kind.id ?? name }));
const IDS = new Set(KINDS.map(({ id }) => id));

const X = "1 0 2 1; 0 1 1 2; 2 1 0 1";
const PACKED = "1 0 1 0 1 0; 0 1 0 1 0 1; 1 1 1 1 1 1; 0 1 0 1 0 1";
const DRAWN = ["--random", "--seed", "1"];
const model = (name: string) => [
  ...["model", "--preset", name, ...DRAWN, "--layers", "1", "--d-model", "24", "--vocabulary", "30"],
  ...["--ids", "1,7,3"],
];

const HEADS_WITH_EXTRA_KEYS = [
  ...["--heads", "2", "--bias-k", "1 0 1 1", "--bias-v", "0 1 1 0", "--bias", "1 0 1 1 0 1"],
  ...["--query-norm", "1 2", "--key-norm", "1 1", "--rope", "half-split"],
];

/** One mask per head, of three keys for three queries. */
const DROPPED = "1 0 1; 0 1 1; 1 1 1; 1 1 0; 1 0 1; 1 1 1";

/** Runs that record every step of the catalogue. */
const RUNS: readonly (readonly string[])[] = [
  ["attend", "--x", X, "--wc", "1 0; 0 1; 1 1; 0 1; 1 0; 0 1; 1 1; 0 1", "--loss", "cross-entropy:0,1,1"],
  ["attend", "--x", X, "--softcap", "3", "--bias", "1 0 1", "--causal", "--mask-fill", "multiply-exp"],
  ["attend", "--x", X, "--causal", "--stream"],
  ["attend", "--x", X, "--add-positions", "sinusoidal", "--embedding-scale", "sqrt"],
  ["attend", "--x", "1 0; 0 1", "--table", "1 2; 3 4", "--segments", "0 1", "--segment-table", "0 0; 1 1"],
  ["attend", "--x", "1 0; 0 1", "--scoring", "location", "--wa", "1 2 3; 4 5 6"],
  ["attend", "--x", X, ...DRAWN, "--scoring", "concat"],
  ["attend", "--x", X, ...DRAWN, "--scoring", "local-p", "--local-renormalize"],
  ["multihead", "--x", X, "--heads", "2", "--wqkv", PACKED, "--bqkv", "1 0 1 0 1 0"],
  ["multihead", "--x", X, "--past-key", X, "--past-value", X, ...HEADS_WITH_EXTRA_KEYS, "--average-weights"],
  ["multihead", "--x", X, "--heads", "2", "--bias", "1 0 1; 0 0 0; 1 1 1; 1 0 1; 0 0 0; 1 1 1"],
  ["multihead", "--x", X, "--heads", "2", "--dropout-mask", DROPPED, "--dropout-p", "0.5"],
  ["multihead", "--x", X, "--heads", "2", "--alibi"],
  ["multihead", "--x", X, "--heads", "2", "--sinks", "1 0"],
  ["multihead", "--demo", "--compare-heads", "1,2"],
  ["layer", "--x", X, "--memory", X, ...DRAWN, "--heads", "2", "--activation", "swiglu"],
  ["layer", "--x", X, ...DRAWN, "--heads", "2", "--norm-kind", "rms"],
  [...model("transformer"), "--decoder-ids", "1,2"],
  [...model("bert"), "--logit-lens"],
  [...model("gpt2"), "--logit-lens"],
  model("macaw"),
  ["compare-scoring", "--demo", "--seed", "1", "--jacobian", "1", "--output-gradient", "1,2"],
  ["compare-scoring", "--sweep", "d_k=2..4", "--seed", "1", "--samples", "4"],
  ["posenc", "--demo", "--dot-products"],
  ["posenc", "--kind", "rope", "--x", X, "--shift", "2", "--scaling", "yarn:factor=4,original=8"],
  ["posenc", "--kind", "t5", "--length", "3"],
  ["posenc", "--kind", "clipped", "--length", "3", "--max-distance", "2"],
  ["posenc", "--encoding", "0 1; 0.84 0.54; 0.91 -0.42; 0.14 -0.99"],
];

interface JsonStep {
  readonly id: string;
  readonly title: string;
}

test("every step of the catalogue is recorded by some recipe, under its title", async () => {
  const recorded: JsonStep[] = [];
  for (const words of RUNS) {
    const { exitCode, stdout, stderr } = await runCli([...words, "--json", "--quiet"]);
    expect(exitCode, `${words.join(" ")}\n${stderr}`).toBe(0);
    recorded.push(...JSON.parse(stdout).steps);
  }
  // Sheets may have more steps.
  const additive = attend(
    { query: [[1]], key: [[2], [3]], value: [[1], [0]], va: [[1]] },
    { scoring: "additive" },
  );
  const cosines = attend({ query: [[1]], key: [[2], [3]], value: [[1], [0]] }, { scoring: "cosine" });
  for (const run of [additive, cosines, layer({ x: [[1, 2]] })]) recorded.push(...withAsides(run).steps);
  const isRecorded = ({ id, title }: StepKind) =>
    recorded.some((step) => step.id === id && (title === undefined || title === step.title));
  // Steps between two modalities are named after both.
  const missing = KINDS.filter(({ id }) => id !== "between").filter((kind) => !isRecorded(kind));
  expect(missing.map(({ id, title }) => [id, title])).toEqual([]);
}, 60_000);

describe("docs/reference.md", () => {
  const page = readFileSync("docs/reference.md", "utf8");
  const section = page.slice(page.indexOf("\n## Steps"), page.indexOf("\n## Views"));
  const words = (text: string) => Array.from(text.matchAll(/`([^`]+)`/g), ([, word]) => word);

  test("lists every step of the catalogue", () => {
    const said = new Set(words(section));
    expect([...IDS].filter((id) => !said.has(id))).toEqual([]);
  });

  test("lists no step that there is not", () => {
    const rows = section.split("\n").filter((line) => /^\| `/.test(line));
    const listed = rows.flatMap((line) => words(line.split("|")[1]));
    // A gradient is named after its variable, a step of shifted positions after the step it shifts, and a cut row after
    // its input.
    const isKnown = (id: string) =>
      IDS.has(id) || IDS.has(id.replace(/^shifted-/, "")) || /^d-|-row$/.test(id);
    expect(listed.length).toBeGreaterThan(80);
    expect(listed.filter((id) => !isKnown(id))).toEqual([]);
  });
});

test.each(KINDS.filter(({ names }) => names !== undefined))(
  "names of $id can be found, and are no id",
  ({ names = "" }) => {
    const all = names.split(" ");
    expect(all.map(plainName)).toEqual(all);
    expect(new Set(all).size).toBe(all.length);
  },
);
