import type { Homework, MistakeText } from "../mistakes/mistake.js";
import { firstVariantFits } from "./diagnose.js";
import type { WrongOutput } from "./fit.js";
import type { KernelMistake } from "./mistakes/kernel-mistake.js";
import { KERNEL_MISTAKES, OF_ONE_INPUT } from "./mistakes/registry.js";
import { powersOf, scoresOfRow } from "./row-scores.js";
import type { Task } from "./task.js";
import { indicesWhere, spread } from "./where.js";

// Mistakes that a right dump could not reveal, because they would have given the same numbers except for rounding.

/** A mistake that a dump would not reveal, the reason, and what to change in the test's input. */
export interface NotShown {
  readonly mistake: MistakeText;
  /** The property of the input that hides the mistake, if known. */
  readonly reason?: string;
  readonly change: string;
}

/** An output, with everything that is needed to replay mistakes on it. */
export interface JudgedOutput {
  readonly homework: Homework;
  readonly output: WrongOutput;
}

/** The most common mistakes. They are tried after every right check. */
const USUAL: ReadonlySet<string> = new Set(
  `softcap-missing softcap-misplaced causal-top-left causal-bottom-right window-wider window-narrower
  window-ignored key-length-ignored mask-missing mask-off-by-one mask-transposed documents-attended
  scale-missing scale-twice softmax-base-2 bias-missing bias-negated bias-transposed bias-before-scale
  bias-of-another-head kv-heads-tiled kv-head-other rotary-pairing rope-missing rope-position-off
  base-off rope-scaling-missing rotary-size-ignored qk-norm-missing qk-norm-weight-missing
  accumulator-not-rescaled axes-misread heads-swapped`.split(/\s+/),
);

/**
 * Returns the mistakes that none of these right outputs would reveal. Tries all known mistakes if `isWhole`, else the
 * common ones.
 */
export function critique(rights: readonly JudgedOutput[], isWhole: boolean): readonly NotShown[] {
  const [first] = rights;
  if (!first) return [];
  const facts = factsOf(first.output.tasks);
  const hidden: KernelMistake[] = [];
  for (const mistake of [...OF_ONE_INPUT, ...KERNEL_MISTAKES]) {
    if (!isWhole && !USUAL.has(mistake.id)) continue;
    // Of the two corners of a causal mask, one is told.
    const isTold = mistake.id === "causal-bottom-right" && hidden.some(({ id }) => id === "causal-top-left");
    if (!isTold && rights.every((right) => isHidden(right, mistake, isWhole))) hidden.push(mistake);
  }
  return hidden.map((mistake) => ({ mistake, ...hintFor(mistake.id, facts) }));
}

const isHidden = ({ homework, output }: JudgedOutput, mistake: KernelMistake, isOfAllRows: boolean) =>
  firstVariantFits(homework, output, mistake, isOfAllRows) === true;

interface Facts {
  readonly queries: number;
  readonly keys: number;
  readonly largest: number;
  readonly softcap: number | undefined;
}

const MAX_ROWS = 8;

function factsOf(tasks: readonly Task[]): Facts {
  const [task] = tasks;
  return {
    queries: task.query.rows,
    keys: task.key.rows,
    softcap: task.softcap,
    // Few hints need it.
    get largest() {
      const rows = spread(indicesWhere(task.query.rows), MAX_ROWS);
      const plain = { ...task, softcap: undefined, bias: undefined };
      return Math.max(...rows.map((row) => Math.abs(powersOf(scoresOfRow(plain, row)).maximum)));
    },
  };
}

type Hint = Pick<NotShown, "reason" | "change">;

const upTo = (largest: number) => `scores up to ${Number(largest.toPrecision(2))}`;

/** Why a mistake is hidden, and what would reveal it, by a pattern of the mistake's id. The first match counts. */
const HINTS: readonly (readonly [ids: RegExp, hint: (facts: Facts) => Hint])[] = [
  [
    /^softcap-after/,
    ({ softcap }) => ({
      reason: `softcap ${softcap}`,
      change: "take a softcap below 10, so that e^−C of masked keys counts",
    }),
  ],
  [
    /^softcap/,
    ({ largest, softcap }) => ({
      reason: `${upTo(largest)}, softcap ${softcap}`,
      change: "multiply q, so that scores come near the softcap",
    }),
  ],
  [
    /^causal-/,
    ({ queries, keys }) => ({
      ...(queries === keys && { reason: "as many queries as keys" }),
      change: "take fewer queries than keys",
    }),
  ],
  [/^window/, ({ keys }) => ({ reason: `${keys} keys`, change: "take more keys than the window holds" })],
  [/^(?:mask|key-length|documents)/, () => ({ change: "mask more: several keys in most rows" })],
  [/^bias|^alibi/, () => ({ change: "take a bias that differs from cell to cell and is not near 0" })],
  [/^(?:kv-head|heads-|axes-)/, () => ({ change: "give each head numbers of its own" })],
  [
    /^(?:rope|rotary|base-off)/,
    ({ queries }) => ({ reason: `${queries} positions`, change: "take more tokens" }),
  ],
  [/^softmax-plus-one/, ({ keys }) => ({ reason: `${keys} keys`, change: "take few keys, or low scores" })],
  [
    /^sum-overflow/,
    ({ largest }) => ({
      reason: upTo(largest),
      change: "multiply q, so that scores come above 11: e^11.1 is beyond float16",
    }),
  ],
  [
    /^(?:scale|softmax-base)/,
    ({ largest }) => ({
      reason: upTo(largest),
      change: "multiply q, so that weights differ",
    }),
  ],
  [
    /rescaled|overwritten|maximum|divided-in|^keys-|^value|^padding/,
    ({ keys }) => ({ reason: `${keys} keys`, change: "take several tiles of keys and a rest: 200 keys" }),
  ],
];

const hintFor = (id: string, facts: Facts): Hint =>
  HINTS.find(([ids]) => ids.test(id))?.[1](facts) ?? {
    change: "draw the numbers from a normal distribution, for 100 tokens or more",
  };
