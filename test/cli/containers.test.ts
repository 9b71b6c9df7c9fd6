import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { zipFile } from "../support/alter.js";
import { archiveOf, docxFile, xlsxFile } from "../support/office-files.js";
import { spawnCli } from "../support/spawn-cli.js";

// Documents in the built program. fixtures/make-containers.py made them, and worked their numbers from the formulas.

const FOLDER = "fixtures/containers";
const PROBLEM = "fixtures/inputs/please-study-man.json";
const place = mkdtempSync(join(tmpdir(), "qkv-containers-"));
afterAll(() => rmSync(place, { recursive: true }));

function written(name: string, bytes: string | Uint8Array): string {
  const path = join(place, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

const ALL = /Scores . · Weights . · Output . *(?:follows)?$/m;
const SHEETS = [
  ...["word.docx", "google.docx", "openpyxl.xlsx", "excel.xlsx", "libre.odt", "libre.ods"],
  ...["jupyter.ipynb", "page.html", "mail.txt"],
];

describe("a sheet is read cell by cell, right or wrong", () => {
  test.each(SHEETS)("%s", (name) => {
    const right = spawnCli(["check", PROBLEM, `${FOLDER}/${name}`]);
    expect(right).toMatchObject({ status: 0, stderr: "" });
    expect(right.stdout).toMatch(/^Right\./);
    expect(right.stdout).toMatch(ALL);
    // 0.54 stands for 0.45 beside "study", below "please".
    const wrong = spawnCli(["check", PROBLEM, `${FOLDER}/${name.replace(".", "-wrong.")}`, "--json"]);
    expect(wrong.status).toBe(1);
    const [{ check }] = JSON.parse(wrong.stdout).sheets;
    const step = check.steps.find(({ id }: { id: string }) => id === "weights");
    expect(step.cells).toEqual([[1, 0]]);
  });

  test("behind --check, where what was left out is told", () => {
    const { status, stdout } = spawnCli(["attend", PROBLEM, "--check", `${FOLDER}/word.docx`]);
    expect(status).toBe(0);
    expect(stdout).toContain("struck out, not read: 0.33 0.33 0.33");
    const book = spawnCli(["attend", PROBLEM, "--check", `${FOLDER}/excel.xlsx`, "--verbose"]);
    expect(book.stderr).toContain('skipped "the hidden sheet \\"Solution\\""');
  });
});

describe("a table is a matrix", () => {
  // softmax(Q Kᵀ / √2) V, first row: weights 0.2840, 0.1400, 0.5760; 0.2840 + 2 · 0.5760 = 1.4359.
  const others = ["--key", "1 1;0 1;2 0", "--value", "1 0;0 1;2 2", "--only", "output", "-o", "csv"];

  test.each(["q.xlsx", "q.ods"])("%s", (name) => {
    const { stdout, status } = spawnCli(["attend", "--query", `${FOLDER}/${name}`, ...others]);
    expect(status).toBe(0);
    expect(Number(stdout.split(",")[0])).toBeCloseTo(1.4359, 4);
  });

  test("a workbook whose sheets are named like inputs holds all of them, and one is picked by its name", () => {
    const options = ["--only", "output", "-o", "csv"];
    const whole = spawnCli(["attend", `${FOLDER}/qkv.xlsx`, ...options]);
    expect(Number(whole.stdout.split(",")[0])).toBeCloseTo(1.4359, 4);
    const picked = spawnCli([
      "attend",
      ...["Q", "K", "V"].map((name) => `${FOLDER}/qkv.xlsx:${name}`),
      ...options,
    ]);
    expect(picked.stdout).toBe(whole.stdout);
  });

  test("the stored digits count, not those that are displayed", () => {
    // 1/3 shows as 0.33; softmax(1/3, 2) = 1 / (1 + e^(5/3)), 0.1589 (0.33 would give 0.1584).
    const { stdout } = spawnCli(["softmax", `${FOLDER}/third.xlsx`, "--only", "weights", "-o", "csv"]);
    expect(Number(stdout.split(",")[0])).toBeCloseTo(1 / (1 + Math.exp(2 - 1 / 3)), 12);
  });

  const REFUSED: readonly (readonly [string, string, RegExp])[] = [
    [
      "a word in a cell",
      "bad-cell.xlsx",
      /bad-cell\.xlsx, sheet "Sheet1", cell C3: .*"four" is not a number/,
    ],
    ["several tables", "excel.xlsx", /3 tables of numbers: sheet "Scores"[\s\S]*hint: .*excel\.xlsx:Scores/],
    [
      "a sheet that is not there",
      "qkv.xlsx:Z",
      /no sheet "Z"[\s\S]*hint: Its sheets with numbers are: Q, K, V/,
    ],
    ["a notebook", "jupyter.ipynb", /this is a notebook[\s\S]*hint: qkv reads it as a sheet: qkv check/],
  ];
  test.each(REFUSED)("%s is refused at its place", (_, name, message) => {
    const { status, stderr } = spawnCli(["attend", "--query", `${FOLDER}/${name}`]);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe("hand-ins of a class", () => {
  const of = (name: string) => readFileSync(`${FOLDER}/${name}`);
  const FILES: Readonly<Record<string, Uint8Array>> = {
    "Ada Lovelace_123_assignsubmission_file_/sheet.docx": of("word.docx"),
    "Ada Lovelace_77_assignsubmission_file_/page.html": of("page.html"),
    "Emmy Noether_9_assignsubmission_file_/a.xlsx": of("excel-wrong.xlsx"),
    "Two Files_4_assignsubmission_file_/a.odt": of("libre.odt"),
    "Two Files_4_assignsubmission_file_/photo.jpg": Buffer.from("\xff\xd8\xff\xe0", "latin1"),
    "Steps_5_assignsubmission_file_/scores.csv": Buffer.from("1 0 2\n2 2 0\n2 1 2\n"),
    "Steps_5_assignsubmission_file_/weights.txt": Buffer.from(
      "0.28 0.14 0.58\n0.45 0.45 0.11\n0.40 0.20 0.40\n",
    ),
    "__MACOSX/._sheet.docx": Buffer.from("x"),
  };
  const NAMES = [
    ["Ada Lovelace_123", true],
    ["Ada Lovelace_77", true],
    ["Emmy Noether", false],
    ["Steps", true],
    ["Two Files, a.odt", true],
    ["Two Files, photo.jpg", undefined],
  ];
  const rowsOf = (...words: string[]) => {
    const { status, stdout } = spawnCli(["check", PROBLEM, ...words, "--json"]);
    expect(status).toBe(1);
    return JSON.parse(stdout).sheets.map(
      ({ sheet, check }: { sheet: string; check?: { verdict: string } }) => [
        sheet,
        check && check.verdict !== "differs",
      ],
    );
  };

  test("a .zip of Moodle, packed or unpacked: a row a person", () => {
    const zip = written("all.zip", zipFile(Object.entries(FILES).map(([name, data]) => ({ name, data }))));
    expect(rowsOf(zip)).toEqual(NAMES);
    for (const [name, data] of Object.entries(FILES)) written(`all/${name}`, data);
    expect(rowsOf(join(place, "all"))).toEqual(NAMES);
  });

  test("files of Canvas and Blackboard, and a folder around all", () => {
    const data = of("google.docx");
    const names = ["curiemarie_LATE_123_4567_sheet.docx", "HW 3_s42_attempt_2024-12-10-11-30-05_sheet.docx"];
    const zip = written("more.zip", zipFile(names.map((name) => ({ name: `hw3/${name}`, data }))));
    const { stdout } = spawnCli(["check", PROBLEM, zip, "-o", "csv"]);
    expect(
      stdout
        .split("\n")
        .slice(1, 3)
        .map((row) => row.split(",")[0]),
    ).toEqual(["s42", "curiemarie"]);
  });

  test("behind --check of one run it is told what to do", () => {
    const zip = written("few.zip", archiveOf({ "ada.txt": "Scores: 1" }));
    const { status, stderr } = spawnCli(["attend", PROBLEM, "--check", zip]);
    expect(status).toBe(2);
    expect(stderr).toContain(`hint: If they are hand-ins: qkv check problem.json ${zip}.`);
  });
});

describe("what cannot be read says what to do", () => {
  const KINDS: readonly (readonly [string, string, RegExp])[] = [
    ["a.pdf", "%PDF-1.7\n", /PDF format.*[\s\S]*pdftotext/],
    ["a.png", "\x89PNG\r\n\x1a\n", /PNG format[\s\S]*Type its numbers into a text file/],
    ["a.jpg", "\xff\xd8\xff\xe0", /JPEG format[\s\S]*Type its numbers/],
    ["a.heic", "\0\0\0\x18ftypheic", /HEIC or AVIF format[\s\S]*Type its numbers/],
    ["a.doc", "\xd0\xcf\x11\xe0\xa1\xb1", /old \.doc or \.xls[\s\S]*save it as \.docx/],
    ["a.rtf", "{\\rtf1 1 2}", /RTF format[\s\S]*save it as \.docx/],
  ];
  test.each(KINDS)("%s", (name, bytes, message) => {
    const file = written(name, Buffer.from(bytes, "latin1"));
    for (const words of [
      ["attend", PROBLEM, "--check", file],
      ["attend", "--query", file],
    ]) {
      const { status, stderr } = spawnCli(words);
      expect(status).toBe(2);
      expect(stderr).toMatch(message);
    }
  });

  test("documents that were made to harm end in words, and not in a crash", () => {
    const deep = written("deep.docx", docxFile("<w:p>".repeat(1e5)));
    const many = written("many.xlsx", xlsxFile({ sheets: { A: `<row>${"<c/>".repeat(1e6)}</row>` } }));
    for (const file of [deep, many]) {
      const { status, stderr } = spawnCli(["attend", PROBLEM, "--check", file]);
      expect(status).toBe(2);
      expect(stderr).toMatch(/^error: .*nest more than|^error: .*more than 250000 cells/);
    }
  });
});

test("lines that no person writes are refused before they are read", () => {
  const blanks = written("blanks.docx", docxFile(`<w:p><w:r><w:t>${" ".repeat(2 ** 22)}x</w:t></w:r></w:p>`));
  const { status, stderr } = spawnCli(["attend", PROBLEM, "--check", blanks]);
  expect(status).toBe(2);
  expect(stderr).toMatch(/line 1 in it has more than 20000 characters/);
});

test("a notebook with a picture of 5 MiB in it is a sheet", () => {
  const book = JSON.parse(readFileSync(`${FOLDER}/jupyter.ipynb`, "utf8"));
  book.cells[0].outputs = [{ output_type: "display_data", data: { "image/png": "A".repeat(5 * 2 ** 20) } }];
  const { status, stdout } = spawnCli(["check", PROBLEM, written("large.ipynb", JSON.stringify(book))]);
  expect([status, stdout]).toEqual([0, expect.stringMatching(ALL)]);
});
