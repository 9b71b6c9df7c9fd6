import type { AnySettingTable } from "../attention/setting.js";
import { refuse } from "../errors.js";
import type { Document } from "../render/document.js";
import { indentedJson, type JsonValue } from "../render/json-value.js";
import { type Introduction, pick, type Values, withDefaults } from "../runs/command-spec.js";
import { EXIT, type Io, writeNotes } from "../runs/io.js";
import { idleNotes } from "../runs/needs.js";
import { lowerAsAsked } from "../runs/show/deliver.js";
import { VIEW_NEEDS } from "../runs/view-needs.js";
import { PAGE_SETTINGS } from "../runs/views.js";
import { suggest } from "../suggestion.js";
import type { Command } from "./command.js";

/** A page that is shown without a run. */
export interface Page {
  readonly document: Document;
  readonly json: JsonValue;
  /** The exit code if it is not 0. */
  readonly exitCode?: number;
}

/** A command that shows a page and records nothing. */
interface Shown
  extends Introduction,
    Pick<Command, "usage" | "wordsHelp" | "offers">,
    Partial<Pick<Command, "takesWords">> {
  /** Its own options. */
  readonly settings?: AnySettingTable;
  /** Set if it writes plain text, for which no options of appearance are needed. */
  readonly isPlainText?: true;
  /** Returns a page, or a text or bytes to write as they are. Throws UserError for a word that it does not know. */
  page(words: readonly string[], values: Values, io: Io): Promise<Page | string | Uint8Array>;
}

/** Returns the command that shows such a page. */
export function showing({ settings = {}, isPlainText, page, ...about }: Shown): Command {
  return {
    takesWords: "one",
    ...about,
    settings: isPlainText ? settings : { ...settings, ...PAGE_SETTINGS },
    async run({ words, values }, io) {
      const shown = await page(words, values, io);
      if (typeof shown !== "string" && !(shown instanceof Uint8Array)) return printPage(shown, values, io);
      io.write(shown);
      return EXIT.done;
    },
  };
}

/**
 * Returns a function that reads a file of the package by its name. Without a name it reads the usual one. Throws USAGE
 * for an unknown name.
 */
export function fileOf(
  what: string,
  files: Readonly<Record<string, string>>,
  usual: (io: Io) => string,
): Shown["page"] {
  return async ([given], _, io) => {
    const word = given ?? usual(io);
    if (Object.hasOwn(files, word)) return io.readPackageFile(files[word]);
    const message = word === "" ? `No ${what} is named.` : `There is no ${what} "${word}".`;
    return refuse(message, suggest(word, Object.keys(files)));
  };
}

/** Prints a page by its options and returns the exit code. */
async function printPage({ document, json, exitCode = EXIT.done }: Page, values: Values, io: Io) {
  const views = withDefaults(PAGE_SETTINGS, values);
  const format = views.json ? "json" : "table";
  writeNotes(io, idleNotes(VIEW_NEEDS, { ...pick(PAGE_SETTINGS, values), format }));
  const chunks = views.json ? [indentedJson(json)] : await lowerAsAsked(document, views, io);
  for await (const chunk of chunks) io.write(chunk, !views.json);
  return exitCode;
}
