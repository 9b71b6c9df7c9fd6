import { setting } from "../../setting-names.js";
import type { MultiheadSettings } from "../heads/multihead-settings.js";

/** Settings of a run; one that is undefined is as if it was not given. */
type Settings = { readonly [Name in keyof MultiheadSettings]?: MultiheadSettings[Name] | undefined };

/** What of a run decides how a library works it: its settings and what was given beside them. */
export interface LibraryProblem {
  readonly settings: Settings;
  readonly hasScores: boolean;
  readonly hasMask: boolean;
  /** Numbers are added to the scores: given ones, or ALiBi's. */
  readonly hasBias: boolean;
  /** Keys and values of earlier steps stand before the new ones: how many. */
  readonly pastKeys: number;
  /** A key of its own (torch's bias_k) or one of zeros stands behind the others. */
  readonly hasOwnKey: boolean;
  readonly queries: number;
  /** All of them, with those of earlier steps. */
  readonly keys: number;
}

/** One convention of a library, as settings that work a run under it. */
export interface LibraryConvention {
  readonly name: string;
  /** A setting that is undefined is taken back. */
  readonly settings: Settings;
  /** In words, as it reads behind "differs in 2 of 3 rows:". */
  readonly text: string;
}

/** What holds of a library in a run, as far as the run has to do with it. */
export type Rule<Of> = (problem: LibraryProblem) => readonly Of[];

/** A library's own call for attention: what it does whatever it is asked, and what it cannot be asked. One entry of the registry. */
export interface Library {
  /** The call, as it is written in code. */
  readonly call: string;
  /** Where its conventions are stated, with the version. */
  readonly source: string;
  /** What the call has no way to say, one clause each; empty when it can work the run. */
  readonly obstacles: readonly Rule<string>[];
  readonly conventions: readonly Rule<LibraryConvention>[];
  /** What differs without changing a number of the run: axes, types, where W stands. */
  readonly notes: readonly string[];
}

/** What comes of rules in a run. */
export const heldIn = <Of>(problem: LibraryProblem, rules: readonly Rule<Of>[]): readonly Of[] =>
  rules.flatMap((rule) => rule(problem));

/** The options of qkv that say the same as some settings: `--align top-left`. */
export function optionsOfSettings(settings: LibraryConvention["settings"]): string {
  return Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      if (value === true) return setting(name);
      return `${setting(name)} ${/^[\w.:-]+$/.test(String(value)) ? value : `'${value}'`}`;
    })
    .join(" ");
}

// Conventions that several libraries share, each only where a run has to do with it.

type Convention = Rule<LibraryConvention>;

/** Whether a window of keys is asked for. */
export const hasWindow = ({ settings }: LibraryProblem) =>
  settings.window !== undefined || settings.windowLeft !== undefined || settings.windowRight !== undefined;

/** Whether something beside `causal` decides which keys are seen. */
export const isMaskedOtherwise = (problem: LibraryProblem): boolean =>
  problem.hasMask || hasWindow(problem) || problem.settings.keyLength !== undefined;

const masksAnything = (problem: LibraryProblem) =>
  problem.settings.causal === true || isMaskedOtherwise(problem);

/** Where query 0 stands for a causal mask or a window of the library's own. */
export const aligned =
  (corner: "top-left" | "bottom-right"): Convention =>
  (problem) => {
    const { causal } = problem.settings;
    if (!causal && !hasWindow(problem)) return [];
    const text = `${causal ? "causal mask" : "window"} aligned ${corner}`;
    return [{ name: "alignment", settings: { align: corner, queryOffset: undefined }, text }];
  };

/** A causal mask of the call's own, and no window in it: a window is handed over in the mask, aligned as you say, with the causal one. */
export const alignedCausal: Convention = (problem) =>
  hasWindow(problem) ? [] : aligned("top-left")(problem);

/** What true means in a mask that is handed over as it is. */
export const polarity =
  (meaning: "keep" | "drop"): Convention =>
  ({ hasMask }) => {
    const text = `true in the mask means ${meaning === "keep" ? "may attend" : "masked"}`;
    return hasMask ? [{ name: "mask", settings: { maskTrue: meaning }, text }] : [];
  };

/** Masked scores are −∞; an empty row becomes what the library makes of it. */
export const minusInfinity =
  (emptyRow: "zero" | "nan"): Convention =>
  (problem) => {
    if (!masksAnything(problem)) return [];
    const text = `a row that may attend to nothing gives ${emptyRow === "zero" ? "0" : "NaN"}`;
    return [
      { name: "masked scores", settings: { maskFill: "neg-inf" }, text: "masked scores are −∞" },
      { name: "empty row", settings: { emptyRow }, text },
    ];
  };

/** Masked scores become a finite number, or have one added: a row that may attend to nothing attends to all keys alike. */
export const finiteFill =
  (maskFill: string, text: string): Convention =>
  (problem) =>
    masksAnything(problem) ? [{ name: "masked scores", settings: { maskFill }, text }] : [];

/** A scale that is no argument of the call. */
export const fixedScale: Convention = ({ settings }) => {
  if (settings.scale === undefined && settings.temperature === 1 && settings.scoring !== "dot") return [];
  return [
    { name: "scale", settings: { scale: "1/sqrt(d_k)", temperature: 1 }, text: "the scale is always 1/√d_k" },
  ];
};

/** A model looks back from the end of its keys: its causal mask has no row for queries before them. */
export const moreQueriesThanKeys: Rule<string> = ({ settings, queries, keys }) =>
  settings.causal && queries > keys ? ["its causal mask has no more queries than keys"] : [];

/** A rule of a call that is causal, whatever it is asked. */
export const causally =
  <Of>(rule: Rule<Of>): Rule<Of> =>
  (problem) =>
    rule({ ...problem, settings: { ...problem.settings, causal: true } });

/**
 * What a call has beside query, key and value.
 * - `past`: keys and values of earlier steps beside the new ones; a call that takes keys as they come has them put together before it.
 * - `ownKey`: a key of its own, or one of zeros.
 * - `groups`: fewer key and value heads than query heads.
 */
type Argument =
  | ("softcap" | "mask" | "bias" | "keyLength" | "window" | "alibi")
  | ("past" | "ownKey" | "groups");

/** What a run asks for that a call has no way to say. */
export const missing =
  (...has: readonly Argument[]): Rule<string> =>
  (problem) => {
    const { settings, hasScores, hasMask, hasBias, pastKeys, hasOwnKey } = problem;
    const { scoring = "scaled-dot", heads = 1, kvHeads } = settings;
    const lacks = (name: Argument) => !has.includes(name);
    const isDot = scoring === "scaled-dot" || scoring === "dot";
    const asks: readonly (readonly [boolean, string])[] = [
      [hasScores, "it takes a query and a key, and no scores"],
      [!hasScores && !isDot, `it has no ${scoring} scoring`],
      [settings.softcap !== undefined && lacks("softcap"), "it has no softcap"],
      [hasMask && lacks("mask"), "it takes no mask but its causal one and its window"],
      [hasBias && lacks(settings.alibi ? "alibi" : "bias"), "nothing can be added to its scores"],
      [pastKeys > 0 && lacks("past"), "it has no place for keys of earlier steps"],
      [hasOwnKey && lacks("ownKey"), "it adds no key to those it is given (bias_k, zeros)"],
      [settings.keyLength !== undefined && lacks("keyLength"), "it takes no number of keys"],
      [hasWindow(problem) && lacks("window"), "it has no window"],
      [
        kvHeads !== undefined && kvHeads !== heads && lacks("groups"),
        "it has as many key heads as query heads",
      ],
    ];
    return asks.flatMap(([isAsked, reason]) => (isAsked ? [reason] : []));
  };
