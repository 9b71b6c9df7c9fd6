import { plainLatex } from "../documents/latex-lines.js";
import type { Line } from "../documents/lines.js";
import { linesOf, numbered } from "../forms/lines.js";
import type { Source } from "../source.js";
import type { StepTitles } from "../step-titles.js";

/** A table as qkv prints it, in a terminal or a document: its title, its scope, and the lines with its cells. */
export interface PrintedTable {
  readonly title: string;
  /** The formula behind or below the title. It distinguishes tables with the same title. */
  readonly formula: string;
  readonly scope: string;
  readonly lines: readonly Line[];
}

const SIZE = / \((?:\d+ *[×x·] *\d+|[^()\d]+ [×x·] [^()\d]+)(?:, [^()]*)?\)$/;
/** The text above the tables of every run, or in the first line of a page. */
const CONVENTIONS = /;\s(?:not rounded|rounded to \d+ (?:decimals?|significant))/;
const REPEATED = /^#* *To repeat this run\b/;
const OF_PAGE = /^qkv [a-z-]+(?:$| · )/;
const RULE = /^\s*[─-]{3,}(?:\s+[─-]{3,})*\s*$/;
/** A table line in Markdown, or a line with TABs between the cells, from a page or LaTeX. */
const OF_CELLS = /^\s*\|.*\|\s*$|\t/;
const RULES_BESIDE = /^\s*[─-]{3,}(?: +[─-]{3,})+\s*$/;

export const isRule = (text: string): boolean => RULE.test(text) || /^\s*\|[-:| ]+\|\s*$/.test(text);

/** Finds the tables of a run that qkv printed. Returns undefined for any other text. */
export function findPrinted(source: Source, titles: StepTitles): readonly PrintedTable[] | undefined {
  const paragraphs = paragraphsOf(plainLines(source));
  const whole = paragraphs.map((lines) => lines.map(({ text }) => text).join(" "));
  const head = whole.findIndex((text) => CONVENTIONS.test(text));
  const isPage = OF_PAGE.test(paragraphs[0]?.[0].text ?? "");
  const isWhole = isPage || whole.some((text) => REPEATED.test(text));
  if (!isWhole && (head < 0 || whole.slice(0, head).some((text) => SIZE.test(text)))) return undefined;
  const tables: PrintedTable[] = [];
  let heading: Heading = { title: "", formula: "", scope: "" };
  const parts = paragraphs.slice(isPage ? 0 : head + 1);
  for (const [index, paragraph] of parts.entries()) {
    const start = startOf(paragraph);
    const [before, lines] = [paragraph.slice(0, start), paragraph.slice(start)];
    const titled = titleOf(before) ?? (isPage ? titleOfPage(before, parts[index + 1]) : undefined);
    heading = headingBelow(heading, before, titled, titles);
    if (lines.length === 0) continue;
    const beside = tablesBeside(paragraph, heading);
    // If a table is too wide, the remaining columns form a block below it.
    const goesOn = !titled && before.some(({ text }) => /^columns? \d/.test(text));
    const last = goesOn ? tables.pop() : undefined;
    if (beside.length > 0) tables.push(...beside);
    else tables.push(last ? { ...last, lines: [...last.lines, ...lines] } : { ...heading, lines });
  }
  return tables;
}

/** Returns the heading of a table: its own title or the previous one, with the last scope that was named. */
function headingBelow(
  above: Heading,
  before: readonly Line[],
  titled: Title | undefined,
  titles: StepTitles,
): Heading {
  const [formula = above.formula] = before.flatMap(({ text }) => /^`(.+)`$/.exec(text)?.[1] ?? []);
  const own = titled ?? { title: above.title, formula };
  const [, whose = "", title = own.title] = /^(.*?): (.*)$/.exec(own.title) ?? [];
  const scopeOfTitle = titles.scopeOf(whose);
  if (scopeOfTitle !== undefined) return { ...own, title, scope: scopeOfTitle };
  const named = before.flatMap(({ text }) => titles.scopeOf(bare(text)) ?? []);
  return { ...own, scope: named.at(-1) ?? above.scope };
}

function plainLines(source: Source): readonly Line[] {
  const lines = linesOf(source).map(({ text }) => text);
  const whole = lines.join("\n");
  const plain = /^\s*\\documentclass/.test(whole) ? plainLatex(whole) : lines;
  return numbered(plain);
}

/** The maximum length of a heading. */
const LONGEST_HEADING = 200;

/** Removes the marks of a heading. */
const bare = (text: string): string =>
  text.length > LONGEST_HEADING ? text : text.replace(/^[\s─#*-]+|[\s─*-]+$/g, "");

/** Returns the index of the line where the cells begin: the column names above a rule, or the first line of cells. */
function startOf(paragraph: readonly Line[]): number {
  const at = paragraph.findIndex(({ text }, index) => OF_CELLS.test(text) || (index > 0 && RULE.test(text)));
  if (at < 0) return paragraph.length;
  return OF_CELLS.test(paragraph[at].text) ? at : at - 1;
}

type Title = Pick<PrintedTable, "title" | "formula">;
type Heading = Title & Pick<PrintedTable, "scope">;

/**
 * Returns the title of a table, which ends with a size. It has up to four lines, because a line may be broken after the
 * title and before the size.
 */
function titleOf(lines: readonly Line[]): Title | undefined {
  for (const [from] of lines.entries()) {
    const texts = lines.slice(from, from + 4).map(({ text }, at) => (at === 0 ? bare(text) : text.trim()));
    const end = texts.findIndex((_, at) => SIZE.test(texts.slice(0, at + 1).join("  ")));
    if (end < 0) continue;
    const [title, ...formula] = texts
      .slice(0, end + 1)
      .join("  ")
      .replace(SIZE, "")
      .split(/ {2,}/);
    return { title, formula: formula.join(" ") };
  }
  return undefined;
}

/** Returns the title of a table on a page: the line above it, with the formula below it. */
function titleOfPage(before: readonly Line[], behind: readonly Line[] = []): Title | undefined {
  const last = before.at(-1);
  return last && { title: last.text.trim(), formula: behind.at(0)?.text.trim() ?? "" };
}

/** Splits tables that are side by side, each below its scope. It cuts where the rule below the column names ends. */
function tablesBeside(paragraph: readonly Line[], title: Title): readonly PrintedTable[] {
  const rule = paragraph.find(({ text }) => RULES_BESIDE.test(text));
  const starts = Array.from(rule?.text.matchAll(/[─-]+/g) ?? [], ({ index }) => index);
  return starts.map((from, at) => {
    const [{ text: scope }, ...lines] = paragraph.map((line) => ({
      ...line,
      text: line.text.slice(from, starts[at + 1]).trimEnd(),
    }));
    return { ...title, scope, lines: lines.filter(({ text }) => text !== "") };
  });
}

function paragraphsOf(lines: readonly Line[]): readonly (readonly Line[])[] {
  const paragraphs: Line[][] = [[]];
  for (const line of lines) {
    if (line.text.trim() !== "") paragraphs[paragraphs.length - 1].push(line);
    else if (paragraphs[paragraphs.length - 1].length > 0) paragraphs.push([]);
  }
  return paragraphs.filter((lines) => lines.length > 0);
}
