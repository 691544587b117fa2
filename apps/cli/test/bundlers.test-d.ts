// The plugins fit the bundlers they are for: their own types say so.
import type { Plugin as EsbuildPlugin } from 'esbuild';
import type { Plugin as RolldownPlugin } from 'rolldown';
import type { Plugin as RollupPlugin } from 'rollup';
import type { Plugin as VitePlugin } from 'vite';
import type { Compiler, WebpackPluginInstance } from 'webpack';
import type { seaworthy as forEsbuild } from '../src/esbuild.ts';
import type { seaworthy as forRollup } from '../src/rollup.ts';
import type { seaworthy as forVite } from '../src/vite.ts';
import type { seaworthy as forWebpack, WebpackCompiler } from '../src/webpack.ts';

type Fits<Given extends Wanted, Wanted> = Given;

export type Proofs = [
  Fits<ReturnType<typeof forRollup>, RollupPlugin>,
  Fits<ReturnType<typeof forRollup>, RolldownPlugin>,
  Fits<ReturnType<typeof forVite>, VitePlugin>,
  Fits<ReturnType<typeof forEsbuild>, EsbuildPlugin>,
  Fits<ReturnType<typeof forWebpack>, WebpackPluginInstance>,
  Fits<Compiler, WebpackCompiler>,
];
