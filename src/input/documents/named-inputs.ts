import { setting } from "../../setting-names.js";
import { refuseMixedCommas } from "../forms/decimal-comma.js";
import type { Parsed, Span } from "../forms/form.js";
import { linesOf, offsetIn, type Line as TextLine } from "../forms/lines.js";
import { asSheet } from "../sheet-source.js";
import { refuseAt, type Source, textOf } from "../source.js";
import { type Entry, gridValue } from "../value.js";
import { placeOf } from "./assemble.js";
import type { Take } from "./evidence.js";
import { blocksOf, freeItem, type InputBlock, inputsOnSheets, STEPS_ON_SHEETS } from "./find-inputs.js";
import type { SheetText } from "./lines.js";
import { type NameFinder, nameFinder } from "./names.js";
import { placeRuns } from "./place.js";
import { runsIn, spellingsOf, withBlocks } from "./read-document.js";
import { type Lines, linesText, severalLines } from "./reading.js";
import { saidOnSheet } from "./said-on-sheet.js";
import { sheetNames } from "./sheet-names.js";
import { sheetText } from "./sheet-text.js";
import type { TitledRun } from "./titles.js";
import type { Token } from "./tokens.js";

/** A longer text is data, and no problem that a person wrote down. */
const LONGEST = 50_000;

/**
 * The matrices that a text gives under the names of inputs, as a sheet does: `Q:` above its rows, `# Keys`, `Q = 1 2` and so on; undefined
 * where it names fewer than two. Strict as inputs are read: throws AMBIGUOUS for rows that no name is above, RAGGED_ROWS and
 * NOT_A_NUMBER, with the place.
 */
export async function namedInputs(
  given: Source,
  {
    accepts,
    decimalComma = false,
  }: { readonly accepts: readonly string[]; readonly decimalComma?: boolean | undefined },
): Promise<Parsed | undefined> {
  const { source } = await asSheet(given);
  if (source.isBinary || source.stored || source.bytes.length > LONGEST) return undefined;
  const typed = textOf(source.bytes, 0, source.bytes.length);
  // JSON says by its names what is what, and without a letter there is no name.
  if (/^\s*[{[]/.test(typed) || !/\p{L}/u.test(typed)) return undefined;
  const text = sheetText(typed, source.name);
  const names = [...inputsOnSheets, "mask"].filter((name) => accepts.includes(name));
  const finder = nameFinder(sheetNames(STEPS_ON_SHEETS, names));
  const found = place(text, finder, { names, isComma: decimalComma });
  const blocks = blocksOf(found.takes, names);
  if (blocks.length < 2) return undefined;
  refuseOpen(source);
  const places = new Places(source, found.sheet);
  if (!decimalComma) refuseCommas(found, places);
  for (const take of found.takes) for (const token of tokensOf(take)) places.find(token);
  refuseUnnamed(found, places);
  return {
    source,
    form: "a text with names",
    value: {
      kind: "object",
      start: 0,
      entries: new Map([
        ...blocks.map((block) => [block.name, entryOf(block, places)] as const),
        ...blocks.flatMap((block) => labelsOf(block)),
      ]),
    },
    remarks: remarksOf(text, found, blocks),
    spanOf: ({ start }, cell) => places.spanOfCell(start, cell),
  };
}

/** The runs of numbers of a text, and what they are. */
interface Placed {
  readonly sheet: SheetText;
  readonly runs: readonly TitledRun[];
  readonly takes: readonly Take[];
}

/** Of the ways in which rows may be separated the one that explains most; a comma is a decimal mark where that is said. */
function place(
  given: SheetText,
  finder: NameFinder,
  { names, isComma }: { readonly names: readonly string[]; readonly isComma: boolean },
): Placed {
  const sheet = withBlocks(given, finder);
  const items = [
    ...names.map((id) => freeItem(id, true)),
    ...STEPS_ON_SHEETS.map((id) => freeItem(id, false)),
  ];
  const weak = new Set(spellingsOf(sheet).map(({ isSemicolonWeak }) => isSemicolonWeak));
  const [first, ...others] = Array.from(weak, (isSemicolonWeak) => {
    const runs = runsIn(sheet, finder, { isComma, isSemicolonWeak });
    return {
      sheet,
      runs,
      ...placeRuns({ runs, expected: new Map(), habits: { turned: 0 }, firstHead: 0 }, items),
    };
  });
  return others.reduce((best, one) => (one.total > best.total ? one : best), first);
}

const tokensOf = ({ rows }: Pick<Take, "rows">): readonly Token[] => rows.flatMap(({ cells }) => cells);

/** Where the numbers of a text stand in it; each is searched behind the one before, since lines lost their decoration. */
class Places {
  readonly #lines: readonly TextLine[];
  readonly #ends = new Map<number, number>();
  readonly #spans = new Map<Token, Span>();
  readonly #blocks = new Map<number, readonly Span[]>();

  constructor(
    readonly source: Source,
    readonly sheet: SheetText,
  ) {
    this.#lines = linesOf(source);
  }

  find(token: Token): Span {
    const known = this.#spans.get(token);
    if (known) return known;
    const { number } = this.sheet.lines[token.line];
    const line = this.#lines[number - 1];
    const from = this.#ends.get(number) ?? 0;
    const at = Math.max(line.text.indexOf(token.text, from), from);
    this.#ends.set(number, at + token.text.length);
    const span = { start: offsetIn(line, at), end: offsetIn(line, at + token.text.length) };
    this.#spans.set(token, span);
    return span;
  }

  /** Where a matrix begins, by which its cells are found again. */
  startOf(spans: readonly Span[]): number {
    const [{ start }] = spans;
    this.#blocks.set(start, spans);
    return start;
  }

  spanOfCell(start: number, cell: number): Span {
    const spans = this.#blocks.get(start) ?? [];
    return spans[cell] ?? spans[0] ?? { start, end: start };
  }
}

/** `1,5 2,0` may be two numbers or four. Throws AMBIGUOUS. */
function refuseCommas({ sheet, takes }: Placed, places: Places): void {
  for (const token of takes.flatMap(tokensOf)) {
    const [row] = /\d+,\d+\s+[-+]?\d+,\d[\d\s,.+-]*/.exec(sheet.lines[token.line].text) ?? [];
    if (row !== undefined) refuseMixedCommas(places.source, places.find(token).start, row.trim());
  }
}

/** A bracket without its other one leaves open where a matrix ends. Throws SYNTAX. */
function refuseOpen(source: Source): void {
  const text = textOf(source.bytes, 0, source.bytes.length);
  const open: number[] = [];
  for (const { 0: bracket, index } of text.matchAll(/[[\]]/g)) {
    if (bracket === "[") open.push(index);
    else if (open.pop() === undefined)
      refuseBracket(source, text, index, "] closes nothing: no [ is open here.");
  }
  if (open.length > 0) refuseBracket(source, text, open[0], "[ is never closed.");
}

const refuseBracket = (source: Source, text: string, at: number, message: string): never =>
  refuseAt(
    source,
    Buffer.byteLength(text.slice(0, at)),
    "SYNTAX",
    message,
    "Is a bracket missing, or one too many?",
  );

/** A block as an entry of an object. Throws where it is no matrix. */
function entryOf({ name, takes, matrix }: InputBlock, places: Places): Entry {
  const tokens = takes.flatMap(tokensOf);
  const spans = tokens.map((token) => places.find(token));
  const [{ start }] = spans;
  const misspelt = tokens.find(({ isMisspelt, cell }) => isMisspelt || cell === null);
  if (misspelt) {
    const message = `${name}: "${misspelt.text}" is not a number.`;
    refuseAt(places.source, places.find(misspelt).start, "NOT_A_NUMBER", message, "Write it in digits.");
  }
  if (!matrix) {
    const lengths = takes.flatMap(({ rows }) => rows.map(({ cells }) => cells.length));
    const message = `${name} is ragged: its rows have ${[...new Set(lengths)].join(" and ")} values.`;
    refuseAt(places.source, start, "RAGGED_ROWS", message, "Every row needs the same number of values.");
  }
  const isTurned = takes[0].rows[0].isTurned;
  const inOrder = isTurned ? spans.map((_, at) => spans[turnedIndex(at, matrix)]) : spans;
  return { keyStart: start, value: gridValue(places.startOf(inOrder), matrix) };
}

/** Whose rows the tokens are that are called so in a bundle. */
const TOKENS_OF: Readonly<Record<string, string>> = {
  query: "tokens",
  x: "tokens",
  key: "keyTokens",
  memory: "keyTokens",
};

/** The names of the rows, where a word that is no name of a matrix stands before each: `the 1 0`. */
function labelsOf({ name, takes }: InputBlock): readonly (readonly [string, Entry])[] {
  const rows = takes.flatMap((take) => take.rows);
  const words = rows.map(({ clause }) => clause.trim().replace(/[\s:|]+$/, ""));
  const isLabelled = rows.every(({ own }, row) => /^\S*\p{L}\S*$/u.test(words[row]) && own.size === 0);
  const isAllDifferent = new Set(words).size === rows.length;
  const role = TOKENS_OF[name];
  if (role === undefined || !isLabelled || !isAllDifferent || takes[0].rows[0].isTurned) return [];
  const items = words.map((value) => ({ kind: "scalar", start: 0, value }) as const);
  return [[role, { keyStart: 0, value: { kind: "list", start: 0, items } }]];
}

/** Where a cell of a matrix stands in its transpose, both row by row. */
const turnedIndex = (at: number, { rows, cols }: { readonly rows: number; readonly cols: number }): number =>
  (at % cols) * rows + Math.floor(at / cols);

/** Rows that stand below no name may belong to a matrix of which nothing else would be missed. */
function refuseUnnamed({ runs, takes }: Placed, places: Places): void {
  const used = new Set(takes.flatMap(({ rows }) => rows));
  const left = runs.find((run) => !run.isWorking && run.cells.length > 1 && !used.has(run));
  if (!left) return;
  const text = left.cells.map((token) => token.text).join(" ");
  const message = `nothing says which matrix "${text}" belongs to.`;
  const hint = "Write its name above it or before it, as in Q = [1 0; 0 1].";
  refuseAt(places.source, places.find(left.cells[0]).start, "AMBIGUOUS", message, hint);
}

/** Where each matrix stands, and what else the text says. */
function remarksOf(
  text: SheetText,
  { sheet, takes }: Placed,
  blocks: readonly InputBlock[],
): readonly string[] {
  const inputs = new Set(blocks.map(({ name }) => name));
  // A single number may be one of a formula.
  const steps = takes.filter(({ item, cells }) => !inputs.has(item.id) && cells.flat().length > 1);
  const linesOfTakes = (all: readonly Take[]) => all.map(({ rows }) => placeOf(rows, sheet.lines));
  return [
    ...blocks.map((block) => `${block.name} ${severalLines(joined(linesOfTakes(block.takes)))}`),
    ...steps.map((take) => `left aside: ${take.item.id} ${linesText(placeOf(take.rows, sheet.lines))}`),
    ...(saidOnSheet(text).hasMask && !inputs.has("mask")
      ? [`a mask that it speaks of is given by ${setting("causal")} or ${setting("mask")}`]
      : []),
  ];
}

/** Lines that go on from those before them with these. */
function joined(all: readonly Lines[]): readonly Lines[] {
  const ranges: Lines[] = [];
  for (const { from, to } of all) {
    const last = ranges.at(-1);
    if (last && from <= last.to + 1)
      ranges[ranges.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    else ranges.push({ from, to });
  }
  return ranges;
}
