import { cellsCountUp, countUp } from "./count-up.js";
import type { Cell } from "./items.js";
import type { Line } from "./lines.js";
import type { Token } from "./tokens.js";

/** Consecutive numbers with only weak separators between them: a row, a column entry, or a number in a sentence. */
export interface Run {
  readonly cells: readonly Token[];
  /** The index of the line where it begins. */
  readonly line: number;
  readonly depth: number;
  /** The tokens between the previous run and this one. */
  readonly before: readonly Token[];
  /** The token indices of its first and its last number. */
  readonly first: number;
  readonly last: number;
  /** Whether it is arithmetic before a result, or a row of column numbers. */
  readonly isIntermediate: boolean;
  /** Whether it is a row of column numbers for the rows below it. */
  readonly isHeader: boolean;
  /** Whether words are before it in its line. */
  readonly isLabelled: boolean;
  /** The row and columns of its cells, if each cell gives them itself, and where in the line its name begins. */
  readonly place?: { readonly row: string; readonly cols: readonly string[]; readonly nameAt: number };
  /** The number of brackets that open right before it, and that close right behind it. */
  readonly opens: number;
  readonly closes: number;
}

type Found = Omit<Run, "isIntermediate" | "isHeader" | "isLabelled" | "place" | "opens" | "closes">;

/**
 * Finds the runs of numbers. With `isSemicolonWeak`, a semicolon separates cells, as in European CSV, unless it is behind
 * several: `1 0; 0 1`.
 */
export function runsOf(tokens: readonly Token[], isSemicolonWeak: boolean): readonly Run[] {
  const found = gather(tokens, isSemicolonWeak);
  let header: Found | undefined;
  return found.map((run, index) => {
    // The row right below column numbers is data.
    const isHeader =
      header?.line !== run.line - 1 &&
      !isRow(run, found[index - 1]) &&
      countsColumns(run, rowBelow(found, index, tokens));
    if (isHeader) header = run;
    return {
      ...run,
      isHeader,
      isIntermediate: isHeader || isIntermediate(run, tokens),
      isLabelled: hasWords(run),
      opens: countOpens(run, tokens),
      closes: countCloses(run, tokens),
    };
  });
}

/** Returns the next run, with the words before it and, behind the label of a row (`token 1:`), the row itself. */
function rowBelow(found: readonly Found[], index: number, tokens: readonly Token[]): Found | undefined {
  const [next, row] = found.slice(index + 1, index + 3);
  const isLabel = next && row?.line === next.line && isLabelOfRow(next, tokens);
  return isLabel ? { ...row, before: next.before } : next;
}

/** Whether a run is only the number of a row, behind the word for it: `row 2:`. */
function isLabelOfRow({ cells, before, last, line }: Found, tokens: readonly Token[]): boolean {
  const word = before.at(-1);
  const isWhole = cells.length === 1 && cells[0].cell?.decimals === 0;
  return isWhole && tokens[last + 1]?.text === ":" && word?.kind === "word" && word.line === line;
}

function gather(tokens: readonly Token[], isSemicolonWeak: boolean): readonly Found[] {
  const runs: (Found & { cells: Token[]; last: number })[] = [];
  let between: Token[] = [];
  let gap: Token[] = [];
  // The index of the first cell behind the last semicolon.
  let start = 0;
  tokens.forEach((token, at) => {
    const run = runs.at(-1);
    const isSemicolon = token.kind === "semicolon" && isSemicolonWeak && run?.cells.length === start + 1;
    const isWeak = token.kind === "separator" || isSemicolon;
    if (token.kind === "number") {
      // The next calculation behind a result begins a new run: `e^0 = 1, e^0.71 = 2.03`.
      const isNext = isEquals(tokens[at + 1]) && isEquals(run?.before.at(-1)) && between.length === 0;
      if (run && between.length === 0 && run.depth === token.depth && !isNext) {
        run.cells.push(...blanksBetween(gap, token), token);
        run.last = at;
      } else {
        const { line, depth } = token;
        runs.push({ cells: [token], line, depth, before: isNext ? gap : between, first: at, last: at });
        start = 0;
      }
      between = [];
      gap = [];
    } else if (isWeak && run && between.length === 0) {
      gap.push(token);
      if (isSemicolon) start = run.cells.length;
    } else if (token.kind !== "wrapped" || between.length > 0) between.push(token);
  });
  return runs;
}

/** Whether a token of one of these kinds is before a run. */
export const isBehind = ({ before }: Pick<Run, "before">, ...kinds: readonly Token["kind"][]): boolean =>
  before.some(({ kind }) => kinds.includes(kind));

/** Returns the numbers of a run. */
export const numbersOf = ({ cells }: Pick<Run, "cells">): readonly Cell[] =>
  cells.map(({ cell = null }) => cell);

/** Whether a run is a row of a column: a number alone in its line, beside a line with such a number. */
export function isInColumn(runs: readonly Run[], at: number, lines: readonly Line[]): boolean {
  const isAlone = ({ cells, line }: Run) => cells.length === 1 && lines[line].text.trim() === cells[0].text;
  return (
    isAlone(runs[at]) &&
    [runs[at - 1], runs[at + 1]].some(
      (other) => other !== undefined && Math.abs(other.line - runs[at].line) === 1 && isAlone(other),
    )
  );
}

export const isEquals = (token: Token | undefined): boolean =>
  token?.kind === "relation" && /[=≈]/.test(token.text);

/** Returns the empty cells between two numbers of a table: one for each additional TAB. */
function blanksBetween(gap: readonly Token[], next: Token): readonly Token[] {
  const signs = gap.filter(({ text }) => text === "\t");
  const isTable = signs.length === gap.length && signs.length > 1;
  return isTable
    ? signs.slice(1).map((sign) => ({ ...next, ...sign, kind: "number", cell: null }) as const)
    : [];
}

/** Whether words are before a run in its line, other than a call around it: `array([[`. */
const hasWords = ({ before, line }: Found) =>
  before.some((token, at) => token.line === line && token.kind === "word" && before[at + 1]?.kind !== "open");

/** Whether a run is a row: behind the label of a row or a semicolon, or right below another row. */
const isRow = ({ before, line, cells }: Found, above: Found | undefined): boolean =>
  above?.line === line ||
  before.some((token) => token.kind === "semicolon" && token.line === line) ||
  (above?.cells.length === cells.length && before.every(({ kind }) => kind === "line"));

/** Whether a run is 0 1 2 above rows that are numbered as well, or have names. */
function countsColumns(run: Found, next: Found | undefined): boolean {
  // The columns already have names.
  const above = run.before.filter(({ line }) => line === run.line - 1).map(({ text }) => text);
  if (above.join("").split("\t").length > run.cells.length) return false;
  const width = run.cells.length;
  if (!next || width < 2 || run.depth > 0 || !cellsCountUp(run.cells.map(({ cell }) => cell))) return false;
  if (isBehind(next, "blank")) return false;
  // Columns may count from 1 above rows that count from 0.
  const [{ cell: number }] = next.cells;
  const isAboveNumbers = next.cells.length === width + 1 && number?.decimals === 0 && countUp([number.value]);
  // `V = 1 0` begins a matrix. V is not the name of a row.
  return (
    isAboveNumbers || (next.cells.length === width && hasWords(next) && !isAssigned(next) && !hasWords(run))
  );
}

/** Whether the clause of a run leads to a result: `1·1 + 0·1 = 1`, `4.51 / 30.16 ≈ 0.149`. */
function isIntermediate(run: Found, tokens: readonly Token[]): boolean {
  // `z = 0.5 v1 + 0.5 v2`: a factor of a term.
  const [name, sign] = tokens.slice(run.last + 1);
  if (name?.kind === "word" && sign?.text === "+" && sign.line === run.line) return true;
  const before = run.before.at(-1);
  if (before?.kind === "operator" && before.text !== "^" && run.depth === 0) return true;
  const behind = tokens[run.last + 1];
  if (isLabelOfRow(run, tokens)) return true;
  // The next calculation follows this result directly.
  if (behind?.kind === "number" && isEquals(before)) return false;
  for (let at = run.last + 1; at < tokens.length; at++) {
    const { kind, text, depth } = tokens[at];
    if (endsClause(tokens[at]) || (kind === "word" && beginsAnew(run, tokens, at))) return false;
    // What an arrow leads to is another step.
    if (kind === "relation" && depth === 0 && text !== ":") return text !== "→";
    if (kind === "operator" && text !== "^" && depth === 0 && run.depth > 0) return true;
  }
  return false;
}

const endsClause = ({ kind, text, depth }: Token): boolean =>
  kind === "blank" || (depth === 0 && (text === "." || ENDS.includes(kind)));

const ENDS: readonly string[] = ["line", "semicolon", "separator"];

/**
 * Whether a word begins a new statement: `q1k1=2 q1k2=0`, `0.3, 0.7 -> z1 = 2`, `Q=[[1, 0]] K=[[0, 1]]`, `V=[[1, 0]] with
 * d_k=2`.
 */
function beginsAnew(run: Found, tokens: readonly Token[], at: number): boolean {
  const { kind, text: sign } = tokens[at - 1];
  const { text, depth } = tokens[at];
  if (kind === "number" || sign === "→") return true;
  if (kind !== "close" || depth > 0 || /^(?:dot|times|mal|by|plus|minus)$/iu.test(text)) return false;
  const goesOn = GOES_ON.test(text) || tokens[behindName(tokens, at)]?.kind === "relation";
  return goesOn && followsRelation(run, tokens);
}

/** Returns the token index behind a name: `k`, `k(cats)`, `S/√2`. */
function behindName(tokens: readonly Token[], at: number): number {
  let end = at + 1;
  while (IN_NAMES.includes(tokens[end]?.kind) || /^(?:√|sqrt)/.test(tokens[end]?.text)) end++;
  return end;
}

const IN_NAMES: readonly string[] = ["word", "open", "close", "operator"];

/** Words that begin a new statement: `q = (1, 2) attends to k1 = (0, 1)`. */
const GOES_ON = /^(?:\(?\d{1,2}[a-z]?\)|\p{L}{2,}|y|e|i)$/iu;

/** Whether a relation is before the brackets of a run: `Q = [[1, 0]`, `Q = matrix(1, 0`. */
function followsRelation({ first }: Found, tokens: readonly Token[]): boolean {
  for (let at = first - 1; at >= 0; at--) {
    const { depth, kind } = tokens[at];
    const isCall = kind === "word" && tokens[at + 1].kind === "open";
    // Earlier rows may have brackets of their own: `Q = (1, 0), (2, 1)`.
    if (depth === 0 && !isCall && !IN_ROWS.includes(kind)) return kind === "relation";
  }
  return false;
}

const IN_ROWS: readonly string[] = ["open", "close", "separator", "number"];

/** Whether an equals sign is before a run in its line. */
const isAssigned = ({ before, line }: Found) =>
  before.some((token) => token.line === line && isEquals(token));

function countOpens(run: Found, tokens: readonly Token[]): number {
  let count = 0;
  for (let at = run.first - 1; at >= 0; at--) {
    const { kind, depth } = tokens[at];
    if (kind === "open") count++;
    else if (!((kind === "word" || kind === "separator") && depth < run.depth)) break;
  }
  return count;
}

function countCloses(run: Found, tokens: readonly Token[]): number {
  let count = 0;
  for (let at = run.last + 1; at < tokens.length; at++) {
    const { kind, depth } = tokens[at];
    if (kind === "close") count++;
    else if (kind !== "line" && kind !== "wrapped" && !(kind === "separator" && depth > 0)) break;
  }
  return count;
}
