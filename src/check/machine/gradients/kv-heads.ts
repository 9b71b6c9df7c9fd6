import { scopeText } from "../../../trace/scope.js";
import type { Trace } from "../../../trace/trace.js";
import type { Carried } from "./carried.js";
import { placed } from "./carried-parts.js";
import type { GradientErrors } from "./carrying.js";

/** The gradient by a kv head that several query heads read. */
export interface KvGradient {
  readonly scope: string;
  readonly id: string;
  readonly carried: Carried;
  /** The scopes of its query heads. */
  readonly heads: readonly string[];
}

/** The gradient by key or value of kv head `index`, the sum of what its query heads give; undefined where there is none. */
export function kvGradientOf(
  trace: Trace,
  errors: GradientErrors,
  part: "key" | "value",
  index: number,
): KvGradient | undefined {
  const groups = [...new Set(errors.heads.map(({ head }) => head.kvHead))];
  const own = errors.heads.filter(({ head }) => head.kvHead === groups[index]);
  const id = part === "key" ? "d-k" : "d-v";
  const parts = own.flatMap(({ head }) => {
    const step = trace.steps.find((one) => one.id === id && scopeText(one.scope) === head.task.scope);
    return (step && errors.carried(step.key)) ?? [];
  });
  if (parts.length === 0 || parts.length !== own.length) return undefined;
  const { rows, cols } = parts[0].want;
  const places = parts.map(() => ({ firstRow: 0, firstCol: 0 }));
  return {
    scope: `kv head ${index}`,
    id,
    heads: own.map(({ head }) => head.task.scope),
    carried: placed(parts, { rows, cols, places }),
  };
}
