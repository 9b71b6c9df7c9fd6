import { type AnySettingTable, completeSettings } from "../attention/setting.js";
import type { Document } from "../render/document.js";
import type { JsonValue } from "../render/json-value.js";
import { lowerToText } from "../render/text.js";
import type { Introduction } from "../runs/command-spec.js";
import { textWidth } from "../runs/finished-run.js";
import { EXIT, type Io } from "../runs/io.js";
import { idleNotes } from "../runs/needs.js";
import { pick, type Values } from "../runs/request.js";
import { VIEW_NEEDS } from "../runs/view-needs.js";
import { PAGE_SETTINGS } from "../runs/views.js";
import type { Command } from "./command.js";

/** What is known, to be shown: by no run. */
export interface Page {
  readonly document: Document;
  readonly json: JsonValue;
  /** Where it is not 0. */
  readonly exitCode?: number;
}

/** What a command shows that records nothing. */
interface Shown extends Introduction, Pick<Command, "usage" | "wordsHelp" | "offers"> {
  /** Options of its own. */
  readonly settings?: AnySettingTable;
  /** It writes text as it stands, of whose look nothing can be chosen. */
  readonly isPlainText?: true;
  /** A page, or a text or the bytes of a file as they are. Throws UserError for a word that names nothing. */
  page(word: string | undefined, values: Values, io: Io): Promise<Page | string | Uint8Array>;
}

/** The command that shows what is known. */
export function showing({ settings = {}, isPlainText, page, ...own }: Shown): Command {
  return {
    ...own,
    takesWords: "one",
    settings: isPlainText ? settings : { ...settings, ...PAGE_SETTINGS },
    async run({ words: [word], values }, io) {
      const shown = await page(word, values, io);
      if (typeof shown !== "string" && !(shown instanceof Uint8Array)) return printPage(shown, values, io);
      io.write(shown);
      return EXIT.done;
    },
  };
}

/** Prints a page as options say, and gives the exit code. */
async function printPage(page: Page, values: Values, io: Io): Promise<number> {
  const given = pick(PAGE_SETTINGS, values);
  const { json, color, ascii, width } = completeSettings(PAGE_SETTINGS, given);
  const { exitCode = EXIT.done } = page;
  const shown = { views: given, format: json ? "json" : "table" } as const;
  for (const idle of idleNotes(VIEW_NEEDS, given, shown)) io.writeError(`note: ${idle}\n`);
  if (json) {
    io.write(`${JSON.stringify(page.json, undefined, 2)}\n`);
    return exitCode;
  }
  const colorLevel = await io.colorLevel(color);
  for await (const chunk of lowerToText(page.document, { width: textWidth(width, io), colorLevel, ascii })) {
    io.write(chunk, true);
  }
  return exitCode;
}
