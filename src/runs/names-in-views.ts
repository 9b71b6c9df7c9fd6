import { namesOf, namesOfInput, plainName } from "../attention/names.js";
import type { Step, Trace } from "../trace/trace.js";
import type { ViewSettings } from "./views.js";

type NamedViews = Pick<ViewSettings, "why" | "uses" | "only" | "steps">;

/**
 * Replaces the names that people use for steps and inputs, and returns a note for each: `O[0,0]` becomes output[0,0],
 * `head 1/α` becomes head 1/weights, `Q` becomes query. A name stays if the run has it, if it is ambiguous, or if it is
 * unknown.
 */
export function namesInViews<Views extends Partial<NamedViews>>(trace: Trace, views: Views) {
  const notes = new Set<string>();
  const named = (text: string, within = trace) => {
    const meant = nameInRun(within, text) ?? text;
    if (meant !== text) notes.add(`${text} is read as ${meant}`);
    return meant;
  };
  const cell = (text: string) => text.replace(/^\s*[^[\]()]+?(?=\s*[[(])/, (name) => named(name));
  const seen: { -readonly [Name in keyof NamedViews]: NamedViews[Name] } = { ...views };
  for (const name of ["why", "uses"] as const) seen[name] &&= cell(seen[name]);
  seen.only &&= named(seen.only);
  if (Array.isArray(seen.steps)) seen.steps = seen.steps.map((name) => named(name, { ...trace, inputs: [] }));
  return { views: { ...views, ...seen }, notes: [...notes] };
}

/**
 * Returns the name in the run that another name means. Returns undefined if the run already has the name, if it means
 * several, or if it is unknown.
 */
function nameInRun({ steps, inputs, results }: Trace, text: string) {
  const [, within = "", name] = /^(?:(.*)\/)?([^/]+)$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const isKnown =
    Object.hasOwn(results, text) ||
    inputs.some((input) => input.name === text) ||
    steps.some(({ id, key }) => [id, key].includes(text) || key.endsWith(`/${text}`));
  if (isKnown) return undefined;
  const scope = within === "" ? "" : steps.map(scopeOf).find((one) => plainName(one) === plainName(within));
  if (scope === undefined) return undefined;
  const plain = plainName(name);
  const ids = steps.filter((step) => scope === "" || scopeOf(step) === scope).map(({ id }) => id);
  const names = scope === "" ? inputs.map((input) => input.name) : [];
  const all = [...new Set([...ids, ...names])];
  const spelled = all.filter((one) => plainName(one) === plain);
  const called = all.filter((one) => [...namesOf(one), ...namesOfInput(one)].includes(plain));
  const [meant, ...others] = spelled.length > 0 ? spelled : called;
  if (meant === undefined || others.length > 0) return undefined;
  return scope === "" ? meant : `${scope}/${meant}`;
}

const scopeOf = ({ key }: Step) => key.slice(0, Math.max(0, key.lastIndexOf("/")));
