import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Router } from 'express';
import Handlebars from 'handlebars';
import { templatesFolder } from '../wording.js';
import type { AnyRoute } from './route.js';

type Json = Record<string, unknown>;
interface Operation {
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly parameters: readonly {
    name: string;
    in: string;
    required: boolean;
    description?: string;
    schema: Json;
  }[];
  readonly requestBody?: { content: Record<string, { schema: Json }> };
  readonly responses: Record<string, { description?: string; content?: Record<string, { schema: Json }> }>;
}

const contentOf = (content: Record<string, { schema: Json }> | undefined) =>
  Object.entries(content ?? {}).map(([type, { schema }]) => ({
    type,
    schema: JSON.stringify(schema, null, 2),
  }));

/** The description as a page shows it: by heading, then in the order of declaration. */
const groupsOf = (document: Json, routes: readonly AnyRoute[]) => {
  const paths = document.paths as Record<string, Record<string, Operation>>;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      method: method.toUpperCase(),
      anchor: `${method}${path.replace(/\W+/g, '-')}`,
      summary: operation.summary,
      description: operation.description,
      group: operation.tags[0],
      parameters: operation.parameters.map((parameter) => ({
        ...parameter,
        form: JSON.stringify(parameter.schema),
      })),
      body: contentOf(operation.requestBody?.content),
      answers: Object.entries(operation.responses)
        .filter(([status]) => status !== 'default')
        .map(([status, { description, content }]) => ({
          status,
          description: description ?? 'Problem',
          content: contentOf(content),
        })),
    })),
  );
  return [...new Set(routes.map(({ group }) => group))].map((name) => ({
    name,
    operations: operations.filter(({ group }) => group === name),
  }));
};

/**
 * `/api/v1/openapi.json` and a page of the same, `/api/docs`, rendered here and without script.
 * @param describe asked once, when somebody first reads it: it takes a second that no start has to wait for
 */
export const docsRoutes = (describe: () => Json, routes: readonly AnyRoute[]): Router => {
  const read = (file: string) => readFileSync(join(templatesFolder, 'pages', file), 'utf8');
  const template = read('apiDocs.hbs');
  const style = read('apiDocs.css');
  let described: Json | undefined;
  const document = () => (described ??= describe());
  let shown: string | undefined;
  const page = () =>
    (shown ??= Handlebars.compile(template)({ ...document(), groups: groupsOf(document(), routes) }));
  const router = Router();
  router.get('/api/v1/openapi.json', (_req, res) => {
    res.locals.route = '/api/v1/openapi.json';
    res.json(document());
  });
  router.get('/api/docs', (_req, res) => {
    res.locals.route = '/api/docs';
    res.type('html').send(page());
  });
  router.get('/api/docs.css', (_req, res) => {
    res.locals.route = '/api/docs.css';
    res.type('css').send(style);
  });
  return router;
};
