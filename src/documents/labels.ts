import {
  appraisalCriteria,
  type Category,
  type EstimateSummary,
  type FundingSource,
  type Line,
} from '../../workflows/content.js';
import type { DocumentType } from '../../workflows/vocabulary.js';
import type { Rule } from './formRules.js';
import { templateFile } from './templateFiles.js';

/** Blocks of the consolidation (domain: I departments, II police and others, III communes). */
export const blocks = ['departments', 'others', 'communes'] as const;
export type Block = (typeof blocks)[number];

/** Criteria of Finance's appraisal: TD for estimates and projects, TP for public-private projects. */
export const criteria = [
  ...appraisalCriteria,
  ...(['TP01', 'TP02', 'TP03', 'TP04', 'TP05', 'TP06'] as const),
] as const;
export type Criterion = (typeof criteria)[number];

interface Labels {
  readonly documentType: Readonly<Record<DocumentType, string>>;
  readonly category: Readonly<Record<Category, string>>;
  readonly fundingSource: Readonly<Record<FundingSource, string>>;
  readonly fundingSourceShort: Readonly<Record<FundingSource, string>>;
  readonly pricingBasis: Readonly<Record<Line['pricingBasis'], string>>;
  readonly priority: Readonly<Record<EstimateSummary['priority'], string>>;
  readonly policeVerdict: Readonly<Record<EstimateSummary['policeVerdict'], string>>;
  readonly block: Readonly<Record<Block, string>>;
  readonly criterion: Readonly<Record<Criterion, string>>;
  readonly check: Readonly<Record<Rule, string>>;
}

/** The words of papers for codes of the content; papers are Vietnamese in every language of the interface. */
export const labels = JSON.parse(templateFile('messages', 'vi', 'documents.json')) as Labels;
