import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Router } from 'express';
import { templatesFolder } from '../wording.js';

const style = readFileSync(join(templatesFolder, 'pages', 'pages.css'), 'utf8');
const icon = readFileSync(join(templatesFolder, 'pages', 'icon.svg'), 'utf8');
const versionOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** Where pages find their style and mark; the address changes when the file does. */
export const styleAddress = `/assets/${versionOf(style)}.css`;
export const iconAddress = `/assets/${versionOf(icon)}.svg`;

/** Style and mark: for everybody, kept by browsers for good. */
export const assetRoutes = (): Router => {
  const router = Router();
  const serve = (address: string, type: string, text: string) =>
    router.get(address, (_req, res) => {
      res.locals.route = '/assets';
      res.set('Cache-Control', 'public, max-age=31536000, immutable').type(type).send(text);
    });
  serve(styleAddress, 'css', style);
  serve(iconAddress, 'svg', icon);
  return router;
};
