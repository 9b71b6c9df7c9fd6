import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { npyOf } from "../support/array-files.js";
import { installPackage } from "../support/installed.js";

// The first things that people type who have just installed qkv, in a folder of their own: each gives at once what it was typed for.

const { place, installed, node, remove } = installPackage();
afterAll(remove);

/** Words as a shell takes them apart, with single quotes alone. */
const wordsOf = (line: string) =>
  Array.from(line.matchAll(/'([^']*)'|[^\s']+/g), ([word, quoted]) => quoted ?? word);

beforeAll(() => {
  const write = (file: string, contents: string | Uint8Array) => writeFileSync(join(place, file), contents);
  write("q.csv", "1,0\n0,1\n");
  write("k.csv", "1,0\n0,1\n");
  write("v.csv", "1,2\n3,4\n");
  // Equal keys: every weight is 1/2, every output row the mean of the values.
  const array = (...data: readonly number[]) =>
    npyOf({ shape: [2, 2], data: Float64Array.from(data), type: "float64" });
  write("q.npy", array(1, 0, 0, 1));
  write("k.npy", array(1, 1, 1, 1));
  write("v.npy", array(1, 2, 3, 4));
  write("out.npy", array(2, 3, 2, 3));
  const problem = node(join(installed, "bin/qkv.js"), "attend", "q.csv", "k.csv", "v.csv", "--json");
  write("problem.json", problem.stdout);
  mkdirSync(join(place, "sheets"));
  // e^(1/√2) = 2.0281; 2.0281 / 3.0281 = 0.6698.
  write("sheets/ada.txt", "weights: 0.67 0.33; 0.33 0.67\n");
  write("sheets/bob.txt", "weights: 0.73 0.27; 0.27 0.73\n");
}, 60_000);

type Line = readonly [line: string, shows: RegExp, status?: number];

const STUDENT: readonly Line[] = [
  ["qkv -h", /attend --demo/],
  ["qkv softmax 2 1 0.1", /0\.6590 {2}0\.2424 {2}0\.0986/],
  ["qkv attend --demo", /^please looks most at man/],
  ["qkv attend q.csv k.csv v.csv", /Weights/],
  ["qkv attend --query '1 0' --key '1 0; 0 1' --value '1 2; 3 4'", /0\.6698 {2}0\.3302/],
  ["qkv explain 'weights[0,0]' q.csv k.csv v.csv", /^weights\[0,0\] = 0\.6698/],
  ["qkv attend q.csv k.csv v.csv --check 'weights=0.67 0.33; 0.33 0.67'", /^Right so far\. Weights ✓/],
  ["qkv check problem.json sheets/bob.txt", /The scores were not divided by √d_k/, 1],
  ["qkv posenc --length 4 --d-model 4", /0\.8415/],
  ["qkv help scale", /1\/√d_k/],
];

const TEACHER: readonly Line[] = [
  ["qkv exercise", /^## Scaled dot-product attention/],
  ["qkv exercise posenc --key", /Answers|Key/],
  ["qkv exercise attend --count 3 --files class/ex", /^$/],
  ["qkv exercise multihead --count 2 -o quiz.xml", /^$/],
  ["qkv attend --demo --carry 2", /rounded to 2 decimals before the next/],
  ["qkv attend --demo -o latex", /^\\documentclass/],
  ["qkv attend --demo -o solution.html", /^$/],
  ["qkv check problem.json sheets", /right {2}1 of 2/, 1],
  ["qkv check problem.json sheets/ada.txt sheets/bob.txt -o marks.csv", /^$/, 1],
  ["qkv check problem.json sheets/ada.txt --gradescope", /"score": 1/],
];

const ENGINEER: readonly Line[] = [
  ["qkv --version", /^\d+\.\d+\.\d+$/m],
  ["qkv attend q.npy k.npy v.npy --json", /"schema": "qkv\/1"/],
  ["qkv attend q.npy k.npy v.npy --check out.npy", /^✓ right for float64/],
  ["qkv attend q.npy k.npy v.npy --causal --check out.npy", /^✗ /, 1],
  ["qkv attend q.npy k.npy v.npy --dtype bf16", /computed in bfloat16/],
  ["qkv attend --random --length 512 --d-model 64", /^Of 512 queries/],
  ["qkv multihead --preset gpt2 --random", /^Head 0/],
  ["qkv attend --demo --emit torch", /^"""attend in torch/],
  ["qkv attend --demo --causal --as torch", /^same as yours: torch/],
  ["qkv model --demo", /Next token/],
];

const READER: readonly Line[] = [
  ["qkv posenc --length 10 --d-model 8 --shift 3", /M·PE\(pos\) is PE\(pos \+ 3\)/],
  ["qkv rope '1 0 1 0; 1 0 1 0'", /Su et al\. 2021/],
  ["qkv alibi --length 4", /Press et al\. 2022/],
  ["qkv attend --demo --scoring bahdanau", /Bahdanau et al\. 2015/],
  ["qkv attend --preset luong-general --random", /Luong et al\. 2015/],
  ["qkv compare-scoring --demo", /is the most focused/],
  ["qkv multihead --preset transformer --random", /Vaswani et al\. 2017/],
  ["qkv layer --preset bert --random", /Devlin et al\. 2019/],
  ["qkv systems transformer", /Vaswani et al\. 2017, section 3/],
  ["qkv help entropy", /how spread a row of weights is/],
];

const PERSONAS: readonly (readonly [persona: string, lines: readonly Line[]])[] = [
  ["a student", STUDENT],
  ["a teacher", TEACHER],
  ["an engineer", ENGINEER],
  ["a reader of papers", READER],
];

describe.each(PERSONAS)("%s", (_, lines) => {
  for (const [line, shows, status = 0] of lines) {
    test(line, () => {
      const [, ...words] = wordsOf(line);
      const run = node(join(installed, "bin/qkv.js"), ...words);
      expect([run.status, run.stderr.replaceAll(/^note: .*\n/gm, "")]).toEqual([status, ""]);
      expect(run.stdout).toMatch(shows);
    });
  }
});
