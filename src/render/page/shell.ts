import { present } from "../../math/lists.js";
import { escapeMarkup } from "../drawing/svg.js";
import type { Theme } from "../drawing/theme-names.js";
import { BUTTONS } from "./chain.js";
import { type PageData, scriptData } from "./data.js";
import type { PackedProgram } from "./editable.js";
import type { HeadsData } from "./heads-data.js";
import { SCRIPT, SCRIPT_OF_FIELDS, SCRIPT_OF_HEADS } from "./script-text.js";
import { styleOf } from "./style.js";

/** The content of a page. */
export interface PageParts {
  readonly title: string;
  /** The command and its subject: "attend · 3 queries, 3 keys". */
  readonly kind: readonly [command: string, ...about: string[]];
  /** Markup. */
  readonly body: string;
  readonly data: Partial<PageData>;
  /** The packed program that computes a changed problem, with the hash of its text. */
  readonly program?: PackedProgram | undefined;
  /** The script, if it is not that of the page of a run. */
  readonly script?: string;
  /** The theme. By default that of the reader's device. */
  readonly theme?: Theme | undefined;
}

/** The written content of a run. */
export interface WrittenRun extends Pick<PageParts, "title" | "body"> {
  readonly heads?: HeadsData | undefined;
}

/**
 * Writes a self-contained page that fetches nothing. Its policy allows only its own style and scripts, by their hashes.
 */
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
  const scripts = present([await hashOf(script), program && `'${program.hash}'`]).join(" ");
  const library = program ? `<script type="text/plain" id="program">${program.packed}</script>` : "";
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src ${await hashOf(style)}; script-src ${scripts}; base-uri 'none'; form-action 'none'">
<title>${escapeMarkup(title)}</title><style>${style}</style></head><body><main>
${writeKind([command, ...about])}
${body}<div class="say float" aria-live="polite"><div class="lines"></div>${BUTTONS}</div></main><script type="application/json" id="data">${scriptData(data)}</script>${library}<script>${script}</script></body></html>
`;
}

/** Returns the hash that a browser compares with an allowed style or script. */
async function hashOf(text: string) {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `'sha256-${btoa(String.fromCharCode(...new Uint8Array(hash)))}'`;
}

/** Writes the line above the headline. */
export const writeKind = ([command, ...about]: PageParts["kind"]) =>
  `<p class="kind"><b>qkv</b> ${[command, ...about].map(escapeMarkup).join(" · ")}</p>`;
