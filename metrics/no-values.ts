/** Reason of a sample without a value, as event texts show it. */
export const NO_VALUES = 'no values found';
