import type { MachineCheck, MachineDiagnosis } from "../check/machine/check-dump.js";
import type { NotShown } from "../check/machine/critique.js";
import { setting } from "../errors.js";
import { present, sumOver } from "../math/lists.js";
import { type Block, line, outline, paragraph } from "./document.js";
import { countText } from "./short-numbers.js";

/** The number of mistakes that are described. Of others only the ids are given. */
export const MOST_NAMED = 3;

/**
 * Whether mistakes should be described. For a less precise answer, the verdict already names the type that it is right
 * for.
 */
export const needsCauses = ({ verdict, diagnosis, rightWith }: MachineCheck) =>
  !verdict.startsWith("agrees") && (diagnosis.length > 0 || !(verdict === "less-precise" || rightWith));

/** Says that no cause was found, or that the search for it was stopped. */
export const noCauseText = (check: MachineCheck): string =>
  check.searchStopped === undefined
    ? "No known mistake gives these numbers."
    : `No cause was found. ${stoppedText(check)}`;

/** Says after how much time the search for a cause was stopped, if it was. */
export const stoppedText = ({ searchStopped }: MachineCheck): string =>
  searchStopped === undefined
    ? ""
    : `The search for a cause stopped after ${searchStopped} s of processor time; with ${setting("critique")} it goes on to the end.`;

/** Whether several mistakes give the same numbers. */
export const isTie = ({ diagnosis: [first, ...others] }: MachineCheck) =>
  others.length > 0 &&
  others.every(({ step, scopes }) => step === first.step && `${scopes}` === `${first.scopes}`);

/** Of the steps that are named those places of which nothing is known. */
function unexplained({ diagnosis, steps }: MachineCheck) {
  const isNamed = ({ id, scope }: MachineCheck["steps"][number]) =>
    diagnosis.some(({ step, scopes }) => step === id && (scopes?.includes(scope) ?? true));
  const wrong = steps.filter(({ id, verdict }) => verdict === "differs" && diagnosis[0]?.step === id);
  return wrong.filter((step) => !isNamed(step)).map(({ scope }) => scope);
}

/** Describes what the kernel does wrong. Mistakes that explain the most come first. */
export function diagnosisBlocks(check: MachineCheck, hint: number): Block[] {
  const { diagnosis } = check;
  if (!needsCauses(check)) return [];
  if (diagnosis.length === 0) return [paragraph(noCauseText(check))];
  const others = unexplained(check);
  const more = diagnosis.slice(MOST_NAMED).map(({ mistake }) => mistake.id);
  const stopped = stoppedText(check);
  return present([
    check.rightWith && paragraph("If not, this is the kernel's mistake:", "dim"),
    isTie(check) && paragraph("Each of these mistakes gives these numbers:", "dim"),
    outline([
      ...diagnosis.slice(0, MOST_NAMED).flatMap((found) => diagnosisLines(found, check, hint)),
      more.length > 0 && line(`… and also: ${more.join(", ")}`, "dim"),
    ]),
    others.length > 0 && paragraph(`In ${fewOf(others)} no known mistake gives the numbers.`),
    stopped !== "" && paragraph(stopped, "dim"),
  ]);
}

const MOST_HIDDEN = 4;

/** Describes what right answers would not show: in one line, or in full with what to change. */
export function notShownBlocks({ notShown = [] }: MachineCheck, isWhole: boolean): Block[] {
  if (isWhole && notShown.length === 0) return [paragraph("This dump would show every known mistake.")];
  if (notShown.length === 0) return [];
  const text = ({ mistake: { id }, reason }: NotShown) => (reason ? `${id} (${reason})` : id);
  if (!isWhole) {
    const shown = notShown.slice(0, MOST_HIDDEN).map(text).join(", ");
    const more = notShown.length > MOST_HIDDEN ? `, … (${notShown.length})` : "";
    return [
      paragraph(
        `This dump would not show: ${shown}${more}; ${setting("critique")} shows what to change.`,
        "dim",
      ),
    ];
  }
  return [
    outline([
      line("This dump would not show:", "strong"),
      ...notShown.flatMap((one) => [
        line(`${text(one)}: ${one.mistake.title}`, "plain", 1),
        line(`To show it, ${one.change}.`, "dim", 2),
      ]),
    ]),
  ];
}

/** Writes the parameters of a mistake: "scale 0.5". */
export const parametersText = ({ parameters = {} }: MachineDiagnosis) =>
  Object.entries(parameters)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");

const fewOf = (scopes: readonly string[]) =>
  present([...scopes.slice(0, 6), scopes.length > 6 && "…"]).join(", ");

function diagnosisLines(found: MachineDiagnosis, check: MachineCheck, hint: number) {
  const { mistake, scopes } = found;
  const parameters = parametersText(found);
  const where = scopes ? ` In ${fewOf(scopes)}.` : "";
  const detail = parameters === "" ? "" : `: ${parameters}`;
  return [
    line(`${mistake.title} (${mistake.id}${detail})${where}`, "strong"),
    line(`${explainsText(found, check)}${hint > 2 ? ` ${mistake.fix}` : ""}`, "plain", 1),
  ];
}

/**
 * Says how many of the wrong numbers a mistake gives. In large answers only some numbers are compared, and it says so.
 */
export function explainsText(
  { explains, of, step, scopes }: MachineDiagnosis,
  { steps }: MachineCheck,
): string {
  const isMeant = ({ id, scope }: MachineCheck["steps"][number]) =>
    step.split("/").at(-1) === id && (!scopes || scopes.includes(scope));
  const off = sumOver(steps, (one) => (isMeant(one) ? one.wrong : 0));
  const seen = off > of ? " that were examined" : "";
  if (explains < of)
    return `This explains ${countText(explains)} of the ${countText(of)} wrong numbers${seen}.`;
  if (off > of) return `This explains all of the ${countText(of)} wrong numbers${seen}.`;
  return of === 1 ? "This explains the wrong number." : `This explains all ${countText(of)} wrong numbers.`;
}
