import { sumOver } from "../../math/lists.js";
import { areOfMask } from "./fit.js";
import { headsOf } from "./heads.js";
import { type Line, wordsOf } from "./lines.js";
import { bestOf, type NameFinder, type Strengths } from "./names.js";
import { CONSTANT, headingOf, isNoAnswer, OF_WEIGHTS } from "./no-answers.js";
import { either } from "./nouns.js";
import { isOf, OF_PAIRS, orientationOf } from "./orientation.js";
import { isPercent } from "./results.js";
import { isBehind, isInColumn, numbersOf, type Run } from "./runs.js";
import type { Token } from "./tokens.js";

/** A run with what the words around it mean. */
export interface TitledRun extends Run {
  /** The text before it in its clause, and what this text alone names. */
  readonly clause: string;
  readonly clauseNames: Strengths;
  /** What its clause and the lines above it name. */
  readonly names: Strengths;
  /** Whether its title says that it is transposed. */
  readonly isTransposed: boolean;
  /** The number of its head, as the sheet counts. */
  readonly head?: number;
  /** The index of its block in an array with three axes. */
  readonly block?: number;
  /** Whether it is a row of a mask, beside inputs that have none. */
  readonly isOfMask?: true;
}

/** The parts of a sheet that are needed to find names for its runs. */
export interface SheetParts {
  readonly lines: readonly Line[];
  readonly tokens: readonly Token[];
  readonly runs: readonly Run[];
}

// The factors for titles further up, and for titles beside a stronger name. Chosen by hand.
const FIRST_TITLE = 0.95;
const BEHIND_NAME = 0.4;
const BEHIND_LINE = 0.85;
const BESIDE_OWN_NAME = 0.3;
const IN_SENTENCE = 0.6;
const MAX_TITLES = 4;
/** A name that is stronger than this makes the titles further up weaker. */
const NAMED = 0.6;
/** The same for a sentence that says what a matrix is for: `X serves as query, key and value`. */
const NAMED_BY_ROLES = 0.55;
/** The inputs that one matrix may serve as. */
export const ROLES: readonly string[] = ["query", "key", "value"];

/** Finds the names of each run: from its clause, else from up to four lines above it, back to the last numbers. */
export function titledRuns(parts: SheetParts, finder: NameFinder): readonly TitledRun[] {
  const { lines, runs } = parts;
  const data = new Set(
    runs
      .filter((run, at) => !run.isIntermediate && (run.cells.length > 1 || isInColumn(runs, at, lines)))
      .map(({ line }) => line),
  );
  const heads = headsOf(lines, finder.heads);
  const headings = new Set(lines.map((line) => headingOf(line.text)));
  const clauses = runs.map((_, index) => clauseOf(parts, index, data));
  const areCounted = countedRows(clauses, parts, finder);
  let named: { readonly line: number; readonly head: number } | undefined;
  let isTerm = false;
  let isInBrackets = false;
  const withNamesOfHeads = namesOfHeads();
  const withSayings = sayingsOfTitles(finder);
  const withNamesOfCount = namesOfCount();
  const isRepeated = repeatedScores();
  const isTransposedRun = orientationOf(lines, finder);
  return runs.map((run, index) => {
    const { clause, isFirst, titles } = clauses[index];
    const { text, isNamed = false } = lines[run.line];
    const isName = areCounted.has(index) || (isFirst && isNamed);
    isInBrackets = isArgument(clause, run, text) || (isInBrackets && isRowBelow(text, run, runs[index - 1]));
    const found = isName
      ? scaledNext(run, lines, finder)
      : isInBrackets
        ? new Map([...finder.find("logits").keys()].map((id) => [id, 1]))
        : namesOf(namesAtEnd(withoutCalculation(clause, runs, index), finder), run, finder);
    const clauseNames =
      found.size > 0 || isName || !run.isLabelled ? found : finder.find(shareBehind(text, run));
    // Matrices of several heads may be in a line: `A_1 = [[…]], A_2 = [[…]]`.
    const inClause = finder.heads.in(clause);
    if (inClause !== undefined) named = { line: run.line, head: inClause };
    const head =
      named?.line === run.line
        ? named.head
        : (finder.heads.in(text.slice(0, run.cells[0].at)) ?? heads[run.line]);
    const titled = isFirst && !isInBrackets ? withTitles(clauseNames, titles, finder) : clauseNames;
    const names = withNamesOfHeads(
      clauseNames.size > 0 ? titled : withNamesOfCount(titled, run, text),
      head,
      run,
    );
    const title = isFirst && !data.has(run.line - 1) ? (lines[run.line - 1]?.text ?? "") : "";
    const isTransposed = isTransposedRun({ clause, title, names });
    const mayBeTerm = names.size === 0 ? isTerm : OF_SUMS.includes(bestOf(names)?.[0]);
    if (!run.isIntermediate) isTerm = mayBeTerm && isTermOfSum(clauses, index);
    const said = withSayings(run, clauses[index], isName ? undefined : found);
    return {
      ...said,
      isIntermediate:
        (said.isIntermediate && !isInBrackets) ||
        isTerm ||
        isRepeated(run, names, isInBrackets) ||
        isNoAnswer(run, { clause, clauseNames, names, text, headings, before: runs.slice(0, index) }),
      clause,
      clauseNames,
      names,
      isTransposed,
      ...(head !== undefined && { head }),
    };
  });
}

/**
 * Returns a function that applies to each run what the titles above it say: percentages, a mask. A new title ends the
 * effect of an earlier one. The label of a row, whose `found` is undefined, does not.
 */
function sayingsOfTitles(
  finder: NameFinder,
): (run: Run, clause: Clause, found: Strengths | undefined) => Run & Pick<TitledRun, "isOfMask"> {
  let [isPercent, isMask] = [false, false];
  return (run, { clause, titles }, found) => {
    const above = titles.find((one) => one !== undefined)?.text ?? "";
    const namesNothing = !found || found.size === 0;
    const isRow = !found || (namesNothing && !isBehind(run, "relation"));
    const goesOn = isRow && titles.length === 0 && !isBehind(run, "blank");
    isPercent = (isPercent && goesOn) || IN_PERCENT.test(clause) || (namesNothing && IN_PERCENT.test(above));
    isMask =
      !finder.inputs.has("mask") &&
      ((isMask && goesOn) || MASK.test(clause) || (namesNothing && MASK.test(above)));
    const isOfMask = isMask && areOfMask(numbersOf(run));
    return {
      ...run,
      cells: isPercent ? run.cells.map(ofHundred) : run.cells,
      isIntermediate: run.isIntermediate || isOfMask,
      ...(isOfMask && { isOfMask }),
    };
  };
}

/** A name behind another number of the same line: `mean = 0.5, std = `, `sum = 3.03   weights: `, `q·k = 2, scaled `. */
const NAME_AT_END = /\d[\])]{0,2}(?:\s*[,;]|\s{2})\s*([^\d,;=:]{2,40}[=:]?\s*)$/u;

/** An input by its word and its letter: `Compute the output for the query q = (`. */
const INPUT_AT_END = new RegExp(
  `(?<!\\p{L})(?:${either("query", "key", "value")})\\s+(?:vectors?\\s+)?[qkv](?:_?\\d)?\\s*=\\s*[[(]?\\s*$`,
  "iu",
);

/** Returns what the name right before a number means, or else all words before it. */
function namesAtEnd(clause: string, finder: NameFinder): Strengths {
  const names = finder.find(NAME_AT_END.exec(clause)?.[1] ?? INPUT_AT_END.exec(clause)?.[0] ?? "");
  return names.size > 0 ? names : finder.find(clause);
}

/**
 * Removes the calculation before a result from its clause, `0.3·v1 + 0.7·v2 = `, because it names the operands. A name
 * behind another number is that of the result, too: `q·k = 2, scaled: 2/√2 = `.
 */
function withoutCalculation(clause: string, runs: readonly Run[], index: number): string {
  const { line, cells } = runs[index];
  const from = cells[0].at - clause.length;
  let first = index;
  let isCalculated = false;
  for (; first > 0; first--) {
    const { line: other, isIntermediate, cells: operands } = runs[first - 1];
    const kinds = runs[first].before.map(({ kind }) => kind);
    const goesOn = other === line && isIntermediate && operands[0].at >= from;
    if (!goesOn || kinds.includes("separator") || kinds.includes("semicolon")) break;
    isCalculated ||= first < index && kinds.includes("operator");
  }
  const before = clause.slice(0, runs[first].cells[0].at - from);
  // The formula may explain an unknown letter: `w1 = e^1.4 / (e^1.4 + e^0) = `.
  return (isCalculated && !before.includes("=")) || (first < index && NAME_AT_END.test(before))
    ? before
    : clause;
}

/** Returns the text before a run in its line. Adds the titles above if the run is the first in the line. */
function clauseOf(parts: SheetParts, index: number, data: ReadonlySet<number>): Clause {
  const { lines, runs } = parts;
  const run = runs[index];
  const from = clauseStart(parts, index);
  const clause = lines[run.line].text.slice(from, run.cells[0].at);
  const isFirst = from === 0 || !data.has(run.line) || CONCLUDES.test(clause);
  const above = lines[run.line - 1]?.text ?? "";
  const isInTable =
    !data.has(run.line - 1) && above.trim() !== "" && withoutColumnNames(above, run.cells.length) !== above;
  return { clause, isFirst, isInTable, titles: isFirst ? titlesAbove(lines, run, data) : [] };
}

/**
 * Returns a function that names the runs in order. If one head has a single title and the next head has none, the next
 * head gets the same title.
 */
function namesOfHeads(): (found: Strengths, head: number | undefined, run: Run) => Strengths {
  let part: { readonly head: number; readonly names: Strengths; readonly isOne: boolean } | undefined;
  return (found, head, { isIntermediate }) => {
    if (head === undefined) return found;
    const names = found.size === 0 && part?.isOne && part.head !== head ? part.names : found;
    if (names.size > 0 && !isIntermediate) {
      const isOther = part?.head === head && bestOf(part.names)?.[0] !== bestOf(names)?.[0];
      part = { head, names, isOne: !isOther && (part?.head !== head || part.isOne) };
    }
    return names;
  };
}

/** The name of a result that counts: `e1 = (0.4)(0.5) + (1.2)(0.1) = `. */
const COUNTED_RESULT = /^\W*(\p{L}{1,12})_?\{?(\d{1,2})\}?\s*[=:≈]/u;

/**
 * Returns a function that gives the results of lines below each other, whose names count up, the names of the first: its
 * title is above all of them.
 */
function namesOfCount(): (found: Strengths, run: Run, text: string) => Strengths {
  let last: {
    readonly label: string;
    readonly row: number;
    readonly line: number;
    readonly names: Strengths;
  };
  return (found, { cells, line, isIntermediate }, text) => {
    const [, label, row] = COUNTED_RESULT.exec(text) ?? [];
    if (isIntermediate || label === undefined || cells.length > 1) return found;
    const goesOn = last?.label === label && Number(row) === last.row + 1 && line === last.line + 1;
    const names = goesOn ? last.names : found;
    last = { label, row: Number(row), line, names };
    return names;
  };
}

/** A title that makes all numbers below it percentages: `Weights in %:`, `(%)`. */
const IN_PERCENT =
  /(?:\bin|[([])\s*(?:%|per ?cent\b|prozent\b)|(?<!\p{L})(?:as|als|en|in) (?:percentages?|percents?|prozent|pourcentages?|porcentajes?)(?!\p{L})/iu;

/** Divides a number by 100, unless it has its own percent sign. */
const ofHundred = (token: Token): Token =>
  token.cell && !token.text.endsWith("%")
    ? { ...token, cell: { value: token.cell.value / 100, decimals: token.cell.decimals + 2 } }
    : token;

/** The title of a mask. A mask that is shown before it is added is not a step. */
const MASK =
  /^\W*(?:(?:we|adding|add|using|use|an?|the|causal|attention|look-?ahead|kausale)\s+)*(?:mas(?:k|ke|que|chera|cara)(?:\s+matrix)?(?:\s+M)?|M)(?:\s\([^()]{1,80}\))?\W*$/iu;

/** Returns what a number in a sentence is a share of: `pays 40 % of its attention to token 1`. */
const shareBehind = (line: string, { cells }: Run): string =>
  /^\s*%?\s*of ((?:\p{L}+ ){1,3})/u.exec(line.slice(cells[0].end))?.[1] ?? "";

/** What a softmax is computed from stands in its brackets: `softmax([2, 1, 0])`, `softmax(0.7, 0) = (0.67, 0.33)`. */
const isArgument = (clause: string, { cells }: Run, text: string): boolean =>
  /softmax\s?\(\s?[[(][[({\s]*$/iu.test(clause) ||
  (/softmax\s?\(\s?$/iu.test(clause) && /^\s?\)\s?[=≈→]/u.test(text.slice(cells[cells.length - 1].end)));

/** Returns a function that is called with all runs in order, and tells whether the softmax of a run is that of the scores above it. */
function repeatedScores(): (run: Run, names: Strengths, isInBrackets: boolean) => boolean {
  let scores = "";
  return ({ cells }, names, isInBrackets) => {
    const row = cells.map(({ cell }) => cell?.value).join(" ");
    if (!isInBrackets && cells.length > 1 && isOf(OF_PAIRS, names)) scores = row;
    return isInBrackets && row === scores;
  };
}

/** Whether a row is the next one in the brackets of another. */
const isRowBelow = (text: string, { cells, depth, line, opens }: Run, above: Run): boolean =>
  depth === above.depth &&
  opens === 1 &&
  above.closes === 1 &&
  !/[=≈→]/u.test(text.slice(line === above.line ? above.cells[above.cells.length - 1].end : 0, cells[0].at));

/** Steps whose rows are sums of rows of the values. */
const OF_SUMS: readonly unknown[] = ["output", "context"];

/** A single product of a weight and a row of the values: `0.5 * [2, 8, 0] = [`. */
const TERM = /^[^+]*\d\s*[·*×x]\s*[[({][^+()[\]{}]*[\])}]\s*[=≈]\s*[[({]*\s*$/u;

/** The runs of a term: its weight, its row of the values, and their product. */
const RUNS_OF_TERM = 3;

/** Whether a run is a term beside another one: the rows of the values, each times its weight. */
const isTermOfSum = (clauses: readonly Clause[], index: number): boolean =>
  TERM.test(clauses[index].clause) &&
  [-RUNS_OF_TERM, RUNS_OF_TERM].some((step) => TERM.test(clauses[index + step]?.clause ?? ""));

/** A conclusion in a line answers the title above it. */
const CONCLUDES = /^[\s,;.]*(?:(?:so|hence|thus|therefore|also|daher|donc|así|quindi|所以)(?!\p{L})|→\s*$)/iu;

const NOTHING: Strengths = new Map();

/** `q1:`, `α₂ = (`, `query 2:`: a letter or a word with the number of a row; `A`, `B`: a letter that counts. */
const ROW_LABEL =
  /^\s*(?:(\p{L}+)['′]?[\s_#]*(\d{1,2})(?:\s+(?:against|with|to|vs\.?|mit|avec|con)\s(?:(?:all|the|each)\s)*(?:keys?|tokens?|others?|words?))?|([A-Z]))\s*[:=,;→]?[\s[({]*$/u;
/** The inputs that are matrices of weights. */
const WEIGHTS = /^w[qkvo12]$/;
/** Titles weaker than this name nothing. */
const TITLED = 0.5;

interface Clause {
  readonly clause: string;
  /** Whether no numbers before it in its line may belong to the titles above. */
  readonly isFirst: boolean;
  readonly titles: readonly (Above | undefined)[];
  /** Whether column names are right above it. */
  readonly isInTable: boolean;
}

/**
 * Finds the runs whose clause is only the name of a row: names that count up, below a title that names something else.
 */
function countedRows(
  clauses: readonly Clause[],
  { lines, tokens, runs }: SheetParts,
  finder: NameFinder,
): ReadonlySet<number> {
  const counted = new Set<number>();
  let last: { readonly label: string; readonly row: number; readonly isCounted: boolean } | undefined;
  const rows = clauses.flatMap((one, at) => {
    const [, word, number, letter] = ROW_LABEL.exec(one.clause) ?? [];
    const label = letter === undefined ? word : "";
    const row = letter === undefined ? Number(number) : letter.charCodeAt(0);
    const goesOn = label === undefined && !one.isFirst;
    return runs[at].isIntermediate || goesOn ? [] : [{ ...one, at, label, row }];
  });
  const isRow = ({ label, at }: (typeof rows)[number]) => label !== undefined || runs[at].cells.length > 1;
  // A label that counts rows once does so below later titles, too, even if qkv does not know their words.
  const known = new Set<string>();
  for (const [index, { at, clause, titles, isInTable, label, row }] of rows.entries()) {
    // Rows of cells that name their place need no label.
    const { place } = runs[at];
    if (label === undefined && !place) {
      last = undefined;
      continue;
    }
    const clauseNames = finder.find(clause);
    // A word counts rows only if it means rows: the queries, below the name of a step.
    const isOfInputs = [...clauseNames.keys()].every((id) => finder.inputs.has(id));
    const next = rows[index + 1];
    const isFirst = label !== undefined && next?.label === label && next.row === row + 1;
    const hasTitle = titles.some((title) => title);
    const isBelowOther = isOther(clauseNames, titles, finder);
    const areSeen = () =>
      isInTable ||
      leadsTo(runs[at], lines) !== undefined ||
      isBelowOther ||
      (isOfInputs && [at, next?.at ?? at].some((row) => areShares(runs[row])));
    const startsCount = () => {
      if (opensMatrix(runs[at], tokens)) return false;
      // Keys right below are inputs, and so are the queries then.
      const behind = rows.slice(index + 1).find((one) => one.label !== label && isRow(one));
      if (label && isOfInputs && isOperand(behind, finder)) return false;
      // Rows of a table are the values themselves if nothing above them has a name.
      const isUntitled = titles.every((title) => !title || finder.find(title.text).size === 0);
      if (isInTable && isUntitled && clauseNames.has("value") && clauseNames.size === 1) return false;
      if (isFirst && hasTitle && (known.has(label ?? "") || (label === "" && clause.trim()[0] === "A")))
        return true;
      // A step with one query has one row.
      if (label && isBelowOther && isOfInputs) return true;
      const mayCount = place ? isOfInputs : isFirst && (label?.length === 1 || label === "" || isOfInputs);
      return mayCount && areSeen();
    };
    const goesOn = label !== undefined && last?.label === label && row === last.row + 1;
    const isCounted = goesOn ? last?.isCounted === true : startsCount();
    if (isCounted) counted.add(at);
    if (isCounted && label) known.add(label);
    last = label === undefined ? undefined : { label, row, isCounted };
  }
  return counted;
}

/** Whether a run is the first row of a matrix in brackets: `Q1 = [[1, 0], [0, 1]]`, `Q1 = [1 0; 0 1]`. */
const opensMatrix = ({ opens, closes, last }: Run, tokens: readonly Token[]): boolean =>
  (opens > 1 && closes < 2) || (opens > 0 && tokens[last + 1]?.kind === "semicolon");

/** Whether numbers are an input right below other numbers: a factor of a calculation. */
const isOperand = (one: Clause | undefined, { find, inputs }: NameFinder): boolean =>
  one !== undefined &&
  !one.titles.some((title) => title) &&
  [...find(one.clause).keys()].some((id) => inputs.has(id));

/** Returns the text between some numbers and the next ones, if an arrow leads on: `q1: [1, 4] → /√2 → [0.71, 2.83]`. */
const leadsTo = ({ cells, line }: Run, lines: readonly Line[]): string | undefined =>
  /^[\s\])]*→([^[\]]*)/.exec(lines[line].text.slice(cells[cells.length - 1].end))?.[1];

/** Numbers that are scaled next are the scores. */
function scaledNext(run: Run, lines: readonly Line[], { find }: NameFinder): Strengths {
  const next = bestOf(find(leadsTo(run, lines) ?? ""));
  return next?.[0] === "scaled-scores" ? new Map([["scores", next[1]]]) : NOTHING;
}

/** Whether numbers are the weights of a query, not the query: `query 1: 73 % 27 %`. */
const areShares = ({ cells }: Run): boolean =>
  cells.length > 1 &&
  cells.every(({ cell }) => cell && cell.decimals > 0 && cell.value >= 0) &&
  Math.abs(sumOver(cells, ({ cell }) => cell?.value ?? 0) - 1) <= OF_WEIGHTS;

/** Percentages are no input, so that the name of an input names their row: `query two gives 14 %, 29 % and 57 %`. */
const namesOf = (found: Strengths, run: Run, { inputs }: NameFinder): Strengths =>
  isPercent(run) ? new Map([...found].filter(([id]) => !inputs.has(id))) : found;

/** Whether titles name something other than the clause, or the clause may mean several things. */
function isOther(clauseNames: Strengths, titles: Clause["titles"], finder: NameFinder): boolean {
  const all = titles.map((title) => finder.find(title?.text ?? ""));
  const named = all.flatMap((names) => {
    const best = bestOf(names);
    return best && best[1] >= TITLED ? [best[0]] : [];
  });
  // Below "W_1", the names w1 and w2 mean its rows.
  if (WEIGHTS.test(bestOf(all[0] ?? NOTHING)?.[0] ?? "")) return true;
  // Below "Q", the name of a token is the name of its row: `token 1`, `x1`.
  if (bestOf(clauseNames)?.[0] === "x" && named[0] !== undefined && named[0] !== "x") return true;
  // Below "Inputs", the names q1, q2, k1 mean queries and keys.
  const areInputs = [...named, ...clauseNames.keys()].every((id) => finder.inputs.has(id));
  return (
    named.length > 0 && !areInputs && (clauseNames.size > 1 || named.every((id) => !clauseNames.has(id)))
  );
}

/** Returns where the clause of a run begins: after a semicolon, a full stop with a space, or the numbers before it. */
function clauseStart({ lines, tokens, runs }: SheetParts, index: number): number {
  const { line, first, cells, place } = runs[index];
  if (place) return place.nameAt;
  let from = 0;
  for (let at = first - 1; at >= 0 && tokens[at].line === line; at--) {
    const { kind, text, depth, end } = tokens[at];
    // `Q = [[1], [0]], K =`: behind a matrix, the next one begins.
    const isBehindMatrix = text === "," && tokens[at - 1]?.kind === "close";
    const isEnd =
      kind === "semicolon" || isBehindMatrix || (text === "." && /\s/.test(lines[line].text[end] ?? " "));
    if (depth > 0 || !isEnd) continue;
    from = end;
    break;
  }
  for (let before = index - 1; before >= 0 && runs[before].line === line; before--) {
    const { cells: others, isIntermediate, last, depth } = runs[before];
    const leadsOn =
      tokens[last + 1].text === "→" ||
      // A result that is used further: `q·k = 2, /√3 = 1.15`, `q·k = 2, 2/√3 = 1.15, exp(1.15) = 3.16`.
      USED_FURTHER.test(lines[line].text.slice(tokens[last].end));
    // A single number may be part of a sentence, but not in two pairs of brackets.
    if (!leadsOn && ((others.length < 2 && depth < 2) || isIntermediate)) continue;
    const { end } = others[others.length - 1];
    return others[0].line === line ? Math.max(from, Math.min(end, cells[0].at)) : from;
  }
  return from;
}

/** What may be computed from the result right before it. */
const USED_FURTHER = /^\s*[,;]\s*(?:(?:[-−(]{0,2}[\d.]+\)?\s*)?[/÷]|exp(?!\p{L})|e\s?\^)/u;

interface Above {
  readonly text: string;
  readonly isSentence: boolean;
}

/** The title of the inputs. What stands above it is not about them. */
const GIVEN = /^\W*(?:given|inputs?|set-?up|data|gegeben|eingaben?|données|datos|dati|已知|输入)\W*$/iu;

/** Returns the lines above a run, back to the last numbers. `Score: 9/10` names only its own number. */
function titlesAbove(
  lines: readonly Line[],
  { line, cells }: Run,
  data: ReadonlySet<number>,
): readonly (Above | undefined)[] {
  const found: (Above | undefined)[] = [];
  let isNearest = true;
  for (let at = line - 1; at >= 0 && found.length < MAX_TITLES && !data.has(at); at--) {
    if (lines[at].text.trim() === "") continue;
    const text = isNearest ? withoutColumnNames(lines[at].text, cells.length) : lines[at].text;
    isNearest = false;
    if (text.trim() === "") continue;
    const title = text.replace(/(\S.*?)\s(?:#|\/\/).*/, "$1");
    const [result] =
      /(?:[=:≈]\s*-?[\d.,/]+\s*\p{L}{0,6}|(?<=\p{L}{3}\s{1,3})-?\d+\.\d+)\s*$/u.exec(title) ?? [];
    const isDone = result !== undefined && !CONSTANT.test(title.slice(0, title.length - result.length + 1));
    const isSentence = wordsOf(title.replace(NUMBERED, "")).length > 4 && !/[:=?]\s*$/.test(title);
    found.push(isDone ? undefined : { text: title, isSentence });
    if (GIVEN.test(text)) break;
  }
  return withAssignments(found);
}

/** A variable that is shown: `print(masked_norm)`, `>>> scores`. */
const SHOWN = /^(?:print\()?([A-Za-z_]\w+)\)?$/;

/** Replaces a variable that is shown, and what is above it, by the line above that computes it. */
function withAssignments(titles: readonly (Above | undefined)[]): readonly (Above | undefined)[] {
  const at = titles.findIndex((title) => title && SHOWN.test(title.text.trim()));
  const [, name] = SHOWN.exec(titles[at]?.text.trim() ?? "") ?? [];
  const assignment = titles.slice(at + 1).find((title) => title?.text.trim().startsWith(`${name} =`));
  return assignment ? [...titles.slice(0, at), assignment] : titles;
}

/** The number of a step before its title: `Step 2:`. */
const NUMBERED = /^\W*(?:\p{L}+\s+)?\d{1,2}\s*[:.)]/u;

/** The name of a column: `k1`, and `[,1]` in R. */
const COLUMN = /^(?:\p{L}_?\d+|\[,\d+\])$/u;

/** Removes the column names from a table header. The text before them remains. */
function withoutColumnNames(text: string, width: number): string {
  const cells = text.split("\t");
  const isTable = cells.length > width && cells.slice(-width).every((cell) => cell.trim() !== "");
  if (isTable) return cells.slice(0, -width).join(" ");
  const words = wordsOf(text);
  return words.length === width && words.every((word) => COLUMN.test(word)) ? "" : text;
}

function withTitles(
  clauseNames: Strengths,
  titles: readonly (Above | undefined)[],
  finder: NameFinder,
): Strengths {
  const names = new Map(clauseNames);
  const [best = 0, second = 0] = [...clauseNames.values()].sort((one, other) => other - one);
  // Of two things that a name may mean, the title says which it is.
  const besides = (id: string) =>
    best > 0.5 &&
    (best > second || !clauseNames.has(id)) &&
    !(id === "scaled-scores" && areScoresByLetter(names));
  let weight = FIRST_TITLE;
  for (const title of titles) {
    if (title)
      for (const [id, strength] of finder.find(title.text)) {
        const beside = besides(id) ? BESIDE_OWN_NAME : 1;
        const weighted = strength * weight * beside * (title.isSentence ? IN_SENTENCE : 1);
        if (weighted > (names.get(id) ?? 0)) names.set(id, weighted);
      }
    const isOfRoles = ROLES.every((id) => names.has(id));
    const isNamed = Math.max(0, ...names.values()) > (isOfRoles ? NAMED_BY_ROLES : NAMED);
    weight *= isNamed && !areScoresByLetter(names) ? BEHIND_NAME : BEHIND_LINE;
  }
  return names;
}

/** Whether a letter says that numbers are scores. Many use the same one before and after the division. */
const areScoresByLetter = (names: Strengths): boolean =>
  names.size === 1 && (names.get("scores") ?? CERTAIN) < CERTAIN;

const CERTAIN = 0.8;
