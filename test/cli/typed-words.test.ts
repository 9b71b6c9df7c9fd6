import { describe, expect, test } from "vitest";
import type { AnySettingTable } from "../../src/attention/setting.js";
import { OPTIONS } from "../../src/cli/foreign-options.js";
import { findOption, translateWords } from "../../src/cli/typed-options.js";
import { attend } from "../../src/commands/attend.js";
import { loadCommands } from "../../src/commands/registry.js";
import { runCli } from "../support/run-cli.js";

// Words that people type who know other programs: with one meaning they are read so, with several the whole command is said.

const PROBLEM = JSON.stringify({
  query: [[1, 0]],
  key: [
    [1, 0],
    [0, 1],
  ],
  value: [[2], [4]],
});
const given = {
  "p.json": PROBLEM,
  "Q.csv": "1,0\n",
  "K.csv": "1,0\n0,1\n",
  "V.csv": "2\n4\n",
  "t.csv": "1,0\n",
  "answer.json": '{"weights": [[0.67, 0.33]]}',
  "sheet.txt": "Q = [[1, 0]]\nK = [[1, 0], [0, 1]]\nV = [[2], [4]]\nScores: [[1, 0]]\n",
};

/** What a command line prints, and what it says of how it was read. */
async function said(argv: readonly string[]) {
  const { exitCode, stdout, stderr } = await runCli(argv, { given });
  return { exitCode, stdout, notes: stderr.match(/^note: .*/gm) ?? [] };
}

describe("is read as what it means, and says so", () => {
  test.each([
    ["attend p.json --csv", "attend p.json -o csv", "--csv is read as -o csv"],
    ["attend p.json --weights", "attend p.json --only weights", "--weights is read as --only weights"],
    [
      "attend p.json --weights -o csv",
      "attend p.json --only weights -o csv",
      "--weights is read as --only weights",
    ],
    [
      "attend p.json --show weights -o csv",
      "attend p.json --only weights -o csv",
      "--show is read as --steps",
    ],
    ["attend p.json --as csv", "attend p.json -o csv", "--as csv is read as -o csv"],
    ["layer --demo --rmsnorm", "layer --demo --norm-kind rms", "--rmsnorm is read as --norm-kind rms"],
    ["attend p.json --cosine", "attend p.json --scoring cosine", "--cosine is read as --scoring cosine"],
    ["attend p.json -o torch", "attend p.json --emit torch", "-o torch is read as --emit torch"],
    [
      "compare dot cosine --demo",
      "compare-scoring --demo --scorings dot,cosine",
      "dot cosine is read as --scorings dot cosine",
    ],
    [
      "attend p.json --threads 4",
      "attend p.json",
      "--threads 4 changes nothing here: it is about how a kernel computes, not about what",
    ],
    [
      "posenc 2 4 --kind rope --scaling linear --factor 4",
      "posenc 2 4 --kind rope --scaling linear:factor=4",
      "--factor 4 is read as --scaling-factor 4",
    ],
    ["posenc 2 4 --style rope", "posenc 2 4 --kind rope", "--style rope is read as --kind rope"],
    [
      "scoring cosine p.json",
      "attend p.json --scoring cosine",
      "qkv scoring is read as qkv attend --scoring cosine",
    ],
    ["compare p.json p.json", "diff p.json p.json", "qkv compare is read as qkv diff"],
    [
      "--q Q.csv --k K.csv --v V.csv",
      "attend --query Q.csv --key K.csv --value V.csv",
      "qkv --q is read as qkv attend --q",
    ],
    ["entropy p.json", "attend p.json --steps entropy", "qkv entropy is read as qkv attend --steps entropy"],
    ["attend p.json --output json", "attend p.json -o json", "--output json is read as -o json"],
    ["attend p.json html", "attend p.json -o html", "html is read as -o html"],
    ["attend cosine p.json", "attend p.json --scoring cosine", "cosine is read as --scoring cosine"],
    [
      "posenc rope 2 4 -o csv",
      "posenc --kind rope --length 2 --d-model 4 -o csv",
      "rope is read as --kind rope",
    ],
    ["posenc --n 2 --d 4", "posenc --length 2 --d-model 4", "--d is read as --d-model"],
    [
      "attend p.json --self",
      "attend p.json",
      "--self changes nothing here: a single matrix is x, from which query, key and value are computed",
    ],
    ["attend t.csv K.csv V.csv", "attend Q.csv K.csv V.csv", "t.csv is read as query"],
    ["attend p.json --tsv", "attend p.json -o tsv", "--tsv is read as -o tsv"],
    ["attend p.json --md", "attend p.json -o markdown", "--md is read as -o markdown"],
    ["attend p.json --markdown", "attend p.json -o markdown", "--markdown is read as -o markdown"],
    ["attend p.json --latex", "attend p.json -o latex", "--latex is read as -o latex"],
    ["attend p.json --html", "attend p.json -o html", "--html is read as -o html"],
    ["attend p.json --jsonl", "attend p.json -o jsonl", "--jsonl is read as -o jsonl"],
    [
      "attend --q 1,0 --k=1,0;0,1 --v 2;4",
      "attend --query 1,0 --key 1,0;0,1 --value 2;4",
      "--q is read as --query",
    ],
    [
      "attend p.json --is-causal --align top-left",
      "attend p.json --causal --align top-left",
      "--is-causal is read as --causal",
    ],
    [
      "attend p.json --is_causal=True --align top-left",
      "attend p.json --causal --align top-left",
      "--is_causal is read as --causal",
    ],
    ["attend p.json --isCausal=False", "attend p.json --no-causal", "--isCausal is read as --causal"],
    ["attend p.json --softmax-scale 0.5", "attend p.json --scale 0.5", "--softmax-scale is read as --scale"],
    ["attend p.json --sm_scale=0.5", "attend p.json --scale 0.5", "--sm_scale is read as --scale"],
    [
      "attend p.json --logits-soft-cap 5",
      "attend p.json --softcap 5",
      "--logits-soft-cap is read as --softcap",
    ],
    ["attend p.json --is_causal False", "attend p.json --no-causal", "--is_causal is read as --causal"],
    [
      "attend p.json --align top-left --is_causal 1",
      "attend p.json --align top-left --causal",
      "--is_causal is read as --causal",
    ],
    [
      "attend p.json --sliding-window 1 --align top-left",
      "attend p.json --window 1 --align top-left",
      "--sliding-window is read as --window",
    ],
    [
      "attend p.json --window_size 1 0 --align top-left",
      "attend p.json --window 1,0 --align top-left",
      "--window_size is read as --window-size",
    ],
    ["attend p.json --do ones", "attend p.json --backward ones", "--do is read as --backward"],
    [
      "attend p.json --grad-output ones",
      "attend p.json --backward ones",
      "--grad-output is read as --backward",
    ],
    ["attend p.json --bf16", "attend p.json --dtype bfloat16", "--bf16 is read as --dtype bfloat16"],
    ["attend p.json --key_length 1", "attend p.json --key-length 1", "--key_length is read as --key-length"],
    [
      "attend p.json --enable-gqa",
      "attend p.json",
      "--enable-gqa changes nothing here: keys and values may have fewer heads anyway (--kv-heads)",
    ],
    [
      "attend p.json --batch-first",
      "attend p.json",
      "--batch-first changes nothing here: --axes gives the layout of arrays with a batch",
    ],
    [
      "attend p.json --dropout 0.0",
      "attend p.json",
      "--dropout 0.0 changes nothing here: qkv computes without dropout",
    ],
    [
      "attend p.json --json --indent 2",
      "attend p.json --json",
      "--indent 2 changes nothing here: JSON is always indented",
    ],
    [
      "attend p.json --json --pretty",
      "attend p.json --json",
      "--pretty changes nothing here: JSON is always indented",
    ],
    [
      "attend p.json --align top-left --mask causal",
      "attend p.json --align top-left --causal",
      "--mask causal is read as --causal",
    ],
    [
      "attend p.json --mask=look-ahead --align top-left",
      "attend p.json --causal --align top-left",
      "--mask=look-ahead is read as --causal",
    ],
    ["attend p.json --no-scale", "attend p.json --scale none", "--no-scale is read as --scale none"],
    [
      "attend p.json --explain weights[0,1]",
      "attend p.json --why weights[0,1]",
      "--explain is read as --why",
    ],
    ["attend p.json --show weights", "attend p.json --steps weights", "--show is read as --steps"],
    ["attend p.json --step-by-step", "attend p.json --steps all", "--step-by-step is read as --steps all"],
    ["attend p.json --grad --json", "attend p.json --backward ones --json", "--grad is read as --backward"],
    [
      "attend p.json --attention additive",
      "attend p.json --scoring additive",
      "--attention is read as --scoring",
    ],
    ["attend p.json --code pytorch", "attend p.json --emit torch", "--code is read as --emit"],
    [
      "posenc --type rope --length 2 --d-model 2",
      "posenc --kind rope --length 2 --d-model 2",
      "--type is read as --kind",
    ],
    ["attention --demo", "attend --demo", "qkv attention is read as qkv attend"],
    ["system gpt-2", "systems gpt2", "qkv system is read as qkv systems"],
    ["attend p.json --why O[0,0]", "attend p.json --why output[0,0]", "O is read as output"],
    ["attend p.json --uses Q[0,0]", "attend p.json --uses query[0,0]", "Q is read as query"],
    ["attend p.json --steps S,alpha", "attend p.json --steps scores,weights", "alpha is read as weights"],
    ["attend p.json --only α -o csv", "attend p.json --only weights -o csv", "α is read as weights"],
    [
      "multihead --demo --why head-1/A[0,1]",
      "multihead --demo --why head-1/weights[0,1]",
      "head-1/A is read as head 1/weights",
    ],
    ["softmax 2,1 --dim -1", "softmax 2,1", "--dim -1 changes nothing here: the softmax is along rows"],
    ["multihead --demo --num-heads 2", "multihead --demo --heads 2", "--num-heads is read as --heads"],
    ["multihead --demo --n_heads=2", "multihead --demo --heads 2", "--n_heads is read as --heads"],
    [
      "multihead --random --nheads 2 --embed-dim 4",
      "multihead --random --heads 2 --d-model 4",
      "--embed-dim is read as --d-model",
    ],
    ["multihead --demo --head-dim 2", "multihead --demo --head-size 2", "--head-dim is read as --head-size"],
    ["layer --demo --norm-first", "layer --demo --norm pre", "--norm-first is read as --norm pre"],
    ["systems --colour never", "systems --color never", "--colour is read as --color"],
    ["demo", "attend --demo", "qkv demo is read as qkv attend --demo"],
    ["mark --demo", "check --demo", "qkv mark is read as qkv check"],
    ["grade --demo", "check --demo", "qkv grade is read as qkv check"],
    ["why weights[0,1] --demo", "explain weights[0,1] --demo", "qkv why is read as qkv explain"],
    ["compare --demo", "compare-scoring --demo", "qkv compare is read as qkv compare-scoring"],
    ["completions bash", "completion bash", "qkv completions is read as qkv completion"],
    [
      "--query 1,0 --key 1,0;0,1 --value 2;4",
      "attend --query 1,0 --key 1,0;0,1 --value 2;4",
      "qkv --query is read as qkv attend --query",
    ],
    [
      "-q 1,0 -k 1,0;0,1 -v 2;4",
      "attend --query 1,0 --key 1,0;0,1 --value 2;4",
      "qkv -q is read as qkv attend -q",
    ],
    ["softmax 2,1 --tau 2", "softmax 2,1 --temperature 2", "--tau is read as --temperature"],
    ["posenc --dim 4 --seq-len 3", "posenc --d-model 4 --length 3", "--dim is read as --d-model"],
    [
      "p.json --causal --align top-left",
      "attend p.json --causal --align top-left",
      "qkv p.json is read as qkv attend p.json",
    ],
    [
      "Q.csv K.csv V.csv --json",
      "attend Q.csv K.csv V.csv --json",
      "qkv Q.csv K.csv V.csv is read as qkv attend Q.csv K.csv V.csv",
    ],
    ["sheet.txt", "check sheet.txt", "qkv sheet.txt is read as qkv check sheet.txt"],
    ["softmax 1,2,3 T=0.5", "softmax 1,2,3 --temperature 0.5", "T=0.5 is read as --temperature=0.5"],
    ["attend p.json —precision 3", "attend p.json --precision 3", "'—precision' is read as --precision"],
    ["attend p.json -precision 3", "attend p.json --precision 3", "-precision is read as --precision"],
    ["attend “p.json”", "attend p.json", "'“p.json”' is read as p.json"],
    ["attend Q.csv, K.csv, V.csv", "attend Q.csv K.csv V.csv", "Q.csv, is read as Q.csv"],
    [
      "attend p.json --mode bidirectional",
      "attend p.json --no-causal",
      "--mode bidirectional is read as --no-causal",
    ],
    ["attend p.json --mask none", "attend p.json --no-causal", "--mask none is read as --no-causal"],
    ["attend p.json --labels I", "attend p.json --tokens I", "--labels I is read as --tokens I"],
    ["check answer.json --given p.json", "check answer.json p.json", "--given p.json is read as p.json"],
    ["exercise in latex", "exercise -o latex", "in latex is read as -o latex"],
    [
      "attend p.json align=top-left is_causal=True",
      "attend p.json --align top-left --causal",
      "is_causal=True is read as --causal=True",
    ],
    ["posenc length=2 d_model=4", "posenc --length 2 --d-model 4", "d_model=4 is read as --d-model=4"],
    ["attend p.json --cosine", "attend p.json --scoring cosine", "--cosine is read as --scoring cosine"],
    ["attend p.json --numpy", "attend p.json -o numpy", "--numpy is read as -o numpy"],
    ["attend p.json weights", "attend p.json --only weights", "weights is read as --only weights"],
    [
      "attend p.json --weights-only",
      "attend p.json --only weights",
      "--weights-only is read as --only weights",
    ],
    ["attend p.json --only-output", "attend p.json --only output", "--only-output is read as --only output"],
    ["attend p.json --entropy", "attend p.json --steps entropy", "--entropy is read as --steps entropy"],
    [
      "attend p.json --precision bf16",
      "attend p.json --dtype bfloat16",
      "--precision bf16 is read as --dtype bf16",
    ],
    ["worksheet --n 2", "exercise --count 2", "--n is read as --count"],
    ["exercise --with-solutions", "exercise --key", "--with-solutions is read as --key"],
    [
      "positional encoding 4 8",
      "posenc --length 4 --d-model 8",
      "qkv positional-encoding is read as qkv posenc",
    ],
    ["multi-head attention --demo", "multihead --demo", "qkv multi-head-attention is read as qkv multihead"],
    [
      "relative position bias t5 --length 4",
      "posenc --kind t5 --length 4",
      "qkv relative-position-bias is read as qkv posenc --kind t5",
    ],
    [
      "rope 1,0,1,0 --positions 3 --neox",
      "rope 1,0,1,0 --positions 3 --pairs half-split",
      "--neox is read as --pairs half-split",
    ],
    ["inspect p.json", "attend p.json --verbose", "qkv inspect is read as qkv attend --verbose"],
    ["allclose 1,2 1,2", "diff 1,2 1,2", "qkv allclose is read as qkv diff"],
    ["diff 1,2 1,2 --quiet", "diff 1,2 1,2", "--quiet changes nothing here: this command writes no notes"],
    [
      "exercise --no-answers",
      "exercise",
      "--no-answers changes nothing here: answers are shown only with --key",
    ],
  ])("qkv %s", async (line, meant, note) => {
    const [typed, other] = [await said(line.split(" ")), await said(meant.split(" "))];
    expect({ exitCode: typed.exitCode, stdout: typed.stdout }).toEqual({ exitCode: 0, stdout: other.stdout });
    expect(typed.notes).toContain(`note: ${note}`);
    expect(other.notes).not.toContain(`note: ${note}`);
  });

  test.each([
    ["version", "--version"],
    ["man", "--help"],
    ["tutorial", "-h"],
    ["example", "-h"],
    ["examples", "-h"],
  ])("qkv %s is qkv %s", async (word, option) => {
    expect(await runCli([word])).toEqual(await runCli([option]));
  });

  test("not where a command has no such option", async () => {
    expect((await runCli(["systems", "--csv"])).stderr).toContain("unknown option '--csv'");
  });

  test("not the name of an answer, which an option is called by as well", () => {
    expect(translateWords(["--check", "output=o.npy"], attend.settings, () => false).notes).toEqual([]);
    expect(translateWords(["output=o.npy"], attend.settings, () => false).notes).toEqual([]);
  });

  test("not behind --, and not what the command has itself", async () => {
    expect(
      (await runCli(["compare-scoring", "--demo", "--jacobian", "0", "--output-gradient", "1 2"])).stderr,
    ).not.toContain("read as");
    expect((await runCli(["attend", "--demo", "--", "--is-causal"])).stderr).not.toContain("read as");
  });

  test("every one of them, of the commands that have what it is read as", async () => {
    const all: AnySettingTable = Object.assign({}, ...(await loadCommands()).map((one) => one.settings));
    for (const [ours, names] of Object.entries(OPTIONS)) {
      const [option] = ours.split(" ");
      // A name may be one option of one command, and another of another: --n.
      const settings = Object.fromEntries(
        Object.entries(all).filter(
          ([name]) => name === "format" || findOption({ [name]: all[name] }, option),
        ),
      );
      for (const name of names.split(" ")) {
        const typed = name.startsWith("-") ? name : `--${name}`;
        // A letter of ours in a command that has the matrix.
        if (findOption(settings, typed)) continue;
        expect(translateWords([typed, "2"], settings), name).toMatchObject({
          words: [...ours.split(" "), "2"],
          notes: [`${typed} is read as ${ours}`],
        });
      }
      expect(translateWords([option, "2"], settings).notes).toEqual([]);
    }
  });

  test("not with --quiet", async () => {
    expect((await runCli(["demo", "--csv", "--quiet"])).stderr).toBe("");
  });
});

describe("a file in the place of a command", () => {
  test.each([
    [
      "heads.json",
      {
        x: [[1, 0]],
        wq: [
          [1, 0],
          [0, 1],
        ],
        settings: { heads: 2 },
      },
      "multihead",
    ],
    [
      "layer.json",
      {
        x: [[1, 0]],
        w1: [
          [1, 0],
          [0, 1],
        ],
        w2: [
          [1, 0],
          [0, 1],
        ],
      },
      "layer",
    ],
    ["sizes.json", { settings: { length: 2, dModel: 4 } }, "posenc"],
  ])("%s is one of its command", async (name, problem, command) => {
    const { stdout } = await runCli([name, "--json"], { given: { [name]: JSON.stringify(problem) } });
    expect(JSON.parse(stdout).command).toBe(command);
  });
  test("that is not there is no command", async () => {
    expect((await runCli(["none.json"])).stderr).toContain("Did you mean qkv attend none.json?");
  });
});

describe("what qkv has no such thing for is answered with the command without it", () => {
  test.each([
    ["--dropout 0.1 --quiet", "--quiet", "without dropout"],
    ["--axis 0", "", "--transpose transposes a matrix"],
    ["--dim 0", "", "--transpose transposes a matrix"],
    ["--dim=-2", "", "--transpose transposes a matrix"],
  ])("%s", async (options, meant, also) => {
    const { exitCode, stderr } = await runCli(["attend", "p.json", ...options.split(" ")], { given });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`hint: Say qkv attend p.json ${meant}`.trimEnd());
    if (also) expect(stderr).toContain(also);
    const files = { ...given, "a.json": '{"weights": [[0.67, 0.33]]}' };
    expect(
      (await runCli(["attend", "p.json", ...meant.split(" ").filter(Boolean)], { given: files })).exitCode,
    ).toBeLessThan(2);
  });
});

const SMALL = "--random --length 2 --layers 1 --d-model 8 --heads 2 --vocabulary 12";

test.each([
  ["attend p.json --plot", "attend p.json --plot heatmap"],
  ["attend p.json --plot --precision 2", "attend p.json --plot heatmap --precision 2"],
  ["attend p.json --backward", "attend p.json --backward ones"],
  ["attend p.json --why weights(0,1)", "attend p.json --why weights[0,1]"],
  ["attend p.json --why weights 0 1", "attend p.json --why weights[0,1]"],
  ["attend p.json --why weights.0.1", "attend p.json --why weights[0,1]"],
  ["attend p.json --why weights,0,1", "attend p.json --why weights[0,1]"],
  ["attend p.json --why weights_{0,1}", "attend p.json --why weights[0,1]"],
  ["attend p.json --why weights", "attend p.json --why weights[0,0]"],
  ["attend --demo --uses x.man.0", "attend --demo --uses x[man,0]"],
  ["help topics", "help"],
  ["--completion fish", "completion fish"],
  ["attend Q=Q.csv K=K.csv V=V.csv", "attend Q.csv K.csv V.csv"],
  ["attend Q.csv,K.csv,V.csv", "attend Q.csv K.csv V.csv"],
  ["attend p.json --scale 1/sqrt(dk)", "attend p.json --scale 1/sqrt(d_k)"],
  ["explain weights 0 1 p.json", "explain weights[0,1] p.json"],
  ["explain weights(0,1) p.json", "explain weights[0,1] p.json"],
  // A bracket that the shell has cut, and numbers in a row.
  ["explain weights[0, 1] p.json", "explain weights[0,1] p.json"],
  ["attend --x [[1, 0], [0, 1]] --only scores", "attend --x [[1,0],[0,1]] --only scores"],
  ["attend --query [[1, 0]] --key Q.csv --only scores", "attend --query 1,0 --key Q.csv --only scores"],
  ["attend --query 1 0 --key Q.csv --only scores", "attend --query 1,0 --key Q.csv --only scores"],
  ["attend p.json --check weights=[[0.67, 0.33]]", "attend p.json --check weights=[[0.67,0.33]]"],
  ["rope --positions 3 1 0 1 0", "rope 1,0,1,0 --positions 3"],
  ["softmax 1/2 1/3", "softmax [[0.5,0.3333333333333333]]"],
  // Only the last counts, and what is off is off.
  ["attend p.json --causal --no-causal", "attend p.json --no-causal"],
  ["attend p.json --causal=false", "attend p.json --no-causal"],
  ["attend p.json --json off", "attend p.json"],
  ["posenc 3 4", "posenc --length 3 --d-model 4"],
  // Sizes and no numbers: numbers are drawn, and ten positions shown.
  ["attend --length 2 --d-model 4 -o csv", "attend --random --length 2 --d-model 4 -o csv"],
  ["rope --d-model 4 -o csv", "rope --d-model 4 --length 10 -o csv"],
  ["alibi --heads 2 -o csv", "alibi --heads 2 --length 10 -o csv"],
  ["posenc 3 --d-model 4", "posenc --length 3 --d-model 4"],
  ["rope Q.csv", "rope --x Q.csv"],
  // Which of two bundles is the problem, what they hold says.
  ["check answer.json p.json", "check p.json answer.json"],
  ["check Q=Q.csv K=K.csv V=V.csv weights=0.67,0.33", "check Q.csv K.csv V.csv weights=0.67,0.33"],
  [`model gpt2 ${SMALL}`, `model --preset gpt2 ${SMALL}`],
  [
    "multihead gpt2 --random --length 2 --d-model 4 --heads 1 -o csv",
    "multihead --preset gpt2 --random --length 2 --d-model 4 --heads 1 -o csv",
  ],
  // Tokens stand one behind another.
  ["posenc --tokens I,am --d-model 2 -o csv", "posenc --tokens I,am --length 2 --d-model 2 -o csv"],
])("qkv %s is qkv %s", async (line, meant) => {
  expect(await said(line.split(" "))).toEqual(await said(meant.split(" ")));
});

test.each([
  ["attend Q=Q.csv --query 1,0 K.csv", "Both Q=Q.csv and --query give query."],
  ["attend p.json --cell", "Here it is --why, which needs a value."],
  ["attend p.json --heads 2", "qkv multihead p.json --heads 2"],
  [
    "rope --d-model 4 --factor 4",
    "--scaling-factor changes nothing here: it is about --scaling linear or ntk",
  ],
  ["check p.json answer.json --points", "--gradescope is for one submission to Gradescope"],
  ["what is wrong with p.json", "Did you mean qkv p.json?"],
  ["make exercise layer", "Did you mean qkv exercise layer?"],
  ["how does softmax work", "Did you mean qkv help softmax?"],
  ["exercise layer --pdf", "--pdf is read as -o html. A browser can print the page as a PDF"],
  ["attend --x Q.csv --context K.csv", "--context K.csv is read as --memory K.csv. As the answer, O,"],
  ["atend p.json", "Did you mean qkv attend p.json?"],
  ["how does attention work", "Did you mean qkv help attend?"],
  ["make exercise for 3 students", "Did you mean qkv exercise 3?"],
  ["what is gqa", "Did you mean qkv help heads?"],
  ["what is a causal mask", "Did you mean qkv help mask?"],
  ["128 heads of gpt2", "Did you mean qkv systems gpt2?"],
  ["how many params has gpt2", "Did you mean qkv systems gpt2?"],
  ["gelu", "Did you mean qkv layer --demo --activation gelu?"],
  ["log_softmax 1 2", "Did you mean qkv softmax 1 2?"],
  ["convert p.json new.npz", "Did you mean qkv p.json -o new.npz?"],
  ["make an exercise in latex", "Did you mean qkv exercise latex?"],
  ["why is weights[0,1] 0.3? p.json", "Did you mean qkv explain 'weights[0,1]'"],
  ["1 2 3 --temperature 2", "Did you mean qkv softmax '1 2 3' --temperature 2?"],
  ["softmax of 1 2 3", "Did you mean qkv softmax 1 2 3?"],
  ["model bert --ids 1", "With drawn weights: qkv model --preset bert --random."],
  ["softmax", "qkv softmax --demo runs an example."],
  ["alibi 0", '"0" is not a whole number from 1 up.'],
  ["posenc --compare", "Say qkv posenc --demo. One kind is shown at a time, such as --kind rope."],
  ["attend", "qkv attend --demo runs an example."],
  ["multihead --preset bert", "qkv multihead --preset bert --random."],
  ["attend p.json --why 0,1", "the row and the column: weights[0,1]."],
  ["attend https://example.com/q.json", "qkv opens no addresses: fetch it first"],
  ["attend p.json -o yaml", "Choose one of: table, json,"],
  ["attend p.json --scoring cos", 'Did you mean "cosine"?'],
])("%s is told what is wrong", async (line, message) => {
  expect((await runCli(line.split(" "), { given })).stderr).toContain(message);
});

test.each([
  ["--num-heads 2", "--num-heads is --heads, which is an option of qkv multihead, "],
  ["--n-layers 2", "--n-layers is --layers, which is an option of qkv model: qkv model --demo --layers 2"],
])("attend %s is told which commands have it", async (options, hint) => {
  expect((await runCli(["attend", "--demo", ...options.split(" ")])).stderr).toContain(`hint: ${hint}`);
});

describe("what may stand beside arrays in a dump is an option, too, and no word of a problem is passed over", () => {
  const matrices = '"query": [[1, 0]], "key": [[1, 0], [0, 1]], "value": [[1], [3]]';
  // e^(1/√2) : 1 is 0.67 : 0.33; where the second key is masked the first has all of the weight.
  test.each<readonly [string, string]>([
    ["--attn-mask 1,0", ""],
    ["--key-padding-mask 0,1", ""],
    ["--seqlens-k=1", ""],
    ["--beside attn_mask=0,-inf", ""],
    ["", ', "attn_mask": [[1, 0]]'],
    ["", ', "key_padding_mask": [0, 1]'],
  ])("%s %s", async (options, more) => {
    const words = [
      "attend",
      "p.json",
      "--only",
      "weights",
      "-o",
      "csv",
      ...options.split(" ").filter(Boolean),
    ];
    const { stdout, stderr, exitCode } = await runCli(words, { given: { "p.json": `{${matrices}${more}}` } });
    expect([stderr, stdout.trim().split("\n").at(-1), exitCode]).toEqual([expect.anything(), "1,0", 0]);
  });

  test("what is no such name is refused, with names that are", async () => {
    const { stderr, exitCode } = await runCli(["attend", "--demo", "--beside", "foo=1"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--beside seqlens_k=17,40");
  });
});

test.each([
  ["attend p.json --tol 0.1 --check weights=0.67,0.33", "attend p.json --atol 0.1 --check weights=0.67,0.33"],
  ["attend p.json --score cosine", "attend p.json --scoring cosine"],
  ["attend p.json --export numpy", "attend p.json --emit numpy"],
  ["attend p.json --export csv", "attend p.json -o csv"],
  ["attend p.json --fields weights", "attend p.json --only weights -o csv"],
  ["attend p.json --raw", "attend p.json -o csv"],
  ["attend p.json --compact", "attend p.json --json"],
  ["attend p.json --round 2", "attend p.json --precision 2"],
  ["attend p.json --digits=3", "attend p.json --precision 3"],
  ["attend p.json --d_k 2", "attend p.json --scale 1/sqrt(2)"],
  ["attend p.json --row 0", "attend p.json --why output[0,0]"],
  ["attend p.json row=0", "attend p.json --why output[0,0]"],
  ["attend p.json --cell (0,0)", "attend p.json --why output[0,0]"],
  ["attend --inputs p.json", "attend p.json"],
  ["attend --file=p.json", "attend p.json"],
  ["attend --shape 2x4", "attend --random --length 2 --d-model 4"],
  ["attend --sentence cat,sat", "attend --tokens cat,sat --random"],
  ["attend p.json --need_weights True", "attend p.json"],
  ["attend p.json --trace", "attend p.json --steps all"],
  ["--json attend p.json", "attend p.json --json"],
  ["ATTEND p.json", "attend p.json"],
  ["attend -Q Q.csv -K K.csv -V V.csv", "attend Q.csv K.csv V.csv"],
  ["multihead --demo -H 2", "multihead --demo --heads 2"],
  ["attend p.json --dtype torch.float16", "attend p.json --dtype float16"],
  ["attend p.json --device cuda:0", "attend p.json"],
  ["softcap p.json --cap 30", "attend p.json --softcap 30"],
  ["rope 8", "rope --d-model 8"],
  ["rope --d-model 4 --heads 2", "rope --d-model 4"],
  ["posenc --length 4 --d-model 4 --similarity", "posenc --length 4 --d-model 4 --shift 1"],
  ["exercise attention", "exercise attend"],
  ["exercise 2", "exercise --count 2"],
  ["posenc 3x4", "posenc --length 3 --d-model 4"],
  ["attend p.json --show-weights", "attend p.json --only weights"],
  ["attend p.json --no-mask", "attend p.json"],
  ["describe bert", "systems bert"],
  ["rope --head-dim 8 --seq-len 4", "rope --d-model 8 --length 4"],
  ["exercise --type multi-head", "exercise multihead"],
  ["worksheet posenc 2", "exercise posenc --count 2"],
  ["why is attention scaled", "help scale"],
  [
    "multihead --preset transformer --random --paper --only output",
    "multihead --preset transformer --random --only output",
  ],
  ["check answer.json --key p.json", "check answer.json p.json"],
  ["exercise --students 2", "exercise --count 2"],
  ["attend p.json --format=latex --raw", "attend p.json -o csv"],
  ["attend p.json -o table --raw --quiet", "attend p.json -o csv --quiet"],
  ["attend p.json --fields weights,output", "attend p.json --steps weights,output -o jsonl"],
  ["attend p.json --answers=weights=0.67,0.33", "attend p.json --check weights=0.67,0.33"],
  ["grad p.json", "attend p.json --backward ones"],
  ["solve p.json", "attend p.json"],
  ["check answer.json --problem p.json", "check answer.json p.json"],
  ["check answer.json --solution p.json", "check answer.json p.json"],
  ["exercise layer --solutions", "exercise layer --key"],
  ["alibi 2", "alibi --heads 2"],
  ["multihead demo csv", "multihead --demo -o csv"],
  ["softmax -inf 0 1", "softmax [[-Infinity,0,1]]"],
  ["softmax [[1,2],[3,4]] --axis 0", "softmax [[1,2],[3,4]] --transpose scores"],
  ["transpose [[1,2],[3,4]]", "attend --x [[1,3],[2,4]] --only x"],
  ["compare-scoring p.json --scoring dot cosine", "compare-scoring p.json --scorings dot,cosine"],
  ["compare_scoring p.json", "compare-scoring p.json"],
  ["explain weights [0,1] p.json", "explain weights[0,1] p.json"],
  ["exercise 2 problems", "exercise --count 2"],
  ["exercises", "exercise"],
  ["schema --json", "schema"],
  ["layer --demo --pre-norm", "layer --demo --norm pre"],
  ["--help attend", "attend --help"],
  ["rope 1 2 3 4 --interleaved", "rope 1,2,3,4 --pairs interleaved"],
  ["logsumexp 1 2 3", "softmax 1,2,3 --only log-sum-exp"],
  ["cosine Q.csv K.csv", "attend --scoring cosine Q.csv K.csv"],
])("what can mean one thing alone is done: qkv %s is qkv %s", async (line, meant) => {
  const [typed, whole] = await Promise.all([line, meant].map((words) => runCli(words.split(" "), { given })));
  expect([typed.stdout, typed.exitCode]).toEqual([whole.stdout, whole.exitCode]);
  expect(whole.exitCode).toBeLessThan(2);
});

test("what a bundle turns on, an option turns off", async () => {
  const given = { "b.json": '{"x": [[1, 0], [0, 1]], "causal": true}' };
  const weights = async (...options: readonly string[]) =>
    (await runCli(["attend", "b.json", ...options, "--only", "weights", "-o", "csv"], { given })).stdout;
  expect(await weights()).toMatch(/^1,0\n/);
  // exp(1/√2) / (exp(1/√2) + 1)
  expect(Number((await weights("--no-causal")).split(",")[0])).toBeCloseTo(0.66976, 5);
});

test("the costs of sizes whose scores no memory holds", async () => {
  const { stdout } = await runCli(["flops", "--n", "300000", "--d", "8", "-o", "csv"]);
  // Parameters, multiply-adds n·m·d, memory, sequential steps and path length of the scaled dot product.
  expect(stdout).toMatch(/^0,720000000000,0,1,1\n/);
});

test("words of a text have numbers that are drawn", async () => {
  const { stdout, stderr } = await runCli(["attend", "the cat sat"]);
  expect(stderr).toContain("'the cat sat' is read as --tokens 'the cat sat' --random");
  expect(stdout).toBe((await runCli(["attend", "--tokens", "the cat sat", "--random"])).stdout);
  // The name of a file is none.
  expect((await runCli(["attend", "my file.json"])).stderr).toContain("FILE_UNREADABLE");
});

test("what is piped into qkv alone is attended to; nothing is answered with what there is", async () => {
  const problem = '{"query": [[1, 0]], "key": [[1, 0], [0, 1]], "value": [[1], [3]]}';
  expect(await runCli([], { stdin: problem })).toEqual(await runCli(["attend", "-"], { stdin: problem }));
  expect((await runCli([], { stdin: "\n" })).exitCode).toBe(2);
});

// e^(1/√2) : 1 is 0.6698 : 0.3302; 0.6698·1 + 0.3302·3 is 1.6604.
test.each([
  ["[[1.66]]", 0],
  ['{"output": [[1.66]]}', 0],
  ['{"weights": [[0.67, 0.33]], "output": [[1.5]]}', 1],
])("inputs and what is expected in one object: %s", async (expected, exitCode) => {
  const inputs = '{"q": [[1, 0]], "k": [[1, 0], [0, 1]], "v": [[1], [3]]}';
  const given = { "case.json": `{"inputs": ${inputs}, "expected": ${expected}}` };
  expect((await runCli(["check", "case.json"], { given })).exitCode).toBe(exitCode);
  expect((await runCli(["attend", "case.json"], { given })).exitCode).toBe(exitCode);
});

test("a dump behind a problem that is not its own is judged by itself, and that is said", async () => {
  const given = { "p.json": '{"query": [[1, 0]], "key": [[1, 0], [0, 1]], "value": [[1], [3]]}' };
  const { exitCode, stderr } = await runCli(["check", "p.json", "fixtures/dumps/plain.npz"], { given });
  expect(stderr).toContain(
    "plain.npz has its own query, key and value, which differ from the problem, so it is judged by its own",
  );
  expect(exitCode).toBe(0);
});

test.each([
  ["q.csv", "Did you mean Q.csv?"],
  ["answer", "Did you mean answer.json?"],
  ["p.jsn", "Did you mean p.json?"],
])("a file that is not there, and one that is: %s", async (name, hint) => {
  expect((await runCli(["attend", name], { given })).stderr).toContain(hint);
});

describe("several words are what one word of them is", () => {
  test.each([
    ["attend p.json --steps weights output", "attend p.json --steps weights,output"],
    ["attend p.json --steps scores weights -o jsonl", "attend p.json --steps scores,weights -o jsonl"],
    ["attend --key-tokens the cat p.json", "attend p.json --key-tokens the,cat"],
    ["explain weights row 0 column 1 p.json", "explain weights[0,1] p.json"],
    ["explain softmax row 0 p.json", "explain softmax[0,0] p.json"],
    ["explain output p.json", "explain output[0,0] p.json"],
    ["softmax Q.csv", "softmax --scores Q.csv"],
    ["attend help", "help attend"],
  ])("%s", async (line, same) => {
    const [read, meant] = [await said(line.split(" ")), await said(same.split(" "))];
    expect(read).toEqual(meant);
    expect(read.exitCode).toBe(0);
  });
});

test("a range of whole numbers is each of them", async () => {
  const line = ["posenc", "--kind", "rope", "--d-model", "4", "--only", "angles", "-o", "csv", "--positions"];
  expect(await said([...line, "2..4"])).toEqual(await said([...line, "2,3,4"]));
});

test("a value that an option does not take: the hint says what it takes", async () => {
  const { stderr } = await runCli(["check", "--demo", "--rows", "0:4"]);
  expect(stderr).toMatch(/^error: --rows: "0:4" is not a number.*\nhint: --rows <n>: /);
});

test("messages are broken at blanks on a narrow terminal", async () => {
  const [narrow, wide] = await Promise.all(
    ["40", "200"].map((COLUMNS) => runCli(["attend", "p.json", "--rows", "x"], { given, env: { COLUMNS } })),
  );
  expect(Math.max(...narrow.stderr.split("\n").map((line) => line.length))).toBeLessThanOrEqual(40);
  expect(narrow.stderr.replaceAll(/\s+/g, " ")).toBe(wide.stderr.replaceAll(/\s+/g, " "));
});

test("--form is about a sheet, not about the problem that is found on it", async () => {
  const sheet = given["sheet.txt"].replaceAll(" = ", ":\n").replace("Scores: ", "Scores:\n");
  const { exitCode, stderr } = await runCli(["check", "own.txt", "--form", "words"], {
    given: { "own.txt": sheet },
  });
  expect([exitCode, stderr]).toEqual([0, ""]);
});
