import type { JudgedOutput } from "./critique.js";
import { tryMistakes } from "./diagnose.js";
import { type Dumped, type DumpRules, type PreparedBatch, precisionOf } from "./dumped-batch.js";
import type { FloatName } from "./float-names.js";
import { isGradient } from "./gradients/gradient-target.js";
import { type JudgedGradient, judgeTogether } from "./gradients/judge-together.js";
import { judgeTarget } from "./judge-target.js";
import { judgeByTestRule } from "./kernel-test-rules.js";
import type { RangeRule } from "./keys-used.js";
import type { KernelMistake } from "./mistakes/kernel-mistake.js";
import type { Precision } from "./precision.js";
import type { SearchTime } from "./search-time.js";
import { type Target, targetsInTurn } from "./target.js";
import type { MachineStep, NamedMistake, TargetReport } from "./target-report.js";

/** After this number of unexplained wrong answers, the last resorts are not tried any more. */
const MAX_UNEXPLAINED = 4;

/** The maximum number of right outputs that are kept for the critique: the first ones and the last one. */
const MAX_KEPT = 4;

/** The maximum number of earlier answers whose numbers are tried on another one. */
const MAX_FOUND = 4;

/** The maximum number of cells of wrong outputs that are kept for a second look. */
const MAX_CELLS_KEPT = 4_000_000;

/** A report on a wrong output, with its batch and head. */
export interface ScopedReport {
  readonly scope: string;
  readonly report: TargetReport;
}

/** Judges the answers of a dump one by one. A mistake found in one answer is tried first on the next. */
export class Judging {
  readonly steps: MachineStep[] = [];
  readonly named: NamedMistake[] = [];
  /** Some right outputs, on which the critique replays mistakes. */
  readonly rights: JudgedOutput[] = [];
  readonly wrongOutputs: ScopedReport[] = [];
  /** The precision of the first answer. */
  precision: Precision | undefined;
  /** Mistakes that explained an earlier answer. */
  likely: readonly KernelMistake[] = [];
  /** The same mistakes, with the numbers that were found in earlier answers. */
  readonly #asFound: KernelMistake[] = [];
  readonly #keyRules: RangeRule[] = [];
  readonly #coarser = new Set<FloatName>();
  #cellsKept = 0;
  #unexplained = 0;
  #likelyGradients: readonly string[] = [];
  readonly #allBatches;

  /** `isRightWithOtherSettings`: whether all answers are right with other settings. Then no other cause is searched for. */
  constructor(
    readonly prepared: readonly PreparedBatch[],
    readonly rules: DumpRules,
    readonly isRightWithOtherSettings: boolean,
    readonly time?: SearchTime | undefined,
  ) {
    this.#allBatches = prepared.flatMap(({ batch, attentions: { tasks } }) =>
      batch === undefined ? [] : [{ batch, tasks }],
    );
  }

  judge(batch: PreparedBatch): void {
    const gradients: JudgedGradient[] = [];
    for (const { answer, target } of targetsInTurn(batch.attentions, batch.answers)) {
      const gradient = this.#judgeAnswer(batch, answer, target);
      if (gradient) gradients.push(gradient);
    }
    const { tolerance } = this.rules;
    const together = judgeTogether(batch, gradients, this.prepared, {
      likely: tolerance ? [] : this.#likelyGradients,
      time: this.time,
    });
    for (const [at, step] of together.steps) this.steps[at] = { ...this.steps[at], ...step };
    this.#likelyGradients = together.likely;
    this.named.push(...together.named);
  }

  /** Judges one answer. Returns gradients, because their mistakes are named together. */
  #judgeAnswer(batch: PreparedBatch, answer: Dumped, target: Target): JudgedGradient | undefined {
    const { attentions, homework } = batch;
    const { slack } = answer;
    const precision = precisionOf(attentions, answer, this.rules.dtype);
    this.precision ??= precision;
    const report = judgeTarget(target, {
      homework,
      attentions,
      precision,
      slack,
      likely: this.likely,
      keyRules: this.#keyRules,
      allBatches: this.#allBatches,
      time: this.time,
      tolerance: this.rules.tolerance,
      coarser: this.#coarser,
      skipsLastResorts: this.isRightWithOtherSettings || this.#unexplained >= MAX_UNEXPLAINED,
    });
    const scope = answer.isOfAllBatches ? report.step.scope : within(batch, report.step.scope);
    this.#learn(report);
    const { rule } = this.rules;
    const accepts = rule && judgeByTestRule(rule, target, precision);
    const at = this.steps.push({
      ...report.step,
      scope,
      ...(answer.called !== undefined && { answer: answer.called }),
      ...(rule && accepts !== undefined && { rules: { [rule]: accepts ? "agrees" : "differs" } }),
    });
    if (isGradient(target)) return { target, scope, at: at - 1, precision, slack, report };
    const isWrong = target.of?.what === "output" && report.step.verdict === "differs";
    if (isWrong && !this.isRightWithOtherSettings) {
      this.#cellsKept += report.step.of;
      const isKept = this.#cellsKept <= MAX_CELLS_KEPT;
      this.wrongOutputs.push({ scope, report: isKept ? report : { ...report, output: undefined } });
    }
    this.named.push(...report.named.map((one) => ({ ...one, scope })));
    return undefined;
  }

  #learn({ step, named, replayed, asFound, coarser, rule, output }: TargetReport): void {
    if (coarser) this.#coarser.add(coarser);
    if (step.verdict === "differs" && named.length === 0) this.#unexplained++;
    this.likely = [...new Set([...this.likely, ...replayed])];
    this.#asFound.push(...asFound);
    if (rule && this.#keyRules.every(({ text }) => text !== rule.text)) this.#keyRules.unshift(rule);
    if (output && step.verdict !== "differs")
      this.rights[Math.min(this.rights.length, MAX_KEPT - 1)] = output;
  }

  /**
   * If wrong outputs have several mistakes or none, tries each of these on the outputs that it does not explain yet,
   * also with the numbers that were found elsewhere. One mistake that explains all outputs is likelier than several.
   */
  lookAgain(): void {
    const others = this.likely.map((mistake) => ({
      mistake,
      outputs: this.wrongOutputs.filter(({ report }) => report.replayed.every(({ id }) => id !== mistake.id)),
    }));
    if (others.length === 0 || others.some(({ outputs }) => outputs.length === 0) || this.time?.isOver())
      return;
    for (const { mistake, outputs } of others) {
      const ways = [mistake, ...this.#asFound.filter(({ id }) => id === mistake.id).slice(0, MAX_FOUND)];
      const found: NamedMistake[] = [];
      let numOthers = 0;
      for (const { scope, report } of outputs) {
        const { homework, output } = report.output ?? {};
        const [own] = homework && output ? tryMistakes(homework, output, ways, { isLikely: false }) : [];
        const isExplained = report.replayed.length > 0;
        if (own) found.push({ ...own, scope, step: report.step.id });
        else if (isExplained) break;
        if (isExplained) numOthers++;
      }
      if (numOthers === outputs.filter(({ report }) => report.replayed.length > 0).length)
        this.named.push(...found);
    }
  }
}

/** Returns a scope with its batch: "batch 1/head 0". */
const within = ({ batch }: PreparedBatch, scope: string): string =>
  [batch === undefined ? "" : `batch ${batch}`, scope].filter(Boolean).join("/");
