import type { CheckedStep } from "../../check/check.js";

/** The tone and the sign of a step with its words. */
export const SIGNS: Readonly<
  Record<CheckedStep["verdict"], readonly [tone: string, sign: string, words: string]>
> = {
  agrees: ["ok", "✓", "right"],
  "agrees-rounded": ["near", "≈", "right, rounded"],
  truncated: ["near", "≈", "right, digits cut off"],
  follows: ["then", "→", "follows from own numbers"],
  differs: ["no", "✗", "a mistake"],
  missing: ["none", "·", "not handed in"],
};
/** What is told under names: "Where", "Right is". Texts are markup; an empty one is not told. */
export type Facts = readonly (readonly [name: string, markup: string])[];

export function writeFacts(facts: Facts): string {
  const told = facts.filter(([, text]) => text !== "");
  return `<dl class="facts">${told.map(([name, text]) => `<dt>${name}</dt><dd>${text}</dd>`).join("")}</dl>`;
}

/** A card for a mistake; its title is markup. */
export const writeCard = (number: number, title: string, facts: Facts): string =>
  `<article class="card"><div class="num" aria-hidden="true">${number}</div><div><h3>${title}</h3>${writeFacts(facts)}</div></article>`;

/** A tile for an answer: its name, the sign of its verdict in a tone, and how much of it is right. Texts are markup. */
export const writeTile = (
  name: string,
  [tone, sign]: readonly [tone: string, sign: string, words?: string],
  count: string,
): string =>
  `<li class="t${tone}"><b>${name} <span class="${tone}" aria-hidden="true">${sign}</span></b><span>${count}</span></li>`;
