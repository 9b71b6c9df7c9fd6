import { sumOver } from "../../math/lists.js";
import { remember } from "../../math/remember.js";
import type { MistakeText } from "../mistakes/mistake.js";
import type { JudgedOutput } from "./critique.js";
import { reproduces } from "./diagnose.js";
import type { ScopedReport } from "./judging.js";
import { approximated } from "./mistakes/approximated.js";
import { dropoutLeftOn, findDropout } from "./mistakes/dropout.js";
import type { KernelMistake, Parameters } from "./mistakes/kernel-mistake.js";
import { PRECISIONS } from "./mistakes/lower-precision.js";
import { isOff } from "./rule.js";
import type { MachineDiagnosis, MachineStep, NamedMistake } from "./target-report.js";

// Combines the mistakes that were named per answer into a diagnosis of the whole dump.

/**
 * Names dropout if no mistake explains any wrong output and dropout may explain all of them. Otherwise dropout would be
 * a name for any noise.
 */
export function findNoise(wrong: readonly ScopedReport[]): readonly NamedMistake[] {
  const noises = wrong.flatMap(({ report }) => report.noise ?? []);
  const found = noises.length === wrong.length ? findDropout(noises) : undefined;
  if (!found) return [];
  const ways = [{ p: `about ${found.probability}` }];
  return wrong.map(({ scope, report }, at) => {
    return { mistake: dropoutLeftOn, scope, step: report.step.id, ways, ...found.counts[at] };
  });
}

/** Names a lower precision in all answers of a step, if the errors of some are certainly those of rounding to it. */
export const withOnePrecision = (named: readonly NamedMistake[]): readonly NamedMistake[] =>
  named.flatMap((one) => {
    const known = named.filter(
      ({ step, mistake }) => step === one.step && Object.values<MistakeText>(PRECISIONS).includes(mistake),
    );
    const mistakes = new Set(one.mistake === approximated ? known.map(({ mistake }) => mistake) : []);
    return mistakes.size === 0 ? [one] : [...mistakes].map((mistake) => ({ ...one, mistake }));
  });

/**
 * Chooses, among mistakes that explain the same wrong answer, those that also explain the most other answers. A mistake
 * that would have changed a right answer counts less.
 */
export function likeliest(
  allNamed: readonly NamedMistake[],
  replayed: readonly KernelMistake[],
  rights: readonly JudgedOutput[],
): readonly NamedMistake[] {
  const scores = new Map<string, number>();
  const known = new Map<string, boolean>();
  /** Whether a mistake, made in this way, would have changed a right answer. */
  const isAgainst = (id: string, way: Parameters) =>
    remember(known, id + JSON.stringify(way), () => {
      const kernel = replayed.find((mistake) => mistake.id === id);
      return rights.some(({ homework, output }) => kernel && !reproduces(homework, output, kernel, way));
    });
  const named = allNamed.map((one) => {
    const ways = one.ways?.filter((way) => !isAgainst(one.mistake.id, way)) ?? [];
    return ways.length > 0 ? { ...one, ways } : one;
  });
  const scoreOf = ({ mistake: { id } }: NamedMistake) =>
    remember(scores, id, () => {
      // A mistake with other parameters in every head is less likely.
      const { way, places } = usualWay(named.filter(({ mistake }) => mistake.id === id));
      return isAgainst(id, way) ? places - named.length : places;
    });
  return named.filter((one) =>
    named.every((other) => {
      const isRival = other !== one && other.scope === one.scope && other.step === one.step;
      return !isRival || scoreOf(other) <= scoreOf(one);
    }),
  );
}

/** Finds the parameters that fit in the most places, and the number of these places. */
function usualWay(named: readonly NamedMistake[]) {
  const counts = new Map<string, { readonly way: Parameters; places: number }>();
  for (const { ways = [{}] } of named)
    for (const [text, way] of new Map(ways.map((way) => [JSON.stringify(way), way])))
      remember(counts, text, () => ({ way, places: 0 })).places++;
  return [...counts.values()].reduce((best, one) => (one.places > best.places ? one : best));
}

/** Returns the parameters of a mistake. A number that differs from place to place is listed with its places. */
function commonParameters(named: readonly NamedMistake[]): Parameters {
  const { way, places } = usualWay(named);
  if (places === named.length) return way;
  const isUsual = (other: Parameters) => JSON.stringify(other) === JSON.stringify(way);
  const found = named.map(({ scope, ways = [{}] }) => ({ scope, own: ways.some(isUsual) ? way : ways[0] }));
  return Object.fromEntries(
    [...new Set(found.flatMap(({ own }) => Object.keys(own)))].map((name) => {
      const firsts = found.filter(
        ({ own }, at) => found.findIndex((other) => isNear(other.own[name], own[name])) === at,
      );
      const given = firsts.filter(({ own }) => own[name] !== undefined);
      const texts = given.slice(0, MAX_LISTED).map(({ own, scope }) => `${own[name]} in ${scope}`);
      const more = given.length > MAX_LISTED ? ["…"] : [];
      return [name, firsts.length === 1 ? firsts[0].own[name] : [...texts, ...more].join(", ")];
    }),
  );
}

const MAX_LISTED = 3;

/** Whether two parameters are equal. Numbers that are found from a row are inexact. */
const isNear = (one: Parameters[string], other: Parameters[string]) =>
  one === other || Math.abs(Number(one) - Number(other)) < 0.05 * Math.abs(Number(one));

/**
 * Merges the same mistake of several heads into one diagnosis. Leaves out mistakes that explain few wrong numbers, or
 * that may fit by chance.
 */
export function gatherMistakes(
  named: readonly NamedMistake[],
  steps: readonly MachineStep[],
): readonly MachineDiagnosis[] {
  const found = new Map<string, { readonly all: NamedMistake[]; readonly scopes: Set<string> }>();
  for (const one of named) {
    const key = `${one.step} ${one.mistake.id}`;
    const known = remember(found, key, () => ({ all: [], scopes: new Set<string>() }));
    known.scopes.add(one.scope);
    known.all.push(one);
  }
  const firstStep = named[0]?.step;
  return [...found.values()]
    .flatMap(({ all, scopes }) => {
      const [{ mistake, step }] = all;
      const parameters = commonParameters(all);
      const hasParameters = Object.keys(parameters).length > 0;
      const ofStep = steps.filter(({ id }) => id === step);
      const own = ofStep.filter(({ scope }) => scopes.has(scope));
      const isOfPart = own.length < ofStep.length;
      const isKept =
        shareOf(own, ofStep) >= MIN_SHARE &&
        !isChance(own, ofStep) &&
        (step === firstStep || !isRepeated(all[0], named)) &&
        (!mistake.isImpliedByOthers || hasParameters || isOfPart);
      const explains = sumOver(all, (one) => one.explains);
      const of = sumOver(all, (one) => one.of);
      const found = { mistake, step, explains, of };
      return isKept
        ? [{ ...found, ...(hasParameters && { parameters }), ...(isOfPart && { scopes: [...scopes] }) }]
        : [];
    })
    .sort((a, b) => b.explains - a.explains);
}

/**
 * The least share of wrong numbers that a mistake must be found in. A smaller share may fit by chance, as two rows of a
 * head may. The value is a choice.
 */
const MIN_SHARE = 0.1;

/**
 * Whether a mistake may fit by chance: it is found in only some of the answers that are not right, and these are off by
 * little.
 */
function isChance(own: readonly MachineStep[], all: readonly MachineStep[]): boolean {
  const [ofScopes, wrong] = [own, all].map((some) =>
    some.filter((step) => !step.verdict.startsWith("agrees")),
  );
  return ofScopes.length < wrong.length && ofScopes.every(({ units }) => !isOff(units.cell / MUCH));
}

/** An error of this many times the limit is no chance. The value is a choice. */
const MUCH = 8;

/** Returns the share of a step's wrong numbers that are in some of its answers. */
function shareOf(own: readonly MachineStep[], all: readonly MachineStep[]): number {
  const [ofScopes, wrong] = [own, all].map((some) => sumOver(some, (step) => step.wrong));
  return wrong === 0 ? 1 : ofScopes / wrong;
}

/** Whether the same mistake was also named at another step. Output and log-sum-exp depend on the same scores. */
const isRepeated = ({ mistake, step }: NamedMistake, named: readonly NamedMistake[]) =>
  named.some((other) => other.step !== step && other.mistake.id === mistake.id);
