import { join } from 'node:path';
import { create } from 'express-handlebars';
import { templatesFolder } from '../wording.js';
import type { Frame } from './frame.js';

const folder = join(templatesFolder, 'pages');
const handlebars = create({
  extname: '.hbs',
  defaultLayout: 'page',
  layoutsDir: join(folder, 'layouts'),
  partialsDir: join(folder, 'partials'),
});

/** A page as HTML: its frame around its view. Templates print finished text and escape it; they decide nothing. */
export const renderPage = (template: string, frame: Frame, view: object): Promise<string> =>
  handlebars.renderView(join(folder, `${template}.hbs`), {
    ...view,
    frame,
    cache: true,
    settings: { views: folder },
  });
