import type { CommandSpec } from "../../commands/command-spec.js";
import { COMMANDS } from "../../commands/registry.js";
import { UserError } from "../../errors.js";
import { parseText } from "../../input/forms/registry.js";
import { inputNamed, plainName } from "../../input/names.js";
import { createOpener } from "../../input/open.js";
import type { Value } from "../../input/value.js";
import type { Io } from "../io.js";
import type { Invocation } from "../plan.js";

/** The commands that a problem may be for, in the order in which they are tried. */
const KINDS = ["attend", "multihead", "layer", "posenc"] as const;

/**
 * The command that a problem is for: the one that an option names, the one that a run was of, or the first that takes all that the
 * file holds. Throws USAGE for two options.
 */
export async function commandOfProblem(
  problem: string | undefined,
  options: Invocation["options"],
  io: Io,
): Promise<CommandSpec> {
  const [said, other] = KINDS.filter((kind) => options[kind] === true);
  if (other !== undefined)
    throw new UserError("USAGE", `--${said} and --${other} contradict each other.`, {
      hint: "Leave one of them out.",
    });
  if (said !== undefined) return COMMANDS[said]();
  const held = problem === undefined || problem === "-" ? undefined : await namesIn(problem, io);
  if (!held) return COMMANDS.attend();
  if (held.command !== undefined && Object.hasOwn(COMMANDS, held.command)) return COMMANDS[held.command]();
  // Without a matrix there is nothing to attend to: a table of positions has sizes alone.
  if (!held.keys.some((key) => inputNamed(key)) && !held.settings.includes("random"))
    return COMMANDS.posenc();
  const specs = await Promise.all(KINDS.map((kind) => COMMANDS[kind]()));
  return specs.find((spec) => takes(spec, held)) ?? specs[0];
}

/** What a file holds, by name. */
interface Held {
  readonly command: string | undefined;
  readonly keys: readonly string[];
  readonly settings: readonly string[];
}

async function namesIn(problem: string, io: Io): Promise<Held | undefined> {
  const options = { subject: "the problem", decimalComma: false, header: undefined, nullIsNaN: true };
  const { value } = await parseText(createOpener(io.files).open(problem, ""), options);
  if (value.kind !== "object") return undefined;
  const command = value.entries.get("command")?.value;
  return {
    command: command?.kind === "scalar" ? String(command.value) : undefined,
    keys: [...value.entries.keys()],
    settings: namesOf(value.entries.get("settings")?.value),
  };
}

const namesOf = (value: Value | undefined) => (value?.kind === "object" ? [...value.entries.keys()] : []);

function takes({ inputs, settings }: CommandSpec, held: Held): boolean {
  const own = Object.keys(settings).map(plainName);
  return (
    held.settings.every((name) => own.includes(plainName(name))) &&
    held.keys.every((key) => {
      const input = inputNamed(key);
      return input === undefined || inputs.includes(input);
    })
  );
}
