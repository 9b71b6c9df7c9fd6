import { headsOf } from "./heads.js";
import { type Line, wordsOf } from "./lines.js";
import { bestOf, type NameFinder, type Strengths } from "./names.js";
import type { Run } from "./runs.js";
import type { Token } from "./tokens.js";

/** A run with what the words around it say. */
export interface TitledRun extends Run {
  /** The text before it in its clause, and what that alone names. */
  readonly clause: string;
  readonly own: Strengths;
  /** What its clause and the lines above it name. */
  readonly names: Strengths;
  /** Whether its title says that it stands transposed. */
  readonly isTurned: boolean;
  /** The number of the head that it stands under, as the sheet counts. */
  readonly head?: number;
  /** Which block of an array of three axes it is in. */
  readonly block?: number;
}

/** What a sheet is made of while the names of its runs are looked up. */
export interface SheetParts {
  readonly lines: readonly Line[];
  readonly tokens: readonly Token[];
  readonly runs: readonly Run[];
}

// By how much a title says less with each line between, and beside a stronger name. Set by taste.
const FIRST_TITLE = 0.95;
const BEHIND_NAME = 0.4;
const BEHIND_LINE = 0.85;
const BESIDE_OWN_NAME = 0.3;
const IN_SENTENCE = 0.6;
const MOST_TITLES = 4;

/** What names each run: its clause, else up to four lines above it, as far as the last numbers. */
export function titledRuns(parts: SheetParts, finder: NameFinder): readonly TitledRun[] {
  const { lines, runs } = parts;
  const data = new Set(runs.filter((run) => run.cells.length > 1 && !run.isWorking).map(({ line }) => line));
  const heads = headsOf(lines, finder.heads);
  const clauses = runs.map((_, index) => clauseOf(parts, index, data));
  const areCounted = countedRows(clauses, runs, finder);
  let [isPercent, isShifted, isMask] = [false, false, false];
  const withNamesOfHeads = namesOfHeads();
  const areInColumns = lines.some(({ text }) => IN_COLUMNS.test(text));
  return runs.map((run, index) => {
    const { clause, isFirst, titles } = clauses[index];
    const { text, isNamed = false } = lines[run.line];
    const isName = areCounted.has(index) || (isFirst && isNamed);
    const said = isName ? NOTHING : finder.find(withoutCalculation(clause, runs, index));
    const own = said.size > 0 || isName || !run.isLabelled ? said : finder.find(shareBehind(text, run));
    const head = finder.heads.in(text.slice(0, run.cells[0].at)) ?? heads[run.line];
    const names = withNamesOfHeads(isFirst ? withTitles(own, titles, finder) : own, head, run);
    const title = isFirst && !data.has(run.line - 1) ? (lines[run.line - 1]?.text ?? "") : "";
    const isTurned =
      [clause, title].some((words) => TURNED.test(words) || IN_COLUMNS.test(words)) ||
      (areInColumns && !/\brows?\b/i.test(title) && isOfTokens(names));
    const above = titles.find((one) => one !== undefined)?.text ?? "";
    // A title of its own ends what one above says of all numbers; the label of a row does not.
    const isBehind = (kind: Token["kind"]) => run.before.some((token) => token.kind === kind);
    const isNextRow = isName || (said.size === 0 && !isBehind("relation"));
    const goesOnHere = isNextRow && titles.length === 0 && !isBehind("blank");
    const isSaid = (pattern: RegExp) => pattern.test(clause) || pattern.test(above);
    isPercent = (isPercent && goesOnHere) || isSaid(IN_PERCENT);
    isShifted = (isShifted && goesOnHere) || isSaid(SHIFTED);
    isMask = (isMask && goesOnHere) || MASK.test(clause) || (said.size === 0 && MASK.test(above));
    const isWorking =
      run.isWorking || isShifted || isCheckOfWeights(run, own) || (isMask && isOfMask(run, finder));
    const cells = isPercent ? run.cells.map(ofHundred) : run.cells;
    return { ...run, cells, isWorking, clause, own, names, isTurned, ...(head !== undefined && { head }) };
  });
}

/** What stands before the calculation that a run is the result of, `0.3·v1 + 0.7·v2 = `: that says what goes into it. */
function withoutCalculation(clause: string, runs: readonly Run[], index: number): string {
  const { line, cells } = runs[index];
  const from = cells[0].at - clause.length;
  let first = index;
  let isCalculated = false;
  for (; first > 0; first--) {
    const { line: other, isWorking, cells: operands } = runs[first - 1];
    const kinds = runs[first].before.map(({ kind }) => kind);
    const goesOn = other === line && isWorking && operands[0].at >= from;
    if (!goesOn || kinds.includes("separator") || kinds.includes("semicolon")) break;
    isCalculated ||= first < index && kinds.includes("operator");
  }
  const before = clause.slice(0, runs[first].cells[0].at - from);
  // A letter that nobody knows may have its meaning from the formula: `w1 = e^1.4 / (e^1.4 + e^0) = `.
  return isCalculated && !before.includes("=") ? before : clause;
}

/** What stands before a run in its line, and the titles above it where it is the first there. */
function clauseOf(parts: SheetParts, index: number, data: ReadonlySet<number>): Clause {
  const { lines, runs } = parts;
  const run = runs[index];
  const from = clauseStart(parts, index);
  const clause = lines[run.line].text.slice(from, run.cells[0].at);
  const isFirst = from === 0 || !data.has(run.line) || CONCLUDES.test(clause);
  const above = lines[run.line - 1]?.text ?? "";
  const isInTable = above.trim() !== "" && withoutColumnNames(above, run.cells.length) !== above;
  return { clause, isFirst, isInTable, titles: isFirst ? titlesAbove(lines, run, data) : [] };
}

/** Gives runs their names one after another: what one head alone has a title for, the next one has without a title. */
function namesOfHeads(): (found: Strengths, head: number | undefined, run: Run) => Strengths {
  let part: { readonly head: number; readonly names: Strengths; readonly isOne: boolean } | undefined;
  return (found, head, { isWorking }) => {
    if (head === undefined) return found;
    const names = found.size === 0 && part?.isOne && part.head !== head ? part.names : found;
    if (names.size > 0 && !isWorking) {
      const isOther = part?.head === head && bestOf(part.names)?.[0] !== bestOf(names)?.[0];
      part = { head, names, isOne: !isOther && (part?.head !== head || part.isOne) };
    }
    return names;
  };
}

/** What says that all numbers below it are percentages: `Weights in %:`, `(%)`. */
const IN_PERCENT =
  /(?:\bin|[([])\s*(?:%|per ?cent\b|prozent\b)|(?<!\p{L})(?:as|als|en|in) (?:percentages?|percents?|prozent|pourcentages?|porcentajes?)(?!\p{L})/iu;

/** What stands below such a title and says nothing itself. */
const ofHundred = (token: Token): Token =>
  token.cell && !token.text.endsWith("%")
    ? { ...token, cell: { value: token.cell.value / 100, decimals: token.cell.decimals + 2 } }
    : token;

/** Scores less the largest of their row are on the way to the exponentials, and no step. */
const SHIFTED = /(?<!\p{L})(?:subtract\p{L}*|minus|less|shift\p{L}* by) (?:\p{L}+ ){0,3}max/iu;

/** A mask that is shown before it is added is no step. */
const MASK =
  /^\W*(?:(?:the|causal|attention|look-?ahead|kausale)\s)*(?:mas(?:k|ke|que|chera|cara)(?:\smatrix)?(?:\sM)?|M)\W*$/iu;
const OF_MASK: readonly unknown[] = [0, 1, Number.NEGATIVE_INFINITY];
const isOfMask = ({ cells }: Run, { inputs }: NameFinder): boolean =>
  !inputs.has("mask") && cells.every(({ cell }) => OF_MASK.includes(cell?.value));

/** What a number in a sentence is a share of: `pays 40 % of its attention to token 1`. */
const shareBehind = (line: string, { cells }: Run): string =>
  cells.length > 1 ? "" : (/^\s*%?\s*of ((?:\p{L}+ ){1,3})/u.exec(line.slice(cells[0].end))?.[1] ?? "");

/** So near 1 a sum is that of weights. */
const OF_WEIGHTS = 0.05;

/** `rows sum to 1.00, 1.00`: sums of weights answer no step. */
const isCheckOfWeights = ({ cells }: Run, own: Strengths): boolean =>
  (own.get("row-sums") ?? 0) > 0.7 &&
  cells.every(({ cell }) => cell && Math.abs(cell.value - 1) <= OF_WEIGHTS);

/** What is concluded in a line is what the title above it asks for. */
const CONCLUDES =
  /^[\s,;.]*(?:(?:so|hence|thus|therefore|also|daher|donc|así|quindi|所以)(?!\p{L})|(?:->|=>|→|⇒)\s*$)/iu;

const NOTHING: Strengths = new Map();

/** `q1:`, `α₂ = (`, `query 2:`: a letter or a word with the number of a row. */
const ROW_LABEL = /^\s*(\p{L}+)['′]?[\s_#]*(\d{1,2})\s*(?:[:=,;]|->|→)?[\s[({]*$/u;
/** A title that says less names nothing. */
const TITLED = 0.5;

interface Clause {
  readonly clause: string;
  /** Whether no numbers stand before it in its line that the titles above may be of. */
  readonly isFirst: boolean;
  readonly titles: readonly (Above | undefined)[];
  /** Whether the names of columns stand right above it. */
  readonly isInTable: boolean;
}

/** The runs whose clause is the name of a row, one of several that are counted below a title that names something else. */
function countedRows(
  clauses: readonly Clause[],
  runs: readonly Run[],
  finder: NameFinder,
): ReadonlySet<number> {
  const counted = new Set<number>();
  let last: { readonly label: string; readonly row: number; readonly isCounted: boolean } | undefined;
  const rows = clauses.flatMap((one, at) => {
    const [, label, row] = ROW_LABEL.exec(one.clause) ?? [];
    return runs[at].isWorking ? [] : [{ ...one, at, label, row: Number(row) }];
  });
  for (const [index, { at, clause, titles, isInTable, label, row }] of rows.entries()) {
    const own = finder.find(clause);
    // A word counts rows where it is one for them: the queries, below the name of a step.
    const isOfInputs = [...own.keys()].every((id) => finder.inputs.has(id));
    const isNext = last !== undefined && label === last.label && row === last.row + 1;
    const next = rows[index + 1];
    const isFirst = label !== undefined && next?.label === label && next.row === row + 1;
    const mayCount = runs[at].place ? isOfInputs : isFirst && (label?.length === 1 || isOfInputs);
    const isCounted = isNext
      ? last?.isCounted === true
      : mayCount && (isInTable || isOther(own, titles, finder) || (isOfInputs && areShares(runs[at])));
    if (isCounted) counted.add(at);
    last = label === undefined ? undefined : { label, row, isCounted };
  }
  return counted;
}

/** Whether numbers are the weights of a query, not the query itself: `query 1: 73 % 27 %`. */
const areShares = ({ cells }: Run): boolean =>
  cells.length > 1 &&
  cells.every(({ cell }) => cell && cell.decimals > 0 && cell.value >= 0) &&
  Math.abs(cells.reduce((sum, { cell }) => sum + (cell?.value ?? 0), -1)) <= OF_WEIGHTS;

/** Whether titles name something, and a letter something else or one of several things. */
function isOther(own: Strengths, titles: Clause["titles"], finder: NameFinder): boolean {
  const named = titles.flatMap((title) => {
    const best = title && bestOf(finder.find(title.text));
    return best && best[1] >= TITLED ? [best[0]] : [];
  });
  // Below "Inputs" q1, q2, k1 are what they are called.
  const areInputs = [...named, ...own.keys()].every((id) => finder.inputs.has(id));
  return named.length > 0 && !areInputs && (own.size > 1 || named.every((id) => !own.has(id)));
}

/** Where the clause of a run begins: behind a semicolon, a point with a blank, or the numbers before it. */
function clauseStart({ lines, tokens, runs }: SheetParts, index: number): number {
  const { line, first, cells, place } = runs[index];
  if (place) return place.nameAt;
  let from = 0;
  for (let at = first - 1; at >= 0 && tokens[at].line === line; at--) {
    const { kind, text, depth, end } = tokens[at];
    const isEnd = kind === "semicolon" || (text === "." && /\s/.test(lines[line].text[end] ?? " "));
    if (depth > 0 || !isEnd) continue;
    from = end;
    break;
  }
  for (let before = index - 1; before >= 0 && runs[before].line === line; before--) {
    const { cells: others, isWorking, last } = runs[before];
    const leadsOn =
      /^(?:->|=>|→|⇒)$/.test(tokens[last + 1].text) ||
      // What is done with a result: `q·k = 2, /√3 = 1.15`.
      /^\s*,\s*[/÷]/.test(lines[line].text.slice(tokens[last].end));
    if (!leadsOn && (others.length < 2 || isWorking)) continue;
    const { end } = others[others.length - 1];
    return others[0].line === line ? Math.max(from, Math.min(end, cells[0].at)) : from;
  }
  return from;
}

interface Above {
  readonly text: string;
  readonly isSentence: boolean;
}

/** The lines above one, up to the last numbers; `Score: 9/10` names its own number. */
function titlesAbove(
  lines: readonly Line[],
  { line, cells }: Run,
  data: ReadonlySet<number>,
): readonly (Above | undefined)[] {
  const found: (Above | undefined)[] = [];
  for (let at = line - 1; at >= 0 && found.length < MOST_TITLES && !data.has(at); at--) {
    const text = at === line - 1 ? withoutColumnNames(lines[at].text, cells.length) : lines[at].text;
    if (text.trim() === "") continue;
    const title = text.replace(/(\S.*?)\s(?:#|\/\/).*/, "$1");
    const isDone = /[=:≈]\s*-?[\d.,/]+\s*\p{L}{0,6}\s*$/u.test(title);
    const isSentence = wordsOf(title).length > 4 && !/[:=]\s*$/.test(title);
    found.push(isDone ? undefined : { text: title, isSentence });
  }
  return found;
}

/** What is left of the head of a table without a name for each column: what stands before them. */
function withoutColumnNames(text: string, width: number): string {
  const cells = text.split("\t");
  const isTable = cells.length > width && cells.slice(-width).every((cell) => cell.trim() !== "");
  if (isTable) return cells.slice(0, -width).join(" ");
  const words = wordsOf(text);
  return words.length === width && words.every((word) => /^\p{L}_?\d+$/u.test(word)) ? "" : text;
}

function withTitles(own: Strengths, titles: readonly (Above | undefined)[], finder: NameFinder): Strengths {
  const names = new Map(own);
  const beside = Math.max(0, ...own.values()) > 0.5 ? BESIDE_OWN_NAME : 1;
  let weight = FIRST_TITLE;
  for (const title of titles) {
    if (title)
      for (const [id, strength] of finder.find(title.text)) {
        const said = strength * weight * beside * (title.isSentence ? IN_SENTENCE : 1);
        if (said > (names.get(id) ?? 0)) names.set(id, said);
      }
    weight *= Math.max(0, ...names.values()) > 0.6 ? BEHIND_NAME : BEHIND_LINE;
  }
  return names;
}

/** `K^T =`, `V transposed:`; Q K^T is no transposed matrix. */
const TURNED =
  /^[\s(]*(?!QK)(?:[\p{L}_]+['′]?(?:\/[√\w.]+)?\s*(?:\^\s*\{?T\}?|\.T)|[QKVX]')\s*(?:[)=≈:(]|$)|^(?!.*(?:multipl|produ[ck]t|matmul|·|(?<!\p{L})(?:times|mal|fois|por|per)(?!\p{L})))[^=]*(?:transpos|transponiert)/iu;

/** What says that each token has a column. */
const IN_COLUMNS =
  /(?:tokens?|words?|quer(?:y|ies)|vectors?) (?:are|is|as|in|per|=) (?:the |a |each )?columns?|(?:columns?|spalten?) (?:are|is|=|sind|ist) (?:the |a |one |ein )?(?:tokens?|words?|vectors?)/i;

const OF_TOKENS: readonly unknown[] = ["query", "key", "value", "x", "q", "k", "v", "output", "context"];

/** Whether what is named best has a row for each token, and none for pairs of them. */
function isOfTokens(names: Strengths): boolean {
  return OF_TOKENS.includes(bestOf(names)?.[0]);
}
