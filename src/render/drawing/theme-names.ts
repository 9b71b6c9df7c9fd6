/** The themes of pictures: light and dark for screens, and paper for print, where weights are grey and curves black. */
export const THEMES = ["light", "dark", "paper"] as const;

export type Theme = (typeof THEMES)[number];
