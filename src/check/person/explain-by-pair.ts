import type { Matrix } from "../../math/matrix.js";
import type { Changes } from "./changes.js";
import { isConvincing } from "./explain-step.js";
import type { Gap } from "./gap.js";
import { type StepCase, type StepStory, sumOf } from "./step-case.js";
import { type Variant, withVariant } from "./variants.js";

/**
 * Two mistakes in one gap that together leave no more bad cells than so many; each alone gives too few. In steps that nobody works by
 * hand they are not looked for: there are thousands of pairs.
 */
export function explainByPair(given: StepCase, mostBad: number): StepStory | undefined {
  const { judge, graph, gap, changes, priceOf, first } = given;
  if (gap.nodes.length < 2 || !gap.isByHand) return undefined;
  const alone = distinctOptions(given).map(({ variant, alike }) => {
    const keys = gap.nodes.flatMap(({ key }) => (variant.nodes.has(key) ? [key] : []));
    return { variant, alike, keys, uses: usedWith(variant, gap, changes), price: priceOf(variant) };
  });
  let [best, least]: [StepStory | undefined, number] = [undefined, sumOf(first.bits)];
  for (const [at, one] of alone.entries()) {
    const withOne = withVariant(graph, changes, one.variant);
    for (let next = at + 1; next < alone.length; next++) {
      const other = alone[next];
      const areApart = other.keys.every((key) => !one.variant.nodes.has(key));
      if (other.variant.what === one.variant.what || !areApart) continue;
      // Where one of them no longer uses what the other alters, it is alone.
      if (!one.keys.some((key) => other.uses.has(key)) || !other.keys.some((key) => one.uses.has(key)))
        continue;
      const price = one.price + other.price;
      const both = withVariant(graph, withOne, other.variant);
      const middle = judge.middle(both, withOne);
      if (!middle || judge.cells.areFar([middle], mostBad)) continue;
      const look = judge.look(both, { beside: withOne });
      if (!look || price + sumOf(look.bits) >= least) continue;
      const judged = look.judge();
      if (price + sumOf(judged.bits) >= least) continue;
      const named = [one, other].map(({ variant, alike }) => ({ variant, alike, rows: undefined }));
      const story = { changes: both, named, judged };
      if (!isConvincing(story, first, mostBad)) continue;
      [best, least] = [story, price + sumOf(judged.bits)];
    }
  }
  return best;
}

/** The steps of a gap that the written one is made of when something is done otherwise. */
function usedWith({ nodes }: Variant, gap: Gap, changes: Changes): ReadonlySet<string> {
  const used = new Set([gap.key]);
  for (const node of gap.nodes.toReversed())
    if (used.has(node.key))
      for (const input of (nodes.get(node.key) ?? changes.nodes.get(node.key) ?? node).inputs)
        used.add(input);
  return used;
}

/** The mistakes that alter the step by themselves, those of its first steps first; of those that come to the same the first, with the others. */
function distinctOptions({ judge, graph, gap, options, changes }: StepCase) {
  const seen: { variant: Variant; alike: Variant[]; made: Matrix }[] = [];
  const areSame = (one: Matrix, other: Matrix) =>
    one.data.every((value, index) => Object.is(value, other.data[index]));
  const unaltered = judge.middle(changes, changes);
  const placeOf = ({ nodes }: Variant) => gap.nodes.findIndex(({ key }) => nodes.has(key));
  for (const variant of options) {
    const { isRight, isFitted, head } = variant;
    if (isRight || isFitted || (head !== undefined && !gap.key.startsWith(head))) continue;
    const made = judge.middle(withVariant(graph, changes, variant), changes);
    if (!made || (unaltered && areSame(unaltered, made))) continue;
    const known = seen.find((other) => areSame(other.made, made));
    if (!known) seen.push({ variant, alike: [], made });
    else if (known.variant.head === head && known.variant.what !== variant.what) known.alike.push(variant);
  }
  // A step is worked again only behind the second of a pair.
  return seen.sort((one, other) => placeOf(one.variant) - placeOf(other.variant));
}
