/** How many things a finding names; the rest is counted. */
const mostNamed = 10;

/**
 * A list inside a finding, however long it is: `<name>` the first ten, `<name>More` how many more there are. Messages
 * say `{{lines}}$t(findings:more.lines, …)`.
 */
export const listed = <Name extends string>(
  name: Name,
  items: readonly (string | number)[],
  separator = ', ',
): Readonly<Record<Name | `${Name}More`, string | number>> =>
  ({
    [name]: items.slice(0, mostNamed).join(separator),
    [`${name}More`]: Math.max(0, items.length - mostNamed),
  }) as Record<Name | `${Name}More`, string | number>;
