import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// Sheets with two or three mistakes as people write them, computed by NumPy with the mistakes put in one after the
// other. `did` says which were made, `names` which are to be named. A mistake in no list is reported as a step that
// does not follow.

interface Sheets {
  readonly problems: Readonly<Record<string, object>>;
  readonly sheets: readonly {
    readonly problem: string;
    readonly did: string;
    readonly names: readonly string[];
    readonly sheet: string;
  }[];
}

const { problems, sheets } = JSON.parse(readFileSync("fixtures/two-mistakes.json", "utf8")) as Sheets;

test.each(sheets.map((one) => [one.did, one] as const))("%s", async (_, { problem, names, sheet }) => {
  const given = { "p.json": JSON.stringify(problems[problem] ?? {}), "lena.txt": sheet };
  const table = ["posenc", "4", "4", "--check", "lena.txt", "--json"];
  const args = problem === "posenc4" ? table : ["check", "p.json", "lena.txt", "--json"];
  const { stdout } = await runCli(args, { given });
  const { check, sheets: [{ check: own }] = [{ check }] } = JSON.parse(stdout);
  const named = (
    own.diagnosis as { mistake: string; rows?: readonly number[]; heads?: readonly string[] }[]
  ).map(({ mistake, rows, heads }) =>
    [mistake, ...(rows ? [`in row ${rows}`] : []), ...(heads ? [`in ${heads}`] : [])].join(" "),
  );
  expect(named).toEqual(names);
});
