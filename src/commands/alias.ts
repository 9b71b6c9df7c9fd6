import { stemOf } from "../input/lone-matrix.js";
import { inputNamed } from "../input/names.js";
import type { CommandSpec, Introduction } from "../runs/command-spec.js";
import type { Request } from "../runs/request.js";
import type { Command } from "./command.js";
import { recording, recordingSettings, type Taken } from "./recording.js";

/** A name that people type for what another command does: `qkv rope` is `qkv posenc --kind rope`. */
interface Alias extends Introduction, Taken, Pick<Command, "usage" | "wordsHelp" | "firstWord"> {
  /** What would have been asked of the command itself, where it is asked otherwise. Throws UserError as settings do. */
  expand?(request: Request): Request;
}

/**
 * The command that does what `of` does, with a help of its own: the options that matter for it. The name of `of` stands in JSON and in
 * the line that repeats a run.
 */
export function alias(
  of: CommandSpec,
  { expand = (request) => request, inputs, labels, ...about }: Alias,
): Command {
  const { run, record } = recording(of, about);
  // softmax q.csv: what is alone is what the command is about, whatever its file is called.
  const withItsMatrix = ({ words, values }: Request): Request => {
    const [word, another] = words;
    const name =
      another === undefined && word !== undefined && /\.\w+$/.test(word) && inputNamed(stemOf(word));
    if (!of.unnamed || !name || inputs.includes(name)) return { words, values };
    return { words: [], values: { [of.unnamed]: word, ...values } };
  };
  return {
    ...about,
    takesWords: "several",
    settings: recordingSettings(of, { inputs, labels, settings: about.settings }),
    record: async (request, io, mostBytes) => record(expand(request), io, mostBytes),
    run: async (request, io) => run(expand(withItsMatrix(request)), io),
  };
}
