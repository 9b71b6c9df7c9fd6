/** Text of a run as it stands behind a # of Python: on one line, with nothing that a terminal or a parser obeys. */
export const comment = (text: string): string => text.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, " ");

/** Text as a string of Python. */
export const quoted = (text: string): string => JSON.stringify(text);
