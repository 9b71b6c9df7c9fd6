/** One sheet or dump in a report of tests. */
export interface ReportedTest {
  readonly name: string;
  readonly outcome: "right" | "wrong" | "unreadable";
  /** In a line what is wrong. */
  readonly message: string;
  /** All that is said of it. */
  readonly text: string;
  /** Whether a part of it was compared, and that alone. */
  readonly isPart?: boolean;
}

/** The report that CI systems read: a test for each sheet or dump, in the XML of JUnit. */
export function junitReport(tests: readonly ReportedTest[]): string {
  const count = (outcome: ReportedTest["outcome"]) => tests.filter((one) => one.outcome === outcome).length;
  const counts = `tests="${tests.length}" failures="${count("wrong")}" errors="${count("unreadable")}"`;
  const lines = tests.flatMap(({ name, outcome, message, text, isPart }) => {
    const opening = `    <testcase classname="qkv" name="${escapeXml(name)}"`;
    const said = escapeXml(text.trimEnd());
    const element = outcome === "wrong" ? "failure" : "error";
    const told =
      outcome !== "right"
        ? [`      <${element} message="${escapeXml(message)}">${said}</${element}>`]
        : isPart
          ? [`      <system-out>${said}</system-out>`]
          : [];
    return told.length > 0 ? [`${opening}>`, ...told, "    </testcase>"] : [`${opening}/>`];
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

/** Text as it may stand in XML, which has no control characters but tabs and ends of lines. */
const escapeXml = (text: string): string =>
  text
    .replace(/[&<>"]/g, (sign) => ENTITIES[sign])
    .replace(/\p{Cc}/gu, (sign) => (sign === "\n" || sign === "\t" ? sign : "�"));

/** The line by which GitHub shows an error beside a run and at its file. */
export const annotationOf = ({ name, text }: ReportedTest): string =>
  `::error file=${escapeProperty(name)},title=qkv check::${escapeCommand(text.trimEnd())}`;

const escapeProperty = (text: string): string =>
  escapeCommand(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

const escapeCommand = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
