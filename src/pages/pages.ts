import type { Router } from 'express';
import type { ProblemPage } from '../http/problem.js';
import type { AnyRoute } from '../http/route.js';
import { accountPages } from './accountPages.js';
import { assetRoutes } from './assets.js';
import { casePages } from './casePages.js';
import { createCaseShow } from './caseShow.js';
import { contentPages, createContentPage } from './contentPages.js';
import { deadLetterPages } from './deadLetterPages.js';
import { createPageTools, type PagesGiven } from './given.js';
import { inboxPages } from './inboxPages.js';
import { createReads } from './loadCase.js';
import { lineEditPages } from './lineEditPages.js';
import { createProblemPage } from './problemPage.js';
import { createSaving } from './saving.js';
import { workEditPages } from './workEditPages.js';

/** The pages: plain HTML made here, complete without script. */
export const createPages = (
  given: PagesGiven,
): { readonly assets: Router; readonly routes: readonly AnyRoute[]; readonly problem: ProblemPage } => {
  const tools = createPageTools(given);
  const reads = createReads(given, tools);
  const showCase = createCaseShow(given, tools);
  const contentPage = createContentPage(given, tools, reads, showCase);
  const saving = createSaving(given, tools, contentPage);
  return {
    assets: assetRoutes(),
    routes: [
      ...accountPages(given, tools),
      // Before `/cases/:id`, which would take `new` for an id.
      ...inboxPages(given, tools),
      ...casePages(given, tools, reads, showCase, contentPage),
      ...contentPages(reads, contentPage),
      ...lineEditPages(given, tools, reads, showCase, saving),
      ...workEditPages(given, tools, reads, saving),
      ...deadLetterPages(given, tools),
    ],
    problem: createProblemPage(tools),
  };
};
