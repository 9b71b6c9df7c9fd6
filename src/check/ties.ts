import { causesOf, type Diagnosis } from "./diagnosis.js";
import type { Homework } from "./mistakes/mistake.js";
import { MISTAKES } from "./mistakes/registry.js";

/** Returns a sentence about why several mistakes fit equally well. Returns nothing if only their numbers show it. */
export function reasonsOfTie(homework: Homework, diagnosis: readonly Diagnosis[]): readonly string[] {
  return causesOf(diagnosis).flatMap((alike) => {
    const amounts = alike.flatMap(({ mistake }) => {
      return MISTAKES.find((one) => one === mistake)?.amount?.(homework) ?? [];
    });
    const areSame = amounts.every(({ value }) => Math.abs(value - amounts[0].value) < 1e-12);
    if (amounts.length < 2 || !areSame) return [];
    const texts = amounts.map(({ text }) => text).join(" and ");
    return [`Here ${texts}, so both mistakes give the same numbers; other sizes would tell them apart.`];
  });
}
