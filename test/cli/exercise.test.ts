import { describe, expect, test, vi } from "vitest";
import { MISTAKES } from "../../src/check/mistakes/registry.js";
import { runCli } from "../support/run-cli.js";
import { type Rows, SOLVERS, type Steps } from "../support/solved-by-hand.js";

// Exercises are solved by plain arithmetic, which knows nothing of qkv, and every mistake that they list is made in them.

vi.setConfig({ testTimeout: 120_000 });

interface Written {
  readonly command: string;
  readonly problem: Parameters<(typeof SOLVERS)[string]>[0];
  readonly answers: Readonly<Record<string, Rows>>;
  readonly mistakes: readonly { readonly id: string }[];
}

const KINDS = Object.keys(SOLVERS);
const CASES = KINDS.flatMap((kind) => [1, 2, 3].map((level) => [kind, level] as const));

async function exercisesOf(kind: string, level: number): Promise<readonly Written[]> {
  const words = ["exercise", kind, "--level", String(level), "--count", "2", "--seed", "11", "--json"];
  return JSON.parse((await runCli(words)).stdout).exercises;
}

/** A sheet as a person would fill it in: three decimals, and nothing where −∞ stands. */
const sheetOf = (steps: Steps, keys: readonly string[]): string =>
  `{${keys
    .map((key) => {
      const rows = steps[key].map(
        (row) => `[${row.map((x) => (Number.isFinite(x) ? x.toFixed(3) : "null"))}]`,
      );
      return `"${key}": [${rows}]`;
    })
    .join(", ")}}`;

async function check({ command, problem }: Written, sheet: string) {
  const given = { "problem.json": JSON.stringify(problem), "sheet.json": sheet };
  const words = [command, "problem.json", "--check", "sheet.json", "--json"];
  return JSON.parse((await runCli(words, { given })).stdout).check;
}

describe.each(CASES)("%s, level %i", (kind, level) => {
  test("the key is what plain arithmetic gives, and the checker passes it", async () => {
    for (const exercise of await exercisesOf(kind, level)) {
      const steps = SOLVERS[kind](exercise.problem, "");
      for (const [key, rows] of Object.entries(exercise.answers)) {
        for (const [row, cells] of rows.entries()) {
          for (const [col, value] of cells.entries()) {
            if (Number.isFinite(value)) expect(steps[key][row][col], key).toBeCloseTo(value, 10);
          }
        }
      }
      const { verdict } = await check(exercise, sheetOf(steps, Object.keys(exercise.answers)));
      expect(verdict).toMatch(/^agrees/);
    }
  });

  test("every listed mistake, made in it, is named as itself", async () => {
    for (const exercise of await exercisesOf(kind, level)) {
      expect(exercise.mistakes.length).toBeGreaterThan(3);
      for (const { id } of exercise.mistakes) {
        const sheet = sheetOf(SOLVERS[kind](exercise.problem, id), Object.keys(exercise.answers));
        const { verdict, diagnosis } = await check(exercise, sheet);
        const [first, ...others] = diagnosis;
        expect([verdict, first?.mistake], `${id} in ${JSON.stringify(exercise.problem)}`).toEqual([
          "differs",
          id,
        ]);
        for (const { explains } of others) expect(explains).toBeLessThan(first.explains);
      }
    }
  });
});

/** XML taken apart strictly: every tag that opens closes, and text holds entities and no signs of XML. */
function readXml(text: string): readonly { readonly path: string; readonly text: string }[] {
  const found: { readonly path: string; readonly text: string }[] = [];
  const open: string[] = [];
  const body = text.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, "");
  expect(body).not.toBe(text);
  for (const [, close, tag, words] of body.matchAll(/<(\/?)(\w+)(?: \w+="[^"<&]*")*>|([^<]+)/g)) {
    if (words !== undefined) {
      expect(words.replaceAll(/&(amp|lt|gt|quot|apos);/g, "")).not.toContain("&");
      if (words.trim() !== "") found.push({ path: open.join("/"), text: decode(words) });
    } else if (close) expect(open.pop()).toBe(tag);
    else open.push(tag);
  }
  expect(open).toEqual([]);
  return found;
}

const decode = (text: string) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");

interface Field {
  readonly answers: readonly {
    readonly share: number;
    readonly value: number;
    readonly tolerance: number;
    readonly feedback: string;
  }[];
}

const plain = (text: string) => text.replaceAll(/\\(.)/g, "$1");

/** The fields of a Cloze text: {weight:NUMERICAL:=right:tolerance#feedback~%share%wrong:tolerance#feedback}. */
function readCloze(text: string): readonly Field[] {
  return Array.from(text.matchAll(/\{(\d+):NUMERICAL:((?:\\.|[^\\}])+)\}/g), ([, , body]) => ({
    answers: Array.from(body.matchAll(/(?:^|~)((?:\\.|[^\\~])+)/g), ([, alternative]) => {
      const parts = /^(?:(=)|%(\d+)%)(-?\d+(?:\.\d+)?):(\d+(?:\.\d+)?)#((?:\\.|[^\\#])*)$/.exec(alternative);
      if (!parts) throw new Error(`no alternative of Cloze: ${alternative}`);
      const [, right, share, value, tolerance, feedback] = parts;
      return {
        share: right ? 100 : Number(share),
        ...{ value: Number(value), tolerance: Number(tolerance), feedback: decode(plain(feedback)) },
      };
    }),
  }));
}

/** The questions of a GIFT file: ::title::text {#\n=%share%value:tolerance#feedback\n}. */
function readGift(text: string): readonly Field[] {
  const [category, ...questions] = text.trim().split(/\n\n+/);
  expect(category).toBe("$CATEGORY: qkv");
  return questions.map((question) => {
    const parts = /^::((?:\\.|[^\\:])+)::((?:\\.|[^\\~=#{}])+)\{#\n((?:\\.|[^\\}])+)\n\}$/.exec(question);
    if (!parts) throw new Error(`no question of GIFT: ${question}`);
    return {
      answers: parts[3].split("\n").map((line) => {
        const answer = /^=%(\d+)%(-?\d+(?:\.\d+)?):(\d+(?:\.\d+)?)#((?:\\.|[^\\~=#{}])*)$/.exec(line);
        if (!answer) throw new Error(`no answer of GIFT: ${line}`);
        const [, share, value, tolerance, feedback] = answer;
        const read = { share: Number(share), value: Number(value), tolerance: Number(tolerance) };
        return { ...read, feedback: plain(feedback) };
      }),
    };
  });
}

/** The cells of the key that are asked, in their order: which step, where, and what is right. */
const cellsOf = ({ answers }: Written) =>
  Object.entries(answers).flatMap(([key, rows]) =>
    rows.flatMap((cells, row) =>
      cells.flatMap((value, col) => (Number.isFinite(value) ? [{ key, row, col, value }] : [])),
    ),
  );

/** Every field has the right number, and each wrong one is what arithmetic makes of the mistakes that its feedback names. */
function expectFields(fields: readonly Field[], exercises: readonly Written[], kind: string): void {
  const cells = exercises.flatMap((exercise) => cellsOf(exercise).map((cell) => ({ exercise, ...cell })));
  expect(fields.length).toBe(cells.length);
  let named = 0;
  for (const [index, { answers }] of fields.entries()) {
    const { exercise, key, row, col, value } = cells[index];
    const [right, ...wrong] = answers;
    expect(right).toMatchObject({ share: 100, feedback: "Right." });
    expect(Math.abs(right.value - value)).toBeLessThanOrEqual(right.tolerance);
    for (const { share, value: given, tolerance, feedback } of wrong) {
      expect(share).toBe(0);
      expect(Math.abs(given - value)).toBeGreaterThan(2 * tolerance - 0.001);
      for (const title of feedback.split(" Or: ")) {
        const id = MISTAKES.find((mistake) => mistake.title === title)?.id ?? "";
        const steps = SOLVERS[kind](exercise.problem, id);
        expect(Math.abs(steps[key][row][col] - given), `${id} ${key}`).toBeLessThanOrEqual(3 * tolerance);
        named++;
      }
    }
  }
  expect(named).toBeGreaterThan(0);
}

describe.each(CASES)("%s, level %i, for a course", (kind, level) => {
  const words = ["exercise", kind, "--level", String(level), "--count", "2", "--seed", "11"];
  test("Moodle's XML reads back", async () => {
    const parts = readXml((await runCli([...words, "--moodle"])).stdout);
    expect(parts.filter(({ path }) => path === "quiz/question/name/text")).toHaveLength(2);
    const texts = parts.filter(({ path }) => path === "quiz/question/questiontext/text");
    expectFields(
      texts.flatMap(({ text }) => readCloze(text)),
      await exercisesOf(kind, level),
      kind,
    );
  });
  test("GIFT reads back", async () => {
    const { stdout } = await runCli([...words, "--gift"]);
    expectFields(readGift(stdout), await exercisesOf(kind, level), kind);
  });
});

describe("a class", () => {
  test("each student gets another problem, the same one every time, and a file that is marked", async () => {
    const words = ["exercise", "attend", "--count", "30", "--files", "class/ex", "--seed", "3"];
    const { files, exitCode, stderr } = await runCli(words);
    expect([exitCode, Object.keys(files).length]).toEqual([0, 120]);
    expect(stderr).toContain("qkv attend class/ex-01-problem.json --check class/ex-01-answers.json");
    const problems = Object.keys(files).filter((name) => name.endsWith("-problem.json"));
    expect(new Set(problems.map((name) => Buffer.from(files[name]).toString())).size).toBe(30);
    const again = await runCli(words);
    expect(again.files).toEqual(files);
    const marked = await runCli(
      ["attend", "class/ex-07-problem.json", "--check", "class/ex-07-answers.json"],
      {
        given: files,
      },
    );
    expect([marked.exitCode, marked.stdout]).toEqual([1, expect.stringContaining("There are no answers")]);
  });

  test.each(["markdown", "latex", "html"])(
    "the task in %s has no answer in it, the key has all",
    async (form) => {
      const words = ["exercise", "posenc", "--level", "3", "--seed", "5", "-o", form];
      const task = (await runCli(words)).stdout;
      const key = (await runCli([...words, "--key"])).stdout;
      const [{ answers }] = JSON.parse(
        (await runCli(["exercise", "posenc", "--level", "3", "--seed", "5", "--json"])).stdout,
      ).exercises;
      for (const value of answers.encoding.flat()) {
        expect(key).toContain(value.toFixed(3));
        expect(task).not.toContain(value.toFixed(3));
      }
      // LaTeX keeps two hyphens from becoming a dash.
      expect(key.replaceAll("{-}", "-")).toContain("sin-cos-swapped");
    },
  );
});

test.each([
  [["layers"], "UNKNOWN_NAME", "There is no exercise"],
  [["attend", "--moodle", "--gift"], "USAGE", "--gift and --format moodle contradict each other"],
  [["attend", "--files", "a", "--gift"], "USAGE", "--format gift holds all questions"],
  [["attend", "--files", "a", "--output", "b"], "USAGE", "--files a and --output b contradict each other"],
  [["attend", "--level", "4"], "BAD_VALUE", "--level"],
])("%s is refused", async (words, code, message) => {
  const { exitCode, stderr } = await runCli(["exercise", ...words]);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  expect(stderr).toMatch(new RegExp(`${code}|hint`));
});

test.each([
  [["attend", "--moodle", "--key"], "--key", "a form without answers"],
  [["attend", "--force"], "--force", "files, but none is named"],
])("%s: one line says what it is about", async (words, option, about) => {
  const { exitCode, stderr } = await runCli(["exercise", ...words]);
  expect([exitCode, stderr]).toEqual([0, `note: ${option} changes nothing here: it is about ${about}\n`]);
});

test("-o FILE and --output FILE write the form that the ending says", async () => {
  for (const [file, begins] of [
    ["class.html", "<!doctype html>"],
    ["quiz.xml", "<?xml"],
    ["class.tex", "\\documentclass"],
    ["class.json", "{"],
  ]) {
    const named = await runCli(["exercise", "-o", file]);
    expect([named.exitCode, named.stdout]).toEqual([0, ""]);
    expect(Buffer.from(named.files[file]).toString("utf8").startsWith(begins), file).toBe(true);
    expect((await runCli(["exercise", "--output", file])).files).toEqual(named.files);
  }
  const { exitCode, stderr } = await runCli(["exercise", "-o", "class.docx"]);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining("not a format of exercises")]);
});
