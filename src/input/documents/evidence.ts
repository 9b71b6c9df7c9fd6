import { remember } from "../../math/remember.js";
import { fitOfRows, fitOfWhole, shareOfSums } from "./fit.js";
import { withBlanks } from "./growing-rows.js";
import type { Cell, Expected, Item } from "./items.js";
import { type Habits, type LayoutMatch, layoutsOf } from "./layouts.js";
import { bestOf } from "./names.js";
import type { Commas } from "./number-at.js";
import { isBehind, numbersOf } from "./runs.js";
import { OUTSIDE } from "./sheet-names.js";
import type { TitledRun } from "./titles.js";
import type { Token } from "./tokens.js";

/** A group of runs read as an item, and the evidence for that reading. */
export interface Candidate extends LayoutMatch {
  readonly item: Item;
  /** The index of its first run, and the index after its last. */
  readonly from: number;
  readonly to: number;
  readonly rows: readonly TitledRun[];
  readonly total: number;
  /** The share of its cells that agree with an expected number of the item. */
  readonly fit: number;
  /** How strongly its title names the item: 1 for a plain name. */
  readonly named: number;
}

/** The runs of a sheet, and what they are compared with. */
export interface Sheet {
  readonly runs: readonly TitledRun[];
  readonly expected: Expected;
  readonly habits: Habits;
  /** The number of the first head on the sheet: some sheets count from 0. */
  readonly firstHead: number;
  readonly commas: Commas;
}

// Weights of the evidence. Set on the forms of test/support/document-forms.ts; no single one decides.
const NAME = 4.2;
const RIVAL = 3.2;
const RIVAL_SHARE = 0.6;
const OWN_HEAD = 1.5;
const OTHER_HEAD = -4;
const CLOSED = 1.2;
const NOT_CLOSED = -2;
const RARE_UNNAMED = -3;
/** The share of numbers that must agree before a rare item is accepted without a name. */
const MIN_FIT_UNNAMED = 0.7;
const CERTAIN_NAME = 0.9;
const CUT = 1.5;
export const FIT = 2;
const FIT_OF_NOTHING = 0.4;
const MAX_GAP_PENALTY = 4;

/** Returns how strongly the title of a run names an item. */
export const nameOf = (run: TitledRun, { id }: Pick<Item, "id">): number => run.names.get(id) ?? 0;

/** Returns how strongly the title of a run names something outside the steps. */
export const asideOf = (run: TitledRun): number => Math.max(...OUTSIDE.map((id) => nameOf(run, { id })));

function rivalOf(run: TitledRun, { id }: Item): number {
  let most = 0;
  for (const [other, strength] of run.names) if (other !== id) most = Math.max(most, strength);
  return most;
}

/** Returns all ways to read the runs from an index on as an item. */
export function candidatesAt(sheet: Sheet, from: number, item: Item): readonly Candidate[] {
  const { runs } = sheet;
  const first = runs[from];
  const candidates = first.cells.length === 1 ? [...triangleAt(sheet, from, item)] : [];
  if (isInsideList(runs, from) || !mayBegin(first, item)) return candidates;
  const rows: TitledRun[] = [];
  let totalPenalty = 0;
  let lastGap = 0;
  let skipped: readonly Token[] = [];
  for (let at = from; at < runs.length; at++) {
    const run = runs[at];
    if (at > from && isSkipped(run, first)) {
      totalPenalty += SKIPPED;
      skipped = [...skipped, ...run.before];
      continue;
    }
    if (run.isIntermediate || run.cells.length !== first.cells.length) break;
    if (rows.length > 0) {
      const gap = gapBefore(run, [...skipped, ...run.before], rows, item);
      totalPenalty += gap === lastGap ? LIKE_GAP * gap : gap;
      lastGap = gap;
      skipped = [];
    }
    if (totalPenalty > MAX_GAP_PENALTY) break;
    rows.push(run);
    if (item.shape && rows.length > maxRows(first, item, item.shape)) break;
    candidates.push(...scoredCandidates(sheet, { from, to: at + 1, rows: [...rows], item }, totalPenalty));
  }
  return candidates;
}

/**
 * Reads rows of 1, 2, 3 … numbers as the lower half of a square. The masked cells were left out, and become blank
 * cells.
 */
function triangleAt(sheet: Sheet, from: number, item: Item): readonly Candidate[] {
  const { runs } = sheet;
  const { rows: size, cols } = item.shape ?? { rows: 0, cols: 0 };
  const places: number[] = [];
  // The labels of rows (`row 2:`) are skipped.
  for (let at = from; at < runs.length && places.length <= size; at++)
    if (!runs[at].isIntermediate) places.push(at);
  const [halves, next] = [places.slice(0, size).map((at) => runs[at]), runs[places[size]]];
  const goesOn = next?.line === halves[size - 1]?.line + 1 && next.cells.length === size;
  const isHalf = (run: TitledRun, at: number) =>
    run.cells.length === at + 1 &&
    run.line === halves[0].line + at &&
    run.isLabelled === halves[0].isLabelled &&
    (at === 0 ||
      (!isBehind(run, "blank") &&
        // A row with another name is another step.
        [...run.clauseNames.keys()].every((id) => id === item.id || halves[0].clauseNames.has(id)) &&
        isBehind(run, "relation") === isBehind(halves[1], "relation") &&
        // At most one word per masked cell ends the row above.
        run.before.filter(({ kind, line }) => kind === "word" && line < run.line).length <= size - at));
  if (size < 2 || cols !== size || halves.length < size || goesOn || !halves.every(isHalf)) return [];
  const rows = halves.map((run) => withBlanks(run, size));
  return scoredCandidates(sheet, { from, to: places[size - 1] + 1, rows, item }, 0);
}

/** Whether a run is a later row of a list of rows in brackets. Such a list is one matrix. */
const isInsideList = (runs: Sheet["runs"], at: number): boolean =>
  runs[at].opens === 1 && runs[at].depth > 1 && areJoined(runs[at - 1], runs[at]);

/** Whether the title of a run allows the item: work beside the steps that is named as such is not a step. */
function mayBegin(run: TitledRun, item: Item): boolean {
  const named = nameOf(run, item);
  const isAside = named < 0.4 && asideOf(run) >= CERTAIN_NAME;
  const isKnown = item.shape !== undefined && item.isAside !== true;
  return !isAside && (isKnown || named >= 0.3);
}

/** Returns the maximum number of rows that an item may have on the sheet. */
function maxRows(first: TitledRun, item: Item, { rows, cols }: { rows: number; cols: number }): number {
  if (nameOf(first, item) > 0.7) return Number.POSITIVE_INFINITY;
  return first.cells.length === 1 ? rows * cols : Math.max(rows, cols);
}

/** The penalty for a label with a number in it: `# token 2`, `Token 2:`. */
const SKIPPED = 0.15;

function isSkipped(run: TitledRun, first: TitledRun): boolean {
  if (first.cells.length === 1) return false;
  if (run.isIntermediate) return !run.isHeader && run.cells.length > 0;
  const hasLabel = run.before.some(({ kind, text }) => kind === "word" || text === "#");
  return run.cells.length === 1 && hasLabel && run.before.at(-1)?.kind !== "relation";
}

type Span = Pick<Candidate, "from" | "to" | "rows" | "item">;

/** Returns the evidence from the head and the brackets of a span. */
function frameOf(firstHead: number, { rows, item }: Span): number {
  const [first] = rows;
  const last = rows[rows.length - 1];
  const head = first.block ?? (first.head === undefined ? undefined : first.head - firstHead);
  const ofHead =
    item.head === undefined || head === undefined ? 0 : head === item.head ? OWN_HEAD : OTHER_HEAD;
  return ofHead + (first.opens < 2 ? 0 : last.closes >= 2 ? CLOSED : NOT_CLOSED);
}

/** Counts the ends of a span that cut a block in two. */
const cutsOf = (runs: Sheet["runs"], { from, to, rows }: Omit<Span, "item">): number =>
  Number(areJoined(nextTo(runs, from - 1, -1, rows[0]), rows[0])) +
  Number(areJoined(rows[rows.length - 1], nextTo(runs, to, 1, rows[0])));

/** Returns the run at an index. If it is the label of a row, returns the run beyond it in the same line. */
function nextTo(runs: Sheet["runs"], at: number, step: 1 | -1, first: TitledRun): TitledRun | undefined {
  const label = runs[at];
  const isLabel = label?.line === runs[at + 1]?.line && label && isSkipped(label, first);
  if (!isLabel) return label;
  return isBehind(label, "blank") ? undefined : runs[at + step];
}

/** Whether two rows look like rows of the same block. */
function areJoined(one: TitledRun | undefined, next: TitledRun | undefined): boolean {
  if (!one || !next || one.cells.length !== next.cells.length) return false;
  if (one.isIntermediate || next.isIntermediate || one.closes >= 2) return false;
  // Rows that have a label each (`pos 0:`) belong to the same block.
  if (isBehind(next, "blank") || (isBehind(next, "relation") && !isBehind(one, "relation"))) return false;
  const [above, below] = [one, next].map(({ clauseNames }) => bestOf(clauseNames)?.[0]);
  if (above !== undefined && below !== undefined && above !== below) return false;
  // A title of its own is between them.
  const [before, title] = [one, next].map(({ names }) => bestOf(names)?.[0]);
  const isApart = next.line > one.line + 1 && next.clauseNames.size === 0;
  if (isApart && before !== undefined && title !== undefined && before !== title) return false;
  // A name that is repeated may be behind the label of its row: `cat: q=[1, 0]`.
  const mostWords = below !== undefined && above === below ? 2 : 1;
  if (next.before.filter(({ kind }) => kind === "word").length > mostWords) return false;
  return Math.max(0, ...next.clauseNames.values()) <= 0.75;
}

/** The cells of each run, kept so that results cached by cells are found again. */
const CELLS = new WeakMap<TitledRun, readonly Cell[]>();
const cellsOf = (run: TitledRun) => remember(CELLS, run, () => numbersOf(run));

/** Returns a candidate for each layout of a span, with its score. The penalty is for the gaps between its rows. */
function scoredCandidates(
  { runs, expected, habits, firstHead }: Sheet,
  span: Span,
  penalty: number,
): readonly Candidate[] {
  const { rows, item, from, to } = span;
  const [first] = rows;
  const named = nameOf(first, item);
  const rival = rivalOf(first, item);
  const title = NAME * named - (named >= rival ? 0 : RIVAL * (rival - RIVAL_SHARE * named));
  const cells = rows.map(cellsOf);
  const above = runs[from - 1];
  const isBelowHeader = above?.isHeader === true && above.cells.length === first.cells.length - 1;
  const cuts = cutsOf(runs, span);
  const isCut = rows.length > 1 && cuts > 0;
  const of = { runs: rows, cells, named, isNamedBest: named >= rival, isBelowHeader, isCut };
  const layouts = layoutsOf(of, item, habits);
  if (layouts.length === 0) return [];
  const base = frameOf(firstHead, span) - (first.cells.length > 1 ? CUT * cuts : 0) - penalty;
  const matrices = expected.get(item.key) ?? [];
  const isUnlikely = item.isRare && (named < 0.35 || named <= rival);
  return layouts.map((match) => {
    const { layout, isWhole, share, score } = match;
    const fit = fitOf(match, matrices);
    const numbers = matrices.length > 0 && match.layout !== "misshapen" ? FIT * (fit - FIT_OF_NOTHING) : 0;
    const rare = isUnlikely && (!match.isWhole || fit < MIN_FIT_UNNAMED) ? RARE_UNNAMED : 0;
    const total =
      base + rare + score + (title > 0 ? title * share : title) + (numbers + sumsOf(match, item)) * share;
    // Written out instead of a spread, because this runs very often.
    return {
      from,
      to,
      rows,
      item,
      layout,
      cells: match.cells,
      score,
      isWhole,
      share,
      total,
      fit,
      named,
    };
  });
}

function fitOf({ layout, isWhole, cells }: LayoutMatch, matrices: Parameters<typeof fitOfRows>[1]): number {
  if (layout === "misshapen" || layout === "free") return 0;
  return isWhole ? fitOfWhole(cells, matrices) : fitOfRows(cells, matrices);
}

/**
 * Returns 1 if all rows of weights add up to 1, and less otherwise, down to −1. Returns 0 for items that need not add
 * up to 1.
 */
function sumsOf({ layout, cells }: LayoutMatch, { addsUpToOne, shape }: Item): number {
  if (!addsUpToOne || !shape || layout === "cell" || layout === "corners" || cells[0].length !== shape.cols)
    return 0;
  return 2 * shareOfSums(cells) - 1;
}

/** The share of a penalty for a gap like the one before: rows have labels in one style. */
const LIKE_GAP = 0.5;
const BLANK_LINE = 1.6;
const LABEL_WORD = 0.08;
const OTHER_WORD = 0.45;
const RELATION = 0.5;
const UNLIKE_LABEL = 0.8;
const OTHER_NAME = 3.5;
const NAMED_ANEW = 3;
const NEW_BRACKETS = 3;
const OTHER_DEPTH = 1.5;

/** Returns the penalty for reading a run as the next row of a block. */
function gapBefore(run: TitledRun, gap: readonly Token[], rows: readonly TitledRun[], item: Item): number {
  const [first] = rows;
  const last = rows[rows.length - 1];
  const words = gap.filter(({ kind }) => kind === "word").length;
  const hasRelation = gap.some(({ kind }) => kind === "relation");
  const isLabel = words <= 2 || (words <= 7 && !hasRelation);
  const name = nameOf(run, item);
  const rival = rivalOf(run, item) - Math.max(name, 0.35);
  // `U k1 = [0.5, 0], sum = [1.5, 1]`: a name of its own in the same line, even if it may mean several things.
  const isOtherBeside = run.line === last.line && hasRelation && run.clauseNames.size > 0 && name === 0;
  const isTitleBefore = rows.length === 1 && first.clauseNames.has(item.id);
  return (
    (gap.some(({ kind }) => kind === "blank") ? BLANK_LINE : 0) +
    (isLabel ? LABEL_WORD : OTHER_WORD) * words +
    (hasRelation && name < 0.5 ? RELATION : 0) +
    (run.isLabelled !== last.isLabelled && !isTitleBefore ? UNLIKE_LABEL : 0) +
    (rival > 0.2 && (words > 0 || run.clauseNames.size > 0) ? OTHER_NAME * rival : 0) +
    (name > nameOf(first, item) + 0.2 || isOtherBeside ? NAMED_ANEW : 0) +
    (last.closes >= 2 && run.opens >= 2 ? NEW_BRACKETS : 0) +
    (run.depth !== first.depth ? OTHER_DEPTH : 0)
  );
}
