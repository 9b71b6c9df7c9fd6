import { completeSettings } from "../attention/setting.js";
import { lowerToText } from "../render/text.js";
import { resolveColorLevel } from "./color-level.js";
import { withFile } from "./file-of-format.js";
import { textWidth } from "./finished-run.js";
import { refuseIdleViews } from "./idle-views.js";
import type { Io } from "./io.js";
import { pickSettings } from "./picked-settings.js";
import type { PageInvocation } from "./plan.js";
import { EXIT } from "./report.js";
import { PAGE_SETTINGS, type PageSettings } from "./views.js";

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
  const colorLevel = await resolveColorLevel(color, io);
  for await (const chunk of lowerToText(page.document, { width: textWidth(width, io), colorLevel, ascii })) {
    io.write(chunk, true);
  }
  return exitCode;
}
