/** One level of where a step stands: a numbered one (head 3 of layer 0), or one with a name ("additive", "2 heads"). */
export type ScopePart =
  | { readonly kind: string; readonly index: number }
  | { readonly kind: string; readonly name: string };

/** Where a step stands, from the outermost level in; empty for a step of the run itself. */
export type Scope = readonly ScopePart[];

/** A level as it is printed: "head 3", "additive". */
export function partText(part: ScopePart): string {
  return "index" in part ? `${part.kind} ${part.index}` : part.name;
}

/** A scope as it is printed and stands in JSON: "layer 0/head 3", "" for the run itself. */
export function scopeText(scope: Scope): string {
  return scope.map(partText).join("/");
}

/** What people call a step: "Weights", or "Weights of head 0". */
export function stepTitle({ title, scope }: { readonly title: string; readonly scope: Scope }): string {
  return scope.length === 0 ? title : `${title} of ${scopeText(scope)}`;
}

/** How a step is named from anywhere: "weights", or "head 0/weights". */
export function keyIn(scope: Scope, id: string): string {
  return scope.length === 0 ? id : `${scopeText(scope)}/${id}`;
}

/** The last part of a key: the id of a step, wherever it stands. */
export const idOfKey = (key: string): string => key.slice(key.lastIndexOf("/") + 1);

/** The number of a level of this kind: 3 of `head` in "layer 0/head 3". */
export function indexIn(scope: Scope, kind: string): number | undefined {
  const part = scope.find((level) => level.kind === kind);
  return part && "index" in part ? part.index : undefined;
}

/** The name of a level of this kind: "additive" of `scoring`. */
export function nameIn(scope: Scope, kind: string): string | undefined {
  const part = scope.find((level) => level.kind === kind);
  return part && "name" in part ? part.name : undefined;
}

/** Whether two scopes are the same. */
export function sameScope(a: Scope, b: Scope): boolean {
  return (
    a === b || (a.length === b.length && a.every((part, level) => partText(part) === partText(b[level])))
  );
}
