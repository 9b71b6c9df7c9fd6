import { causesOf, type Diagnosis } from "./diagnosis.js";
import type { Homework } from "./mistakes/mistake.js";
import { MISTAKES } from "./mistakes/registry.js";

/** Why mistakes of which one was made fit alike, in a sentence; nothing where nothing but the numbers says so. */
export function reasonsOfTie(homework: Homework, diagnosis: readonly Diagnosis[]): readonly string[] {
  return causesOf(diagnosis).flatMap((alike) => {
    const amounts = alike.flatMap(({ mistake }) => {
      return MISTAKES.find((one) => one === mistake)?.amount?.(homework) ?? [];
    });
    const areSame = amounts.every(({ value }) => Math.abs(value - amounts[0].value) < 1e-12);
    if (amounts.length < 2 || !areSame) return [];
    const texts = amounts.map(({ text }) => text).join(" and ");
    return [
      `These mistakes give the same numbers here, because ${texts}; other sizes would tell them apart.`,
    ];
  });
}
