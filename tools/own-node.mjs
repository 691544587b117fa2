// node tools/own-node.mjs <script.ts> [argument …]: as run.mjs, but on the Node that npm was started with. npm puts the
// pinned Node first on the path, so a test matrix over Node versions would otherwise run the same one each time.
process.env['SEAWORTHY_NODE'] ??= process.env['npm_node_execpath'] ?? process.execPath;
await import('./run.mjs');
