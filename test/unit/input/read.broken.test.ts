import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ErrorCode } from "../../../src/errors.js";
import { inputNamed } from "../../../src/input/names.js";
import type { ReadRequest } from "../../../src/input/read.js";
import { placeOf, read, refusal } from "../../support/fake-reading.js";

const BROKEN = join(import.meta.dirname, "../../../fixtures/broken");

/** What each broken input must be told. */
const MESSAGES: Readonly<Partial<Record<ErrorCode, readonly [place: string, message: string]>>> = {
  FILE_UNREADABLE: ["quiz-3.json", "there is no such file."],
  STDIN_TWICE: ["stdin", "standard input can be read once, but --query and --key both ask for it."],
  SYNTAX: ["problem.json:4:1", 'a comma or ] is expected here, but there is "}".'],
  RAGGED_ROWS: ["query.csv:3:6", "query is ragged: row 2 has 3 values, row 0 has 4."],
  EMPTY_CELL: ["query.csv:3:3", "query[1, 1] is empty."],
  EMPTY_MATRIX: ["problem.json:1:11", "query holds no numbers."],
  NOT_A_NUMBER: ["query.tsv:2:10", 'query[1, 1]: "1O" is not a number.'],
  NON_FINITE: ["problem.json:4:31", "bias holds NaN at [1, 0]: a bias is finite or -Infinity."],
  INTEGER_TOO_LARGE: [
    "problem.json:1:16",
    "9007199254740993 is too large to be kept exactly: it would become 9007199254740992.",
  ],
  AMBIGUOUS: [
    "query.txt:1:1",
    '"1,5 2,0" may be read with decimal commas (1.5 2.0) or with commas between cells (1, 5, 2, 0).',
  ],
  UNKNOWN_KEY: ["problem.json:4:3", '"valeu" is not the name of an input.'],
  UNKNOWN_NAME: [
    "quary.csv",
    "this is one matrix without a name: the file name is not the name of an input.",
  ],
  DUPLICATE_KEY: ["problem.json:4:3", '"q" and "query" both name query.'],
};

describe("broken inputs", () => {
  it.each(Object.entries(MESSAGES))("%s", async (code, [place, message]) => {
    const { request, contents } = brokenInput(join(BROKEN, code));
    const error = await refusal(read(request, contents));
    expect([error.code, placeOf(error), error.message]).toEqual([code, place, message]);
    expect(error.details.hint).toMatch(/\.$|\?$/);
  });
});

/** A folder's `args.json` as a request: the command, SOURCEs, then options with one value each. */
function brokenInput(folder: string): {
  readonly request: Partial<ReadRequest>;
  readonly contents: Record<string, Uint8Array>;
} {
  const [, ...args]: string[] = JSON.parse(readFileSync(join(folder, "args.json"), "utf8"));
  const firstOption = args.findIndex((arg) => arg.startsWith("--"));
  const sources = firstOption < 0 ? args : args.slice(0, firstOption);
  const options = args.slice(sources.length);
  const matrices: Record<string, string> = {};
  for (let index = 0; index < options.length; index += 2) {
    matrices[inputNamed(options[index].slice(2)) ?? ""] = options[index + 1];
  }
  const contents = Object.fromEntries(
    readdirSync(folder).map((file) => [file, readFileSync(join(folder, file))]),
  );
  return { request: { sources, matrices }, contents };
}
