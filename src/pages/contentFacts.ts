import type { EstimateContent, Line } from '../../workflows/content.js';
import type { InformationSystem } from '../../workflows/rules/shapes.js';
import { shown, type Field } from './form.js';
import { headerFields } from './headerFields.js';
import { detailFields, tableColumns, yearsOf } from './lineFields.js';
import type { Say } from './say.js';

/** A fact as its author was asked for it. */
export interface ContentFact {
  readonly name: string;
  readonly value: string;
}

/** Some facts that belong together. */
export interface FactGroup {
  readonly legend: string;
  readonly facts: readonly ContentFact[];
}

/** What was written into a field, as it is read; nothing where nothing was written. */
export const factOf = ({ label, as, value, choices }: Field): ContentFact[] => {
  const text = shown(as, value);
  const named = choices?.find((choice) => choice.value === text)?.text ?? text;
  return named === '' ? [] : [{ name: label, value: named }];
};

const read = (
  groups: readonly { readonly legend: string; readonly fields: readonly Field[] }[],
): FactGroup[] =>
  groups
    .map(({ legend, fields }) => ({ legend, facts: fields.flatMap(factOf) }))
    .filter(({ facts }) => facts.length > 0);

const inTable = new Set<string>(tableColumns);

/** All that a line says beside what stands in the table: whatever its form asks for is shown to who reads it. */
export const lineFacts = (
  line: Line,
  content: EstimateContent,
  { systems, say }: { systems: readonly InformationSystem[]; say: Say },
): FactGroup[] =>
  read(
    detailFields(line, { systems, years: yearsOf(content), say }).map(({ legend, fields }) => ({
      legend,
      fields: fields.filter(({ name }) => !inTable.has(name)),
    })),
  );

/** All that the head of an estimate says. */
export const headFacts = (content: EstimateContent, say: Say): FactGroup[] =>
  read(
    headerFields(content, {
      round: { fiscalYear: content.fiscalYearFrom },
      today: content.documentDate,
      say,
    }),
  );
