/** Returns the ending of a file name in lower case, without the point: `npz` for `a/b.NPZ`, "" if there is none. */
export const endingOf = (name: string): string =>
  name.includes(".") ? name.slice(name.lastIndexOf(".") + 1).toLowerCase() : "";

/** Whether a file name has one of these endings: `hasEnding(name, "pt pth")`. */
export const hasEnding = (name: string, endings: string): boolean =>
  endings.split(" ").includes(endingOf(name));

/** Splits a path into its folder, with the slash at the end, and the name of the file. */
export function splitPath(path: string): readonly [folder: string, file: string] {
  const end = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1;
  return [path.slice(0, end), path.slice(end)];
}
