/**
 * The maximum number of cells of a step that is computed by hand. In so few cells rounding may have any effect: e^−9 is
 * 0.00.
 */
export const CELLS_BY_HAND = 100;
