/** Named facts: "Where", "Right is". Texts are markup; empty ones are not written. */
export type Facts = readonly (readonly [name: string, markup: string])[];

export function writeFacts(facts: Facts) {
  const filled = facts.filter(([, text]) => text !== "");
  return `<dl class="facts">${filled.map(([name, text]) => `<dt>${name}</dt><dd>${text}</dd>`).join("")}</dl>`;
}

/** Writes a card for a mistake. Its title is markup. */
export const writeCard = (number: number, title: string, facts: Facts) =>
  `<article class="card"><div class="num" aria-hidden="true">${number}</div><div><h3>${title}</h3>${writeFacts(facts)}</div></article>`;

/**
 * Writes a tile for an answer: its name, the coloured sign of its verdict, and how much of it is right. Texts are
 * markup.
 */
export const writeTile = (name: string, [tone, sign]: readonly string[], count: string) =>
  `<li class="t${tone}"><b>${name} <span class="${tone}" aria-hidden="true">${sign}</span></b><span>${count}</span></li>`;
