/** The ending of a file's name in small letters, without its point: `npz` of `a/b.NPZ`; "" of a name without one. */
export const endingOf = (name: string): string =>
  name.includes(".") ? name.slice(name.lastIndexOf(".") + 1).toLowerCase() : "";

/** Whether the name of a file ends so: `hasEnding(name, "pt pth")`. */
export const hasEnding = (name: string, endings: string): boolean =>
  endings.split(" ").includes(endingOf(name));
