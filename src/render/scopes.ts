import type { Trace } from "../trace/trace.js";
import type { Block } from "./document.js";

/** A heading where another scope begins; the command's own name where it goes on outside of scopes. */
export function openScope(scope: string, last: string, { command }: Trace): Block[] {
  return scope === last ? [] : [{ kind: "heading", level: 1, title: scope || command }];
}
