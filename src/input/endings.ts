/** Returns the ending of a file name in lower case, without the point: `npz` for `a/b.NPZ`, "" if there is none. */
export const endingOf = (name: string): string =>
  name.includes(".") ? name.slice(name.lastIndexOf(".") + 1).toLowerCase() : "";

/** Whether a file name has one of these endings: `hasEnding(name, "pt pth")`. */
export const hasEnding = (name: string, endings: string): boolean =>
  endings.split(" ").includes(endingOf(name));
