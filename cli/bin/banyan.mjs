#!/usr/bin/env node
// Runs the TypeScript command in this process: a second process between the terminal and the command would see Ctrl-C twice.
import { register } from 'node:module';
import { register as registerTsx } from 'tsx/esm/api';

registerTsx();
register('./source-condition.mjs', import.meta.url);
await import('../src/main.ts');
