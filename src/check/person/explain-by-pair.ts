import { sumOver } from "../../math/lists.js";
import { type Matrix, sameShape } from "../../math/matrix.js";
import { remember } from "../../math/remember.js";
import type { Graph } from "../../trace/graph.js";
import { type Changes, UNCHANGED } from "./changes.js";
import { isConvincing } from "./explain-step.js";
import { areSame } from "./numbers.js";
import type { NamedVariant, StepCase, StepStory } from "./step-case.js";
import { type Variant, withVariant, withVariants } from "./variants.js";

/** Two mistakes, each with others that have the same effect, and the numbers of the step with both. */
interface Pair {
  readonly variants: readonly { readonly variant: Variant; readonly alike: readonly Variant[] }[];
  readonly withOne: Changes;
  readonly both: Changes;
  readonly made: Matrix;
}

/**
 * Finds two mistakes in one gap that together leave at most `mostBad` bad cells. Each alone explains too few. Large
 * steps, which nobody computes by hand, are skipped, because there are thousands of pairs.
 */
export function explainByPair(given: StepCase, mostBad: number): StepStory | undefined {
  const { judge, gap, priceOf, first } = given;
  if (gap.nodes.length < 2 || !gap.isByHand) return undefined;
  let [best, least]: [StepStory | undefined, number] = [undefined, sumOver(first.bits)];
  for (const { variants, withOne, both, made } of pairsAt(given)) {
    if (judge.cells.areFar([made], mostBad)) continue;
    const preview = judge.preview(both, { beside: withOne });
    const price = sumOver(variants, ({ variant }) => priceOf(variant));
    if (!preview || price + sumOver(preview.bits) >= least) continue;
    const judged = preview.judge();
    if (price + sumOver(judged.bits) >= least) continue;
    const story = { changes: both, named: variants.map((one) => ({ ...one, rows: undefined })), judged };
    if (!isConvincing(story, first, mostBad)) continue;
    [best, least] = [story, price + sumOver(judged.bits)];
  }
  return best && { ...best, named: best.named.map((_, at) => withAlikeInPair(given, best.named, at)) };
}

/** Keeps only the others of a mistake that have the same effect beside the other mistake of the pair, too. */
function withAlikeInPair(
  { judge, graph, gap, changes }: StepCase,
  pair: StepStory["named"],
  at: number,
): NamedVariant {
  const made = (variant: Variant) =>
    judge.asWritten(withVariants(graph, changes, pair.with(at, { ...pair[at], variant }))).of(gap.key);
  const own = made(pair[at].variant);
  return { ...pair[at], alike: pair[at].alike.filter((other) => areSame(made(other), own)) };
}

/**
 * Returns the pairs that are possible in a gap. Pairs before the first written step depend only on the problem, so they
 * are computed once for a class.
 */
function pairsAt(given: StepCase): readonly Pair[] {
  const { judge, graph, gap, changes } = given;
  if (judge.isAfterWritten || changes !== UNCHANGED) return listPairs(given);
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
      // If one of them no longer uses what the other changes, it is not a pair.
      return sameShape(made, size) && !areSame(made, one.made) && !areSame(made, other.made)
        ? [{ variants: [one, other].map(({ variant, alike }) => ({ variant, alike })), withOne, both, made }]
        : [];
    });
  });
}

/**
 * Returns the mistakes that change the step, sorted by the first step that they change. Mistakes with the same effect
 * are listed with the first of them.
 */
function distinctOptions({ judge, graph, gap, options, changes, size }: StepCase) {
  const seen: { variant: Variant; alike: Variant[]; made: Matrix }[] = [];
  const numbers = judge.asWritten(changes);
  const unaltered = numbers.of(gap.key);
  const placeOf = ({ nodes }: Variant) => gap.nodes.findIndex(({ key }) => nodes.has(key));
  for (const variant of options) {
    const { isRight, isFromAnswer, head } = variant;
    if (isRight || isFromAnswer) continue;
    const made = numbers.with(withVariant(graph, changes, variant)).of(gap.key);
    if (!sameShape(made, size) || areSame(unaltered, made)) continue;
    const known = seen.find((other) => areSame(other.made, made));
    if (!known) seen.push({ variant, alike: [], made });
    else if (known.variant.head === head && known.variant.what !== variant.what) known.alike.push(variant);
  }
  // In this order, only the part after the second mistake of a pair is computed again.
  return seen.sort((one, other) => placeOf(one.variant) - placeOf(other.variant));
}
