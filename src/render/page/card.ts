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
  [tone, sign]: readonly [tone: string, sign: string],
  count: string,
): string =>
  `<li class="t${tone}"><b>${name} <span class="${tone}" aria-hidden="true">${sign}</span></b><span>${count}</span></li>`;
