/** A text that begins with a large letter: "head 0" as a heading. */
export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
