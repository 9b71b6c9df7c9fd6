/** Makes a text safe after a # in Python: on one line, without control characters. */
export const commentText = (text: string): string => text.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, " ");

/** Writes a text as a Python string. */
export const pythonString = (text: string): string => JSON.stringify(text);
