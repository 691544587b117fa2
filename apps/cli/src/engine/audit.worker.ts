// Where the thread that audits begins: what it loads from here on is kept compiled for the next run.
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./audit-thread.ts');
