// npm run check:layers: who may import whom (ground, rooms, roof), what is declared, and nothing past an exports map.
import { layerProblems } from '../layers/check.ts';
import { root } from '../repository/root.ts';
import { report } from './problem.ts';

report(await layerProblems(root));
