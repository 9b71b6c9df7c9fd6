import type { LibraryConvention, LibraryProblem } from "./library.js";

// Conventions that several libraries share, each only where a run has to do with it.

type Own = readonly LibraryConvention[];

/** Whether a window of keys is asked for. */
export const hasWindow = ({ settings }: LibraryProblem) =>
  settings.window !== undefined || settings.windowLeft !== undefined || settings.windowRight !== undefined;

/** Whether something beside `causal` decides which keys are seen. */
export const isMaskedOtherwise = (problem: LibraryProblem): boolean =>
  problem.hasMask || hasWindow(problem) || problem.settings.keyLength !== undefined;

const masksAnything = (problem: LibraryProblem) =>
  problem.settings.causal === true || isMaskedOtherwise(problem);

/** Where query 0 stands for a causal mask or a window of the library's own. */
export function aligned(problem: LibraryProblem, corner: "top-left" | "bottom-right"): Own {
  const { causal } = problem.settings;
  if (!causal && !hasWindow(problem)) return [];
  const text = `${causal ? "causal mask" : "window"} aligned ${corner}`;
  return [{ name: "alignment", settings: { align: corner, queryOffset: undefined }, text }];
}

/** A causal mask of the call's own, and no window in it: a window is handed over in the mask, aligned as you say, with the causal one. */
export function alignedCausal(problem: LibraryProblem): Own {
  return hasWindow(problem) ? [] : aligned(problem, "top-left");
}

/** What true means in a mask that is handed over as it is. */
export function polarity({ hasMask }: LibraryProblem, meaning: "keep" | "drop"): Own {
  const text = `true in the mask means ${meaning === "keep" ? "may attend" : "masked"}`;
  return hasMask ? [{ name: "mask", settings: { maskTrue: meaning }, text }] : [];
}

/** Masked scores are −∞; an empty row becomes what the library makes of it. */
export function minusInfinity(problem: LibraryProblem, emptyRow: "zero" | "nan"): Own {
  if (!masksAnything(problem)) return [];
  return [
    { name: "masked scores", settings: { maskFill: "neg-inf" }, text: "masked scores are −∞" },
    { name: "empty row", settings: { emptyRow }, text: EMPTY_ROW_TEXT[emptyRow] },
  ];
}

const EMPTY_ROW_TEXT = {
  zero: "a row that may attend to nothing gives 0",
  nan: "a row that may attend to nothing gives NaN",
} as const;

/** Masked scores become a finite number, or have one added: a row that may attend to nothing attends to all keys alike. */
export function finiteFill(problem: LibraryProblem, maskFill: string, text: string): Own {
  return masksAnything(problem) ? [{ name: "masked scores", settings: { maskFill }, text }] : [];
}

/** A scale that is no argument of the call. */
export function fixedScale({ settings }: LibraryProblem): Own {
  if (settings.scale === undefined && settings.temperature === 1 && settings.scoring !== "dot") return [];
  return [
    { name: "scale", settings: { scale: "1/sqrt(d_k)", temperature: 1 }, text: "the scale is always 1/√d_k" },
  ];
}

/** A model looks back from the end of its keys: its causal mask has no row for queries before them. */
export function moreQueriesThanKeys({ settings, queries, keys }: LibraryProblem): readonly string[] {
  return settings.causal && queries > keys ? ["its causal mask has no more queries than keys"] : [];
}

/** What a call has beside query, key and value. */
interface Arguments {
  readonly softcap?: boolean;
  readonly mask?: boolean;
  readonly bias?: boolean;
  readonly keyLength?: boolean;
  readonly window?: boolean;
  readonly alibi?: boolean;
  /** Keys and values of earlier steps beside the new ones; a call that takes keys as they come has them put together before it. */
  readonly past?: boolean;
  /** A key of its own, or one of zeros. */
  readonly ownKey?: boolean;
  /** Fewer key and value heads than query heads. */
  readonly groups?: boolean;
}

/** What a run asks for that a call has no way to say. */
export function missing(problem: LibraryProblem, has: Arguments): readonly string[] {
  const { settings, hasScores, hasMask, hasBias, pastKeys, hasOwnKey } = problem;
  const { scoring = "scaled-dot", heads = 1, kvHeads } = settings;
  const isDot = scoring === "scaled-dot" || scoring === "dot";
  const asks: readonly (readonly [boolean, string])[] = [
    [hasScores, "it takes a query and a key, and no scores"],
    [!hasScores && !isDot, `it has no ${scoring} scoring`],
    [settings.softcap !== undefined && !has.softcap, "it has no softcap"],
    [hasMask && !has.mask, "it takes no mask but its causal one and its window"],
    [hasBias && !(settings.alibi ? has.alibi : has.bias), "nothing can be added to its scores"],
    [pastKeys > 0 && !has.past, "it has no place for keys of earlier steps"],
    [hasOwnKey && !has.ownKey, "it adds no key to those it is given (bias_k, zeros)"],
    [settings.keyLength !== undefined && !has.keyLength, "it takes no number of keys"],
    [hasWindow(problem) && !has.window, "it has no window"],
    [kvHeads !== undefined && kvHeads !== heads && !has.groups, "it has as many key heads as query heads"],
  ];
  return asks.filter(([isAsked]) => isAsked).map(([, reason]) => reason);
}
