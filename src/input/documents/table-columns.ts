import { sumOver, tabulate } from "../../math/lists.js";
import { typedNumber } from "../../math/written.js";
import { countUp } from "./count-up.js";
import { hasNumber, headIn } from "./heads.js";
import type { Blocks, Line } from "./lines.js";
import { bestOf, type NameFinder } from "./names.js";
import { either } from "./nouns.js";
import { SIDE_CALCULATION } from "./sheet-names.js";

// What the columns of a table mean: blocks side by side, steps, row names, or the places of cells.

const gridOf = (stretch: readonly Line[]): readonly (readonly string[])[] =>
  stretch.map(({ text }) => text.split("\t").map((cell) => cell.trim()));

/**
 * Marks the row names of a table, so that they name no matrix. The header of such a table begins with an empty cell or
 * the name of the table, or there is none. Row names may count (`a, b, c` or `1, 2, 3`), or be tokens of which one is
 * also a name of a step.
 */
export function withNamesOfRows(stretch: readonly Line[], finder: NameFinder): readonly Line[] {
  const grid = gridOf(stretch);
  const top = grid.findIndex((cells) => cells.length > 1);
  // Words below the rows are no part of the table.
  const end = grid.findIndex((cells, at) => at > top && cells.length === 1);
  const table = grid.slice(top, end < 0 ? undefined : end);
  const [[typed, ...columns], ...below] = table;
  // `q \ k` names the axes, not the table, and so does `query` below the name of the table.
  const isOfAxis =
    AXES.test(typed) ||
    (/\p{L}{4}/u.test(typed) &&
      OF_ROWS.test(typed) &&
      top > 0 &&
      finder.find(stretch[top - 1].text).size > 0);
  const corner = isOfAxis ? "" : typed;
  // `Q | 1 | 2` may be a header that counts the columns.
  const isCount = countUp(columns.map(Number)) && !areCounted(table.map(([name]) => name));
  const hasHead = isCount || !table.every(isRowWithName);
  const rows = hasHead ? below : table;
  const isNamed = ([name, ...cells]: readonly string[]) =>
    name !== "" && cells.length === columns.length && cells.every((cell) => cell !== "");
  const namesTable = hasHead && !/\d/.test(corner) && !columns.some((title) => OF_COLUMNS.test(title));
  const isCorner = corner === "" || OF_TOKENS.test(corner) || (namesTable && finder.find(corner).size > 0);
  const isHead = !hasHead || (isCorner && columns.every((cell) => cell !== ""));
  // A single row is a row below names of columns if these count.
  const least = isCount && corner === "" ? 1 : 2;
  if (rows.length < least || !isHead || !rows.every(isNamed)) return stretch;
  const names = rows.map(([name]) => name);
  // Above their components, `v1` and `v2` are vectors, not tokens.
  const areVectors = columns.every((title) => OF_COMPONENTS.test(title));
  const isOfSteps = names.every((name) => finder.find(name).size > 0) && (areVectors || !areCounted(names));
  // Numbered rows below numbered columns are found by their numbers. Other numbers are cells.
  const isOfNumbers = names.some((name) => /^[\d.]+$/.test(name));
  const areNumbers = columns.some((cell) => !/\p{L}/u.test(cell)) || !countUp(names.map(Number));
  if (isOfSteps || (isOfNumbers && areNumbers)) return stretch;
  return stretch.map((line, at) => {
    // `Query | 1 | 2`: the numbers are the names of the columns.
    if (at === top && namesTable && countUp(columns.map(Number))) return { ...line, text: corner };
    if (at === top && hasHead) return { ...line, text: line.text.replace(typed, corner) };
    if (at < top || at >= top + table.length) return line;
    const [name] = grid[at];
    const text = isOfNumbers ? line.text.replace(name, " ".repeat(name.length)) : line.text;
    return { ...line, text, isNamed: true };
  });
}

/** Whether a row is a name and numbers. */
const isRowWithName = ([name, ...cells]: readonly string[]): boolean =>
  /^\p{L}/u.test(name) && cells.length > 0 && cells.every((cell) => NUMBER.test(cell));

/** The names of both axes of a table, in its corner. */
const AXES = /^\p{L}+\s*[\\/→↓|][\s\\/→↓|]*\p{L}+$/u;

/** The number of a component of vectors. */
const OF_COMPONENTS =
  /^(?:dim(?:ension)?|d|comp(?:onent)?|komponente|composante|componente|feature|coord)[.\s_]*\d{1,2}$/iu;

/** The titles above row names. */
const OF_TOKENS = new RegExp(`^(?:#|no\\.?|nr\\.?|${either("token", "row", "position")})$`, "iu");

/** Whether names count: 1, 2, 3, or a, b, c, or q1, q2, q3. */
function areCounted(given: readonly string[]): boolean {
  const [, letters = ""] = /^(\p{L}+)\d$/u.exec(given[0]) ?? [];
  const names = given.map((name) => (name.startsWith(letters) ? name.slice(letters.length) : name));
  const places = names.map((name) =>
    /^\d+$/.test(name) ? Number(name) : name.toLowerCase().charCodeAt(0) - 96,
  );
  const isShort = names.every((name) => /^(?:\d{1,2}|\p{L})$/u.test(name));
  return isShort && countUp(places);
}

/** Several numbers in a cell: `(1, 0)`, `[0.7 0.3]`, `1; 0`. */
const VECTOR =
  /^(?:[[(]\s*[-+−]?[.,]?\d\S*?(?:\s*[,;]\s*|\s+)|[-+−]?[.,]?\d\S*(?:\s*;\s*|,?\s+))[-+−]?[.,]?\d[^\p{L}]*$/u;
const NUMBER = /^[-+−]?[.,]?\d/;

/**
 * Splits a table that has a step above each numeric column, or above several. Columns of vectors may also have an
 * input. Columns of `stretch` may be words, unless it is a table. Returns undefined for other tables.
 */
export function columnsOfSteps(
  stretch: readonly Line[],
  finder: NameFinder,
  isTable: boolean,
): Blocks | undefined {
  const [titles = [], ...rows] = gridOf(stretch);
  const filled = rows.filter((row) => row.some((cell) => cell !== ""));
  const [body, sums] = [true, false].map((isBody) =>
    filled.filter((row) => row.some((cell) => SUM.test(cell.replace(/\s?[:=]$/, ""))) !== isBody),
  );
  // The header may have no cell above the names of rows.
  const isShort = body.every((row) => row.length === titles.length + 1 && !NUMBER.test(row[0]));
  const head = isShort ? ["", ...titles] : titles;
  // Columns are tokens if they have the names of the rows, or count: A, B, C.
  const named = head.slice(1);
  const areLetters = (names: readonly string[]) =>
    names.every((name) => /^\p{L}$/u.test(name)) && areCounted(names);
  if (areLetters(named) || areLetters(head) || named.join("\t") === body.map(([name]) => name).join("\t"))
    return undefined;
  const cellsOf = (col: number) => body.map((row) => row[col] ?? "");
  const isOfVectors = (col: number) => cellsOf(col).every((cell) => VECTOR.test(cell));
  const isFilled = (col: number) =>
    isOfVectors(col) ||
    (cellsOf(col).every((cell) => NUMBER.test(cell)) && !countsRows(head[col], cellsOf(col)));
  // If rows are longer than the header, its titles span several columns.
  const isNarrow = body.every((row) => row.length <= head.length);
  const all = body.length > 1 && isNarrow ? head.flatMap((_, col) => (isFilled(col) ? [col] : [])) : [];
  const products = productsIn(head, all, cellsOf, finder);
  const cols = all.filter((col) => !products.has(col));
  const groups: { readonly id: string | undefined; readonly cols: number[] }[] = [];
  // Below k1, k2, v1 and v2 are the columns of two inputs. Columns that are named after keys alone are something else.
  // Beside several steps they are, too, unless the titles are letters: x, y, z.
  const inputs = new Set(
    cols.flatMap((col) => (hasNumber(head[col]) ? (inputOf(head[col], finder) ?? []) : [])),
  );
  const isOfStep = (title: string) => title.length > 1 && !hasNumber(title);
  const steps = new Set(cols.flatMap((col) => (isOfStep(head[col]) ? (idOf(head[col], finder) ?? []) : [])));
  for (const col of cols) {
    const input = inputOf(head[col], finder) ?? "";
    const isPart = steps.size > 1 || (inputs.size > 1 && inputs.has(input));
    const id = idOf(head[col], finder, isPart || isOfVectors(col));
    const last = groups.at(-1);
    if (last && id !== undefined && last.id === id) last.cols.push(col);
    else groups.push({ id, cols: [col] });
  }
  const known = groups.filter(({ id }) => id !== undefined);
  // Beside vectors, or several steps, a column of numbers with another title stays as a line that names nothing. Without
  // a table with names of rows, words above numbers may be a title instead, and letters the names of columns.
  const isLabelled = isTable && cols[0] > 0 && known.some(({ cols: [col] }) => head[col].length > 1);
  const hasVectors = cols.some(isOfVectors);
  const isTold = ({ id, cols: [first] }: (typeof groups)[number]) =>
    id !== undefined ||
    (!isOfVectors(first) &&
      (hasVectors || (head[first] !== "" && (isLabelled || known.length >= MIN_STEPS))));
  const areDistinct = new Set(known.map(({ id }) => id)).size === known.length;
  const least = isLabelled && head.length === 2 ? 1 : 2;
  if (known.length < least || !groups.every(isTold) || !areDistinct) return undefined;
  const { number } = stretch[0];
  const numberOf = (row: readonly string[]) => stretch[1 + rows.indexOf(row)].number;
  const ofProducts = body.flatMap((row) =>
    productsOf(products, row).map((text) => ({ number: numberOf(row), text })),
  );
  // Their sums are the output.
  const totals = sums.flatMap((row) => {
    const cells = [...products.keys()].map((col) => row[col] ?? "");
    const text = cells.length === 0 || cells.includes("") ? [] : [`output: ${cells.join("\t")}`];
    return text.map((one) => ({ number: numberOf(row), text: one }));
  });
  const blocks = groups.map(({ id = "", cols: own }) => {
    const [first] = own;
    if (!isOfVectors(first) && own.length === 1) {
      // A title of its own separates a column that qkv does not know from the one before it.
      if (id === "") return [`${head[first]}:`, cellsOf(first).join("\t")].map((text) => ({ number, text }));
      const column = {
        number: numberOf(body[0]),
        lastNumber: numberOf(body[body.length - 1]),
        text: [nameWithoutDigits(head[first], finder), ...cellsOf(first)].join("\t"),
      };
      const ofRow =
        id === "exponentials"
          ? sums.map((row) => ({ number: numberOf(row), text: `row sums: ${row[first]}` }))
          : [];
      return [column, ...ofRow];
    }
    const texts = body.map((row) => ({
      number: numberOf(row),
      text: own.map((col) => row[col] ?? "").join("\t"),
    }));
    const title = own.length === 1 ? head[first] : head[first].replace(/[\s_\d]*\p{L}?\d+$/u, "") || id;
    return [{ number, text: title }, ...texts];
  });
  return [...blocks, ofProducts, totals].filter((block) => block.length > 0);
}

/** The columns of a weight and of a value, for each column of their products. */
type Products = ReadonlyMap<number, readonly [weight: number, value: number]>;

/** The share of rows by which numbers show that they are products. Set by taste. */
const MOST = 0.5;

/** Finds the columns of products of a weight and a value, `α_j v_j`, by their numbers: people give them many titles. */
function productsIn(
  head: readonly string[],
  cols: readonly number[],
  cellsOf: (col: number) => readonly string[],
  finder: NameFinder,
): Products {
  const weights = cols.filter((col) => idOf(head[col], finder) === "weights");
  const values = cols.filter((col) => inputOf(head[col], finder) === "value");
  const areProducts = (col: number, weight: number, value: number) => {
    const [products, factors, vectors] = [col, weight, value].map((one) => cellsOf(one).map(numbersIn));
    const fit = products.map((cells, row) => {
      const [[factor = Number.NaN], vector] = [factors[row], vectors[row]];
      return Number(
        cells.length === vector.length &&
          cells.every(
            (cell, at) => Math.abs(cell - factor * vector[at]) <= ROUNDED * (1 + Math.abs(vector[at])),
          ),
      );
    });
    return sumOver(fit) > MOST * fit.length - 1 / 2;
  };
  return new Map(
    cols.flatMap((col) =>
      weights.flatMap((weight) => {
        const value = values.find((one) => one !== col && areProducts(col, weight, one));
        return col === weight || value === undefined ? [] : [[col, [weight, value] as const] as const];
      }),
    ),
  );
}

/** How far a product may be off because its weight was rounded to two decimals. */
const ROUNDED = 0.006;

/** Returns the numbers of a cell, perhaps of a vector with decimal commas. */
function numbersIn(cell: string): readonly number[] {
  const text = cell.replace(/[()[\]{}]/g, "").trim();
  const separator = text.includes(";")
    ? ";"
    : /,\s/.test(text)
      ? /,\s+/
      : text.includes(".")
        ? /[,\s]+/
        : /\s+/;
  return text.split(separator).map((number) => typedNumber(number).value);
}

/** Writes each product as a calculation beside the steps, `0.5 * 5 = 2.5`. */
const productsOf = (products: Products, row: readonly string[]): readonly string[] =>
  Array.from(products, ([col, factors]) => {
    const [[weight], values, results] = [...factors, col].map((one) => numbersIn(row[one] ?? ""));
    return results.map((result, at) => `${SIDE_CALCULATION}: ${weight} * ${values[at]} = ${result}`);
  }).flat();

/** The number of steps above columns that makes another title one that qkv does not know. */
const MIN_STEPS = 3;

/** The name of the last row, with the sums of the columns above. */
export const SUM = /^(?:Σ|sums?|total|summe|somme|soma|som|suma|somma|сумма|合计|和)$/iu;

/** Whether a column of numbers counts the rows: `key` above 1, 2, 3. */
const countsRows = (title: string, cells: readonly string[]): boolean =>
  [OF_ROWS, OF_COLUMNS, OF_TOKENS].some((pattern) => pattern.test(title.replace(NUMBER_OF, ""))) &&
  countUp(cells.map(Number));

/** The end of a title above numbers of rows: `key no.`, `token #`. */
const NUMBER_OF = /\s(?:no\.?|nr\.?|num(?:ber|éro|ero)?|nummer|index|idx|id|#|n[°º]\.?)$/iu;

const OF_ROWS = new RegExp(`^(?:${either("row", "query")}|[qi])$`, "iu");
const OF_COLUMNS = new RegExp(`^(?:${either("column", "key")}|[kj])$`, "iu");

/** The title of a column with the names of steps. */
const OF_STEPS = /^(?:step|matrix|name|quantity|variable|array|tensor|schritt|paso|étape|passo|步骤)$/i;

/**
 * Reads a table with one line per row of a step, `weights, 1, 0.67, 0.33`, or one per cell, `weights, 1, 2, 0.33` (or
 * `1, 2, 0.33` below names of steps). Returns blocks of rows, or cells with their places. Returns undefined for other
 * tables.
 */
export function linesOfRecords(stretch: readonly Line[], finder: NameFinder): readonly Line[] | undefined {
  const grid = stretch.map(({ text }) =>
    text.includes("\t") ? text.split("\t").map((cell) => cell.trim()) : text.trim().split(/\s*[,;]\s*|\s+/),
  );
  // A first column without a name is empty or counts the lines.
  const isCounted = grid.every(([name], at) => name === "" || (at > 0 && name === String(at - 1)));
  const [head = [], ...rows] = isCounted ? grid.map((cells) => cells.slice(1)) : grid;
  const find = (pattern: RegExp) => head.findIndex((cell) => pattern.test(cell));
  const [step, row, col] = [OF_STEPS, OF_ROWS, OF_COLUMNS].map(find);
  const part = head.findIndex((cell) => headIn(`${cell} 1`) === 1);
  const values = head.flatMap((_, at) => ([step, part, row, col].includes(at) ? [] : [at]));
  const isLong = row >= 0 && col >= 0;
  const names = step < 0 ? values.map((at) => head[at]) : rows.map((cells) => cells[step]);
  const isStep = (name: string | undefined) =>
    name !== undefined && (idOf(name, finder, true) ?? finder.heads.in(name)) !== undefined;
  if (!names.every(isStep)) return undefined;
  const isTable = isLong
    ? values.length > 0 && (part >= 0 || step < 0 !== (values.length === 1))
    : row >= 0 && step >= 0 && values.length > 1;
  const isOfVectors = rows.some((cells) => VECTOR.test(cells[col] ?? ""));
  const isTitle = head.some((cell) => /[:=]$/.test(cell));
  if (rows.length < 2 || !isTable || isTitle || isOfVectors) return undefined;
  const nameOf = (cells: readonly string[], at: number) =>
    step < 0 ? nameWithoutDigits(head[at], finder) : cells[step];
  const titleOf = (cells: readonly string[], at: number) =>
    part < 0 ? nameOf(cells, at) : `head ${cells[part]} ${nameOf(cells, at)}`;
  /** Returns a line per record, with a title before each new step or head. */
  const listed = (at: number, textOf: (cells: readonly string[]) => string, hasTitles: boolean) =>
    rows.flatMap((cells, index) => {
      const { number } = stretch[index + 1];
      const title = titleOf(cells, at);
      const isNew = hasTitles && (index === 0 || title !== titleOf(rows[index - 1], at));
      return [...(isNew ? [{ number, text: `${title}:` }] : []), { number, text: textOf(cells) }];
    });
  if (isLong)
    return values.flatMap((at) =>
      listed(
        at,
        (cells) => `${nameOf(cells, at)} ${placeOf(cells[row])} → ${placeOf(cells[col])} = ${cells[at]}`,
        part >= 0,
      ),
    );
  const rowOf = (cells: readonly string[]) => values.map((at) => cells[at] ?? "").join("\t");
  return listed(step, (cells) => rowOf(cells).trimEnd(), true);
}

/** Returns the number of a row or column, `2` of `k2`, because its letter would name an input. Words stay. */
const placeOf = (name: string): string => name.replace(/^\p{L}+[\s_]*(?=\d+$)/u, "");

/** Returns the input that a cell names best. */
function inputOf(cell: string, finder: NameFinder): string | undefined {
  const id = idOf(cell, finder, true);
  return id !== undefined && finder.inputs.has(id) ? id : undefined;
}

/** Returns the id that a cell names best. Returns undefined for an input unless inputs are allowed. */
function idOf(cell: string, { find, inputs }: NameFinder, mayBeInput = false): string | undefined {
  const best = bestOf(find(cell));
  return best && (mayBeInput || !inputs.has(best[0])) ? best[0] : undefined;
}

/** Returns a title, or the id that it names if it contains a number, as in `q·k/√2`: no number of its column. */
const nameWithoutDigits = (title: string, finder: NameFinder): string =>
  /\d/.test(title) ? (idOf(title, finder, true) ?? "") : title;

/** Splits a table into its blocks. Returns undefined if it has only one. */
export function blocksOfTable(stretch: readonly Line[]): Blocks | undefined {
  const grid = gridOf(stretch);
  const width = Math.max(...grid.map((row) => row.length));
  const isFull = tabulate(width, (col) => grid.some((row) => (row[col] ?? "") !== ""));
  const starts = startsOfTitles(grid, isFull);
  const groups: number[][] = [];
  isFull.forEach((full, col) => {
    if (!full) return;
    const isNew = col === 0 || !isFull[col - 1] || starts.includes(col) || groups.length === 0;
    if (isNew) groups.push([col]);
    else groups[groups.length - 1].push(col);
  });
  const isRich = (cols: readonly number[]) =>
    grid.filter((row) => cols.some((col) => /\d/.test(row[col] ?? ""))).length > 1;
  if (groups.filter(isRich).length < 2) return undefined;
  return groups.map((cols) =>
    stretch.map(({ number }, row) => ({ number, text: cols.map((col) => grid[row][col] ?? "").join("\t") })),
  );
}

/** Returns the first column of each title in a wide table, if there are several titles. */
function startsOfTitles(grid: readonly (readonly string[])[], isFull: readonly boolean[]): readonly number[] {
  const [top, ...rows] = grid;
  const hasNumbers = (col: number) => rows.some((row) => NUMBER.test(row[col] ?? ""));
  const starts = top.flatMap((cell, col) =>
    /\p{L}{2}|\p{Lu}/u.test(cell) && !hasNumber(cell) && hasNumbers(col) ? [col] : [],
  );
  const isWide = starts.every((col, at) => {
    const next = starts[at + 1] ?? top.length;
    return next - col > 1 || col === top.length - 1 || SUM.test(top[col]);
  });
  const isOver = starts.some((col) => (top[col + 1] ?? "") === "" && isFull[col + 1]);
  return starts.length > 1 && isWide && isOver ? starts : [];
}
