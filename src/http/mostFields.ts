/** How many fields a form may have: every row of an allocation, each with its five. */
export const mostFields = 100_000;
