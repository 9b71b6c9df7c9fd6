import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// What people see, kept to be read when it changes. Numbers are checked elsewhere; here it is the picture.

const PROBLEM = "fixtures/inputs/please-study-man.json";
const MANY = Array.from({ length: 64 }, (_, i) => `${Math.round(100 * Math.sin(i))} ${Math.round(100 * Math.cos(i))}`).join("; ");

const TRANSCRIPTS: Readonly<Record<string, readonly string[]>> = {
  "attend-80": ["attend", PROBLEM, "--causal", "--width", "80"],
  "attend-40": ["attend", PROBLEM, "--causal", "--width", "40"],
  "attend-ascii": ["attend", PROBLEM, "--causal", "--ascii"],
  "attend-colour": ["attend", PROBLEM, "--causal", "--color", "always", "--steps", "masked-scores,weights"],
  "attend-one-token": ["attend", "--x", "[[1, 2]]"],
  "attend-64-tokens": ["attend", "--x", MANY, "--scale", "0.001", "--causal"],
  "attend-projections": ["attend", "--x", "1 0 1; 0 2 1", "--wq", "1 0; 0 1; 1 1", "--wk", "0 1; 1 0; 1 0", "--bk", "1 -1", "--precision", "2"],
  "attend-additive": ["attend", PROBLEM, "--scoring", "additive", "--va", "1 -1", "--plot", "bars"],
  "attend-empty-row": ["attend", "--x", "1 0; 0 1", "--mask", "1 1; 0 0", "--plot", "none"],
  "attend-mask-fill": ["attend", PROBLEM, "--mask", "1 0 1; 0 0 0; 1 1 1", "--mask-fill", "add:-1e4"],
  "attend-mask-fill-why": ["attend", PROBLEM, "--causal", "--mask-fill", "multiply-exp", "--why", "weights[please,study]"],
  "attend-attentional": ["attend", PROBLEM, "--scoring", "dot", "--wc", "1 0; 0 1; 1 1; 0 1", "--steps", "output,concat,combined,attentional"],
  "attend-embedded": ["attend", "--x", "1 0; 0 1", "--table", "1 2; 3 4; 5 6", "--offset", "1", "--segments", "0 1", "--segment-table", "0 0; 1 1", "--embedding-scale", "sqrt", "--steps", "scaled-embeddings,encoding,segment-embeddings,embedded"],
  "attend-why": ["attend", PROBLEM, "--why", "output[man,0]"],
  "attend-uses": ["attend", PROBLEM, "--causal", "--uses", "key[study,0]", "--width", "60"],
  "attend-backward": ["attend", PROBLEM, "--causal", "--backward", "1 0; 0 1; 1 -1", "--steps", "output,d-output,d-value,d-weights,d-row-dots,d-masked-scores,d-scaled-scores,d-scores,d-query,d-key"],
  "multihead-80": ["multihead", "fixtures/inputs/two-heads.json", "--kv-heads", "1", "--causal"],
  "multihead-40": ["multihead", "--demo", "--steps", "weights,output,head-entropy", "--width", "40"],
  "multihead-colour": ["multihead", "--demo", "--steps", "weights", "--color", "always"],
  "multihead-one-head": ["multihead", "--demo", "--head", "1"],
  "multihead-compare": ["multihead", "--demo", "--compare-heads", "1,2", "--steps", "places"],
  "posenc-80": ["posenc", "--length", "4", "--d-model", "8"],
  "posenc-40": ["posenc", "--length", "10", "--d-model", "4", "--steps", "encoding", "--width", "40"],
  "posenc-curves": ["posenc", "--length", "60", "--d-model", "32", "--plot-columns", "6,7,8,9", "--steps", "encoding"],
  "posenc-ascii": ["posenc", "--length", "12", "--d-model", "4", "--steps", "encoding", "--ascii"],
  "posenc-heatmap": ["posenc", "--length", "24", "--d-model", "16", "--steps", "encoding", "--plot", "heatmap"],
  "posenc-colour": ["posenc", "--length", "8", "--d-model", "4", "--steps", "encoding", "--color", "always"],
  "posenc-shift": ["posenc", "--demo"],
  "posenc-dot-products": ["posenc", "--length", "12", "--d-model", "8", "--dot-products", "--steps", "dot-by-distance,dot-products"],
  "posenc-why": ["posenc", "--length", "4", "--d-model", "8", "--why", "encoding[3,4]"],
  "posenc-why-far": ["posenc", "--positions", "[100003]", "--d-model", "8", "--why", "encoding[100003,2]"],
  "posenc-far": ["posenc", "--length", "3", "--offset", "99999", "--d-model", "4", "--tokens", "a b c"],
  "posenc-added": ["posenc", "--x", "1 0 2 1; 0 1 1 2", "--embedding-scale", "sqrt"],
  "posenc-broken-table": ["posenc", "--encoding", "0 1 0 1; 0.8415 0.995 0.01 0.9999995; 0.9093 0.9801 0.02 0.999998; 0.1411 0.9553 0.03 0.9999955"],
  "posenc-rope": ["posenc", "--kind", "rope", "--x", "1 0 1 0; 1 0 1 0", "--shift", "2"],
  "posenc-rope-yarn": ["posenc", "--kind", "rope", "--length", "3", "--d-model", "8", "--scaling", "yarn", "--scaling-factor", "4", "--original-length", "300"],
  "posenc-alibi": ["posenc", "--kind", "alibi", "--length", "3", "--heads", "3"],
  "posenc-t5": ["posenc", "--kind", "t5", "--length", "20", "--buckets", "8", "--max-distance", "16"],
  "compare-scoring-80": ["compare-scoring", PROBLEM, "--scorings", "dot,scaled-dot,cosine", "--plot", "none"],
  "compare-scoring-40": ["compare-scoring", "--demo", "--steps", "looks-at,entropies,weights", "--width", "40"],
  "compare-scoring-ascii": ["compare-scoring", "--demo", "--steps", "weights,looks-at", "--ascii"],
  "compare-scoring-jacobian": ["compare-scoring", PROBLEM, "--scorings", "dot", "--jacobian", "0", "--output-gradient", "1 0", "--steps", "jacobian,output-gradient,weight-gradient,score-gradient"],
  "compare-scoring-why": ["compare-scoring", "--demo", "--why", "additive/scores[1,2]"],
  "compare-scoring-sweep": ["compare-scoring", "--sweep", "d_k=2..64", "--samples", "50", "--scorings", "scaled-dot,dot,additive"],
  "compare-scoring-one-size": ["compare-scoring", "--sweep", "d_k=2", "--samples", "50", "--steps", "none"],
  "attend-local-p": ["attend", PROBLEM, "--scoring", "local-p", "--ua", "1 0; 0 1", "--va", "1 -1", "--local-window", "1", "--plot", "none"],
  "systems-80": ["systems"],
  "systems-card-80": ["systems", "gpt2"],
  "systems-card-40": ["systems", "palm", "--width", "40"],
  "systems-card-ascii": ["systems", "bahdanau", "--ascii"],
  "multihead-preset": ["multihead", "--preset", "gpt2", "--random", "--seed", "1", "--length", "3", "--steps", "embedded,output"],
  "multihead-many-heads": ["multihead", "--random", "--d-model", "12", "--heads", "12", "--length", "2", "--plot", "none"],
  help: ["--help"],
};

/** What each command shows of its example when nobody says how much. */
const FIRST_SCREENS: Readonly<Record<string, readonly string[]>> = {
  attend: ["attend", "--demo"],
  "attend-drawn": ["attend", "--random", "--length", "4", "--d-model", "3"],
  multihead: ["multihead", "--demo"],
  "multihead-12-heads-64-tokens": ["multihead", "--random", "--d-model", "48", "--heads", "12", "--length", "64"],
  layer: ["layer", "--demo"],
  model: ["model", "--demo"],
  "compare-scoring": ["compare-scoring", "--demo"],
  sweep: ["compare-scoring", "--sweep", "d_k=2..64", "--samples", "50"],
  posenc: ["posenc", "--length", "10", "--d-model", "8"],
  shift: ["posenc", "--demo"],
  softmax: ["softmax", "1 2 3"],
  rope: ["rope", "1 0 0 1; 0 1 1 0"],
  alibi: ["alibi", "--length", "5"],
};

/** A screen or two. Conventions that are wrapped more often than they were counted may take a few lines more. */
const MOST_LINES = 66;

test.each(Object.entries(FIRST_SCREENS))("the first screen of %s", async (name, argv) => {
  const { exitCode, stdout } = await runCli([...argv, "--width", "80"]);
  expect(exitCode).toBe(0);
  expect(stdout.split("\n").length - 1).toBeLessThanOrEqual(MOST_LINES);
  await expect(stdout).toMatchFileSnapshot(`transcripts/first-${name}.txt`);
});

test("no title is cut", async () => {
  const { stdout } = await runCli(["multihead", "--demo", "--steps", "head-previous,head-entropy", "--width", "60"]);
  expect(stdout).toMatch(/on the one\n.* before/);
});

test.each(Object.entries(TRANSCRIPTS))("%s", async (name, argv) => {
  const { exitCode, stdout } = await runCli(argv);
  expect(exitCode).toBe(0);
  await expect(stdout).toMatchFileSnapshot(`transcripts/${name}.txt`);
});
