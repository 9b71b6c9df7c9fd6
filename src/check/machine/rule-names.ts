/** Rules of other projects, named after the library whose tests use them. */
export const OTHER_RULES = ["flash", "torch"] as const;

export type OtherRule = (typeof OTHER_RULES)[number];
