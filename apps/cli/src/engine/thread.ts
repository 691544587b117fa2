// The entry of the thread that audits. What it compiles is kept for the next run, which has to be said before anything is imported.
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./worker.ts');
