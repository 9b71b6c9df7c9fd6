/** On which paper pictures are drawn: on a screen, or in print, where weights are grey and curves black. */
export const THEMES = ["light", "dark", "paper"] as const;

export type Theme = (typeof THEMES)[number];
