import { squaresOf, tabulate } from "../../../../math/lists.js";
import { rowOf } from "../../../../math/matrix.js";
import { remember } from "../../../../math/remember.js";
import { distanceTo, leastOf } from "../../mistakes/sums.js";
import { unitsOf } from "../../rule.js";
import { indicesWhere, isOffInRow } from "../../where.js";
import {
  cells,
  type DumpedPart,
  GRADIENT_NAMES,
  type GradientMistake,
  type GradientSearchContext,
  type GradientVariant,
  gradientMistakes,
  type Part,
} from "./gradient-mistake.js";

// Rows of gradients that are in the wrong place, or were not written. A few wrong rows show where they come from.

const placed = gradientMistakes(
  "d-query",
  "row i of head h of a gradient belongs to row i of head h of its input",
);

/**
 * What the rows of one head of a gradient contain: the rows of another head, or its own rows `shift` places further
 * down, and rows of zeros.
 */
interface Places {
  readonly head: number;
  readonly shift: number;
  readonly blank: ReadonlySet<number>;
}

type Moved = Readonly<Partial<Record<Part, readonly Places[]>>>;

const known = new WeakMap<GradientSearchContext, readonly Moved[]>();

/** Finds where the rows of all wrong gradients come from. Returns nothing if that of one cannot be found. */
const movedIn = (given: GradientSearchContext): readonly Moved[] =>
  remember(known, given, () => {
    const found = given.wrongParts.map((part) => [part, placesIn(given, part)] as const);
    return found.every(([, places]) => places.every(Boolean)) ? [Object.fromEntries(found)] : [];
  });

function placesIn({ heads, kvHeads, dumped }: GradientSearchContext, part: Part) {
  const all = tabulate(part === "query" ? heads.length : kvHeads, (at) => dumped(part, at));
  const known = all.flatMap((head) => head ?? []);
  return all.map((_, head) => (known.length < all.length ? undefined : placesOf(known, head)));
}

/** The maximum number of rows per head that are read, the largest wrong ones. All have to give the same source. */
const MAX_READ = 3;

function placesOf(heads: readonly DumpedPart[], head: number): Places | undefined {
  const { got, want, variance } = heads[head];
  const units = unitsOf({ got, want }, variance);
  const sizeOf = (row: number) => squaresOf(rowOf(got, row));
  const off = indicesWhere(got.rows, (row) => isOffInRow(units, got.cols, row));
  const blank = new Set(off.filter((row) => sizeOf(row) === 0));
  const written = off.filter((row) => !blank.has(row)).toSorted((a, b) => sizeOf(b) - sizeOf(a));
  const sources = written.slice(0, MAX_READ).map((row) => sourceOf(heads, head, row));
  const [first = { head, shift: 0 }] = sources;
  const areAlike = sources.every((one) => one.head === first.head && one.shift === first.shift);
  return areAlike ? { ...first, blank } : undefined;
}

/** Finds the right row that is nearest to a wrong one: the same row of another head, or another row of its own head. */
function sourceOf(heads: readonly DumpedPart[], head: number, row: number) {
  const { got } = heads[head];
  const all = [
    ...heads.map((_, other) => ({ other, from: row })),
    ...indicesWhere(got.rows).map((from) => ({ other: head, from })),
  ];
  const [nearest] = leastOf(all, 1, (one, limit) => {
    const right = rowOf(heads[one.other].want, one.from);
    return distanceTo(rowOf(got, row), got.cols, (c) => right[c], limit);
  });
  // A row of NaN has no nearest row.
  const { other, from } = nearest ?? { other: head, from: row };
  return { head: other, shift: (row - from + got.rows) % got.rows };
}

/** Moves the rows of gradients to these places. */
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

/** Describes the first head whose rows are in the wrong place. */
function textOf(part: Part, places: readonly Places[]) {
  const at = places.findIndex(({ head, shift, blank }, own) => head !== own || shift > 0 || blank.size > 0);
  if (at < 0) return {};
  const { head, shift, blank } = places[at];
  if (blank.size > 0) return { [GRADIENT_NAMES[part]]: `${blank.size} rows, from row ${Math.min(...blank)}` };
  return { [GRADIENT_NAMES[part]]: head === at ? `row ${shift} holds row 0` : `head ${at} is head ${head}` };
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
    title: "Heads of a gradient were swapped.",
    fix: "Look at the strides with which the gradient is stored.",
    isPossible: ({ heads }) => heads.length > 1,
    variants: movedWhere(({ head }, at) => head !== at),
  }),
  placed({
    id: "rows-missing",
    title: "Some rows of a gradient were not written.",
    fix: "Look at the bounds of the store.",
    variants: movedWhere(({ blank }) => blank.size > 0),
  }),
  placed({
    id: "rows-shifted",
    title: "The rows of a gradient are shifted up or down.",
    fix: "Look at the address of the store.",
    variants: movedWhere(({ shift }) => shift > 0),
  }),
];
