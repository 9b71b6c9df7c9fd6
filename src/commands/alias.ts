import { stemOf } from "../input/lone-matrix.js";
import { inputNamed } from "../input/names.js";
import type { CommandSpec, Introduction, Request } from "../runs/command-spec.js";
import type { Command } from "./command.js";
import { type AcceptedOptions, recording, recordingSettings } from "./recording.js";

/** A short name for what another command does: `qkv rope` is `qkv posenc --kind rope`. */
interface Alias
  extends Introduction,
    Partial<AcceptedOptions>,
    Pick<Command, "usage" | "wordsHelp" | "firstWord"> {
  /**
   * Returns the request as the other command expects it. Absent if both are the same. Throws UserError as settings do.
   */
  expand?(request: Request): Request;
}

/**
 * Returns a command that runs `of`, with its own help and, if they are given, only the options that matter for it. JSON
 * output, and the line that repeats a run, contain the name of `of`.
 */
export function alias(
  of: CommandSpec,
  {
    expand = (request) => request,
    inputs = of.inputs,
    labels = of.labels,
    settings = of.settings,
    ...about
  }: Alias,
): Command {
  const { run, record } = recording(of, about);
  // softmax q.csv: a single file is always the main input of the command, whatever its name.
  const withItsMatrix = ({ words, values }: Request) => {
    const [word, another] = words;
    const name =
      another === undefined && word !== undefined && /\.\w+$/.test(word) && inputNamed(stemOf(word));
    const [main] = of.unnamed ?? [];
    if (!main || !name || inputs.includes(name)) return { words, values };
    return { words: [], values: { [main]: word, ...values } };
  };
  return {
    ...about,
    takesWords: "several",
    settings: recordingSettings(of, { inputs, labels, settings }),
    record: async (request, io, mostBytes) => record(expand(request), io, mostBytes),
    run: async (request, io) => run(expand(withItsMatrix(request)), io),
  };
}
