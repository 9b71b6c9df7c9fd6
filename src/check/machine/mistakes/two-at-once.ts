import { CONDITIONING } from "./conditioning.js";
import { HEADS } from "./heads.js";
import { type KernelMistake, variantsOf } from "./kernel-mistake.js";
import { MASKS } from "./masks.js";
import { ONLINE } from "./online.js";
import { SCALE } from "./scale.js";
import { SOFTMAX } from "./softmax.js";

// Two mistakes in one kernel. The second one is replayed in the attention that the first one changes.

const combine = (first: KernelMistake, second: KernelMistake): KernelMistake => ({
  ...second,
  title: `${first.title} ${second.title}`,
  fix: `${first.fix} ${second.fix}`,
  *variants(given) {
    for (const { alter, parameters: of } of variantsOf(first, given))
      for (const { make, parameters } of alter ? variantsOf(second, given) : [])
        yield {
          parameters: { ...of, ...parameters, and: first.id },
          make: (task, row) => alter && make(alter(task), row),
        };
  },
});

/** Pairs of simple mistakes without free numbers. */
export const TWO_AT_ONCE: readonly KernelMistake[] = [...SCALE, ...CONDITIONING].flatMap((first) =>
  [...CONDITIONING, ...MASKS, ...SOFTMAX, ...ONLINE, ...HEADS]
    .filter((second) => second.id !== first.id && !first.isFree && !second.isFree)
    .map((second) => combine(first, second)),
);
