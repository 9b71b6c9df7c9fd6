import type { WrittenNumber } from "../../math/written.js";
import { writtenRows } from "../answer-cells.js";
import type { AsideLine, GivenAnswer } from "../answers-in-value.js";
import type { FormOptions } from "../forms/form.js";
import { refuseAt, type Source } from "../source.js";
import type { StepTitles, TitledStep } from "../step-titles.js";
import { findPrinted, type PrintedLine, type PrintedTable, SCOPE } from "./printed-run.js";

/** What a run that qkv printed answers, and the lines of it that answer nothing. */
interface ReadPrinted {
  readonly answers: readonly GivenAnswer[];
  readonly aside: readonly AsideLine[];
}

/** Reads a run as qkv prints it, each table below its title; undefined for any other text. Throws AMBIGUOUS where a title means several steps. */
export async function readPrinted(
  source: Source,
  titles: StepTitles,
  options: FormOptions,
): Promise<ReadPrinted | undefined> {
  const run = findPrinted(source);
  if (!run || run.tables.size === 0) return undefined;
  const { ruled } = await import("../forms/ruled.js");
  const answers: GivenAnswer[] = [];
  const aside = new Set(run.aside);
  let scope = "";
  let end = 0;
  for (const [index, line] of run.lines.entries()) {
    if (index < end) continue;
    scope = SCOPE.exec(line.text)?.[1] ?? scope;
    const found = run.tables.get(line);
    if (!found) continue;
    end = index + found.count;
    for (const table of found.tables) {
      const steps = titles.find(table.title, table.scope ?? scope, table.formula);
      if (steps.length === 0) for (const one of run.lines.slice(index, end)) aside.add(one);
      else answers.push(...(await readTable(table, line, steps)));
    }
  }
  return { answers, aside: [...aside].sort((a, b) => a.number - b.number) };

  async function readTable(table: PrintedTable, line: PrintedLine, steps: readonly TitledStep[]) {
    const text = table.lines.map((one) => one.text).join("\n");
    const [bytes, linesBefore] = [Buffer.from(text, "utf8"), table.lines[0].number - 1];
    const parsed = await ruled.parse({ ...source, bytes, typed: bytes, linesBefore }, options);
    const rows = writtenRows(table.title, parsed.value, parsed);
    const step = steps.length === 1 ? steps[0] : steps.find((one) => hasShape(one, rows));
    if (!step) {
      const keys = steps.map(({ key }) => key).join(" or ");
      const message = `"${table.title}" may be ${keys}.`;
      return refuseAt(source, line.start, "AMBIGUOUS", message, `Write which step it is: ${keys}.`);
    }
    const { labels, columnLabels, sums } = parsed;
    const place = { source: source.name, line: line.number, ...(labels && { rowLabels: labels }) };
    const own = { ...place, key: step.key, rows, ...(columnLabels && { columnLabels }) };
    if (!sums || step.sums === undefined) return [own];
    return [own, { ...place, key: step.sums, rows: writtenRows(step.sums, sums.value, sums) }];
  }
}

const hasShape = ({ shape }: TitledStep, rows: readonly (readonly (WrittenNumber | null)[])[]): boolean =>
  shape !== undefined && rows.length === shape.rows && rows[0].length === shape.cols;
