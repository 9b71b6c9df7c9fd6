import { type Scope, scopeText } from "../trace/scope.js";
import type { Step, Trace } from "../trace/trace.js";
import type { Block, TableView } from "./document.js";
import type { Selection } from "./selection.js";

const MOST_SCOPES = 8;
const FIRST_SCOPES = 2;

/** Scopes that are not shown, since their like are: the middle of "head 0" … "head 11". */
export interface ElidedScopes {
  readonly left: ReadonlySet<string>;
  /** The scope before which they are missed. */
  readonly before?: string | undefined;
  readonly text: string;
}

/** What is left out of more than eight numbered scopes, when nobody asked for everything or for single steps. */
export function elideScopes(
  steps: readonly Step[],
  { full, steps: asked, scope }: Selection & Pick<TableView, "full">,
): ElidedScopes {
  const numbered = steps.filter((step) => isNumbered(step.scope));
  const scopes = [...new Set(numbered.map((step) => scopeText(step.scope)))];
  if (full || asked || scope !== undefined || scopes.length <= MOST_SCOPES)
    return { left: new Set(), text: "" };
  const middle = scopes.slice(FIRST_SCOPES, -1);
  return {
    left: new Set(middle),
    before: scopes.at(-1),
    text: `${middle.length} more, ${middle[0]} to ${middle.at(-1)}: --full`,
  };
}

const isNumbered = (scope: Scope) => "index" in (scope.at(-1) ?? {});

/** A heading where another scope begins; the command's own name where it goes on outside of scopes. */
export function openScope(
  scope: string,
  last: string,
  { command }: Trace,
  { before, text }: ElidedScopes,
): Block[] {
  if (scope === last) return [];
  const heading = { kind: "heading", level: 1 } as const;
  return [
    ...(scope === before ? [{ ...heading, title: text }] : []),
    { ...heading, title: scope || command },
  ];
}
