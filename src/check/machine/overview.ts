import type { MachineStep, WorstCell } from "./target-report.js";

type Range = readonly [first: number, last: number];

/** The answers to one step in all heads and batches that were compared, as one. */
export interface Overview {
  readonly id: string;
  /** What a dump calls it that has several answers to the step. */
  readonly answer?: string;
  /** How many batches and heads were compared; 1 where a run has none. */
  readonly batches: number;
  readonly heads: number;
  readonly wrong: number;
  readonly of: number;
  readonly nonFinite: number;
  /** Of answers that are less precise: numbers that are off for the precision that was expected. */
  readonly tooCoarse?: number;
  /** The number that is wrong by most or, of right answers, nearest to wrong. */
  readonly nearest?: WorstCell & Place;
  readonly where?: OverviewWhere;
}

/** The batch and the head of a number; left out where a run has one. */
export type Place = {
  readonly batch?: number;
  readonly head?: number;
};

/** Where answers are wrong: the parts, and the rows and columns of all of them together. */
export interface OverviewWhere {
  readonly batches: "all" | readonly Range[];
  readonly heads: "all" | readonly Range[];
  /** Each wrong part, where these are not the named heads of each named batch. */
  readonly parts?: readonly Place[];
  readonly rows: readonly Range[];
  readonly columns: "all" | readonly Range[];
}

/** One overview for each step; undefined where answers lie in other scopes than heads and batches, as those of a model do. */
export function overviewOf(steps: readonly MachineStep[]): readonly Overview[] | undefined {
  const placed = steps.map((step) => ({ step, place: placeIn(step.scope) }));
  if (!placed.every(isPlaced)) return undefined;
  const nameOf = ({ id, answer = "" }: MachineStep) => `${id} ${answer}`;
  return [...new Set(steps.map(nameOf))].map((name) =>
    ofStep(placed.filter(({ step }) => nameOf(step) === name)),
  );
}

interface Placed {
  readonly step: MachineStep;
  readonly place: Place;
}

const isPlaced = (one: { readonly step: MachineStep; readonly place: Place | undefined }): one is Placed =>
  one.place !== undefined;

const SCOPE = /^(?:batch (\d+))?(?:^|\/|$)(?:(?:kv )?head (\d+))?$/;

function placeIn(scope: string): Place | undefined {
  const found = SCOPE.exec(scope);
  if (!found) return undefined;
  const [, batch, head] = found;
  return { ...(batch && { batch: Number(batch) }), ...(head && { head: Number(head) }) };
}

function ofStep(placed: readonly Placed[]): Overview {
  const steps = placed.map(({ step }) => step);
  const sum = (count: (step: MachineStep) => number) => steps.reduce((total, step) => total + count(step), 0);
  const coarse = steps.filter(({ tooCoarse }) => tooCoarse !== undefined);
  const nearest = nearestOf(placed);
  const where = whereOf(placed);
  return {
    id: steps[0].id,
    ...(steps[0].answer !== undefined && { answer: steps[0].answer }),
    batches: namesOf(placed, "batch").length || 1,
    heads: namesOf(placed, "head").length || 1,
    wrong: sum(({ wrong }) => wrong),
    of: sum(({ of }) => of),
    nonFinite: sum(({ nonFinite }) => nonFinite),
    ...(coarse.length > 0 && { tooCoarse: sum(({ tooCoarse, wrong }) => tooCoarse ?? wrong) }),
    ...(nearest && { nearest }),
    ...(where && { where }),
  };
}

const namesOf = (placed: readonly Placed[], what: keyof Place): readonly number[] =>
  [...new Set(placed.flatMap(({ place }) => place[what] ?? []))].sort((a, b) => a - b);

function nearestOf(placed: readonly Placed[]): (WorstCell & Place) | undefined {
  const { step, place } = placed.reduce((a, b) => (b.step.units.cell > a.step.units.cell ? b : a));
  return step.worst && { ...place, ...step.worst };
}

function whereOf(placed: readonly Placed[]): OverviewWhere | undefined {
  const wrong = placed.filter(({ step }) => step.where);
  if (wrong.length === 0) return undefined;
  const all = (what: keyof Place) => {
    const names = namesOf(wrong, what);
    return names.length === namesOf(placed, what).length ? "all" : joinRanges(names.map((at) => [at, at]));
  };
  const [batches, heads] = [namesOf(wrong, "batch").length || 1, namesOf(wrong, "head").length || 1];
  const columns = wrong.map(({ step }) => step.where?.columns ?? []);
  return {
    batches: all("batch"),
    heads: all("head"),
    ...(batches * heads !== wrong.length && { parts: wrong.map(({ place }) => place) }),
    rows: joinRanges(wrong.flatMap(({ step }) => step.where?.rows ?? [])),
    columns: columns.some((own) => own === "all")
      ? "all"
      : joinRanges(columns.flatMap((own) => (own === "all" ? [] : own))),
  };
}

/** Ranges of several parts as those that cover them all. */
function joinRanges(ranges: readonly Range[]): readonly Range[] {
  const joined: [number, number][] = [];
  for (const [first, last] of ranges.toSorted(([a], [b]) => a - b)) {
    const before = joined.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else joined.push([first, last]);
  }
  return joined;
}
