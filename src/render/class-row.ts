import type { Check } from "../check/check.js";
import type { MachineCheck } from "../check/machine/check-dump.js";
import { inOwnNames } from "../check/own-names.js";
import { placeText, type UserError } from "../errors.js";
import { sumOver } from "../math/lists.js";
import { settingsText } from "../setting-names.js";
import { comparedText, partsText, stepName } from "./answered.js";
import { precisionText } from "./check-machine.js";
import { describeDoubts } from "./how-read.js";
import { isOfMachine, mistakesOf, type NamedCheck } from "./named-check.js";
import { coverageText } from "./sentences/headline.js";
import { summaryOf } from "./sentences/mistakes.js";

/** A checked sheet of a person, or a machine's numbers, or why it could not be read. */
export type ClassRow = NamedCheck | { readonly name: string; readonly error: UserError };

/** The texts in the row of a sheet. */
export interface RowTexts {
  readonly sheet: string;
  readonly verdict: string;
  /** The verdict for people. For a machine it includes the precision. */
  readonly shown: string;
  readonly first: string;
  readonly mistake: string;
  readonly words: string;
  /** Which part of the problem was compared, if not all. */
  readonly parts: string;
  /** What was compared, in words. For a person's sheet: what was not. */
  readonly answered: string;
  /** Answered cells, all cells, answered steps, all steps. */
  readonly counts: readonly string[];
}

const VERDICTS: Readonly<Record<Check["verdict"], string>> = {
  agrees: "right",
  "agrees-rounded": "right, rounded",
  differs: "not right",
  unanswered: "not answered",
  unsure: "not sure",
};

const MACHINE_VERDICTS: Readonly<Record<MachineCheck["verdict"], string>> = {
  agrees: "right",
  "agrees-rounded": "right, rounded",
  "less-precise": "less precise",
  differs: "not right",
};

/** Whether a sheet was read and all of it is right. */
export const isRightRow = (row: ClassRow): boolean =>
  "check" in row && row.check.verdict.startsWith("agrees");

/** Returns the row of a sheet in the table of a class. */
export function rowTexts(row: ClassRow): RowTexts {
  if ("error" in row) return textsOfError(row.name, row.error);
  const { name: sheet, check } = row;
  return isOfMachine(check) ? textsOfMachine(sheet, check) : textsOfPerson(sheet, check);
}

function textsOfError(sheet: string, { code, message, details: { location } }: UserError): RowTexts {
  const at = placeText({ ...location, source: "" });
  const words = `${at === "" ? "" : `${at}: `}${message}`;
  const verdict = "not readable";
  return { ...NOTHING_COMPARED, sheet, verdict, shown: verdict, mistake: code, words };
}

const NOTHING_COMPARED = { first: "", parts: "", answered: "", counts: ["", "", "", ""] };

function textsOfPerson(sheet: string, judged: Check): RowTexts {
  const check = inOwnNames(judged);
  const { cells, of, steps, ofSteps } = check.answered;
  const [found] = check.diagnosis;
  const lacking = check.lacking.length > 0 && check.verdict === "unanswered";
  const verdict = lacking ? "not complete" : VERDICTS[check.verdict];
  return {
    sheet,
    verdict,
    shown: verdict,
    first: check.firstWrongStep ? stepName(check.firstWrongStep) : "",
    mistake: mistakesOf(check).join(" + "),
    words:
      (found && summaryOf(check)) ??
      (lacking
        ? `missing: ${check.lacking.map(stepName).join(", ")}`
        : (doubtOf(check) ?? check.way?.text ?? "")),
    parts: check.parts ? partsText(check.parts) : "",
    answered: coverageText(check).replace(/\.$/, ""),
    counts: [cells, of, steps, ofSteps].map(String),
  };
}

/** Returns why a sheet is not called right although its numbers are. */
const doubtOf = ({ verdict, read }: Check): string | undefined =>
  verdict === "unsure" && read ? describeDoubts(read)[0] : undefined;

function textsOfMachine(sheet: string, check: MachineCheck): RowTexts {
  const { steps, diagnosis } = check;
  const first = steps.find(({ verdict }) => !verdict.startsWith("agrees"));
  const [found] = diagnosis;
  const cells = sumOver(steps, ({ of }) => of);
  const verdict = MACHINE_VERDICTS[check.verdict];
  return {
    sheet,
    verdict,
    shown: `${verdict} ${check.verdict === "less-precise" ? "than" : "for"} ${precisionText(check)}`,
    first: first ? stepName(first) : "",
    mistake: found?.mistake.id ?? "",
    words: check.rightWith ? `right with ${settingsText(check.rightWith)}` : (found?.mistake.title ?? ""),
    parts: check.parts ? partsText(check.parts) : "",
    answered: comparedText(check),
    counts: [String(cells), String(cells), String(steps.length), ""],
  };
}
