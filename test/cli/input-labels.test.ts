import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

const outputOf = async (args: readonly string[], given: Record<string, string> = {}) => {
  const { stdout, stderr, exitCode } = await runCli(
    ["attend", "--demo", ...args, "-o", "csv", "--quiet", "--precision", "2"],
    { given },
  );
  return exitCode === 0 ? stdout : stderr;
};

/** Where each may look, in the order please, study, man: a causal mask. */
const CAUSAL = ["1 0 0", "1 1 0", "1 1 1"];
/** The same with rows and columns in the order man, please, study. */
const SHUFFLED = ["1 1 1", "0 1 0", "0 1 1"];

/** A table with these names at both sides, as CSV. */
const table = (names: readonly string[], rows: readonly string[], sides = "both") =>
  [
    ...(sides === "rows" ? [] : [`${sides === "both" ? "," : ""}${names.join(",")}`]),
    ...rows.map((row, at) => (sides === "columns" ? "" : `${names[at]},`) + row.replaceAll(" ", ",")),
  ].join("\n");

describe("rows and columns of inputs are found by their names", () => {
  const tokens = ["please", "study", "man"];
  const shuffled = ["man", "please", "study"];

  test("a mask", async () => {
    const causal = await outputOf(["--causal", "--only", "weights"]);
    expect(causal).toBe("1.00,0.00,0.00\n0.50,0.50,0.00\n0.40,0.20,0.40\n");
    const masked = (text: string) => outputOf(["--mask", "m.csv", "--only", "weights"], { "m.csv": text });
    expect(await masked(table(tokens, CAUSAL))).toBe(causal);
    expect(await masked(table(shuffled, SHUFFLED))).toBe(causal);
    // Rows alone: man, please, study by row; the columns go by their place.
    expect(await masked(table(shuffled, ["1 1 1", "1 0 0", "1 1 0"], "rows"))).toBe(causal);
    expect(await masked(table(shuffled, ["0 1 0", "0 1 1", "1 1 1"], "columns"))).toBe(causal);
    expect(await masked(table(["q0", "q1", "q2"], CAUSAL))).toBe(causal);
    expect(await masked(CAUSAL.join("\n"))).toBe(causal);
  });

  test("a bias, keys, values and scores", async () => {
    // A bias of 100 on study for please, and on man for man, leaves nothing else of these rows.
    const bias = table(shuffled, ["100 0 0", "0 0 100", "0 100 0"]);
    expect(await outputOf(["--bias", "b.csv", "--only", "weights"], { "b.csv": bias })).toBe(
      "0.00,1.00,0.00\n1.00,0.00,0.00\n0.00,0.00,1.00\n",
    );
    const plain = await outputOf([]);
    // The values of the demo are 1 0, 0 1 and 2 2.
    const value = "man 2 2\nplease 1 0\nstudy 0 1\n";
    expect(await outputOf(["--value", "v.txt"], { "v.txt": value })).toBe(plain);
    // Its keys are 1 1, 0 1 and 2 0.
    const key = "study 0 1\nman 2 0\nplease 1 1\n";
    const named = ["--key", "k.txt", "--key-tokens", "please study man"];
    expect(await outputOf(named, { "k.txt": key })).toBe(plain);
    const scores = await runCli(
      ["attend", "--scores", "s.csv", "--tokens", "a b", "--only", "scores", "-o", "csv", "--quiet"],
      { given: { "s.csv": ",b,a\nb,4,3\na,2,1\n" } },
    );
    expect(scores.stdout).toBe("1,2\n3,4\n");
  });

  test("of a matrix that is transposed", async () => {
    // Rows of the file are keys, its columns queries.
    const rows = ["1 0 0", "1 1 1", "1 0 1"];
    const given = { "m.csv": table(shuffled, rows) };
    expect(await outputOf(["--mask", "m.csv", "--transpose", "mask", "--only", "weights"], given)).toBe(
      await outputOf(["--causal", "--only", "weights"]),
    );
  });

  test("other words are refused with both lists", async () => {
    const given = { "m.csv": table(["dog", "please", "study"], SHUFFLED) };
    const error = await outputOf(["--mask", "m.csv"], given);
    expect(error).toContain(
      "m.csv: the rows of mask are please, study, man, but they are called dog, please, study. [UNKNOWN_NAME]",
    );
    const twice = { "m.csv": table(["man", "man", "study"], SHUFFLED) };
    expect(await outputOf(["--mask", "m.csv"], twice)).toContain('"man" names several rows of mask');
  });

  test("of many names those are told that nothing is called, and the first of the others", async () => {
    const names = Array.from({ length: 300 }, (_, at) => `r${at}`);
    const rows = (labels: readonly string[]) => labels.map((label) => `${label},1`).join("\n");
    const given = { "q.csv": rows(names), "v.csv": rows([...names.slice(1).toReversed(), "dog"]) };
    const line = ["attend", "--query", "q.csv", "--key", "q.csv", "--value", "v.csv"];
    const { stderr } = await runCli(line, { given });
    expect(stderr).toContain("the rows of value are r0, r1, r2");
    // 300 names, of which twelve are shown.
    expect(stderr).toContain("r11 and 288 more, but they are called r299,");
    expect(stderr).toContain(
      "hint: None of the rows is called dog: write these names, in any order, or none.",
    );
  });

  test("what was put in order is said, and a cell is found where it stood", async () => {
    const { stderr } = await runCli(["attend", "--demo", "--mask", "m.csv"], {
      given: { "m.csv": table(shuffled, SHUFFLED) },
    });
    expect(stderr).toContain(
      "note: mask: rows and columns of m.csv are sorted by their names into the order of the tokens\n",
    );
    const { stderr: error } = await runCli(["attend", "--demo", "--bias", "b.csv", "--json"], {
      given: { "b.csv": table(shuffled, ["0 0 0", "0 0 NaN", "0 0 0"]) },
    });
    // In the row of please, the second below the names, the third cell behind the name.
    expect(JSON.parse(error.slice(error.indexOf("{"))).error).toMatchObject({ line: 3, column: 12 });
  });

  const ANY = ["[CLS]", "<s>", "▁Once", "12", "(a)", "-", "é", "😀"];
  test.each(ANY)("tokens may be any text: %s", async (token) => {
    const given = { "m.csv": table(["man", token, "study"], SHUFFLED) };
    const args = ["--tokens", `${token} study man`];
    const causal = await outputOf([...args, "--causal", "--only", "weights"]);
    expect(causal).toMatch(/^1.00,0.00,0.00\n/);
    expect(await outputOf([...args, "--mask", "m.csv", "--only", "weights"], given)).toBe(causal);
    const first = { "m.csv": table([token, "man", "study"], ["1 0 0", "1 1 1", "1 0 1"]) };
    expect(await outputOf([...args, "--mask", "m.csv", "--only", "weights"], first)).toBe(causal);
    const rows = { "m.csv": table([token, "study", "man"], CAUSAL, "rows") };
    expect(await outputOf([...args, "--mask", "m.csv", "--only", "weights"], rows)).toBe(causal);
  });
});
