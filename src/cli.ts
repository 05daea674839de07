#!/usr/bin/env node
import { demonstrate } from './demo/demo.js';
import { loadConfig } from './config.js';
await demonstrate(loadConfig(), { folder: 'out/demo', say: (text) => console.log(text) });
process.exit(0);
