import type { MachineCheck, MachineStep } from "../check/machine/check-dump.js";
import { type Overview, overviewOf } from "../check/machine/overview.js";
import { KERNEL_TEST_RULES, type KernelTestRule } from "../check/machine/rule-names.js";
import type { MapOfErrors } from "../check/machine/where.js";
import { counted, setting, settingsText } from "../errors.js";
import { present, sumOver } from "../math/lists.js";
import { stepName, withParts } from "./answered.js";
import { columnsText, overviewText, rowsText, whereText, worstMark, worstOf } from "./check-overview.js";
import { type Block, line, type OutlineLine, outline, pairsOf, paragraph } from "./document.js";
import { diagnosisBlocks, MOST_NAMED, notShownBlocks } from "./machine-causes.js";
import { countText, threeDigits } from "./short-numbers.js";

const OVERALL = {
  agrees: "✓ right for",
  "agrees-rounded": "✓ right, with rounded scores, for",
  "less-precise": "✗ less precise than",
  differs: "✗ not right for",
} as const;

const FROM = {
  option: `from ${setting("dtype")}`,
  values: "the type of query, key and value",
  answer: "the type of the answer",
} as const;

/**
 * Describes the check of a machine's numbers for people: the verdict, where they are wrong, and why. It takes at most
 * about 25 lines, whatever the size.
 */
export function describeMachineCheck(
  check: MachineCheck,
  { hint, critique: isWhole = false }: { readonly hint: number; readonly critique?: boolean },
): Block[] {
  const wrong = check.steps.filter(({ verdict }) => verdict === "differs" || verdict === "less-precise");
  const shown = wrong.length > 0 ? wrong : check.steps;
  // The dump's own names for the steps are shown beside qkv's, answer by answer.
  const isNamedByDump = check.steps.some(({ name }) => name !== undefined);
  const overviews = isNamedByDump ? undefined : overviewOf(check.steps);
  const rightWith = rightWithText(check);
  const hasRoom = hint < 2 || check.diagnosis.length < MOST_NAMED;
  return present([
    paragraph(verdictLine(check), "strong"),
    rightWith !== undefined && paragraph(rightWith, "strong"),
    ...skippedBlocks(check),
    ...layerBlocks(check.steps),
    outline([
      ...(overviews ? overviewLines(overviews, wrong.length > 0) : stepLines(shown)),
      ...wideLines(check.steps),
      ...ruleLines(check.steps),
      ...placeLines(
        wrong,
        overviews?.find((one) => isOf(one, wrong[0])),
        hasRoom,
      ),
    ]),
    ...(hint > 1 ? diagnosisBlocks(check, hint) : []),
    ...notShownBlocks(check, isWhole),
  ]);
}

/** Writes the verdict with its precision, where that comes from, and which part of a problem was compared. */
export function verdictLine(check: MachineCheck): string {
  const { verdict, precision, rightFor, parts } = check;
  // If the sums are only as precise as the claimed type, the sums are too coarse.
  const coarser = rightFor?.includes(precision.compute)
    ? [`sums kept in ${precision.compute}`, ...rightFor.slice(1)]
    : rightFor;
  const found = coarser ? `: ${coarseText(check)} are off; all are right for ${coarser.join(" or ")}` : "";
  return withParts(`${OVERALL[verdict]} ${precisionText(check)} (${FROM[precision.from]})${found}`, parts);
}

/** Says how many numbers of less precise answers are off for the expected precision: `76,637 of 76,800 numbers`. */
const coarseText = ({ steps }: MachineCheck) =>
  `${countText(inAll(steps, ({ tooCoarse = 0 }) => tooCoarse))} of ${countText(inAll(steps, ({ of }) => of))} numbers`;

/** Adds up a count over all answers. */
export const inAll = (steps: readonly MachineStep[], count: (step: MachineStep) => number) =>
  sumOver(steps, count);

/** Writes the precision of a verdict: `float32, kept in float16`. */
export function precisionText({ precision: { compute, stored } }: Pick<MachineCheck, "precision">): string {
  return stored === compute ? compute : `${compute}, kept in ${stored}`;
}

/** Names the settings that make everything right. They are shown before any mistake of the kernel. */
export function rightWithText({ rightWith }: MachineCheck): string | undefined {
  if (!rightWith) return undefined;
  const one = `Right with ${settingsText(rightWith)}: then all compared numbers agree.`;
  return `${one} Add it if the kernel should compute that.`;
}

const MOST_SKIPPED = 8;

/** Lists the names in a dump that were not compared, so that nothing is skipped silently. */
function skippedBlocks({ skipped = [] }: MachineCheck) {
  if (skipped.length === 0) return [];
  const named = skipped.slice(0, MOST_SKIPPED).join(", ");
  const more = skipped.length > MOST_SKIPPED ? `, … (${skipped.length})` : "";
  return [paragraph(`Not compared, because qkv does not know these names: ${named}${more}.`)];
}

/** Returns the layer of an answer, or "" if it has none. */
export const layerOf = ({ scope }: MachineStep) => /^layer \d+/.exec(scope)?.[0] ?? "";

/** For a whole model: writes one line per layer with how many of its answers are right. */
function layerBlocks(steps: readonly MachineStep[]): Block[] {
  const layers = [...new Set(steps.map(layerOf))];
  if (layers.length < 2) return [];
  const first = steps.find(({ wrong }) => wrong > 0);
  const pairs = layers
    .filter((layer) => layer !== "")
    .map((layer) => {
      const own = steps.filter((step) => layerOf(step) === layer);
      const right = own.filter(({ wrong }) => wrong === 0).length;
      const begins =
        first && layerOf(first) === layer
          ? `, first wrong: ${first.scope.slice(layer.length + 1)}${first.scope === layer ? "" : "/"}${first.id}`
          : "";
      const mark = right === own.length ? "✓" : "✗";
      return { name: layer, value: `${mark} ${right} of ${own.length} right${begins}` };
    });
  return [pairsOf(pairs)];
}

const isOf = (one: Overview, step: MachineStep | undefined) =>
  one.id === step?.id && one.answer === step.answer;

/**
 * Writes a line per step for all heads and batches. If answers are wrong, only the wrong ones are shown, unless others
 * of the same step are right.
 */
function overviewLines(overviews: readonly Overview[], isWrong: boolean) {
  const shown = isWrong ? overviews.filter(({ where, answer }) => where || answer !== undefined) : overviews;
  return shown.flatMap((one) => overviewText(one, overviews.length > 1).map((text) => line(text)));
}

const MOST_STEPS = 4;

/**
 * Writes a line per answer. If there are many heads and batches, each step has one line with the worst of them and how
 * many there are.
 */
function stepLines(all: readonly MachineStep[]) {
  const ids = [...new Set(all.map(({ id }) => id))];
  if (all.length > MOST_STEPS && ids.length <= MOST_STEPS) {
    return ids.map((id) => line(groupText(all.filter((step) => step.id === id))));
  }
  const steps = all.toSorted((a, b) => b.units.cell - a.units.cell);
  const more = steps.length - MOST_STEPS;
  return present([
    ...steps.slice(0, MOST_STEPS).map((step) => line(stepText(step))),
    more > 0 && line(`… and ${more} more`, "dim"),
  ]);
}

function groupText(steps: readonly MachineStep[]) {
  const worst = worstOf(steps);
  if (steps.length === 1) return stepText(worst);
  const cells = cellsText({ wrong: inAll(steps, (step) => step.wrong), of: inAll(steps, (step) => step.of) });
  return `${steps[0].id} in ${steps.length} heads: ${cells}; worst in ${stepText(worst)}`;
}

const cellsText = ({ wrong, of }: Pick<MachineStep, "wrong" | "of">) =>
  wrong === 0 ? `${of} cells right` : `${wrong} of ${of} cells off`;

/** Writes a line about gradients after steps that no error formula covers. */
function wideLines(steps: readonly MachineStep[]) {
  const wideSteps = steps.filter(({ wide }) => wide !== undefined);
  if (wideSteps.length === 0) return [];
  const names = [...new Set(wideSteps.map(({ id }) => id))].slice(0, MOST_STEPS);
  const through = [...new Set(wideSteps.flatMap(({ wide = [] }) => wide))].slice(0, MOST_STEPS);
  const more = (list: readonly string[]) => (list.length === MOST_STEPS ? ", …" : "");
  return [
    line(
      `judged with a wider tolerance: ${names.join(", ")}${more(names)}; no error formula covers ${through.join(", ")}${more(through)}`,
      "dim",
    ),
  ];
}

const RULES: Readonly<Record<KernelTestRule, string>> = {
  flash: "at most twice the error of plain attention, as in flash-attention's tests",
  torch: "torch.testing.assert_close with its defaults",
};

/** Writes the verdict on all answers by the rule of a library. */
function ruleLines(steps: readonly MachineStep[]) {
  return KERNEL_TEST_RULES.flatMap((rule) => {
    const judged = steps.flatMap(({ rules }) => rules?.[rule] ?? []);
    if (judged.length === 0) return [];
    const right = judged.filter((verdict) => verdict === "agrees").length;
    const count =
      judged.length === 1 ? (right === 1 ? "right" : "not right") : `${right} of ${judged.length} right`;
    return [line(`by the rule of ${rule} (${RULES[rule]}): ${count}`)];
  });
}

function stepText(step: MachineStep) {
  const { wrong, of, worst, units, nonFinite, firstNonFinite } = step;
  const name = step.name === undefined ? stepName(step) : `${stepName(step)} (${step.name})`;
  const cells = cellsText({ wrong, of });
  const lost = firstNonFinite ? `, ${nonFinite} not finite, first at [${firstNonFinite.join(", ")}]` : "";
  if (!worst) return `${name}: ${cells}${lost}`;
  const numbers = wrong === 0 ? "" : `: ${threeDigits(worst.got)} instead of ${threeDigits(worst.want)}`;
  const off = `${threeDigits(worst.units)} times the expected error ${threeDigits(worst.unit)}`;
  const all = wrong === 0 ? `; mean ${threeDigits(units.all)}` : "";
  return `${name}: ${cells}${lost}; worst [${worst.cell.join(", ")}]${numbers}, ${off}${all}`;
}

/** Says where answers are wrong, and for several heads which rows of each. It adds a map if there is room. */
function placeLines(
  wrong: readonly MachineStep[],
  overview: Overview | undefined,
  hasRoom: boolean,
): OutlineLine[] {
  const [first] = wrong;
  if (!first?.where) return [];
  const { where, keysUsed } = first;
  const same = wrong.filter(({ id, answer }) => id === first.id && answer === first.answer);
  const keys = ({ seen, expected, rows, of }: NonNullable<typeof keysUsed>) =>
    seen.startsWith("row ")
      ? `keys used: ${seen}`
      : `keys used: ${seen}; expected: ${expected} (${rows} of ${of} rows examined)`;
  const every = same.length === 1 ? where.every : null;
  const place = overview && whereText(overview, every);
  return present([
    below(place ?? `${rowsText(where.rows, where.every)}, ${columnsText(where.columns)}`),
    keysUsed && below(keys(keysUsed)),
    ...(same.length > 1 ? mapOfHeads(same) : hasRoom ? mapOfCells(where.map) : []),
  ]);
}

const below = (text: string) => line(text, "plain", 1);

const MOST_LINES = 12;

function mapOfCells({ lines, rowsOfLine, columnsOfMark }: MapOfErrors) {
  if (lines.length < 2) return [];
  const legend = `${counted(rowsOfLine, "row")} per line, ${counted(columnsOfMark, "column")} per mark; · right, 1–9: 2 … 512 times the limit`;
  return [line(legend, "dim", 1), ...lines.map(below)];
}

/** Draws a line per head, with a mark per block of rows. */
function mapOfHeads(steps: readonly MachineStep[]) {
  const shown = steps.slice(0, MOST_LINES);
  const width = Math.max(...shown.map(({ scope }) => scope.length));
  const more = steps.length - shown.length;
  return present([
    ...shown.flatMap(({ scope, where }) =>
      where ? [below(`${scope.padEnd(width)}  ${where.map.lines.map(worstMark).join("")}`)] : [],
    ),
    more > 0 && line(`… and ${more} more`, "dim", 1),
  ]);
}
