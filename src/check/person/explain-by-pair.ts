import { type Matrix, sameShape } from "../../math/matrix.js";
import { remember } from "../../math/remember.js";
import type { Graph } from "../../trace/graph.js";
import { type Changes, UNCHANGED } from "./changes.js";
import { isConvincing } from "./explain-step.js";
import { areSame } from "./numbers.js";
import { type StepCase, type StepStory, sumOf } from "./step-case.js";
import { type Variant, withVariant } from "./variants.js";

/** Two mistakes, each with those that come to the same, and what they make of a step together. */
interface Pair {
  readonly variants: readonly { readonly variant: Variant; readonly alike: readonly Variant[] }[];
  readonly withOne: Changes;
  readonly both: Changes;
  readonly made: Matrix;
}

/**
 * Two mistakes in one gap that together leave no more bad cells than so many; each alone gives too few. In steps that nobody works by
 * hand they are not looked for: there are thousands of pairs.
 */
export function explainByPair(given: StepCase, mostBad: number): StepStory | undefined {
  const { judge, gap, priceOf, first } = given;
  if (gap.nodes.length < 2 || !gap.isByHand) return undefined;
  let [best, least]: [StepStory | undefined, number] = [undefined, sumOf(first.bits)];
  for (const { variants, withOne, both, made } of pairsAt(given)) {
    if (judge.cells.areFar([made], mostBad)) continue;
    const look = judge.look(both, { beside: withOne });
    const price = variants.reduce((sum, { variant }) => sum + priceOf(variant), 0);
    if (!look || price + sumOf(look.bits) >= least) continue;
    const judged = look.judge();
    if (price + sumOf(judged.bits) >= least) continue;
    const story = { changes: both, named: variants.map((one) => ({ ...one, rows: undefined })), judged };
    if (!isConvincing(story, first, mostBad)) continue;
    [best, least] = [story, price + sumOf(judged.bits)];
  }
  return best;
}

/** The pairs that may be made in a gap. Those before anything that is written hang on the problem alone: a class has them once. */
function pairsAt(given: StepCase): readonly Pair[] {
  const { judge, graph, gap, changes } = given;
  if (judge.isBehindWritten || changes !== UNCHANGED) return listPairs(given);
  return remember(
    remember(pairsBy, graph, () => new Map<string, readonly Pair[]>()),
    gap.key,
    () => listPairs(given),
  );
}

const pairsBy = new WeakMap<Graph, Map<string, readonly Pair[]>>();

function listPairs(given: StepCase): readonly Pair[] {
  const { judge, graph, gap, changes, size } = given;
  const numbers = judge.asWritten(changes);
  const alone = distinctOptions(given);
  return alone.flatMap((one, at) => {
    const withOne = withVariant(graph, changes, one.variant);
    const numbersOfOne = numbers.with(withOne);
    return alone.slice(at + 1).flatMap((other): readonly Pair[] => {
      const areApart = [...other.variant.nodes.keys()].every((key) => !one.variant.nodes.has(key));
      if (other.variant.what === one.variant.what || !areApart) return [];
      const both = withVariant(graph, withOne, other.variant);
      const made = numbersOfOne.with(both).of(gap.key);
      // Where one of them no longer uses what the other alters, it is alone.
      return sameShape(made, size) && !areSame(made, one.made) && !areSame(made, other.made)
        ? [{ variants: [one, other].map(({ variant, alike }) => ({ variant, alike })), withOne, both, made }]
        : [];
    });
  });
}

/** The mistakes that alter the step by themselves, those of its first steps first; of those that come to the same the first, with the others. */
function distinctOptions({ judge, graph, gap, options, changes, size }: StepCase) {
  const seen: { variant: Variant; alike: Variant[]; made: Matrix }[] = [];
  const numbers = judge.asWritten(changes);
  const unaltered = numbers.of(gap.key);
  const placeOf = ({ nodes }: Variant) => gap.nodes.findIndex(({ key }) => nodes.has(key));
  for (const variant of options) {
    const { isRight, isOfSheet, head } = variant;
    if (isRight || isOfSheet) continue;
    const made = numbers.with(withVariant(graph, changes, variant)).of(gap.key);
    if (!sameShape(made, size) || areSame(unaltered, made)) continue;
    const known = seen.find((other) => areSame(other.made, made));
    if (!known) seen.push({ variant, alike: [], made });
    else if (known.variant.head === head && known.variant.what !== variant.what) known.alike.push(variant);
  }
  // A step is worked again only behind the second of a pair.
  return seen.sort((one, other) => placeOf(one.variant) - placeOf(other.variant));
}
