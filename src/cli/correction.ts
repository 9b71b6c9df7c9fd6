import type { Command } from "../commands/command.js";
import { quoteWord } from "../runs/shell-quotes.js";
import { unshielded } from "./option-words.js";
import { unsure } from "./typed-options.js";

/** The whole command line with what may be meant by an unknown option; undefined where nobody knows, or the command has no such option. */
export function correction(
  unknown: string,
  { name, settings }: Pick<Command, "name" | "settings">,
  words: readonly string[],
): string | undefined {
  const at = words.indexOf(unknown);
  const found = unsure(words.slice(at), settings);
  if (!found) return undefined;
  const { say = "", reshape = String, or, pipe, given, taken } = found;
  const ours = say.split(" ").filter(Boolean);
  if (say.includes("VALUE") && given === undefined)
    return say === "VALUE" ? undefined : `Here it is ${ours[0]}, which needs a value.`;
  const instead = ours.map((word) => word.replace("VALUE", () => reshape(given ?? "")));
  // Of two formats that are named one is too many.
  const kept = /-o |--json/.test(say) ? withoutFormat : (all: readonly string[]) => all;
  const line = [...kept(words.slice(0, at)), ...instead, ...kept(words.slice(at + taken))];
  const quoted = line.map((word) => quoteWord(unshielded(word), "linux"));
  const whole = ["Say qkv", name, ...quoted, ...(pipe === undefined ? [] : ["|", pipe])].join(" ");
  return or === undefined ? whole : `${whole}. ${or}.`;
}

/** Words without what names a format. */
const withoutFormat = (words: readonly string[]) =>
  words.filter(
    (word, at) =>
      !/^(?:--json|--format(?:=.*)?|-o.*)$/.test(word) && !/^(?:--format|-o)$/.test(words[at - 1] ?? ""),
  );
