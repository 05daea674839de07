import type { Router } from 'express';
import type { ProblemPage } from '../http/problem.js';
import type { AnyRoute } from '../http/route.js';
import { accountPages } from './accountPages.js';
import { appraisedRowPages } from './appraisedRowPages.js';
import { assetRoutes } from './assets.js';
import { casePages } from './casePages.js';
import { createCaseShow } from './caseShow.js';
import { contentPages, createContentPage } from './contentPages.js';
import { deadLetterPages } from './deadLetterPages.js';
import { createDetailPage } from './detailPage.js';
import { isFormRoute } from './formPage.js';
import { createPageTools, type PagesGiven, type PageRoutes } from './given.js';
import { inboxPages } from './inboxPages.js';
import { createKeptForms } from './keptForms.js';
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
  const showDetail = createDetailPage(tools, showCase);
  const saving = createSaving(given, tools);
  const work: PageRoutes = [
    // Before `/cases/:id`, which would take `new` for an id.
    ...inboxPages(given, tools),
    ...casePages(given, tools, reads, showCase, contentPage),
    ...contentPages(reads, contentPage),
    ...lineEditPages(given, tools, reads, showDetail, contentPage, saving),
    ...workEditPages(given, tools, reads, contentPage, saving),
    ...appraisedRowPages(given, tools, reads, showDetail, saving),
  ];
  const forms = new Map(work.filter(isFormRoute).map((form) => [form.path, form]));
  const kept = createKeptForms(given, tools, (path) => forms.get(path));
  return {
    assets: assetRoutes(),
    routes: [...accountPages(given, tools, kept), ...work, ...deadLetterPages(given, tools), ...kept.routes],
    problem: createProblemPage(tools, kept),
  };
};
