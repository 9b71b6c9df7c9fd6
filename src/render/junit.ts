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
const escapeXml = (text: string): string =>
  text
    .replace(/[&<>"]/g, (sign) => ENTITIES[sign])
    .replace(/\p{Cc}/gu, (sign) => (sign === "\n" || sign === "\t" ? sign : "�"));

/** Writes the line with which GitHub shows an error at a run and its file. */
export const annotationOf = ({ name, text }: ReportedTest): string =>
  `::error file=${escapeProperty(name)},title=qkv check::${escapeCommand(text.trimEnd())}`;

const escapeProperty = (text: string): string =>
  escapeCommand(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

const escapeCommand = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
