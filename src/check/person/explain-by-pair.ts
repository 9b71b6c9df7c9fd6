import { areSame, isConvincing, type StepCase, type StepStory, sumOf } from "./explain-step.js";
import type { Look } from "./judge-cells.js";
import { type Variant, withVariant } from "./variants.js";

/**
 * Two mistakes in one gap that together leave no more bad cells than so many; each alone gives too few. In steps that nobody works by
 * hand they are not looked for: there are thousands of pairs.
 */
export function explainByPair(given: StepCase, mostBad: number): StepStory | undefined {
  const { judge, graph, gap, changes, priceOf, first } = given;
  if (gap.nodes.length < 2 || !gap.isByHand) return undefined;
  const inGap = new Set(gap.nodes.map(({ key }) => key));
  const keysOf = ({ nodes }: Variant) => [...nodes.keys()].filter((key) => inGap.has(key));
  const alone = distinctOptions(given);
  let [best, least]: [StepStory | undefined, number] = [undefined, sumOf(first.bits)];
  for (const [at, one] of alone.entries()) {
    const keys = keysOf(one);
    const withOne = withVariant(graph, changes, one);
    for (const other of alone.slice(at + 1)) {
      if (other.what === one.what || keysOf(other).some((key) => keys.includes(key))) continue;
      const price = priceOf(one) + priceOf(other);
      const both = withVariant(graph, withOne, other);
      const look = judge.look(both, { beside: withOne, mostFar: mostBad });
      if (!look || price + sumOf(look.bits) >= least) continue;
      const judged = look.judge();
      if (price + sumOf(judged.bits) >= least) continue;
      const named = [one, other].map((variant) => ({ variant, alike: [], rows: undefined }));
      const story = { changes: both, named, judged };
      if (!isConvincing(story, first, mostBad)) continue;
      [best, least] = [story, price + sumOf(judged.bits)];
    }
  }
  return best;
}

/** The mistakes that alter the step by themselves; of those that come to the same the first. */
function distinctOptions({ judge, graph, gap, changes, options, first }: StepCase): readonly Variant[] {
  const seen: Pick<Look, "courses">[] = [first];
  return options.filter((variant) => {
    const { isRight, head } = variant;
    if (isRight || (head !== undefined && !gap.key.startsWith(head))) return false;
    const look = judge.look(withVariant(graph, changes, variant), { beside: changes });
    if (!look || seen.some((other) => areSame(other, look))) return false;
    seen.push(look);
    return true;
  });
}
