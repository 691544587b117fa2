// Where a thread that helps begins: what it loads from here on is kept compiled for the next run.
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./help-thread.ts');
