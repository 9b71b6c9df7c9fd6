import { sumOver } from "../../math/lists.js";
import { joinRanges, type Range } from "../../math/ranges.js";
import type { MachineStep, WorstCell } from "./target-report.js";

/** The combined result of all answers to one step, over all compared heads and batches. */
export interface Overview {
  readonly id: string;
  /** The dump's name of the answer, if the dump has several answers to the step. */
  readonly answer?: string;
  /** The number of batches and heads that were compared; 1 if the run has none. */
  readonly batches: number;
  readonly heads: number;
  readonly wrong: number;
  readonly of: number;
  readonly nonFinite: number;
  /** For less precise answers: the numbers that are too far off for the expected precision. */
  readonly tooCoarse?: number;
  /** The number that is farthest off in units of expected error, or the one nearest to wrong if all are right. */
  readonly nearest?: WorstCell & Place;
  readonly where?: OverviewWhere;
}

/** The batch and the head of a number. Each is left out if the run has none. */
export type Place = {
  readonly batch?: number;
  readonly head?: number;
};

/** Where the answers are wrong: batches and heads, and the union of their wrong rows and columns. */
export interface OverviewWhere {
  readonly batches: "all" | readonly Range[];
  readonly heads: "all" | readonly Range[];
  /** Every wrong part, unless the wrong parts are exactly the listed heads of each listed batch. */
  readonly parts?: readonly Place[];
  readonly rows: readonly Range[];
  readonly columns: "all" | readonly Range[];
}

/** Returns one overview per step. Returns undefined if an answer's scope is not a head or a batch, as in a model. */
export function overviewOf(steps: readonly MachineStep[]): readonly Overview[] | undefined {
  const placed = steps.flatMap((step) => {
    const place = placeIn(step.scope);
    return place ? [{ step, place }] : [];
  });
  if (placed.length < steps.length) return undefined;
  const nameOf = ({ id, answer = "" }: MachineStep) => `${id} ${answer}`;
  return [...new Set(steps.map(nameOf))].map((name) =>
    ofStep(placed.filter(({ step }) => nameOf(step) === name)),
  );
}

interface Placed {
  readonly step: MachineStep;
  readonly place: Place;
}

const SCOPE = /^(?:batch (\d+))?(?:^|\/|$)(?:(?:kv )?head (\d+))?$/;

function placeIn(scope: string): Place | undefined {
  const found = SCOPE.exec(scope);
  if (!found) return undefined;
  const [, batch, head] = found;
  return { ...(batch && { batch: Number(batch) }), ...(head && { head: Number(head) }) };
}

function ofStep(placed: readonly Placed[]): Overview {
  const steps = placed.map(({ step }) => step);
  const sum = (count: (step: MachineStep) => number) => sumOver(steps, count);
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

const inOrder = (ranges: readonly Range[]) => joinRanges(ranges.toSorted(([a], [b]) => a - b));

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
    rows: inOrder(wrong.flatMap(({ step }) => step.where?.rows ?? [])),
    columns: columns.some((own) => own === "all")
      ? "all"
      : inOrder(columns.flatMap((own) => (own === "all" ? [] : own))),
  };
}
