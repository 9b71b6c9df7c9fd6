import { type Line, linesOf } from "../forms/lines.js";
import type { Source } from "../source.js";

/** A line of what was printed, and its number, from 1. */
export interface PrintedLine extends Line {
  readonly number: number;
}

/** A table as qkv prints it: its title, and its lines, from that of the title to the last footer. */
export interface PrintedTable {
  readonly title: string;
  /** What stands behind the title; it tells apart what is called alike. */
  readonly formula: string;
  readonly lines: readonly PrintedLine[];
  /** Where tables stand beside each other: whose it is, and that its lines are pieces of those of the sheet. */
  readonly scope?: string;
}

/** The tables that begin in a line, and how many lines they take. */
export interface PrintedTables {
  readonly tables: readonly PrintedTable[];
  readonly count: number;
}

/** A printed run: its lines, and what is known of them. */
export interface PrintedRun {
  readonly lines: readonly PrintedLine[];
  readonly tables: ReadonlyMap<PrintedLine, PrintedTables>;
  /** Its conventions, pictures, measures and the command that repeats it: they answer nothing. */
  readonly aside: ReadonlySet<PrintedLine>;
}

const TITLE = /^(\S.*?)(?: {2,}(.*))? {2}\((?:\d+)[×x](?:\d+)(?:, [^()]*)?\)$/;
/** The title over tables beside each other, which have no size of their own. */
const TITLE_BESIDE = /^(\S.*?)(?: {2,}(.*))? {2}\([^()\d]+ [×x] [^()\d]+\)$/;
const RULES_BESIDE = /^[─-]{3,}(?: +[─-]{3,})*\s*$/;
const MEASURES = /^\S.* {2}\((?:one line|\d+ lines?|\d+[×x]\d+)\b/;
const CONVENTIONS = /;\s(?:not rounded|rounded to \d+ (?:decimals?|significant))/;
const RULE = /^\s*[─-]{3,}\s*$/;
/** The line above the steps of a head, a norm or a layer. */
export const SCOPE = /^(?:──|--) (\S.*\S) (?:──|--)$/;

const PICTURE = /:\+\*# |[░▒▓█▁▂▃▄▅▆▇▏▎▍▌▋▊▉←↑→↓↖↗↘↙╭╮╰╯│⠀-⣿]|^one hand a position/;

/** Finds the tables of a run that qkv printed, and what stands around them; undefined for any other text. */
export function findPrinted(source: Source): PrintedRun | undefined {
  const lines = linesOf(source).map((line, index) => ({ ...line, number: index + 1 }));
  const paragraphs = paragraphsOf(lines);
  const titled = paragraphs.findIndex((paragraph) => titleOf(paragraph, TITLE));
  // What came out stands above the conventions.
  const head = paragraphs
    .slice(0, titled < 0 ? undefined : titled)
    .findIndex((one) => CONVENTIONS.test(textOf(one)));
  if (head < 0) return undefined;
  const tables = new Map<PrintedLine, PrintedTables>();
  const aside = new Set<PrintedLine>(paragraphs.slice(0, head + 1).flat());
  let above: Title | undefined;
  for (const paragraph of paragraphs.slice(head + 1)) {
    const title = titleOf(paragraph, TITLE);
    const isRuled = paragraph.some(({ text }) => RULE.test(text));
    const beside = above ? tablesBeside(paragraph, above) : [];
    const opened = titleOf(paragraph, TITLE_BESIDE);
    if (opened) {
      above = opened;
      for (const line of paragraph) aside.add(line);
    } else if (beside.length > 0) tables.set(paragraph[0], { tables: beside, count: paragraph.length });
    else if (title && isRuled)
      tables.set(paragraph[0], { tables: [{ ...title, lines: paragraph }], count: paragraph.length });
    else if (isAside(paragraph, isRuled)) for (const line of paragraph) aside.add(line);
  }
  return { lines, tables, aside };
}

const isAside = ([first, ...rest]: readonly PrintedLine[], isRuled: boolean): boolean =>
  (isRuled && MEASURES.test(first.text)) ||
  [first, ...rest].some(({ text }) => PICTURE.test(text)) ||
  /^(?:In all|To repeat this run|Heads|Size and cost|Also worked out|One number explained)\b/.test(
    first.text,
  ) ||
  // The arithmetic of single cells.
  /^\S.* worked out {2}|^\S+\[[^\]]+\] = /.test(first.text);

interface Title {
  readonly title: string;
  readonly formula: string;
}

/** Tables beside each other, each below the scope that it is of: cut where the rule below the names of columns ends. */
function tablesBeside(paragraph: readonly PrintedLine[], title: Title): readonly PrintedTable[] {
  const rule = paragraph.find(({ text }) => RULES_BESIDE.test(text));
  const starts = Array.from(rule?.text.matchAll(/[─-]+/g) ?? [], ({ index }) => index);
  const tables = starts.map((from, at) => {
    const lines = paragraph.map((line) => ({
      ...line,
      text: line.text.slice(from, starts[at + 1]).trimEnd(),
    }));
    const [first, ...own] = lines;
    return { ...title, scope: first.text, lines: own.filter(({ text }) => text !== "") };
  });
  return tables.every(({ scope }) => /^\p{L}[\w -]*\d/u.test(scope)) ? tables : [];
}

/** The title over a table, which may go on in the lines below it, two blanks further in. */
function titleOf(paragraph: readonly PrintedLine[], pattern: RegExp): Title | undefined {
  let whole = "";
  for (const { text } of paragraph.slice(0, 4)) {
    if (whole !== "" && !/^ {2}\S/.test(text)) return undefined;
    // Lines are broken behind a title and before a size, too.
    whole = whole === "" ? text : `${whole}  ${text.trim()}`;
    const found = pattern.exec(whole);
    if (found) return { title: found[1], formula: found[2] ?? "" };
  }
  return undefined;
}

const textOf = (paragraph: readonly PrintedLine[]) => paragraph.map(({ text }) => text).join(" ");

function paragraphsOf(lines: readonly PrintedLine[]): readonly (readonly PrintedLine[])[] {
  const paragraphs: PrintedLine[][] = [];
  let isOpen = false;
  for (const line of lines) {
    if (line.text.trim() === "") isOpen = false;
    else if (isOpen) paragraphs[paragraphs.length - 1].push(line);
    else {
      paragraphs.push([line]);
      isOpen = true;
    }
  }
  return paragraphs;
}
