import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/errors.js";
import type { ReadRequest, SourcedProblem } from "../../../src/input/read.js";
import { fakeLargeFiles, placeOf, read, refusal } from "../../support/fake-reading.js";

const ROWS = 60_000;

/** Rows of numbers of many lengths: above 4 MiB, so that the file is read piece by piece. */
const LINES = Array.from({ length: ROWS }, (_, row) =>
  Array.from({ length: 5 }, (_, col) => ((row * 7919 + col * 104_729) % 100_003) / 3 ** ((row + col) % 9)),
);

const csv = (separator = ",", end = "\n") => LINES.map((line) => line.join(separator) + end).join("");
const json = (separator = ", ") => `[${LINES.map((line) => `[${line.join(separator)}]`).join(separator)}]`;

const JSON_TEXT = json();

interface Outcome {
  readonly reading?: SourcedProblem;
  readonly error?: readonly string[];
  readonly whole: number;
}

async function readLarge(name: string, text: string, request: Partial<ReadRequest> = {}): Promise<Outcome> {
  const files = fakeLargeFiles({ [name]: text });
  try {
    return { reading: await read({ sources: [name], ...request }, files), whole: files.whole };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { error: [error.code, placeOf(error), error.message], whole: files.whole };
  }
}

function expectLines(
  reading: SourcedProblem | undefined,
  lines: readonly (readonly number[])[] = LINES,
): void {
  const query = reading?.matrices.query;
  expect([query?.rows, query?.cols]).toEqual([lines.length, lines[0].length]);
  expect(
    Buffer.from(query?.data.buffer ?? new ArrayBuffer(), 0, 40 * lines.length).equals(
      Buffer.from(Float64Array.from(lines.flat()).buffer),
    ),
  ).toBe(true);
}

describe("a large file of numbers alone", () => {
  it.each([
    ["CSV", "q.csv", csv(), "CSV"],
    ["CRLF", "q.csv", csv(",", "\r\n"), "CSV"],
    ["tabs, without a last line break", "q.txt", csv("\t").trimEnd(), "tab-separated text"],
    [
      "spaces, with comments",
      "q.txt",
      `# made\n${csv(" ")}\n# end\n\n`,
      "space-separated text, comment lines dropped",
    ],
    ["a header", "q.csv", `a,b,c,d,e\n${csv()}`, "CSV, header row dropped"],
    ["JSON", "q.json", json(), "JSON"],
    ["JSON without spaces", "q.json", `${json(",")}\n`, "JSON"],
    ["JSON over many lines", "q.json", ` \n${json(" ,\n  ")} \n`, "JSON"],
  ])("is read without holding its text: %s", async (_, name, text, how) => {
    const { reading, whole } = await readLarge(name, text);
    expectLines(reading);
    expect([reading?.notices, whole]).toEqual([[`read query: ${ROWS}×5 from ${name} (${how})`], 0]);
    // Only when a place is asked for the text is read.
    expect(reading?.digits({ name: "query", row: ROWS - 1, col: 4 })).toBe(String(LINES[ROWS - 1][4]));
  });
});

describe("the ends of the pieces", () => {
  const longest = Math.max(...LINES.map((line) => line.join(",").length));

  it("may stand anywhere in rows of JSON", async () => {
    for (let before = 0; before <= longest; before += 9) {
      const { reading, whole } = await readLarge("q.json", " ".repeat(before) + JSON_TEXT);
      expectLines(reading);
      expect(whole).toBe(0);
    }
  });

  it("may stand anywhere in lines", async () => {
    const text = csv(",", "\r\n");
    for (let before = 0; before <= longest; before += 9) {
      const { reading, whole } = await readLarge("q.csv", `#${"-".repeat(before)}\n${text}`);
      expectLines(reading);
      expect(whole).toBe(0);
    }
  });
});

describe("a text of which the kernel reads some lines", () => {
  /** Spellings that it leaves to the slower scanner; each is 1.5. */
  const OTHERS = ["1.5d0", "15D-1", `1.5${"0".repeat(30)}`, "1.5e-0000000", " 1.5\t", "+1.5", "3/2"];

  it.each(OTHERS)("and not those with %j", async (spelling) => {
    const lines = LINES.slice(0, 20_000);
    const written = lines.map((line, row) => (row % 7 === 3 ? [spelling, ...line.slice(1)] : line));
    const expected = lines.map((line, row) => (row % 7 === 3 ? [1.5, ...line.slice(1)] : line));
    const text = written.map((line) => `${line.join(",")}\n`).join("");
    expect(text.length).toBeGreaterThan(2 ** 20);
    expectLines((await readLarge("q.csv", text)).reading, expected);
    const rows = written.map((line) => `[${line.join(", ")}]`).join(",");
    expectLines((await readLarge("q.json", `[${rows}]`)).reading, expected);
  });
});

describe("a large bundle", () => {
  const bundle = (rest: string) =>
    `{"tokens": ["猫", "]", "a \\" b"],${" ".repeat(300_000)}"query": ${JSON_TEXT}${rest}`;

  it.each(["problem.json", "-"])("is read without holding its text, from %s", async (source) => {
    const text = bundle(`, "key": [[1, 2, 3, 4, 5]],\n"settings": {"scale": 2}}\n`);
    const files = fakeLargeFiles({ "problem.json": text, stdin: text });
    const reading = await read({ sources: [source] }, files);
    expectLines(reading);
    expect(reading.matrices.key?.data).toEqual(Float64Array.of(1, 2, 3, 4, 5));
    expect([reading.tokens, reading.settings, files.whole]).toEqual([["猫", "]", 'a " b'], { scale: 2 }, 0]);
    expect(reading.digits({ name: "key", row: 0, col: 4 })).toBe("5");
  });

  it("may hold one long row, a long label and heads", async () => {
    const row = `[${LINES.flat().join(",")}]`;
    const label = "x".repeat(600_000);
    const { reading, whole } = await readLarge(
      "problem.json",
      `{"query": ${row}, "wq": [${JSON_TEXT}, ${JSON_TEXT}], "tokens": ["${label}"]}`,
    );
    expect([reading?.matrices.query?.rows, reading?.matrices.query?.cols]).toEqual([1, 5 * ROWS]);
    expect([reading?.matrices.wq?.rows, reading?.matrices.wq?.cols]).toEqual([ROWS, 10]);
    expect([reading?.tokens?.[0] === label, whole]).toEqual([true, 0]);
  });

  it.each([
    [', "key": [[1, 2], [3]]}', "RAGGED_ROWS", 18, "key is ragged: row 1 has 1 value, row 0 has 2."],
    [', "query": 1}', "DUPLICATE_KEY", 2, '"query" is given twice.'],
    [', "kye": [[1]]}', "UNKNOWN_KEY", 2, '"kye" is not the name of an input.'],
    [', "key": [[1, x]]}', "NOT_A_NUMBER", 14, '"x" is not a number.'],
    [', "key": "open', "SYNTAX", 9, "this string is not closed."],
    [', "key": [[1, 2', "SYNTAX", 15, "a comma or ] is expected here, but the text ends."],
  ])("is refused with its place: %s", async (rest, code, column, message) => {
    const { error } = await readLarge("problem.json", bundle(rest));
    expect(error).toEqual([code, `problem.json:1:${Array.from(bundle("")).length + column + 1}`, message]);
  });

  it("that is no UTF-8 is read whole, and refused", async () => {
    const text = Buffer.concat([Buffer.from(bundle(', "a')), Buffer.of(0xff), Buffer.from('": 1}')]);
    const error = await refusal(read({ sources: ["p.json"] }, { "p.json": text }));
    expect(error.message).toBe("byte FF of p.json is not UTF-8 text.");
  });
});

describe("a large file of something else", () => {
  it("is read whole", async () => {
    const labelled = await readLarge(
      "q.csv",
      LINES.map((line, row) => `t${row},${line.join(",")}\n`).join(""),
    );
    expectLines(labelled.reading);
    expect(labelled.reading?.tokens?.[ROWS - 1]).toBe(`t${ROWS - 1}`);
    const words = await readLarge("q.json", json().replace(/\]\]$/, '], ["NaN", 1, null, 3, 4]]'), {
      null: "nan",
    });
    expect([words.reading?.matrices.query?.rows, words.whole]).toEqual([ROWS + 1, 0]);
  });

  it.each([
    [
      "q.csv",
      `${csv()}1,2,3,4\n`,
      "RAGGED_ROWS",
      `${ROWS + 1}:8`,
      `query is ragged: row ${ROWS} has 4 values, row 0 has 5.`,
    ],
    [
      "q.csv",
      `${csv()}1,2,x,4,5`,
      "NOT_A_NUMBER",
      `${ROWS + 1}:5`,
      `query[${ROWS}, 2]: "x" is not a number.`,
    ],
    [
      "q.json",
      json(",\n").replace(/\]$/, ""),
      "SYNTAX",
      `${5 * ROWS}:${String(LINES[ROWS - 1][4]).length + 2}`,
      "a comma or ] is expected here, but the text ends.",
    ],
    [
      "q.json",
      `${json()} x`,
      "SYNTAX",
      `1:${json().length + 2}`,
      'after the end of the JSON value there is "x".',
    ],
  ])("is refused with its place: %s", async (name, text, code, place, message) => {
    const { error, whole } = await readLarge(name, text);
    expect([error, whole]).toEqual([[code, `${name}:${place}`, message], 1]);
  });

  it("holds one row longer than a piece", async () => {
    const { reading } = await readLarge("q.csv", `${LINES.flat().join(",")}\n`);
    expect([reading?.matrices.query?.rows, reading?.matrices.query?.cols]).toEqual([1, 5 * ROWS]);
  });
});
