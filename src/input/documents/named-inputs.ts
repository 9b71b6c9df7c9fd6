import { setting } from "../../errors.js";
import { type Lines, linesText, severalLines } from "../../sheet-lines.js";
import { refuseMixedCommas } from "../forms/decimal-comma.js";
import type { Parsed } from "../forms/form.js";
import { isWorkbook } from "../open.js";
import { asSheet } from "../sheet-source.js";
import { refuseAt, type Source, textOf } from "../source.js";
import { type Entry, gridValue } from "../value.js";
import { byWord } from "../words.js";
import type { Candidate } from "./evidence.js";
import { blocksOf, type InputBlock, maskedBlocks, type Placed, sharedBlocks } from "./input-blocks.js";
import type { SheetText } from "./lines.js";
import { mentionsOnSheet } from "./mentions-on-sheet.js";
import { placeInputs, unnamedIn } from "./place-inputs.js";
import { Places } from "./places-in-text.js";
import { INPUTS_ON_SHEETS } from "./problems.js";
import { type SettingInText, settingsInText } from "./settings-in-text.js";
import { sheetText } from "./sheet-text.js";
import { ROLES } from "./titles.js";
import type { Token } from "./tokens.js";
import { placeOf } from "./unused.js";

/** A longer text is data, not a problem that a person wrote. */
const LONGEST = 20_000;
const LONGEST_LINE = 2_000;

/** What is known about a text before names are looked for. */
interface NamedReading {
  readonly decimalComma?: boolean | undefined;
  /** Whether the user said that it has names, so that one name is enough. */
  readonly isInWords?: boolean;
}

/**
 * Reads the matrices of a text that have names of inputs, as on a sheet: `Q:` above its rows, `# Keys`, `Q = 1 2`.
 * Returns undefined if fewer than two are named. It is strict, because inputs must be exact. Throws AMBIGUOUS for rows
 * without a name, RAGGED_ROWS and NOT_A_NUMBER, with the place.
 */
export async function namedInputs(
  given: Source,
  { decimalComma = false, isInWords = false }: NamedReading = {},
): Promise<Parsed | undefined> {
  // A picked part is a single matrix. Spreadsheets store more digits than they show, so their text is not used here.
  if (given.pick !== undefined || isWorkbook(given.name)) return undefined;
  const { source } = await asSheet(given);
  if (source.isBinary || source.stored || source.bytes.length > LONGEST) return undefined;
  const typed = textOf(source.bytes);
  // JSON has names of its own. A line with only `[matrices]` is a title, as in TOML and .ini files.
  if (/^\s*(?:\{|\[(?![A-Za-z][\w .-]*\][ \t]*[\r\n]))/.test(typed) || !mayName(typed, isInWords ? 1 : 2))
    return undefined;
  const text = sheetText(typed, source.name);
  const found = placeInputs(text, INPUTS_ON_SHEETS, decimalComma);
  const named = blocksOf(found?.candidates ?? [], ["scores", ...INPUTS_ON_SHEETS]);
  const blocks = (found && rolesOfOne(named, found)) ?? givenBlocks(named);
  if (!found || blocks.length < (isInWords ? 1 : 2)) return undefined;
  refuseOpen(source);
  const places = new Places(source, found.sheet);
  if (found.isDoubted) refuseCommas(found, blocks, places);
  for (const candidate of found.candidates) for (const token of tokensOf(candidate)) places.find(token);
  const isMaskGiven = blocks.some(({ name }) => name === "mask" || name === "bias");
  const settings = settingsInText(source).filter(({ isWord }) => !(isWord && isMaskGiven));
  refuseUnnamed(found, places, new Set(settings.map(({ line }) => line)));
  return {
    source,
    form: "a text with names",
    value: {
      kind: "object",
      start: 0,
      entries: new Map([
        ...blocks.map((block) => [block.name, entryOf(block, places)] as const),
        ...blocks.flatMap((block) => labelsOf(block)),
        ...settings.flatMap(({ key, entry }) => (entry ? [[key, entry] as const] : [])),
      ]),
    },
    remarks: remarksOf(text, found, blocks, settings),
    spanOf: ({ start }, cell) => places.spanOfCell(start, cell),
  };
}

/** Returns query, key and value if the title of the only matrix names all three: `Q = K = V`. */
function rolesOfOne(named: readonly InputBlock[], placed: Placed): readonly InputBlock[] | undefined {
  const blocks = sharedBlocks(named).filter(({ name }) => ROLES.includes(name));
  return named.length === 1 && blocks.length === ROLES.length && !unnamedIn(placed) ? blocks : undefined;
}

/** Removes blocks that are computed, not given: Q, K and V if X and its projections are there, and scores. */
function givenBlocks(found: readonly InputBlock[]): readonly InputBlock[] {
  const blocks = maskedBlocks(found);
  const has = (...names: readonly string[]) => blocks.some(({ name }) => names.includes(name));
  const workedOut = [
    ...(has("query", "key", "x") ? ["scores"] : []),
    ...(has("x") && has("wq", "wk", "wv") ? ["query", "key", "value"] : []),
  ];
  return blocks.filter(({ name }) => !workedOut.includes(name));
}

/** Whether a text has enough words to name this number of matrices, and no overlong line. */
const mayName = (text: string, least: number): boolean =>
  new Set(text.match(/\p{L}[\p{L}\d_^]*/gu)).size >= least &&
  text.split("\n").every((line) => line.length <= LONGEST_LINE);

const tokensOf = ({ rows }: Pick<Candidate, "rows">): readonly Token[] => rows.flatMap(({ cells }) => cells);

/** Throws AMBIGUOUS for a row such as `1,5 2,0`, which may be two numbers or four. */
function refuseCommas({ sheet }: Placed, blocks: readonly InputBlock[], places: Places): void {
  for (const token of blocks.flatMap(({ candidates }) => candidates.flatMap(tokensOf))) {
    const [row] = /\d+,\d+\s+[-+]?\d+,\d[\d\s,.+-]*/.exec(sheet.lines[token.line].text) ?? [];
    if (row !== undefined) refuseMixedCommas(places.source, places.find(token).start, row.trim());
  }
}

/** Throws SYNTAX for a bracket without a partner, because the end of a matrix is then unclear. */
function refuseOpen(source: Source): void {
  const text = textOf(source.bytes);
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

/** Returns a block as an entry of an object. Throws NOT_A_NUMBER or RAGGED_ROWS if it is not a matrix. */
function entryOf({ name, candidates, matrix }: InputBlock, places: Places): Entry {
  const tokens = candidates.flatMap(tokensOf);
  const isTransposed = candidates[0].rows[0].isTransposed;
  const spans = tokens.map((token) => places.find(token));
  const [{ start }] = spans;
  const misspelt = tokens.find((token) => token.isMisspelt || token.cell === null);
  if (misspelt) {
    const message = `${name}: "${misspelt.text}" is not a number.`;
    refuseAt(places.source, places.find(misspelt).start, "NOT_A_NUMBER", message, "Write it in digits.");
  }
  if (!matrix) {
    const lengths = candidates.flatMap(({ rows }) => rows.map(({ cells }) => cells.length));
    const message = `${name} is ragged: its rows have ${[...new Set(lengths)].join(" and ")} values.`;
    refuseAt(places.source, start, "RAGGED_ROWS", message, "Every row needs the same number of values.");
  }
  const inOrder = isTransposed ? spans.map((_, at) => spans[transposedIndex(at, matrix)]) : spans;
  return { keyStart: start, value: gridValue(places.startOf(inOrder), matrix) };
}

/** The matrices whose row names are these entries of a bundle. */
const TOKENS_OF = byWord({ tokens: "query x", keyTokens: "key memory" });

/** Returns the names of rows if each row has a word before it that does not name a matrix: `the 1 0`. */
function labelsOf({ name, candidates }: InputBlock): readonly (readonly [string, Entry])[] {
  const rows = candidates.flatMap((candidate) => candidate.rows);
  const words = rows.map(({ clause }) => clause.trim().replace(/[\s:|]+$/, ""));
  const isLabelled = rows.every(
    ({ clauseNames: own }, row) => /^\S*\p{L}\S*$/u.test(words[row]) && own.size === 0,
  );
  const isAllDifferent = new Set(words).size === rows.length;
  const role = TOKENS_OF.get(name);
  if (role === undefined || !isLabelled || !isAllDifferent || candidates[0].rows[0].isTransposed) return [];
  const items = words.map((value) => ({ kind: "scalar", start: 0, value }) as const);
  return [[role, { keyStart: 0, value: { kind: "list", start: 0, items } }]];
}

/** Returns the index of a cell in the transposed matrix. Both are row-major. */
const transposedIndex = (
  at: number,
  { rows, cols }: { readonly rows: number; readonly cols: number },
): number => (at % cols) * rows + Math.floor(at / cols);

/**
 * Refuses rows without a name, because they may belong to a matrix that otherwise looks complete. Throws AMBIGUOUS, or
 * RAGGED_ROWS for a row right below another one.
 */
function refuseUnnamed(placed: Placed, places: Places, linesOfSettings: ReadonlySet<number>): void {
  const unread = unnamedIn(placed, linesOfSettings);
  if (!unread) return;
  const above = placed.runs[placed.runs.indexOf(unread) - 1];
  if (above && !unread.isIntermediate && unread.before.every(({ kind }) => kind === "line")) {
    const message = `this row has ${unread.cells.length} values, and the one above it ${above.cells.length}.`;
    const hint = "Every row needs the same number of values.";
    refuseAt(places.source, places.find(unread.cells[0]).start, "RAGGED_ROWS", message, hint);
  }
  const text = unread.cells.map((token) => token.text).join(" ");
  const [message, hint] = unread.isIntermediate
    ? [`"${text}" is part of a calculation, not of an input.`, "Write the results."]
    : [
        `"${text}" belongs to no named matrix.`,
        "Write its name above it or before it, as in Q = [1 0; 0 1].",
      ];
  refuseAt(places.source, places.find(unread.cells[0]).start, "AMBIGUOUS", message, hint);
}

/** Returns remarks about the lines of each matrix, and about other content of the text. */
function remarksOf(
  text: SheetText,
  { sheet, candidates }: Placed,
  blocks: readonly InputBlock[],
  settings: readonly SettingInText[],
): readonly string[] {
  const inputs = new Set(blocks.map(({ name }) => name));
  const isSetting = ({ from, to }: Lines) => settings.some(({ line }) => from <= line && line <= to);
  // A single number may be part of a formula: `scale = 0.5` is not a scaled score.
  const steps = candidates.filter(
    ({ item, cells, rows }) =>
      !inputs.has(item.id) && cells.flat().length > 1 && !isSetting(placeOf(rows, sheet.lines)),
  );
  const linesOfCandidates = (all: readonly Candidate[]) => all.map(({ rows }) => placeOf(rows, sheet.lines));
  return [
    ...blocks.map((block) => `${block.name} ${severalLines(joined(linesOfCandidates(block.candidates)))}`),
    ...steps.map(
      (candidate) => `left aside: ${candidate.item.id} ${linesText(placeOf(candidate.rows, sheet.lines))}`,
    ),
    ...settings.map(({ key, entry, line, text: said }) =>
      entry ? `${key} line ${line}` : `not understood: ${said} (line ${line})`,
    ),
    ...(mentionsOnSheet(text).unusual.some(({ key }) => key === "causal") &&
    !inputs.has("mask") &&
    !settings.some(({ key, entry }) => entry && /causal|window|mask/i.test(key))
      ? [`it mentions a mask: give it with ${setting("causal")} or ${setting("mask")}`]
      : []),
  ];
}

/** Merges ranges of lines that are next to each other. */
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
