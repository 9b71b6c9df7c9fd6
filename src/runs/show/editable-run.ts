import { type AnySettingTable, choicesOf } from "../../attention/setting.js";
import { refuse, setting } from "../../errors.js";
import { sumOver } from "../../math/lists.js";
import type { Control, Editable, ProblemText } from "../../render/page/editable.js";
import { DRAW_SETTINGS } from "../../systems/drawn/draw-settings.js";
import type { FinishedRun } from "../finished-run.js";
import type { Io } from "../io.js";
import { rowTexts } from "./reproduce.js";

/** The commands whose problems can be changed in a page. */
const COMMANDS: readonly string[] = ["attend", "multihead", "layer"];

/** Conventions that are shown as fields beside the inputs, if the command has them. */
const CONTROLS: readonly string[] = [
  "causal",
  "scoring",
  "heads",
  "kvHeads",
  "scale",
  "temperature",
  "softcap",
  "window",
  "norm",
];

/** The maximum number of numbers in a problem that is edited by hand. */
const MAX_NUMBERS = 2000;

/** The program of editable pages. The build writes it. */
const PROGRAM = "dist/page-program.txt";

/**
 * Returns the data of a page in which the problem of a run can be changed. Throws USAGE for runs that a page cannot
 * compute.
 */
export function editableRun({ command, trace, reading, settings }: FinishedRun, io: Io): Editable {
  if (!COMMANDS.includes(command.name)) {
    refuse(
      `${setting("editable")} is for ${COMMANDS.join(", ")}, not for qkv ${command.name}.`,
      `Leave out ${setting("editable")}.`,
    );
  }
  const count = sumOver(trace.inputs, ({ matrix }) => matrix.data.length);
  if (count > MAX_NUMBERS) {
    refuse(
      `This problem has ${count} numbers, and a page has at most ${MAX_NUMBERS} fields.`,
      `Leave out ${setting("editable")}, or give a smaller problem.`,
    );
  }
  const [hash, packed] = io.readPackageFile(PROGRAM).split("\n");
  const mask = reading.mask ? { mask: rowTexts(reading.mask).join("\n") } : {};
  const problem: ProblemText = {
    command: command.name,
    inputs: {
      ...Object.fromEntries(trace.inputs.map(({ name, matrix }) => [name, rowTexts(matrix).join("\n")])),
      ...mask,
    },
    settings: Object.fromEntries(
      Object.entries(settings).flatMap(([name, value]) =>
        Object.hasOwn(DRAW_SETTINGS, name) || value === false || value === undefined
          ? []
          : [[name, String(value)]],
      ),
    ),
    tokens: reading.tokens ? tokensText(reading.tokens) : "",
  };
  return {
    problem,
    program: { hash, packed },
    controls: CONTROLS.flatMap((name) => controlOf(name, command.settings)),
  };
}

const tokensText = (tokens: readonly string[]) =>
  tokens.every((token) => /^[^\s[\]"]+$/.test(token)) ? tokens.join(" ") : JSON.stringify(tokens);

function controlOf(name: string, table: AnySettingTable): readonly Control[] {
  if (!Object.hasOwn(table, name)) return [];
  const { value, defaultText, default: usual } = table[name];
  const label = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const choices = choicesOf(table[name]);
  if (value === undefined) return [{ name, label, kind: "mark" }];
  return [
    {
      name,
      label,
      kind: choices.length > 0 ? { choices } : "text",
      usual: usual === undefined ? defaultText : String(usual),
    },
  ];
}
