import { completeSettings } from "../attention/setting.js";
import { lowerToText } from "../render/text.js";
import { textWidth } from "../runs/finished-run.js";
import { refuseIdleViews } from "../runs/idle-views.js";
import type { Invocation } from "../runs/invocation.js";
import type { Io } from "../runs/io.js";
import { EXIT } from "../runs/io.js";
import { pickSettings } from "../runs/picked-settings.js";
import { withFile } from "../runs/show/file-of-format.js";
import { PAGE_SETTINGS, type PageSettings } from "../runs/views.js";
import type { PageCommand } from "./definition.js";

/** A command line for a command that shows what is known. */
export interface PageInvocation {
  readonly command: PageCommand;
  readonly argument: string | undefined;
  readonly options: Invocation["options"];
}

/** Prints what a command has to show that records nothing: as text, as JSON, or the bytes of a file. Gives the exit code. */
export async function printPage({ command, argument, options }: PageInvocation, io: Io): Promise<number> {
  const own = pickSettings(command.settings ?? {}, withFile(options));
  const given: Partial<PageSettings> = command.isPlainText ? {} : pickSettings(PAGE_SETTINGS, options);
  const { json, color, ascii, width } = completeSettings<PageSettings>(PAGE_SETTINGS, given);
  refuseIdleViews(given, json ? "json" : "table");
  const page = await command.page(argument, io, own);
  if (typeof page === "string" || page instanceof Uint8Array) {
    io.write(page);
    return EXIT.done;
  }
  const { exitCode = EXIT.done } = page;
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
