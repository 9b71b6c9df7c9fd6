import { remember } from "../../math/remember.js";
import type { ComparedParts } from "../compared-parts.js";
import type { MistakeText } from "../mistakes/mistake.js";
import { critique, type NotShown, type RightOutput } from "./critique.js";
import { gives } from "./diagnose.js";
import { type DumpedBatch, type DumpRules, precisionOf, prepare } from "./dumped-batch.js";
import type { FloatName } from "./float-names.js";
import { isGradient } from "./gradients/gradient-target.js";
import { type JudgedGradient, judgeTogether } from "./gradients/judge-together.js";
import { LOWER, type MachineVerdict } from "./judge-output.js";
import { judgeTarget } from "./judge-target.js";
import type { RangeRule } from "./keys-used.js";
import { dropoutLeftOn, findDropout } from "./mistakes/dropout.js";
import { AXES_MISREAD } from "./mistakes/heads.js";
import type { KernelMistake, Parameters } from "./mistakes/kernel-mistake.js";
import { judgeByOther } from "./other-rules.js";
import type { Precision } from "./precision.js";
import type { OtherSettings } from "./right-with/conventions.js";
import { findRightWith } from "./right-with/find-right-with.js";
import { findTarget } from "./target.js";
import type { MachineStep, Named, TargetReport } from "./target-report.js";

export type { Dumped, DumpedBatch, DumpRules } from "./dumped-batch.js";
export type { MachineVerdict } from "./judge-output.js";
export type { MachineStep } from "./target-report.js";

/** A mistake that answers show. */
export interface MachineDiagnosis {
  readonly mistake: MistakeText;
  readonly step: string;
  readonly parameters?: Parameters;
  /** Wrong cells that it gives, of so many that were looked at. */
  readonly explains: number;
  readonly of: number;
  /** The heads and batches that it was made in, where it is not all. */
  readonly scopes?: readonly string[];
}

/** The answers of a machine, judged. */
export interface MachineCheck {
  readonly judgedAs: "machine";
  readonly verdict: MachineVerdict;
  readonly precision: Precision;
  /** Of an answer that is less precise: the coarser types that it is right for, which cannot be told apart. */
  readonly rightFor?: readonly FloatName[];
  /** Settings under which all answers are right, where those of the run do not make them so. */
  readonly rightWith?: OtherSettings;
  readonly steps: readonly MachineStep[];
  readonly diagnosis: readonly MachineDiagnosis[];
  /** Of right answers: mistakes that they would not show. */
  readonly notShown?: readonly NotShown[];
  /** Where it is about a part of a problem: which part. */
  readonly parts?: ComparedParts;
  /** Names of a dump that nothing here is called. */
  readonly skipped?: readonly string[];
}

/** What is worse than `agrees`, the worst first. */
const FROM_WORST: readonly MachineVerdict[] = ["differs", "less-precise", "agrees-rounded"];

/** After so many wrong answers that nothing explains, the others are tried by usual mistakes alone. */
const MOST_UNEXPLAINED = 4;

/** Judges the answers of a machine by the error that its precision may be expected to make. Throws UNKNOWN_STEP and SHAPE_MISMATCH. */
export function checkDump(batches: readonly DumpedBatch[], rules: DumpRules = {}): MachineCheck {
  const { dtype, tolerance, rule } = rules;
  const prepared = prepare(batches, rules);
  const rightWith =
    rules.rightWith === undefined ? findRightWith(prepared, rules) : (rules.rightWith ?? undefined);
  const steps: MachineStep[] = [];
  const named: Named[] = [];
  const rights: RightOutput[] = [];
  const wrongOutputs: ScopedReport[] = [];
  let likely: readonly KernelMistake[] = [];
  const keyRules: RangeRule[] = [];
  let precision: Precision | undefined;
  let unexplained = 0;
  let likelyGradients: readonly string[] = [];
  const otherBatches = prepared.flatMap(({ batch, attentions: { tasks } }) =>
    batch === undefined ? [] : [{ batch, tasks }],
  );
  for (const { batch, homework, answers, attentions } of prepared) {
    const gradients: JudgedGradient[] = [];
    for (const answer of answers) {
      const target = findTarget(attentions, answer);
      const own = precisionOf(attentions, answer, dtype);
      precision ??= own;
      const report = judgeTarget(target, {
        homework,
        attentions,
        precision: own,
        slack: answer.slack,
        likely,
        keyRules,
        otherBatches,
        tolerance,
        isLost: rightWith !== undefined || unexplained >= MOST_UNEXPLAINED,
      });
      if (report.step.verdict === "differs" && report.named.length === 0) unexplained++;
      likely = [...new Set([...likely, ...report.replayed])];
      if (report.rule && keyRules.every(({ text }) => text !== report.rule?.text)) {
        keyRules.unshift(report.rule);
      }
      if (report.right) rights[Math.min(rights.length, MOST_KEPT - 1)] = report.right;
      const within = (scope: string) =>
        [batch === undefined ? "" : `batch ${batch}`, scope].filter(Boolean).join("/");
      const accepts = rule && judgeByOther(rule, target, own);
      steps.push({
        ...report.step,
        scope: within(report.step.scope),
        ...(answer.called !== undefined && { answer: answer.called }),
        ...(rule && accepts !== undefined && { rules: { [rule]: accepts ? "agrees" : "differs" } }),
      });
      if (isGradient(target)) {
        gradients.push({ target, at: steps.length - 1, precision: own, slack: answer.slack, report });
      } else {
        const isWrong = target.of?.what === "output" && report.step.verdict === "differs";
        if (isWrong && !rightWith) wrongOutputs.push({ scope: within(report.step.scope), report });
        named.push(...report.named.map((one) => ({ ...one, scope: within(one.scope) })));
      }
    }
    const together = judgeTogether(attentions, gradients, tolerance ? [] : likelyGradients);
    for (const [at, step] of together.steps) steps[at] = { ...steps[at], ...step };
    likelyGradients = together.likely;
    const prefix = batch === undefined ? "" : `batch ${batch}`;
    named.push(
      ...together.named.map((one) => ({ ...one, scope: [prefix, one.scope].filter(Boolean).join("/") })),
    );
  }
  if (!precision) throw new RangeError("there is no answer to check");
  const verdict = FROM_WORST.find((one) => steps.some((step) => step.verdict === one)) ?? "agrees";
  return {
    judgedAs: "machine",
    verdict,
    precision,
    ...(verdict === "less-precise" && { rightFor: rightFor(steps, precision) }),
    ...(rightWith && { rightWith }),
    ...(verdict.startsWith("agrees") &&
      !tolerance && { notShown: critique(rights, rules.critique === true) }),
    steps: withNamesOfSeveral(steps),
    diagnosis: gather(likeliest([...named, ...findNoise(wrongOutputs)], likely, rights), steps).filter(
      ({ mistake: { id } }) => rightWith?.axes === undefined || id !== AXES_MISREAD,
    ),
  };
}

/** Answers keep the names that their dump gives them where several are of the same step. */
function withNamesOfSeveral(steps: readonly MachineStep[]): readonly MachineStep[] {
  const names = new Map<string, Set<string>>();
  for (const { id, answer = "" } of steps) names.set(id, (names.get(id) ?? new Set()).add(answer));
  return steps.map(({ answer, ...step }) =>
    answer !== undefined && (names.get(step.id)?.size ?? 0) > 1 ? { ...step, answer } : step,
  );
}

/** Dropout is named where all wrong outputs may be it, and nothing explains any: else it is a name for noise. */
function findNoise(wrong: readonly ScopedReport[]): readonly Named[] {
  const noises = wrong.flatMap(({ report }) => report.noise ?? []);
  const found = noises.length === wrong.length ? findDropout(noises) : undefined;
  if (!found) return [];
  const parameters = { p: `about ${found.probability}` };
  return wrong.map(({ scope, report }, at) => {
    return { mistake: dropoutLeftOn, scope, step: report.step.id, parameters, ...found.counts[at] };
  });
}

interface ScopedReport {
  readonly scope: string;
  readonly report: TargetReport;
}

/** The finest type that all less precise answers are right for; float16 keeps as many bits as tf32. */
function rightFor(steps: readonly MachineStep[], { compute }: Precision): readonly FloatName[] {
  const types = steps.flatMap((step) => (step.verdict === "less-precise" ? [step.working.compute] : []));
  const coarsest = LOWER.findLast((name) => types.includes(name)) ?? compute;
  return coarsest === "tf32" ? ["tf32", "float16"] : [coarsest];
}

/** So many right answers, the first ones and the last, are asked about mistakes. */
const MOST_KEPT = 4;

/** Of mistakes that give the same wrong answer, those that give the other answers, too: wrong ones and right ones. */
function likeliest(
  named: readonly Named[],
  replayed: readonly KernelMistake[],
  rights: readonly RightOutput[],
): readonly Named[] {
  const scores = new Map<string, number>();
  const scoreOf = ({ mistake: { id } }: Named) =>
    remember(scores, id, () => {
      const kernel = replayed.find((mistake) => mistake.id === id);
      const against = rights.filter(({ homework, output }) => kernel && !gives(homework, output, kernel));
      return mostAlike(named, id) - named.length * against.length;
    });
  return named.filter((one) =>
    named.every((other) => {
      const isRival = other !== one && other.scope === one.scope && other.step === one.step;
      return !isRival || scoreOf(other) <= scoreOf(one);
    }),
  );
}

/** In how many places a mistake is the same one, with the same parameters: one that is another in every head is less likely. */
function mostAlike(named: readonly Named[], id: string): number {
  const counts = new Map<string, number>();
  for (const { mistake, parameters } of named) {
    const key = JSON.stringify(parameters ?? {});
    if (mistake.id === id) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Math.max(...counts.values());
}

/** The same mistake in several heads is one; those that were looked at and do not show it are why the others are named. */
function gather(named: readonly Named[], steps: readonly MachineStep[]): readonly MachineDiagnosis[] {
  const found = new Map<
    string,
    { readonly first: Named; readonly scopes: Set<string>; explains: number; of: number }
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
    .filter(({ first }) => first.step === firstStep || !isRepeated(first, named))
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

/** Whether the mistake of one step was named at an earlier one: output and log-sum-exp come of the same scores. */
const isRepeated = ({ mistake, step }: Named, named: readonly Named[]) =>
  named.some((other) => other.step !== step && other.mistake.id === mistake.id);

const isPart = (scopes: ReadonlySet<string>, id: string, steps: readonly MachineStep[]) =>
  steps.some((step) => step.id === id && !scopes.has(step.scope));
