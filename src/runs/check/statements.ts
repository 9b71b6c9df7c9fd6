import type { Check } from "../../check/check.js";
import type { Untrue } from "../../check/how-read.js";
import { numbersOf } from "../../check/solution.js";
import type { Reading } from "../../input/documents/reading.js";
import { tabulate } from "../../math/lists.js";
import type { Trace } from "../../trace/trace.js";

type Statement = Reading["statements"][number];
type Place = Statement["cells"][number];
/** Returns a weight, or undefined if the person left it blank. */
type Weights = (place: Place) => number | undefined;

/**
 * Returns what sentences of a sheet say about weights that is true neither of the right weights, nor of those on the
 * sheet, nor of those that follow from the person's own numbers. Of a number and a "most" about the same two tokens, it
 * is only the first.
 */
export function untrueStatements(
  statements: readonly Statement[],
  { steps }: Pick<Check, "steps">,
  trace: Trace,
): readonly (Untrue & Required<Pick<Untrue, "key">>)[] {
  const told = new Set<string>();
  return statements.flatMap((statement) => {
    const { key, number: line, said, cells } = statement;
    const step = steps.find(({ answer }) => answer.key === key);
    const right = step?.exact ?? numbersOf(trace)(key);
    const at = ([row, col]: Place) => row * right.cols + col;
    const versions: readonly Weights[] = [
      (place) => right.data[at(place)],
      (place) => step?.own.data[at(place)],
      (place) => step?.answer.cells[at(place)]?.value,
    ];
    // Rounding on the way to a weight that is not on the sheet may change its last digit.
    const isWritten = cells.some((place) => step?.answer.cells[at(place)]);
    const isTrue = cells.some((place) =>
      versions.some((weights) => agrees(statement, { place, weights, shape: right, isWritten })),
    );
    const name = `${line} ${String(cells[0])}`;
    if (isTrue || told.has(name)) return [];
    told.add(name);
    const text = rightText(statement, versions[0], right);
    return [{ line, said: saidText(statement.what.kind, said), right: text, key, cell: cells[0] }];
  });
}

const saidText = (kind: Statement["what"]["kind"], said: string): string =>
  kind === "above" ? `more than ${said}` : kind === "below" ? `less than ${said}` : said;

interface Compared {
  readonly place: Place;
  readonly weights: Weights;
  readonly shape: { readonly rows: number; readonly cols: number };
  readonly isWritten: boolean;
}

function agrees({ what }: Statement, { place, weights, shape, isWritten }: Compared): boolean {
  const weight = weights(place);
  if (weight === undefined) return false;
  if ("values" in what) {
    return what.values.every(({ value, decimals }, col) => {
      const cell = weights([place[0], col]) ?? Number.NaN;
      // A row is computed from rounded weights.
      return Math.abs(cell - value) <= 10 ** -decimals + OF_ROUNDING * Math.abs(cell) + NOISE;
    });
  }
  if ("among" in what) {
    const others = lineOf(place, what.among, shape).flatMap((one) => weights(one) ?? []);
    if (what.kind === "most") return weight >= Math.max(...others) - NOISE;
    // A masked weight is none.
    return weight <= Math.min(...others.filter((one) => one > 0)) + NOISE;
  }
  const { kind, value } = what;
  const unit = unitOf(what);
  const isLoose = what.isAbout || !isWritten;
  if (kind === "above") return weight > value - unit / 2;
  if (kind === "below") return weight < value + unit / 2;
  const off = weight - value;
  // Digits may be cut off instead of rounded.
  return off > (isLoose ? -unit : -unit / 2) - NOISE && off < unit + NOISE;
}

/** The share by which a number may be off because it was computed from rounded ones. Set by taste. */
const OF_ROUNDING = 0.003;

/** The largest error of binary arithmetic. */
const NOISE = 1e-9;

/** A unit of the last digit. A rough percentage may be rounded to a multiple of 5 or 10. */
function unitOf({
  value,
  decimals,
  isAbout,
  isPercent,
}: Extract<Statement["what"], { readonly value: number }>): number {
  const unit = 10 ** -decimals;
  const whole = Math.round(value * 100);
  if (!isAbout || !isPercent || decimals > 2) return unit;
  return whole % 10 === 0 ? 10 * unit : whole % 5 === 0 ? 5 * unit : unit;
}

/** Returns the cells of a row, or of a column. */
const lineOf = ([row, col]: Place, among: "row" | "column", { rows, cols }: Compared["shape"]) =>
  among === "row" ? tabulate(cols, (at) => [row, at] as const) : tabulate(rows, (at) => [at, col] as const);

/** Says what is right, in the words of the sentence. */
function rightText(
  { what, tokens: [query, key], cells: [place] }: Statement,
  weights: Weights,
  shape: Compared["shape"],
): string {
  const weight = weights(place) ?? Number.NaN;
  if ("values" in what) {
    const row = what.values.map(({ decimals }, col) =>
      (weights([place[0], col]) ?? Number.NaN).toFixed(Math.max(LEAST_DECIMALS, decimals)),
    );
    return `${query} is (${row.join(", ")})`;
  }
  if (!("among" in what)) {
    const { isPercent, decimals } = what;
    const text = isPercent
      ? `${(100 * weight).toFixed(Math.max(1, decimals - 2))} %`
      : weight.toFixed(Math.max(LEAST_DECIMALS, decimals));
    return `${key === "" ? query : `${query} → ${key}`} is ${text}`;
  }
  const line = lineOf(place, what.among, shape).map((one) => weights(one) ?? Number.NaN);
  const best = what.kind === "most" ? Math.max(...line) : Math.min(...line.filter((one) => one > 0));
  const name = `${what.names[line.indexOf(best)]} (${best.toFixed(LEAST_DECIMALS)})`;
  return what.among === "row"
    ? `${query} attends ${what.kind} to ${name}`
    : `the ${what.kind} attention to ${key} comes from ${name}`;
}

const LEAST_DECIMALS = 3;
