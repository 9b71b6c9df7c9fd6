import { completeSettings } from "../attention/setting.js";
import { lowerToText } from "../render/text.js";
import { resolveColorLevel } from "./color-level.js";
import { textWidth } from "./finished-run.js";
import { refuseIdleViews } from "./idle-views.js";
import type { Io } from "./io.js";
import { pickSettings } from "./picked-settings.js";
import type { PageInvocation } from "./plan.js";
import { PAGE_SETTINGS, type PageSettings } from "./views.js";

/** Prints what a command has to show that records nothing: as text, or as JSON. */
export async function printPage({ command, argument, options }: PageInvocation, io: Io): Promise<void> {
  if (command.own) return command.own.write(argument, options, io);
  const given: Partial<PageSettings> = pickSettings(PAGE_SETTINGS, options);
  const { json, color, ascii, width } = completeSettings<PageSettings>(PAGE_SETTINGS, given);
  refuseIdleViews(given, json ? "json" : "table");
  const page = await command.page?.(argument, io);
  if (!page) throw new TypeError(`${command.name} has no page`);
  if (typeof page === "string") return io.write(page);
  if (json) return io.write(`${JSON.stringify(page.json, undefined, 2)}\n`);
  const colorLevel = await resolveColorLevel(color, io);
  for await (const chunk of lowerToText(page.document, { width: textWidth(width, io), colorLevel, ascii })) {
    io.write(chunk, true);
  }
}
