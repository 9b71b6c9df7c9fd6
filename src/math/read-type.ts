/** The names of the short types that numbers were read from. Such a type holds all of them. */
export const READ_FROM = new WeakMap<Float64Array, string>();
