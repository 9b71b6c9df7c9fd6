import { escapeMarkup } from "../drawing/svg.js";
import type { Theme } from "../drawing/theme-names.js";
import { type PageData, scriptData } from "./data.js";
import type { PackedProgram } from "./editable.js";
import type { HeadsData } from "./heads-data.js";
import { SCRIPT, SCRIPT_OF_FIELDS, SCRIPT_OF_HEADS } from "./script-text.js";
import { styleOf } from "./style.js";

/** What stands on a page. */
export interface PageParts {
  readonly title: string;
  /** What makes it, and of what: "attend · 3 queries, 3 keys". */
  readonly kind: readonly [command: string, ...about: string[]];
  /** Markup. */
  readonly body: string;
  readonly data: Partial<PageData>;
  /** The program that works a changed problem, packed, with what its text is known by. */
  readonly program?: PackedProgram | undefined;
  /** What it does, where that is not what the page of a run does. */
  readonly script?: string;
  /** That of the reader's device when nothing is said. */
  readonly theme?: Theme | undefined;
}

/** What is written of a run. */
export interface WrittenRun extends Pick<PageParts, "title" | "body"> {
  readonly heads?: HeadsData;
}

/** A page that needs nothing else and fetches nothing: its policy allows its own style and script, by their hashes. */
export async function writeShell({
  title,
  kind: [command, ...about],
  body,
  data,
  program,
  theme,
  script: own,
}: PageParts): Promise<string> {
  const style = styleOf(body, theme === "paper" ? "light" : theme, program !== undefined);
  const ofRun = program ? SCRIPT_OF_FIELDS : data.heads ? SCRIPT_OF_HEADS : SCRIPT;
  const script = own ?? ofRun;
  const scripts = [await hashOf(script), ...(program ? [`'${program.hash}'`] : [])].join(" ");
  const library = program ? `<script type="text/plain" id="program">${program.packed}</script>` : "";
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src ${await hashOf(style)}; script-src ${scripts}; base-uri 'none'; form-action 'none'">
<title>${escapeMarkup(title)}</title><style>${style}</style></head><body><main>
${writeKind([command, ...about])}
${body}</main><script type="application/json" id="data">${scriptData(data)}</script>${library}<script>${script}</script></body></html>
`;
}

/** What a browser compares a style or script with that is allowed on the page. */
async function hashOf(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `'sha256-${btoa(String.fromCharCode(...new Uint8Array(hash)))}'`;
}

/** The line above the headline. */
export const writeKind = ([command, ...about]: PageParts["kind"]): string =>
  `<p class="kind"><b>qkv</b> ${[command, ...about].map(escapeMarkup).join(" · ")}</p>`;
