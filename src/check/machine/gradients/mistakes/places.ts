import { rowOf } from "../../../../math/matrix.js";
import { remember } from "../../../../math/remember.js";
import { isOff, unitOf } from "../../rule.js";
import { indicesWhere } from "../../where.js";
import {
  cells,
  type DumpedPart,
  type GradientMistake,
  type GradientSuspicion,
  type GradientVariant,
  gradientMistakes,
  type Part,
} from "./gradient-mistake.js";

// Rows of gradients that stand where others belong, or were not written: where each wrong row comes from is read off a few of them.

const placed = gradientMistakes(
  "d-query",
  "row i of head h of a gradient belongs to row i of head h of its input",
);

/** What stands in the rows of one head of a gradient: those of another head, so many rows on; and rows of zeros. */
interface Places {
  readonly head: number;
  readonly shift: number;
  readonly blank: ReadonlySet<number>;
}

type Moved = Readonly<Partial<Record<Part, readonly Places[]>>>;

const known = new WeakMap<GradientSuspicion, readonly Moved[]>();

const movedIn = (given: GradientSuspicion): readonly Moved[] =>
  remember(known, given, () => readMoved(given));

/** Where the rows of all wrong gradients come from; nothing where that of one cannot be read. */
function readMoved(given: GradientSuspicion): readonly Moved[] {
  const found = given.wrongParts.map((part) => [part, placesIn(given, part)] as const);
  return found.every(([, places]) => places) ? [Object.fromEntries(found)] : [];
}

function placesIn(given: GradientSuspicion, part: Part): readonly Places[] | undefined {
  const heads = Array.from({ length: part === "query" ? given.heads.length : given.kvHeads }, (_, head) =>
    given.dumped(part, head),
  );
  const all = heads.flatMap((head) => head ?? []);
  if (all.length < heads.length) return undefined;
  const places = all.map((_, head) => placesOf(all, head));
  return places.every((own) => own !== undefined) ? places : undefined;
}

/** So many rows of a head are asked, the largest of those that are off, and all have to say the same. */
const MOST_READ = 3;

function placesOf(heads: readonly DumpedPart[], head: number): Places | undefined {
  const { got, want, variance } = heads[head];
  const off = indicesWhere(got.rows, (row) =>
    rowOf(got, row).some((value, col) => {
      const at = row * got.cols + col;
      return isOff(unitOf(value, want.data[at], variance[at]));
    }),
  );
  const sizes = off.map((row) => rowOf(got, row).reduce((sum, value) => sum + value ** 2, 0));
  const blank = new Set(off.filter((_, at) => sizes[at] === 0));
  const largest = off
    .map((row, at) => ({ row, size: sizes[at] }))
    .filter(({ size }) => size > 0)
    .toSorted((a, b) => b.size - a.size);
  const sources = largest.slice(0, MOST_READ).map(({ row }) => sourceOf(heads, head, row));
  const [first = { head, shift: 0 }] = sources;
  const areAlike = sources.every((one) => one && one.head === first.head && one.shift === first.shift);
  return areAlike ? { ...first, blank } : undefined;
}

/** A row is one that leaves less than this of its squares. */
const NEAR = 0.01;

/** Which share of the squares of a row is left when it is taken for another one. */
function nearness(
  heads: readonly DumpedPart[],
  head: number,
  row: number,
  other: number,
  from: number,
): number {
  const [own, right] = [rowOf(heads[head].got, row), rowOf(heads[other].want, from)];
  let [left, all] = [0, 0];
  for (let c = 0; c < own.length; c++) {
    left += (own[c] - right[c]) ** 2;
    all += own[c] ** 2;
  }
  return left / all;
}

/** The right row that a wrong one is: the same one of another head, or another one of its own. */
function sourceOf(heads: readonly DumpedPart[], head: number, row: number) {
  const { rows } = heads[head].want;
  const other = heads.findIndex((_, at) => nearness(heads, head, row, at, row) < NEAR);
  if (other >= 0) return { head: other, shift: 0 };
  const from = indicesWhere(rows).find((at) => nearness(heads, head, row, head, at) < NEAR);
  return from === undefined ? undefined : { head, shift: (row - from + rows) % rows };
}

/** Gradients with their rows in such places. */
const moved = (places: Moved): GradientVariant => ({
  parameters: Object.assign({}, ...Object.entries(places).map(([part, own]) => textOf(part as Part, own))),
  finish: (gradients) => {
    const of = (part: Part) =>
      gradients[part].map((own, at) => {
        const { head, shift, blank } = places[part]?.[at] ?? { head: at, shift: 0, blank: new Set<number>() };
        const { data } = gradients[part][head];
        return cells(own, (_, row, col) =>
          blank.has(row) ? 0 : data[((row - shift + own.rows) % own.rows) * own.cols + col],
        );
      });
    return { ...gradients, query: of("query"), key: of("key"), value: of("value") };
  },
});

const NAMES: Readonly<Record<Part, string>> = { query: "dQ", key: "dK", value: "dV" };

/** What is said of the first head that is not in its place. */
function textOf(part: Part, places: readonly Places[]) {
  const at = places.findIndex(({ head, shift, blank }, own) => head !== own || shift > 0 || blank.size > 0);
  if (at < 0) return {};
  const { head, shift, blank } = places[at];
  if (blank.size > 0) return { [NAMES[part]]: `${blank.size} rows, from row ${Math.min(...blank)}` };
  return { [NAMES[part]]: head === at ? `row ${shift} holds row 0` : `head ${at} is head ${head}` };
}

const movedWhere = (is: (places: Places, head: number) => boolean): GradientMistake["variants"] => {
  return (given) =>
    movedIn(given)
      .filter((parts) => Object.values(parts).some((places) => places.some(is)))
      .map(moved);
};

export const PLACES: readonly GradientMistake[] = [
  placed({
    id: "heads-swapped",
    title: "Heads of a gradient stand in each other's place.",
    fix: "Look at the strides with which the gradient is stored.",
    isPossible: ({ heads }) => heads.length > 1,
    variants: movedWhere(({ head }, at) => head !== at),
  }),
  placed({
    id: "rows-missing",
    title: "Some rows of a gradient were not written.",
    fix: "Look at the bounds with which it is stored.",
    variants: movedWhere(({ blank }) => blank.size > 0),
  }),
  placed({
    id: "rows-shifted",
    title: "The rows of a gradient stand too far down or up.",
    fix: "Look at the address at which it is stored.",
    variants: movedWhere(({ shift }) => shift > 0),
  }),
];
