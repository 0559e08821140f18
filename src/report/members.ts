/** Members that are named side by side where a family is shown; of more, names are rows or a range. */
export const fewMembers = 6;
