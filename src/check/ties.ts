import type { Diagnosis } from "./diagnosis.js";
import type { Homework } from "./mistakes/mistake.js";
import { MISTAKES } from "./mistakes/registry.js";

/** Why several mistakes fit alike, in a sentence; nothing when they do not. */
export function reasonsOfTie(homework: Homework, diagnosis: readonly Diagnosis[]): readonly string[] {
  const isTie = diagnosis.every(({ explains, with: other }) => explains === diagnosis[0].explains && !other);
  if (diagnosis.length < 2 || !isTie) return [];
  const amounts = diagnosis.flatMap(({ mistake }) => {
    return MISTAKES.find((one) => one === mistake)?.amount?.(homework) ?? [];
  });
  const areSame = amounts.every(({ value }) => Math.abs(value - amounts[0].value) < 1e-12);
  if (amounts.length < 2 || !areSame)
    return ["These mistakes give your numbers alike; other numbers or sizes would tell them apart."];
  const texts = amounts.map(({ text }) => text).join(" and ");
  return [`These mistakes are the same here, because ${texts}; other sizes would tell them apart.`];
}
