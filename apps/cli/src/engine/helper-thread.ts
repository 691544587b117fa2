// The entry of a thread that helps: see thread.ts.
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./helper.ts');
