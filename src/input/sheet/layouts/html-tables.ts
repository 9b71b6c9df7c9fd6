import type { SheetLine } from "../sheet-lines.js";

const UNSEEN = /<!--[\s\S]*?-->|<(head|style|script|colgroup)\b[\s\S]*?<\/\1\s*>|<!doctype[^>]*>/gi;
const TAG = /<(\/?)([a-z][a-z0-9]*)\b([^<>]*)>/gi;
const OWN_LINE =
  /^(?:p|div|h[1-6]|li|ul|ol|br|hr|table|caption|section|article|body|html|title|pre|blockquote|figure|figcaption)$/;
const ENTITIES: Readonly<Record<string, string>> = {
  nbsp: " ",
  ensp: " ",
  emsp: " ",
  thinsp: " ",
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  minus: "-",
  ndash: "–",
  mdash: "—",
  times: "×",
  middot: "·",
  sdot: "·",
  radic: "√",
  infin: "∞",
  alpha: "α",
  Sigma: "Σ",
  sum: "∑",
  asymp: "≈",
  prime: "′",
  rarr: "→",
  hellip: "…",
};

/**
 * The lines of a text with tables of HTML: a row of a table is a line of cells between tabs, merged cells are blank behind
 * their first, and what stands in paragraphs and headings is a line of its own. Undefined where there is no such table.
 */
export function linesOfHtml(lines: readonly SheetLine[]): readonly SheetLine[] | undefined {
  if (!lines.some(({ text }) => /<t[rd]\b/i.test(text))) return undefined;
  const text = lines.map((line) => line.text).join("\n");
  // What is not seen becomes as many blanks, so that places stay.
  const seen = text.replace(UNSEEN, (hidden) => hidden.replace(/[^\n]/g, " "));
  const page = new Page(lines);
  let from = 0;
  for (const { 0: tag, 1: closing, 2: name, 3: attributes, index } of seen.matchAll(TAG)) {
    page.say(seen.slice(from, index), from);
    from = index + tag.length;
    page.meet(name.toLowerCase(), closing === "", attributes);
  }
  page.say(seen.slice(from), from);
  page.endLine();
  return page.lines;
}

/** A page as it is read from its start: the line that is being said, and the row that is being filled. */
class Page {
  readonly lines: SheetLine[] = [];
  private said = "";
  private row: string[] | undefined;
  /** In how many rows more a column is taken by a cell that reaches down. */
  private reach: number[] = [];
  private place: SheetLine;
  private next = 0;
  private readonly starts: readonly number[];

  constructor(private readonly source: readonly SheetLine[]) {
    this.place = source[0];
    let at = 0;
    this.starts = source.map(({ text }) => {
      const start = at;
      at += text.length + 1;
      return start;
    });
  }

  say(text: string, from: number): void {
    const plain = decoded(text);
    if (plain.trim() !== "" && this.said.trim() === "") this.place = this.lineAt(from + text.search(/\S/));
    if (this.row) {
      this.said += plain.replace(/\s+/g, " ");
      return;
    }
    // Outside of tables lines may be those of another form: Markdown around a table.
    const [first, ...others] = plain.split("\n");
    this.said += first;
    for (const [count, other] of others.entries()) {
      this.endLine();
      this.said = other;
      this.place = this.lineAt(from + text.split("\n", count + 1).join("\n").length + 1);
    }
  }

  meet(name: string, isOpening: boolean, attributes: string): void {
    if (name === "sup" && isOpening) this.said += "^";
    if (name === "sub" && isOpening) this.said += "_";
    if (name === "tr") this.endRow();
    if (name === "tr" && isOpening) this.row = [];
    if (name === "table" && !isOpening) this.endRow();
    if (name === "table") this.reach = [];
    if (name === "td" || name === "th") this.meetCell(isOpening, attributes);
    else if (OWN_LINE.test(name) && !this.row) this.endLine();
    else if (OWN_LINE.test(name)) this.said += " ";
  }

  private meetCell(isOpening: boolean, attributes: string): void {
    this.row ??= [];
    this.endCell();
    if (!isOpening) return;
    while (this.reach[this.row.length] > 0) this.row.push("");
    this.row.push(OPEN);
    const spanOf = (name: string) =>
      Number(new RegExp(`\\b${name}\\s*=\\s*["']?(\\d+)`, "i").exec(attributes)?.[1] ?? 1);
    const wide = Math.max(1, spanOf("colspan"));
    for (let col = 0; col < wide; col++)
      this.reach[this.row.length - 1 + col] = Math.max(0, spanOf("rowspan") - 1) + 1;
    for (let col = 1; col < wide; col++) this.row.push("");
  }

  private endCell(): void {
    const at = this.row?.indexOf(OPEN) ?? -1;
    if (this.row && at >= 0) this.row[at] = this.said.trim();
    this.said = "";
  }

  private endRow(): void {
    if (!this.row) {
      if (this.said.trim() !== "") this.endLine();
      return;
    }
    this.endCell();
    const cells = this.row;
    while (this.reach[cells.length] > 1) cells.push("");
    this.reach = this.reach.map((left) => Math.max(0, left - 1));
    this.row = undefined;
    this.lines.push({ ...this.place, text: cells.join("\t") });
  }

  endLine(): void {
    this.lines.push({ ...this.place, text: this.said.trim() });
    this.said = "";
  }

  private lineAt(offset: number): SheetLine {
    while (this.next + 1 < this.starts.length && this.starts[this.next + 1] <= offset) this.next++;
    return this.source[this.next];
  }
}

/** A cell whose text is still to come. */
const OPEN = "\u0000";

const decoded = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,8}));/gi, (whole, hex, decimal, name) => {
    if (name) return ENTITIES[name] ?? whole;
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
