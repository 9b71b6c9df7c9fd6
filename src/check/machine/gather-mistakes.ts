import { sumOver } from "../../math/lists.js";
import { remember } from "../../math/remember.js";
import type { RightOutput } from "./critique.js";
import { reproduces } from "./diagnose.js";
import type { ScopedReport } from "./judging.js";
import { dropoutLeftOn, findDropout } from "./mistakes/dropout.js";
import type { KernelMistake } from "./mistakes/kernel-mistake.js";
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
  const parameters = { p: `about ${found.probability}` };
  return wrong.map(({ scope, report }, at) => {
    return { mistake: dropoutLeftOn, scope, step: report.step.id, parameters, ...found.counts[at] };
  });
}

/**
 * Chooses, among mistakes that explain the same wrong answer, those that also explain the most other answers. A mistake
 * that would have changed a right answer counts less.
 */
export function likeliest(
  named: readonly NamedMistake[],
  replayed: readonly KernelMistake[],
  rights: readonly RightOutput[],
): readonly NamedMistake[] {
  const scores = new Map<string, number>();
  const scoreOf = ({ mistake: { id } }: NamedMistake) =>
    remember(scores, id, () => {
      const kernel = replayed.find((mistake) => mistake.id === id);
      const against = rights.filter(
        ({ homework, output }) => kernel && !reproduces(homework, output, kernel),
      );
      return mostAlike(named, id) - named.length * against.length;
    });
  return named.filter((one) =>
    named.every((other) => {
      const isRival = other !== one && other.scope === one.scope && other.step === one.step;
      return !isRival || scoreOf(other) <= scoreOf(one);
    }),
  );
}

/**
 * Counts in how many places a mistake has the same parameters. A mistake with other parameters in every head is less
 * likely.
 */
function mostAlike(named: readonly NamedMistake[], id: string): number {
  const counts = new Map<string, number>();
  for (const { mistake, parameters } of named) {
    const key = JSON.stringify(parameters ?? {});
    if (mistake.id === id) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Math.max(...counts.values());
}

/**
 * Merges the same mistake of several heads into one diagnosis. Leaves out mistakes that explain few wrong numbers, or
 * that may fit by chance.
 */
export function gatherMistakes(
  named: readonly NamedMistake[],
  steps: readonly MachineStep[],
): readonly MachineDiagnosis[] {
  const found = new Map<
    string,
    { readonly first: NamedMistake; readonly scopes: Set<string>; explains: number; of: number }
  >();
  for (const one of named) {
    const key = `${one.step} ${one.mistake.id}`;
    const known = found.get(key) ?? { first: one, scopes: new Set<string>(), explains: 0, of: 0 };
    known.scopes.add(one.scope);
    known.explains += one.explains;
    known.of += one.of;
    found.set(key, known);
  }
  const firstStep = named[0]?.step;
  return [...found.values()]
    .filter(({ first: { step }, scopes }) => shareOf(scopes, step, steps) >= MIN_SHARE)
    .filter(({ first: { step }, scopes }) => !isChance(scopes, step, steps))
    .filter(({ first }) => first.step === firstStep || !isRepeated(first, named))
    .filter(({ first: { mistake, parameters, step }, scopes }) => {
      return !mistake.isImpliedByOthers || parameters || isPart(scopes, step, steps);
    })
    .sort((a, b) => b.explains - a.explains)
    .map(({ first: { mistake, parameters, step }, scopes, explains, of }) => ({
      mistake,
      step,
      explains,
      of,
      ...(parameters && { parameters }),
      ...(isPart(scopes, step, steps) && { scopes: [...scopes] }),
    }));
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
function isChance(scopes: ReadonlySet<string>, id: string, steps: readonly MachineStep[]): boolean {
  const wrong = steps.filter((step) => step.id === id && !step.verdict.startsWith("agrees"));
  const ofScopes = wrong.filter(({ scope }) => scopes.has(scope));
  return ofScopes.length < wrong.length && ofScopes.every(({ units }) => !isOff(units.cell / MUCH));
}

/** An error of this many times the limit is no chance. The value is a choice. */
const MUCH = 8;

/** Returns the share of a step's wrong numbers that are in some scopes. */
function shareOf(scopes: ReadonlySet<string>, id: string, steps: readonly MachineStep[]): number {
  const wrongSteps = steps.filter((step) => step.id === id && step.wrong > 0);
  const sum = (of: readonly MachineStep[]) => sumOver(of, ({ wrong }) => wrong);
  return wrongSteps.length === 0
    ? 1
    : sum(wrongSteps.filter(({ scope }) => scopes.has(scope))) / sum(wrongSteps);
}

/** Whether the same mistake was also named at another step. Output and log-sum-exp depend on the same scores. */
const isRepeated = ({ mistake, step }: NamedMistake, named: readonly NamedMistake[]) =>
  named.some((other) => other.step !== step && other.mistake.id === mistake.id);

const isPart = (scopes: ReadonlySet<string>, id: string, steps: readonly MachineStep[]) =>
  steps.some((step) => step.id === id && !scopes.has(step.scope));
