import { isConvincing, type StepCase, type StepStory, sumOf } from "./explain-step.js";
import { graphWith, type Variant, withVariant } from "./variants.js";

/** Two mistakes in one gap that together leave no more bad cells than so many; each alone gives too few. */
export function explainByPair(given: StepCase, mostBad: number): StepStory | undefined {
  const { judge, graph, gap, changes, priceOf, first } = given;
  if (gap.nodes.length < 2) return undefined;
  const inGap = new Set(gap.nodes.map(({ key }) => key));
  const keysOf = ({ nodes }: Variant) => [...nodes.keys()].filter((key) => inGap.has(key));
  const alone = given.options.filter(
    ({ isRight, head }) => !isRight && (head === undefined || gap.key.startsWith(head)),
  );
  let [best, least]: [StepStory | undefined, number] = [undefined, sumOf(first.bits)];
  for (const [at, one] of alone.entries()) {
    const keys = keysOf(one);
    const withOne = withVariant(graph, changes, one);
    for (const other of alone.slice(at + 1)) {
      if (other.what === one.what || keysOf(other).some((key) => keys.includes(key))) continue;
      const price = priceOf(one) + priceOf(other);
      const both = withVariant(graph, withOne, other);
      const judged = judge.judge(graphWith(graph, both), false, (bits) => {
        const fewest = bits.reduce((count, by) => (by >= judge.slipBits ? count + 1 : count), 0);
        return fewest <= mostBad && price + sumOf(bits) < least;
      });
      if (!judged || price + sumOf(judged.bits) >= least) continue;
      const named = [one, other].map((variant) => ({ variant, alike: [], rows: undefined }));
      const story = { changes: both, named, judged };
      if (!isConvincing(story, first, mostBad)) continue;
      [best, least] = [story, price + sumOf(judged.bits)];
    }
  }
  return best;
}
