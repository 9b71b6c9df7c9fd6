import type { MachineCheck } from "../check/machine/check-dump.js";
import { setting, settingsText } from "../errors.js";
import type { Convention } from "../trace/trace.js";
import { precisionText } from "./check-machine.js";
import { machineCheckToJson } from "./check-machine-json.js";
import { type Document, line, outline, paragraph } from "./document.js";
import { diagnosisBlocks, notShownBlocks } from "./machine-causes.js";

/** A dump, the settings with which it is right or was judged last, and the result with them. */
interface IdentifiedDump {
  readonly words: readonly string[];
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly check: MachineCheck;
  readonly conventions: readonly Convention[];
}

const isExplained = ({ verdict }: MachineCheck) => verdict !== "differs";

/** Returns the settings of a dump. If its answers are right for a lower precision, it includes that one. */
const settingsOf = ({ settings, check: { rightFor } }: IdentifiedDump): IdentifiedDump["settings"] => ({
  ...settings,
  ...(rightFor && { dtype: rightFor[0] }),
});

/** Describes the conventions of a dump for people. */
export function describeIdentifiedDump(found: IdentifiedDump): Document {
  const { words, check, conventions } = found;
  const command = ["qkv check", ...words, settingsText(settingsOf(found))].join(" ").trim();
  const lines = conventions.flatMap(({ text }) => (text === undefined ? [] : [line(text)]));
  if (!isExplained(check)) {
    const text = `✗ Not explained: no convention that qkv tried makes the dump right. ${command} shows where it is off.`;
    return [paragraph(text, "strong"), ...diagnosisBlocks(check, 3)];
  }
  return [
    paragraph(`✓ It works like ${command}`, "strong"),
    outline(lines),
    paragraph(
      `With these conventions, all its numbers are right for ${check.rightFor?.join(" or ") ?? precisionText(check)}.`,
      "dim",
    ),
    ...notShownBlocks(check, false),
  ];
}

/** Writes the same for programs. */
export function identifiedDumpToJson(found: IdentifiedDump) {
  const { check, conventions } = found;
  const settings = settingsOf(found);
  return {
    options: Object.entries(settings).flatMap(([name, value]) =>
      value === true ? [setting(name)] : [setting(name), String(value)],
    ),
    explained: isExplained(check),
    compared: [...new Set(check.steps.map(({ id }) => id))],
    conventions: Object.fromEntries(
      conventions.flatMap(({ name, text }) => (text === undefined ? [] : [[name, { text, status: "told" }]])),
    ),
    precision: check.rightFor?.[0] ?? check.precision.compute,
    ties: [],
    check: machineCheckToJson(check),
  };
}
