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
