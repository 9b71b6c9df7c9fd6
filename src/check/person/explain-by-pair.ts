import { sumOver } from "../../math/lists.js";
import { type Matrix, sameShape } from "../../math/matrix.js";
import { isConvincing } from "./explain-step.js";
import { areSame } from "./numbers.js";
import type { StepCase, StepStory } from "./step-case.js";
import { type Variant, withVariant } from "./variants.js";

/** The minimum number of bad cells, or of different numbers in them: some pair gives any two numbers. */
const [MIN_BAD, MIN_DIFFERENT] = [4, 3];

/** A mistake, others with the same effect, and the numbers of the step with it. */
interface Alone {
  readonly variant: Variant;
  readonly alike: Variant[];
  readonly made: Matrix;
}

/**
 * Finds two mistakes in one gap that together leave at most `mostBad` bad cells. Each alone explains too few. Large
 * steps, which nobody computes by hand, are skipped, because there are thousands of pairs.
 */
export function explainByPair(given: StepCase, mostBad: number): StepStory | undefined {
  const { judge, graph, gap, changes, priceOf, first } = given;
  const bad = judge.cells.answer.values.filter((_, index) => first.bad[index]);
  const isShown = bad.length >= MIN_BAD || new Set(bad).size >= MIN_DIFFERENT;
  if (gap.nodes.length < 2 || !gap.isByHand || !isShown) return undefined;
  const options = given.options.filter(({ isRight, isFromAnswer }) => !isRight && !isFromAnswer);
  const pairs = judge
    .asWritten(changes)
    .recall(
      [
        "pairs",
        ...gap.nodes.map(({ key }) => key),
        ...options.map(({ what, head }) => `${what.id} ${head}`),
      ].join(),
      () => listPairs({ ...given, options }),
    );
  const most = sumOver(first.bits);
  let best: StepStory | undefined;
  for (const { one, other, made } of pairs) {
    if (judge.cells.areFar([made], mostBad)) continue;
    const beside = withVariant(graph, changes, one.variant);
    const both = withVariant(graph, beside, other.variant);
    const judged = judge.judge(both, { beside });
    if (!judged) continue;
    const cost = priceOf(one.variant) + priceOf(other.variant) + sumOver(judged.bits);
    const named = [one, other].map(({ variant, alike }) => ({ variant, alike, rows: undefined }));
    const story = { changes: both, named, judged, cost };
    if (cost < (best?.cost ?? most) && isConvincing(story, first, mostBad)) best = story;
  }
  return best;
}

/** Two mistakes together, and the numbers of the step with them. */
interface Pair {
  readonly one: Alone;
  readonly other: Alone;
  readonly made: Matrix;
}

/** Returns the pairs of mistakes in different steps. */
function listPairs(given: StepCase): readonly Pair[] {
  const { judge, graph, gap } = given;
  const numbers = judge.asWritten(given.changes);
  const alone = distinctOptions(given);
  return alone.flatMap((one, at) => {
    const withOne = withVariant(graph, given.changes, one.variant);
    const numbersOfOne = numbers.with(withOne);
    return alone.slice(at + 1).flatMap((other) => {
      if (!areApart(one.variant, other.variant)) return [];
      const made = numbersOfOne.with(withVariant(graph, withOne, other.variant)).of(gap.key);
      return sameShape(made, one.made) ? [{ one, other, made }] : [];
    });
  });
}

const areApart = (one: Variant, other: Variant): boolean =>
  one.what !== other.what && [...other.nodes.keys()].every((key) => !one.nodes.has(key));

/** Returns the mistakes that change the step. Mistakes with the same effect are listed with the first of them. */
function distinctOptions({ judge, graph, gap, options, changes, size }: StepCase): readonly Alone[] {
  const seen: Alone[] = [];
  const numbers = judge.asWritten(changes);
  const unaltered = numbers.of(gap.key);
  const placeOf = ({ nodes }: Variant) => gap.nodes.findIndex(({ key }) => nodes.has(key));
  for (const variant of options) {
    const made = numbers.with(withVariant(graph, changes, variant)).of(gap.key);
    if (!sameShape(made, size) || areSame(unaltered, made)) continue;
    const known = seen.find((other) => areSame(other.made, made));
    if (!known) seen.push({ variant, alike: [], made });
    else if (known.variant.head === variant.head) known.alike.push(variant);
  }
  // In this order, only the part after the second mistake of a pair is computed again.
  return seen.sort((one, other) => placeOf(one.variant) - placeOf(other.variant));
}
