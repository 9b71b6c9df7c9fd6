import { KINDS, type Plan } from "./drawn-sheets-kinds.js";
import { drawPerson, filled, type Person } from "./drawn-sheets-person.js";
import { LABELLED } from "./drawn-sheets-writers.js";
import { runCli } from "./run-cli.js";
import { solve } from "./student/student.js";
import { each, oneOf, type Random, type Rows, sum, wholeIn } from "./student/work.js";

// Sheets that contain their own problem, drawn from kinds of work, ways to write it, languages and remarks.

/** A sheet. Unless it is right, one cell of one step is wrong. */
export interface DrawnSheet {
  readonly kind: string;
  /** How its matrices are written, and its language. */
  readonly form: string;
  readonly file: string;
  readonly text: string;
  readonly isRight: boolean;
}

/** A matrix on a sheet. */
interface Block {
  readonly id: string;
  readonly title: string;
  readonly isInput: boolean;
  readonly rows: Rows;
  readonly rowNames: readonly string[];
  readonly columnNames: readonly string[];
}

/** A matrix, or a line of text. */
type Part = Block | string;

const isStep = (part: Part): part is Block => typeof part !== "string" && !part.isInput;
/** What the rows of any matrix are called, if not by its letter. */
const ROW_WORDS = ["", "", "token ", "word ", "row ", "Token ", "x", "t", "pos "];
const counted = (letter: string) => Array.from({ length: 8 }, (_, at) => `${letter}${at + 1}`);

/** How often people write down a step. The others are always there, but for those that only programs write. */
const CHANCES: Readonly<Record<string, number>> = {
  ...{ scores: 0.85, "scaled-scores": 0.8, exponentials: 0.25, "row-sums": 0.2 },
};
const ONLY_PROGRAMS = /^(norm-2|norm-1\/|feed-forward-1|d-row-dots|d-scaled-scores|d-scores|rates|angles)/;
const OF_KEYS = ["scores", "scaled-scores", "masked-scores", "exponentials", "weights", "d-weights"];
const HEADINGS = ["## {title}", "{title}", "{title}{colon}", "--- {title} ---"];

/** Returns what is written down: the problem, and some of the steps. */
function partsOf(plan: Plan, { say }: Person, random: Random): readonly Part[] {
  const { work, statement = [], hidden = [], hasTokens } = plan;
  const get = solve(work);
  const words = hasTokens && [...say.tokens.split(" "), oneOf(random, ["<pad>", "PAD"])];
  const skipped = Object.keys(CHANCES).filter((id) => random() > CHANCES[id]);
  const without = [...hidden, ...skipped, skipped.includes("exponentials") ? "row-sums" : ""];
  const steps = work.steps.filter(({ id, key }) => !without.includes(id) && !ONLY_PROGRAMS.test(key));
  // A head's own output is its context.
  const isJoined = work.steps.some(({ id }) => id === "context");
  const titles: Readonly<Record<string, string>> = isJoined ? { context: say.output, output: say.final } : {};
  const rowWord = oneOf(random, ROW_WORDS);
  const block = (id: string, key: string, isInput: boolean): Block => {
    const isOfWeights = isInput && id.startsWith("w");
    // The rows of a projection are no tokens.
    const tokens = !isOfWeights && words;
    const letter =
      rowWord !== "" && !isOfWeights ? rowWord : isInput ? id[0] : id.startsWith("d-") ? id[2] : "q";
    const columns = OF_KEYS.includes(id) ? words || counted("k") : counted("");
    return {
      ...{ id, isInput, title: titles[id] ?? say[id], rows: get(key) },
      rowNames: id === "encoding" ? ["0", ...counted("")] : tokens || counted(letter),
      columnNames: columns.slice(0, get(key)[0].length),
    };
  };
  const [heading, first] = [oneOf(random, HEADINGS), wholeIn(random, 0, 1)];
  return [
    ...(statement.length > 0 ? [statement.map((word) => say[word] ?? word).join(", ")] : []),
    ...Object.keys(work.matrices)
      .filter((name) => !hidden.includes(name))
      .map((name) => block(name, name, true)),
    ...steps.flatMap(({ id, key, head }, at) => {
      const isFirst = work.settings.heads === 2 && head !== undefined && head !== steps[at - 1]?.head;
      const title = `${say.head} ${first + (head ?? 0)}`;
      return [...(isFirst ? [filled(heading, { ...say, title })] : []), block(id, key, false)];
    }),
  ];
}

type Layout = (parts: readonly Part[], person: Person, random: Random) => readonly string[];

/** Writes one matrix after the other. */
const inBlocks: Layout = (parts, { inputs, steps, numbers }) => {
  const counts = new Map([inputs, steps].map((writer) => [writer, 0]));
  return parts.flatMap((part) => {
    if (typeof part === "string") return ["", part];
    const writer = part.isInput ? inputs : steps;
    const at = (counts.get(writer) ?? 0) + 1;
    counts.set(writer, at);
    return ["", ...writer.write(part.title, at, { ...part, cells: numbers(part.rows) })];
  });
};

type OfQuery = (row: number, steps: readonly Block[]) => readonly string[];

/** Writes the steps of one query after those of the other. */
const byQuery =
  (draw: (person: Person, random: Random) => OfQuery): Layout =>
  (parts, person, random) => {
    const write = draw(person, random);
    const steps = parts.filter(isStep);
    const queries = steps[0].rows.flatMap((_, row) => {
      const [first, ...others] = write(row, steps);
      return ["", filled(person.say.ofQuery, { i: row + 1 }) + first, ...others];
    });
    return [
      ...inBlocks(
        parts.filter((part) => !isStep(part)),
        person,
        random,
      ),
      ...queries,
    ];
  };

const inSentences = byQuery(({ say, between, numbers }, random) => {
  const write = oneOf(random, [
    (cells: readonly string[]) => `(${cells.join(between)})`,
    (cells: readonly string[]) => `[${cells.join(between)}]`,
    (cells: readonly string[]) => cells.join(between),
    (cells: readonly string[]) => `${cells.slice(0, -1).join(between)} ${say.and} ${cells.at(-1)}`,
  ]);
  const isList = random() < 0.5;
  return (row, steps) => {
    const said = steps.map(({ id, rows }) => filled(say[`says ${id}`], { x: write(numbers(rows)[row]) }));
    const [first, ...others] = said.map((text) => text[0].toUpperCase() + text.slice(1));
    return isList ? [say.colon, first, ...others] : [`${say.colon} ${said[0]}. ${others.join(". ")}.`];
  };
});

/** A row for each key, a column for each step, and the output behind the table. */
const inTables = byQuery(({ say, between, numbers }, random) => {
  const [, write] = oneOf(random, Object.entries(LABELLED));
  const hasSums = random() < 0.5;
  return (row, steps) => {
    const columns = steps.filter(({ id }) => OF_KEYS.includes(id));
    const [{ columnNames: keys }] = columns;
    const cells = keys.map((_, key) => columns.map(({ rows }) => numbers(rows)[row][key]));
    const sums = columns.map(({ id, rows }) =>
      ["exponentials", "weights"].includes(id)
        ? (numbers([...rows, [sum(rows[row])]]).at(-1)?.[0] ?? "")
        : "",
    );
    const table = write({
      cells: hasSums ? [...cells, sums] : cells,
      rowNames: [...keys, say.sum],
      columnNames: columns.map(({ title }) => title),
      ...{ corner: say.token, between },
    });
    const output = steps.filter(({ id }) => id === "output");
    const vectors = output.map(({ title, rows }) => `${title} = (${numbers(rows)[row].join(between)})`);
    return ["", ...table, "", ...vectors];
  };
});

const LAYOUTS: Readonly<Record<string, Layout>> = { sentences: inSentences, "a table a query": inTables };

/** Returns the step with a wrong number in a cell: one that rounding does not explain. */
const withWrong = (step: Block, row: number, col: number): Block => ({
  ...step,
  rows: each(step.rows, (cell, i, j) => {
    if (i !== row || j !== col) return cell;
    return Number.isInteger(cell) ? cell + 2 : cell + 0.3 + Math.abs(cell) / 5;
  }),
});

/** Draws a sheet. The same numbers draw the same sheet, right or with one wrong cell. */
export function drawSheet(random: Random, isRight: boolean): DrawnSheet {
  const kind = oneOf(random, Object.keys(KINDS));
  const plan = KINDS[kind](random);
  const person = drawPerson(random, plan.work.dK);
  const parts = partsOf(plan, person, random);
  const { say, inputs, steps: writer, language } = person;
  const steps = parts.filter(isStep);
  const cells = steps.flatMap((step) =>
    step.rows.flatMap((row, i) => row.flatMap((cell, j) => (Number.isFinite(cell) ? [{ step, i, j }] : []))),
  );
  const { step: spoilt, i, j } = oneOf(random, cells);
  const remarked = random() < 0.4 ? oneOf(random, steps) : undefined;
  const again = kind in LAYOUTS || random() < 0.85 ? undefined : oneOf(random, steps);
  const [first, second] = say.attempts.split(", ");
  const written = parts.flatMap((part): readonly Part[] => {
    if (!isStep(part)) return [part];
    const step = part === spoilt && !isRight ? withWrong(part, i, j) : part;
    const attempts = [
      { ...withWrong(part, 0, 0), title: `${part.title} (${first})` },
      { ...step, title: `${part.title} (${second})` },
    ];
    return [...(part === again ? attempts : [step]), ...(part === remarked ? [say.remark] : [])];
  });
  const lines = (LAYOUTS[kind] ?? inBlocks)(written, person, random);
  const form = `${writer.name}, the problem in ${inputs.name}, ${language}${again ? ", two attempts" : ""}`;
  const file = /Markdown|LaTeX/.test(form) ? "sheet.md" : "sheet.txt";
  const text = [...(random() < 0.4 ? [say.headLine] : []), ...lines].join("\n");
  return { kind, form, file, text: `${text.trim()}\n`, isRight };
}

/** What qkv says of a sheet. */
export type Answer = "right" | "wrong" | "unsure" | "refused";

export async function judgeDrawn({ file, text }: DrawnSheet): Promise<Answer> {
  const { exitCode, stdout } = await runCli(["check", file], { given: { [file]: text } });
  if (exitCode === 2) return "refused";
  if (stdout.startsWith("Right")) return "right";
  return stdout.startsWith("Not right") ? "wrong" : "unsure";
}
