import { remember } from "../../math/remember.js";
import type { Trace } from "../../trace/trace.js";
import type { Sheet } from "../answers.js";
import { isKept } from "../kept.js";
import type { Homework, Mistake } from "./mistake.js";

const applied = new WeakMap<Trace, Map<Mistake, readonly Trace[]>>();

/** The solutions with a mistake in it; the same ones for every sheet of a problem, unless the mistake reads the sheet. */
export function applyMistake(mistake: Mistake, homework: Homework, sheet: Sheet): readonly Trace[] {
  const { trace } = homework;
  if (mistake.readsSheet || !isKept(trace)) return mistake.apply(homework, sheet);
  const known = remember(applied, trace, () => new Map<Mistake, readonly Trace[]>());
  return remember(known, mistake, () => mistake.apply(homework, sheet));
}
