/** Rules of others, by the library that has them in its tests. */
export const OTHER_RULES = ["flash", "torch"] as const;

export type OtherRule = (typeof OTHER_RULES)[number];
