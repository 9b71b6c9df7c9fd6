import type { Attention, FoundAttention } from "./attentions.js";

/** Which convention keeps a library's own call from some of the attentions, one line a reason. */
export function obstacleLines(
  call: string,
  found: readonly FoundAttention[],
  cannot: (attention: Attention) => string | undefined,
): readonly string[] {
  const reasons = new Map<string, string[]>();
  for (const one of found) {
    const reason = "obstacle" in one ? one.obstacle : cannot(one.attention);
    if (reason === undefined) continue;
    reasons.set(reason, [...(reasons.get(reason) ?? []), one.scope]);
  }
  return Array.from(reasons, ([reason, scopes]) => {
    const where = scopes.filter((scope) => scope !== "");
    return `# ${call} cannot do this${where.length > 0 ? ` (${where.join(", ")})` : ""}: ${reason}.`;
  });
}
