/** Steps of so few cells are worked by hand, where rounding may do anything: e^−9 is 0.00. */
export const CELLS_BY_HAND = 100;
