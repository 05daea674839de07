export type Rule = 'a';
