import { refuse, refuseIn, setting } from "../../errors.js";
import { findStep, indexIn, scopeText, type Trace } from "../../trace/trace.js";
import type { MachineCheck } from "../machine/check-dump.js";
import type { FloatName } from "../machine/float-names.js";
import type { Precision } from "../machine/precision.js";
import { isOff, summariseUnits } from "../machine/rule.js";
import { countCells, type MachineStep } from "../machine/target-report.js";
import type { Tolerance } from "../machine/tolerance.js";
import { locate } from "../machine/where.js";
import { findCauses } from "./causes.js";
import { gathersSomeLayers, partsOfModel } from "./compared-parts.js";
import type { DumpedTensor } from "./dumped-tensor.js";
import { createRounding, rightNumbers } from "./expected.js";
import { countWrong, type JudgedPart, type JudgingRules, judgePart } from "./judge-part.js";
import type { ModelHomework } from "./model-homework.js";
import { partsOf } from "./parts.js";
import { contextsOf, findSite, type Site } from "./sites.js";

export interface ModelDumpRules {
  readonly dtype?: FloatName | undefined;
  readonly tolerance?: Tolerance | undefined;
  readonly batch?: number | undefined;
  /** Only this head of each layer is compared. */
  readonly head?: number | undefined;
}

/**
 * Compares a dump of another implementation with a run of the model. Each array is judged by the expected rounding
 * error, in the order of the run's steps. For the first that differs, the causes are looked for. Throws UNKNOWN_STEP if
 * no name is known, CONFLICTING_INPUTS for a dump of other tokens, USAGE if the dump contains nothing of the head,
 * SHAPE_MISMATCH and AMBIGUOUS.
 */
export function checkModelDump(
  homework: ModelHomework,
  tensors: readonly DumpedTensor[],
  { dtype, tolerance, batch, head }: ModelDumpRules = {},
): MachineCheck {
  const { trace, model } = homework;
  const { architecture } = model;
  const contexts = contextsOf(trace, architecture);
  const rest = tensors.filter((tensor) => !isOfTokens(tensor, homework, batch));
  const isOther = gathersSomeLayers({ trace, architecture });
  const siteOf = ({ name }: DumpedTensor) => (isOther(name) ? undefined : findSite(name, contexts));
  const sites = rest.map((tensor) => ({ tensor, site: siteOf(tensor) }));
  const skipped = sites.flatMap(({ tensor, site }) => (site ? [] : [tensor.name]));
  const known = sites.flatMap(({ tensor, site }) => (site ? [{ tensor, site }] : []));
  if (known.length === 0) refuseNames(tensors, skipped);
  const judging: JudgingRules = { rounding: createRounding(trace), tolerance };
  const judged = known
    .flatMap(({ tensor, site }) => judgeTensor(tensor, site, { trace, batch, dtype }, judging))
    .filter(({ part: { key } }) => head === undefined || isOfHead(trace, key, head))
    .sort(byOrderOf(trace));
  if (judged.length === 0)
    refuse(
      `The dump has nothing that belongs only to head ${head} alone.`,
      `Leave out ${setting("head")} ${head}: then all that it holds is compared.`,
    );
  const isWrong = judged.some(({ units }) => units.some(isOff));
  const parts = partsOfModel({ trace, architecture, ...(head !== undefined && { head }), compared: judged });
  return {
    judgedAs: "machine",
    verdict: isWrong ? "differs" : "agrees",
    precision: precisionOf(judged[0], dtype),
    steps: judged.map((one) => describe(trace, one)),
    diagnosis: isWrong ? findCauses(homework, judged, judging) : [],
    ...(parts && { parts }),
    ...(skipped.length > 0 && { skipped }),
  };
}

const precisionOf = ({ type, part }: JudgedPart, dtype: FloatName | undefined): Precision => ({
  compute: type,
  stored: part.tensor.kept,
  from: dtype ? "option" : "answer",
  roundsInputs: false,
});

/** Whether a step belongs to this head, in any layer. */
function isOfHead(trace: Trace, key: string, head: number): boolean {
  const step = findStep(trace, key);
  return step !== undefined && indexIn(step.scope, "head") === head;
}

/** Judges every matrix of an array. If a name may mean several steps, the one that fits best is taken. */
function judgeTensor(
  tensor: DumpedTensor,
  site: Site,
  { trace, batch, dtype }: ModelDumpRules & { readonly trace: Trace },
  judging: JudgingRules,
): readonly JudgedPart[] {
  const shapeOf = (key: string) =>
    findStep(trace, key)?.shape ?? rightNumbers(trace, { key }) ?? { rows: 0, cols: 0 };
  const type = dtype ?? tensor.kept;
  const judged = (site.kind === "either" ? site.sites : [site]).map((one) =>
    partsOf(one, { tensor, batch, shapeOf }).map((part) => judgePart(trace, part, type, judging)),
  );
  return judged.reduce((best, other) => (countWrong(other) < countWrong(best) ? other : best));
}

/** Compares parts by the order of their steps in the run. Inputs come first. */
function byOrderOf({ steps }: Trace): (a: JudgedPart, b: JudgedPart) => number {
  const place = new Map(steps.map(({ key }, index) => [key, index]));
  const placeOf = ({ part: { key } }: JudgedPart) => place.get(key) ?? -1;
  return (a, b) => placeOf(a) - placeOf(b);
}

const TOKENS = /^(?:input_ids|ids|tokens|token_ids|idx)$/i;
const TOKENS_OF_DECODER = /^(?:decoder_(?:input_)?ids|decoder_tokens|tgt|target_ids)$/i;

/**
 * Whether an array contains the tokens of the run instead of numbers of the model. Throws CONFLICTING_INPUTS if they
 * are other tokens.
 */
function isOfTokens(
  tensor: DumpedTensor,
  { ids: source, decoderIds }: Pick<ModelHomework, "ids" | "decoderIds">,
  batch = 0,
): boolean {
  const isOfDecoder = decoderIds !== undefined && TOKENS_OF_DECODER.test(tensor.name);
  const ids = isOfDecoder ? decoderIds : TOKENS.test(tensor.name) ? source : undefined;
  if (!ids || tensor.shape.length > 2) return false;
  const numbers = tensor.numbers();
  const own =
    tensor.shape.length === 2
      ? numbers.subarray(batch * tensor.shape[1], (batch + 1) * tensor.shape[1])
      : numbers;
  if (own.length === ids.length && ids.every((id, at) => id === own[at])) return true;
  const message = `the dump was made of other tokens: ${tensor.name} is ${own.join(", ")}.`;
  const hint = `Run the model on them: ${isOfDecoder ? setting("decoderIds") : setting("ids")} ${own.join(",")}.`;
  return refuseIn(tensor.source, "CONFLICTING_INPUTS", message, hint);
}

function refuseNames(tensors: readonly DumpedTensor[], skipped: readonly string[]): never {
  const named = skipped.slice(0, 6).join(", ") + (skipped.length > 6 ? ", …" : "");
  const message = `none of its names is known: ${named || "there is none"}.`;
  const hint = `Known are the steps of ${setting("steps")} all (layer 0/norm-1), hidden_states.0, attentions.0, logits, blocks.0.attn.hook_pattern and their like, and modules (h.0.mlp.c_fc).`;
  refuseIn(tensors[0]?.source ?? setting("check"), "UNKNOWN_STEP", message, hint);
}

function describe(trace: Trace, { part, units, variance, type }: JudgedPart): MachineStep {
  const { got, key, tensor } = part;
  const step = findStep(trace, key);
  const cells = countCells(
    got,
    { want: rightNumbers(trace, part) ?? got },
    {
      units,
      variance,
      summary: summariseUnits(units, got.cols),
    },
  );
  return {
    scope: step ? scopeText(step.scope) : "",
    id: step?.id ?? key,
    ...(tensor.name !== key && { name: tensor.name }),
    verdict: cells.wrong > 0 ? "differs" : "agrees",
    rounding: { compute: type, stored: tensor.kept, roundsScores: false, roundsInputs: false },
    ...cells,
    ...(cells.wrong > 0 && { where: locate(units, got.cols) }),
  };
}
