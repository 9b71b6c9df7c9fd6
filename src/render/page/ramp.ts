// The shades of weights: steps from paper to the colour of weights, equally far apart in OKLab (Ottosson 2020), each
// with an ink that has a contrast of at least 4.58 to it (WCAG 2.2 requires 4.5).

/** The number of steps after the first. */
export const LEVELS = 20;

export type Theme = "light" | "dark";

const FILLS: Readonly<Record<Theme, string>> = {
  light:
    "#ffffff #f5f5fb #ecebf6 #e2e0f2 #d9d6ed #d0cce9 #c7c2e4 #beb8e0 #b5afdb #aca5d6 #a39bd1 #9a91cd #9288c8 #8a7ec3 #8174be #796ab8 #7161b3 #6a57ae #624da9 #5b43a3 #54389e",
  dark: "#15171b #1b1c24 #21222d #272737 #2e2d40 #35334a #3b3955 #423f5f #49456a #514b74 #58517f #5f578a #675e96 #6e64a1 #766bad #7e71b8 #8678c4 #8e7fd0 #9685dc #9e8ce9 #a693f5",
};

/** The inks of a theme, and the last step on which each is used. */
const INKS: Readonly<Record<Theme, readonly (readonly [ink: string, last: number])[]>> = {
  light: [
    ["#1b1d22", 13],
    ["#000000", 14],
    ["#ffffff", LEVELS],
  ],
  dark: [
    ["#e9ebee", 12],
    ["#ffffff", 14],
    ["#000000", 15],
    ["#0d0e11", LEVELS],
  ],
};

/** Returns the step of a weight from 0 to 1. */
export const levelOf = (weight: number) => Math.round(Math.max(0, Math.min(1, weight)) * LEVELS);

/** Returns the steps of a theme: the fill of a cell, and the ink on it. */
export function rampOf(theme: Theme): readonly { readonly fill: string; readonly ink: string }[] {
  return FILLS[theme].split(" ").map((fill, level) => {
    const [ink] = INKS[theme].find(([, last]) => level <= last) ?? INKS[theme][0];
    return { fill, ink };
  });
}
