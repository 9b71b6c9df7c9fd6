import type { CheckedStep } from "../check/check.js";
import type { MachineStep } from "../check/machine/check-dump.js";
import { stepName } from "./answered.js";
import type { ClassRow } from "./class.js";
import type { JsonValue } from "./json-value.js";

/** One sheet or dump in a test report. */
export interface ReportedTest {
  readonly name: string;
  readonly outcome: "right" | "wrong" | "unreadable";
  /** One line that says what is wrong. */
  readonly message: string;
  /** The complete result. */
  readonly text: string;
  /** Whether only a part of it was compared. */
  readonly isPart?: boolean;
}

/** Writes the report that CI systems read, in JUnit's XML. Each sheet or dump is one test. */
export function junitReport(tests: readonly ReportedTest[]): string {
  const count = (outcome: ReportedTest["outcome"]) => tests.filter((one) => one.outcome === outcome).length;
  const counts = `tests="${tests.length}" failures="${count("wrong")}" errors="${count("unreadable")}"`;
  const lines = tests.flatMap(({ name, outcome, message, text, isPart }) => {
    const opening = `    <testcase classname="qkv" name="${escapeXml(name)}"`;
    const content = escapeXml(text.trimEnd());
    const element = outcome === "wrong" ? "failure" : "error";
    const children =
      outcome !== "right"
        ? [`      <${element} message="${escapeXml(message)}">${content}</${element}>`]
        : isPart
          ? [`      <system-out>${content}</system-out>`]
          : [];
    return children.length > 0 ? [`${opening}>`, ...children, "    </testcase>"] : [`${opening}/>`];
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    `  <testsuite name="qkv check" ${counts}>`,
    ...lines,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Escapes a text for XML, which allows no control characters except tabs and line breaks. */
const escapeXml = (text: string) =>
  text
    .replace(/[&<>"]/g, (sign) => ENTITIES[sign])
    .replace(/\p{Cc}/gu, (sign) => (sign === "\n" || sign === "\t" ? sign : "�"));

/** Writes the line with which GitHub shows an error at a run and its file. */
export const annotationOf = ({ name, message }: ReportedTest) =>
  `::error file=${escapeProperty(name)},title=qkv check::${escapeCommand(message)}`;

const escapeProperty = (text: string) => escapeCommand(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

const escapeCommand = (text: string) =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

/** The words for a step beside its point. */
const WORDS: Readonly<Record<CheckedStep["verdict"], string>> = {
  agrees: "right",
  "agrees-rounded": "right, with the rounding of earlier steps",
  truncated: "right, but digits were cut off instead of rounded",
  follows: "follows from the earlier mistake",
  differs: "wrong",
  missing: "not answered",
};

const MACHINE_WORDS: Readonly<Record<MachineStep["verdict"], string>> = {
  agrees: "right",
  "agrees-rounded": "right, with rounded scores",
  "less-precise": "less precise than its type",
  differs: "wrong",
};

const wordsOf = (step: CheckedStep | MachineStep) =>
  "marks" in step ? WORDS[step.verdict] : MACHINE_WORDS[step.verdict];

/** A step that follows from an earlier mistake gets its point: a mistake costs only once. */
const isRight = ({ verdict }: CheckedStep | MachineStep) =>
  ["agrees", "agrees-rounded", "truncated", "follows"].includes(verdict);

/**
 * Writes the `results.json` of one submission, as Gradescope documents it for autograders. Each step of the sheet and
 * each required step is a test of one point. Above the tests is the marked sheet in ANSI colours.
 */
export function gradescopeResults(row: ClassRow, marked: string): Readonly<Record<string, JsonValue>> {
  const about = { output: marked, output_format: "ansi", visibility: "visible" };
  if ("error" in row || row.check.steps.length === 0) return { score: 0, ...about };
  return {
    ...about,
    tests: row.check.steps.map((step, at) => ({
      name: stepName(step),
      number: String(at + 1),
      score: isRight(step) ? 1 : 0,
      max_score: 1,
      status: isRight(step) ? "passed" : "failed",
      output: wordsOf(step),
      output_format: "text",
      visibility: "visible",
    })),
  };
}
