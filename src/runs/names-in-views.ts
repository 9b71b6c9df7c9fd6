import { namesOfInput, plainName } from "../attention/names.js";
import { namesOf } from "../attention/step-aliases.js";
import type { Step, Trace } from "../trace/trace.js";
import type { ViewSettings } from "./views.js";

type Asked = Pick<ViewSettings, "why" | "uses" | "only" | "steps">;

/** The views with the names of the run, and a note for each name that was replaced. */
interface NamedViews<Views> {
  readonly views: Views;
  readonly notes: readonly string[];
}

/**
 * Replaces the names that people use for steps and inputs: `O[0,0]` becomes output[0,0], `head 1/α` becomes head
 * 1/weights, `Q` becomes query. A name stays if the run has it, if it is ambiguous, or if it is unknown.
 */
export function namesInViews<Views extends Partial<Asked>>(trace: Trace, views: Views): NamedViews<Views> {
  const notes = new Set<string>();
  const named = (text: string, as?: "step"): string => {
    const meant = nameMeant(as === "step" ? { ...trace, inputs: [] } : trace, text);
    if (meant === undefined) return text;
    notes.add(`${text} is read as ${meant}`);
    return meant;
  };
  const cell = (text: string): string => text.replace(/^\s*[^[\]()]+?(?=\s*[[(])/, (name) => named(name));
  const { why, uses, only, steps } = views;
  return {
    views: {
      ...views,
      ...(why !== undefined && { why: cell(why) }),
      ...(uses !== undefined && { uses: cell(uses) }),
      ...(only !== undefined && { only: named(only) }),
      ...(Array.isArray(steps) && { steps: steps.map((name) => named(name, "step")) }),
    },
    notes: [...notes],
  };
}

/**
 * Returns the name in the run that another name means. Returns undefined if the run already has the name, if it means
 * several, or if it is unknown.
 */
function nameMeant({ steps, inputs, results }: Trace, text: string): string | undefined {
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

const scopeOf = ({ key }: Pick<Step, "key">): string => key.slice(0, Math.max(0, key.lastIndexOf("/")));
