// pm2 start deploy/pm2/ecosystem.config.cjs, with both tokens in the environment.
const { join } = require('node:path');

module.exports = {
  apps: [
    {
      name: 'seaworthy-server',
      script: join(__dirname, '../../apps/server/dist/main.js'),
      // What requests leave behind is collected in pieces of 4 MiB instead of 16: slightly more often, in far less memory.
      node_args: '--max-semi-space-size=4',
      // One writer on one SQLite file: no cluster mode, and never more than one.
      exec_mode: 'fork',
      instances: 1,
      // PM2 sends SIGINT, which drains too. Longer than SEAWORTHY_SHUTDOWN_GRACE_MS (25 s).
      kill_timeout: 35_000,
      // Records are JSON with a time already; PM2's own in front would break them.
      time: false,
      max_memory_restart: '512M',
      // A wrong setting (78) or a database that cannot be opened (74) does not heal by itself.
      stop_exit_codes: [74, 78],
      // Ten starts that do not last five seconds, and it stays down.
      min_uptime: 5_000,
      max_restarts: 10,
      env: {
        NODE_ENV: 'production',
        PORT: '8080',
        SEAWORTHY_MANAGEMENT_PORT: '9090',
        SEAWORTHY_DATA_DIR: process.env.SEAWORTHY_DATA_DIR ?? join(process.cwd(), '.seaworthy/server'),
      },
    },
  ],
};
