import { sumOver } from "../../math/lists.js";
import type { Graph } from "../../trace/op.js";
import { type Changes, UNCHANGED } from "./changes.js";
import type { Gap } from "./gap.js";
import type { CellJudge, JudgedCells } from "./judge-cells.js";
import { candidatesOf, cellsShowing, countBad, MIN_SHARE, type NamedVariant } from "./step-case.js";
import { type Variant, withVariants } from "./variants.js";

/** A mistake or another way that was found at a written step. */
export interface NamedAt extends NamedVariant {
  readonly key: string;
  /** The cells that were bad before it was found. */
  readonly badBefore: Uint8Array;
  /** The steps between the written steps where it was seen. */
  readonly seenIn: ReadonlySet<string>;
}

/**
 * Whether a mistake makes numbers wrong. A coarse constant only makes several numbers inexact, and in a single cell it
 * cannot be recognised.
 */
export const makesWrong = ({ variant: { what }, badBefore }: NamedAt): boolean =>
  !("isCoarse" in what) || countBad({ bad: badBefore }) < MIN_COARSE;

/** The minimum number of cells that must show a coarse constant. */
const MIN_COARSE = 2;

/** Returns a function that says whether a variant changes a step of a gap. */
const touches =
  ({ nodes: inGap }: Gap) =>
  ({ nodes }: Variant): boolean =>
    inGap.some(({ key }) => nodes.has(key));

/** Keeps the mistakes and other ways so far. Several may give the same numbers until a later step distinguishes them. */
export function startNaming(graph: Graph) {
  let found: readonly NamedAt[] = [];
  const changesBy = (named: readonly NamedAt[]): Changes => withVariants(graph, UNCHANGED, named);
  const replace = (at: number, named: NamedAt): void => {
    found = found.with(at, named);
  };

  /**
   * A mistake that affects several steps may be made in this step again, or not. If it is made again, it is a mistake
   * here, too.
   */
  const checkRepetition = (
    at: number,
    { key, nodes: inGap }: Gap,
    judged: JudgedCells,
    lookAt: (variant: Variant) => readonly { readonly variant: Variant; readonly judged: JudgedCells }[],
  ): JudgedCells => {
    const named = found[at];
    const { variant, seenIn } = named;
    const again = inGap.filter((node) => variant.nodes.has(node.key) && !seenIn.has(node.key));
    if (variant.isRight || again.length === 0) return judged;
    const keys = new Set(again.map((node) => node.key));
    const nodes = new Map([...variant.nodes].filter(([node]) => !keys.has(node)));
    const [without] = nodes.size > 0 ? lookAt({ ...variant, nodes }) : [];
    const saved = without ? sumOver(judged.bits) - sumOver(without.judged.bits) : 0;
    const now = { ...named, seenIn: new Set([...seenIn, ...keys]) };
    const isDoneRightly = without && saved > NOISE;
    replace(at, isDoneRightly ? { ...now, variant: without.variant } : now);
    if (isDoneRightly) return without.judged;
    if (without && saved < -NOISE)
      found = [...found, { ...now, key, badBefore: cellsShowing(without.judged, judged) }];
    return judged;
  };

  return {
    all: () => found,
    mistakes: () => found.filter(({ variant }) => !variant.isRight),
    changes: () => changesBy(found),

    /** Returns the first `count` changes, and the other right ways of a step, but not its mistakes. */
    changesBefore: (count: number, step: string): Changes =>
      changesBy(found.filter(({ key, variant }, at) => at < count || (key === step && variant.isRight))),

    /** Replaces all changes, by those of an alternative or by more. */
    take(named: readonly NamedAt[]): void {
      found = named;
    },

    /** Returns the changes with another mistake that fits equally well in the place of one, if it affects a gap. */
    alternatives: (gap: Gap): readonly (readonly NamedAt[])[] =>
      found.flatMap((named, at) => {
        const candidates = candidatesOf(named);
        if (!candidates.some(touches(gap))) return [];
        return named.alike.map((variant) => {
          const alike = candidates.filter((other) => other !== variant);
          return found.with(at, { ...named, variant, alike });
        });
      }),

    /** Replaces an explanation by another with the same numbers so far, if this step distinguishes them. */
    settle(judge: CellJudge, gap: Gap, first: JudgedCells): JudgedCells {
      let judged = first;
      for (const [at, named] of found.entries()) {
        const candidates = candidatesOf(named);
        if (!candidates.some(touches(gap))) continue;
        const lookAt = (variant: Variant) => {
          replace(at, { ...named, variant });
          const other = judge.judge(changesBy(found), { isRight: true });
          return other ? [{ variant, judged: other, bits: sumOver(other.bits) }] : [];
        };
        if (candidates.length > 1) {
          const tried = candidates.flatMap(lookAt);
          const least = tried.reduce((one, other) => (other.bits < one.bits - NOISE ? other : one));
          // If all of them leave most of the bad cells, something else was done here.
          const mostBad = Math.max(...tried.map((one) => countBad(one.judged)));
          const isDistinguished = countBad(least.judged) <= (1 - MIN_SHARE) * mostBad;
          const [best, ...others] = isDistinguished
            ? tried.filter(({ bits }) => bits <= least.bits + NOISE)
            : tried;
          replace(at, { ...named, variant: best.variant, alike: others.map(({ variant }) => variant) });
          judged = best.judged;
        }
        judged = checkRepetition(at, gap, judged, lookAt);
      }
      return judged;
    },
  };
}

/** The largest change of a sum of bits by binary rounding. */
const NOISE = 1e-9;
