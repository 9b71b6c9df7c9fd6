/** One level of a step's place: a numbered level (head 3 of layer 0), or a named level ("additive", "2 heads"). */
export type ScopePart =
  | { readonly kind: string; readonly index: number }
  | { readonly kind: string; readonly name: string };

/** The place of a step, from the outermost level inwards. Empty for a step of the run itself. */
export type Scope = readonly ScopePart[];

/** Returns a level as it is printed: "head 3", "additive". */
export function partText(part: ScopePart): string {
  return "index" in part ? `${part.kind} ${part.index}` : part.name;
}

/** Returns a scope as printed text and JSON show it: "layer 0/head 3", or "" for the run itself. */
export function scopeText(scope: Scope): string {
  return scope.map(partText).join("/");
}

/** Returns the title of a step with its scope: "Weights", or "Weights of head 0". */
export function stepTitle({ title, scope }: { readonly title: string; readonly scope: Scope }): string {
  return scope.length === 0 ? title : `${title} of ${scopeText(scope)}`;
}

/** Returns the letter of a step in formulas if that is short, otherwise its title. */
export function stepLetter({ title, formula }: { readonly title: string; readonly formula: string }): string {
  return /^(\S{1,3}) = /.exec(formula)?.[1] ?? title;
}

/** Returns the unique key of a step: "weights", or "head 0/weights". */
export function keyIn(scope: Scope, id: string): string {
  return scope.length === 0 ? id : `${scopeText(scope)}/${id}`;
}

/** Returns the last part of a key: the id of the step without its scope. */
export const idOfKey = (key: string): string => key.slice(key.lastIndexOf("/") + 1);

const levelIn = (scope: Scope, kind: string) => scope.find((level) => level.kind === kind);

/** Returns the number of the level of this kind: 3 for `head` in "layer 0/head 3". */
export function indexIn(scope: Scope, kind: string): number | undefined {
  const part = levelIn(scope, kind);
  return part && "index" in part ? part.index : undefined;
}

/** Returns the name of the level of this kind: "additive" for `scoring`. */
export function nameIn(scope: Scope, kind: string): string | undefined {
  const part = levelIn(scope, kind);
  return part && "name" in part ? part.name : undefined;
}

/** Whether two scopes are the same. */
export function sameScope(a: Scope, b: Scope): boolean {
  return (
    a === b || (a.length === b.length && a.every((part, level) => partText(part) === partText(b[level])))
  );
}
