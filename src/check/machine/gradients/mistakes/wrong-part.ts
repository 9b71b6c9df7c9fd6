import { rangesOf, rangesText } from "../../../../math/ranges.js";
import { PARTS, type Part, perPart } from "../backward-rows.js";
import { cells, type GradientMistake, namesOf, type ReplayedGradients, rowsOff } from "./gradient-mistake.js";

// Any mistake in a part of the backward pass: in one gradient that another kernel computes, or in some of its rows.

/** Makes a mistake in the wrong gradients and their wrong rows only. Elsewhere the gradients are right. */
export const inWrongPart = (mistake: GradientMistake): GradientMistake => ({
  ...mistake,
  isFree: true,
  variants(given) {
    const { wrongParts, batches, batch } = given;
    const rows = given.wrongRows.length > 0 ? given.wrongRows : given.wrongKeys;
    const blocks = rangesOf(rows);
    const said = {
      ...(wrongParts.length < PARTS.length && {
        of: wrongParts.length === 0 ? "dB alone" : `${namesOf(wrongParts)} alone`,
      }),
      ...(blocks.length > 0 && blocks.length < 3 && { rows: rangesText(blocks) }),
    };
    return Array.from(mistake.variants(given), (variant) => ({
      ...variant,
      ...(!variant.finish && { ofWhole: variant }),
      parameters: { ...variant.parameters, ...said },
      finish(gradients, all): ReplayedGradients {
        const made = variant.finish?.(gradients, all) ?? gradients;
        const right = batches[batch].right();
        const taken = (part: Part) =>
          made[part].map((own, head) => {
            if (!wrongParts.includes(part)) return right[part][head];
            const dumped = given.dumped(part, head);
            // All rows count as wrong if the gradient is not known by heads.
            const wrong = dumped && rowsOff(dumped);
            const { data } = right[part][head];
            return cells(own, (at, row) => (!wrong || wrong.has(row) ? own.data[at] : data[at]));
          });
        return { ...made, ...perPart(taken) };
      },
    }));
  },
});
