import { setting } from "../../errors.js";
import type { MultiheadSettings } from "../heads/multihead-settings.js";

/** Settings of a run. Undefined means not given. */
type Settings = { readonly [Name in keyof MultiheadSettings]?: MultiheadSettings[Name] | undefined };

/** What a library's behaviour depends on: the settings of a run, and which inputs were given. */
export interface LibraryProblem {
  readonly settings: Settings;
  readonly hasScores: boolean;
  readonly hasMask: boolean;
  /** Whether numbers are added to the scores: a given bias, or ALiBi. */
  readonly hasBias: boolean;
  /** The number of cached keys and values before the new ones. */
  readonly pastKeys: number;
  /** Whether there is a key after the others: torch's bias_k, or a key of zeros. */
  readonly hasOwnKey: boolean;
  readonly queries: number;
  /** All keys, including cached ones. */
  readonly keys: number;
}

/** One convention of a library, as settings for a run. */
export interface LibraryConvention {
  readonly name: string;
  /** A setting that is undefined removes the given one. */
  readonly settings: Settings;
  /** The text after "differs in 2 of 3 rows:". */
  readonly text: string;
}

/** Returns what is true of a library in a run, if it matters for that run. */
export type LibraryRule<Of> = (problem: LibraryProblem) => readonly Of[];

/** A library's function for attention: its fixed behaviour, and what it cannot do. One entry of the registry. */
export interface Library {
  /** The call, as written in code. */
  readonly call: string;
  /** Where its conventions are stated, with the version. */
  readonly source: string;
  /** What the call cannot do, one clause each. All are empty if it can compute the run. */
  readonly obstacles: readonly LibraryRule<string>[];
  readonly conventions: readonly LibraryRule<LibraryConvention>[];
  /** Differences that do not change numbers: axes, types, where W is. */
  readonly notes: readonly string[];
}

/** Returns the results of all rules for a run. */
export const applyRules = <Of>(problem: LibraryProblem, rules: readonly LibraryRule<Of>[]): readonly Of[] =>
  rules.flatMap((rule) => rule(problem));

/** Returns the qkv options for these settings: `--align top-left`. */
export function optionsOfSettings(settings: LibraryConvention["settings"]): string {
  return Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      if (value === true) return setting(name);
      return `${setting(name)} ${/^[\w.:-]+$/.test(String(value)) ? value : `'${value}'`}`;
    })
    .join(" ");
}

// Conventions that several libraries share. Each returns nothing if it does not matter for a run.

type Convention = LibraryRule<LibraryConvention>;

/** Whether a window of keys is set. */
export const hasWindow = ({ settings }: LibraryProblem) =>
  settings.window !== undefined || settings.windowLeft !== undefined || settings.windowRight !== undefined;

/** Whether anything other than `causal` masks keys. */
export const isMaskedOtherwise = (problem: LibraryProblem): boolean =>
  problem.hasMask || hasWindow(problem) || problem.settings.keyLength !== undefined;

const masksAnything = (problem: LibraryProblem) =>
  problem.settings.causal === true || isMaskedOtherwise(problem);

/** The position of query 0 for a library's own causal mask or window. */
export const aligned =
  (corner: "top-left" | "bottom-right"): Convention =>
  (problem) => {
    const { causal } = problem.settings;
    if (!causal && !hasWindow(problem)) return [];
    const text = `${causal ? "causal mask" : "window"} aligned ${corner}`;
    return [{ name: "alignment", settings: { align: corner, queryOffset: undefined }, text }];
  };

/**
 * Returns the alignment of a call that has its own causal mask but no window. If there is a window, both are passed in
 * one mask, with the user's alignment.
 */
export const alignedCausal: Convention = (problem) =>
  hasWindow(problem) ? [] : aligned("top-left")(problem);

/** What true means in a mask that is given unchanged. */
export const maskMeaning =
  (meaning: "keep" | "drop"): Convention =>
  ({ hasMask }) => {
    const text = `true in the mask means ${meaning === "keep" ? "may attend" : "masked"}`;
    return hasMask ? [{ name: "mask", settings: { maskTrue: meaning }, text }] : [];
  };

/** Masked scores are −∞. An empty row becomes what the library returns for it. */
export const minusInfinity =
  (emptyRow: "zero" | "nan"): Convention =>
  (problem) => {
    if (!masksAnything(problem)) return [];
    const text = `a row that may attend to no key gives ${emptyRow === "zero" ? "0" : "NaN"}`;
    return [
      { name: "masked scores", settings: { maskFill: "neg-inf" }, text: "masked scores are −∞" },
      { name: "empty row", settings: { emptyRow }, text },
    ];
  };

/**
 * Masked scores are replaced by a finite number, or a finite number is added. A row that may attend to no key then
 * attends to all keys equally.
 */
export const finiteFill =
  (maskFill: string, text: string): Convention =>
  (problem) =>
    masksAnything(problem) ? [{ name: "masked scores", settings: { maskFill }, text }] : [];

/** Returns the scale 1/√d_k for calls without an argument for it. */
export const fixedScale: Convention = ({ settings }) => {
  if (settings.scale === undefined && settings.temperature === 1 && settings.scoring !== "dot") return [];
  return [
    { name: "scale", settings: { scale: "1/sqrt(d_k)", temperature: 1 }, text: "the scale is always 1/√d_k" },
  ];
};

/**
 * Returns the obstacle that a model with a cache aligns queries with the end of the keys. Its causal mask has no rows
 * for queries before the first key.
 */
export const moreQueriesThanKeys: LibraryRule<string> = ({ settings, queries, keys }) =>
  settings.causal && queries > keys ? ["its causal mask has no more queries than keys"] : [];

/** Returns the rule for a call that is always causal. */
export const alwaysCausal =
  <Of>(rule: LibraryRule<Of>): LibraryRule<Of> =>
  (problem) =>
    rule({ ...problem, settings: { ...problem.settings, causal: true } });

/**
 * The optional arguments of a call.
 * - `past`: cached keys and values, passed in addition to the new ones, or joined with them by the caller.
 * - `ownKey`: an additional key, or one of zeros.
 * - `groups`: fewer key and value heads than query heads.
 */
type Argument =
  | ("softcap" | "mask" | "bias" | "keyLength" | "window" | "alibi")
  | ("past" | "ownKey" | "groups");

/** Returns what a run needs and a call with only these arguments cannot do. */
export const unsupported =
  (...has: readonly Argument[]): LibraryRule<string> =>
  (problem) => {
    const { settings, hasScores, hasMask, hasBias, pastKeys, hasOwnKey } = problem;
    const { scoring = "scaled-dot", heads = 1, kvHeads } = settings;
    const lacks = (name: Argument) => !has.includes(name);
    const isDot = scoring === "scaled-dot" || scoring === "dot";
    const obstacles: readonly (readonly [boolean, string])[] = [
      [hasScores, "it takes a query and a key, not scores"],
      [!hasScores && !isDot, `it has no ${scoring} scoring`],
      [settings.softcap !== undefined && lacks("softcap"), "it has no softcap"],
      [hasMask && lacks("mask"), "its only masks are the causal one and the window"],
      [hasBias && lacks(settings.alibi ? "alibi" : "bias"), "nothing can be added to its scores"],
      [pastKeys > 0 && lacks("past"), "it has no place for keys of earlier steps"],
      [hasOwnKey && lacks("ownKey"), "it adds no key to those it is given (bias_k, zeros)"],
      [settings.keyLength !== undefined && lacks("keyLength"), "it has no argument for the number of keys"],
      [hasWindow(problem) && lacks("window"), "it has no window"],
      [
        kvHeads !== undefined && kvHeads !== heads && lacks("groups"),
        "it has as many key heads as query heads",
      ],
    ];
    return obstacles.flatMap(([isAsked, reason]) => (isAsked ? [reason] : []));
  };
