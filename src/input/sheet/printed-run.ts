import type { SheetLine } from "./sheet-lines.js";

/** A table as qkv prints it: its title, and its lines, from that of the title to the last footer. */
export interface PrintedTable {
  readonly title: string;
  readonly lines: readonly SheetLine[];
}

/** What is known of the lines of a printed run; lines that are in neither are read like those of any sheet. */
export interface PrintedRun {
  readonly tables: ReadonlyMap<SheetLine, PrintedTable>;
  /** Its conventions, pictures, measures and the command that repeats it: they answer nothing. */
  readonly aside: ReadonlySet<SheetLine>;
}

const TITLE = /^(\S.*?)(?: {2,}.*)? {2}\((\d+)[×x](\d+)(?:, [^()]*)?\)$/;
const MEASURES = /^\S.* {2}\((?:one line|\d+ lines?|\d+[×x]\d+)\b/;
const CONVENTIONS = /;\s(?:not rounded|rounded to \d+ (?:decimals?|significant))/;
const RULE = /^\s*[─-]{3,}\s*$/;
/** The line above the steps of a head, a norm or a layer. */
export const SCOPE = /^(?:──|--) (\S.*\S) (?:──|--)$/;

const PICTURE = /[░▒▓█▁▂▃▄▅▆▇▏▎▍▌▋▊▉←↑→↓↖↗↘↙╭╮╰╯│⠀-⣿]|^one hand a position/;

/** Finds the tables that qkv printed on a sheet and, where the sheet is a whole run, what stands around them. */
export function findPrinted(lines: readonly SheetLine[]): PrintedRun {
  const paragraphs = paragraphsOf(lines);
  const isRun = CONVENTIONS.test(textOf(paragraphs[0] ?? []));
  const tables = new Map<SheetLine, PrintedTable>();
  const aside = new Set<SheetLine>(isRun ? paragraphs[0] : []);
  for (const paragraph of paragraphs.slice(isRun ? 1 : 0)) {
    const title = titleOf(paragraph);
    const isRuled = paragraph.some(({ text }) => RULE.test(text));
    if (title !== undefined && isRuled) tables.set(paragraph[0], { title, lines: paragraph });
    else if (isRun && isAside(paragraph, isRuled)) for (const line of paragraph) aside.add(line);
  }
  return { tables, aside };
}

const isAside = ([first, ...rest]: readonly SheetLine[], isRuled: boolean): boolean =>
  (isRuled && MEASURES.test(first.text)) ||
  [first, ...rest].some(({ text }) => PICTURE.test(text)) ||
  /^(?:In all|To repeat this run|Heads|Size and cost)\b/.test(first.text);

/** The title over a table, which may go on in the lines below it, two blanks further in. */
function titleOf(paragraph: readonly SheetLine[]): string | undefined {
  let whole = "";
  for (const { text } of paragraph.slice(0, 4)) {
    if (whole !== "" && !/^ {2}\S/.test(text)) return undefined;
    whole = whole === "" ? text : `${whole} ${text.trim()}`;
    const found = TITLE.exec(whole);
    if (found) return found[1];
  }
  return undefined;
}

const textOf = (paragraph: readonly SheetLine[]) => paragraph.map(({ text }) => text).join(" ");

function paragraphsOf(lines: readonly SheetLine[]): readonly (readonly SheetLine[])[] {
  const paragraphs: SheetLine[][] = [];
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
