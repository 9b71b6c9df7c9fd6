import type { Matrix } from "../../math/matrix.js";
import type { Graph } from "../../trace/graph.js";
import type { Changes } from "./changes.js";
import type { Digits } from "./digits.js";
import type { Gap } from "./gap.js";
import { type Carried, type Finish, Numbers } from "./numbers.js";

/** So many ways are looked at; those that round the steps next to the written one come first. */
const MOST_MIXTURES = 256;

/**
 * What a step comes to for a person who rounds now and then: of each step before it the number that was written, or one of those that
 * it was before it was rounded; of what nobody wrote the number as it is, or rounded.
 */
export function* mixturesOf(
  { graph, changes }: { readonly graph: Graph; readonly changes: Changes },
  gap: Gap,
  courses: readonly Carried[],
  digits: Digits,
): Generator<Matrix> {
  const sources = gap.sources.map((key) => ({ key, choices: distinct(courses, key) }));
  const rounded = gap.nodes.slice(0, -1).filter(({ key }) => digits.of(key) !== undefined);
  const counts = [...rounded.map(() => 2), ...sources.map(({ choices }) => choices.length)];
  const all = counts.reduce((product, count) => product * count, 1);
  for (let at = 0; at < Math.min(all, MOST_MIXTURES); at++) {
    let rest = at;
    const picks = counts.map((count) => {
      const pick = rest % count;
      rest = Math.floor(rest / count);
      return pick;
    });
    const kept = new Set(rounded.filter((_, index) => picks[index] === 1).map(({ key }) => key));
    const carried = new Map(
      sources.map(({ key, choices }, index) => [key, choices[picks[rounded.length + index]]] as const),
    );
    const keep: Finish = (matrix, key) => (kept.has(key) ? digits.keep(matrix, key) : matrix);
    yield new Numbers(graph, changes, carried, keep).of(gap.key);
  }
}

function distinct(courses: readonly Carried[], key: string): readonly Matrix[] {
  const found: Matrix[] = [];
  for (const course of courses) {
    const matrix = course.get(key);
    const isKnown = found.some(({ data }) => data.every((value, at) => Object.is(value, matrix?.data[at])));
    if (matrix && !isKnown) found.push(matrix);
  }
  return found;
}
