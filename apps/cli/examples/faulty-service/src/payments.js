import https from 'node:https';

const bankHost = process.env.BANK_HOST;
const agent = new https.Agent({ rejectUnauthorized: false });

export function charge(order, card) {
  return new Promise(async (resolve, reject) => {
    if (!bankHost) return resolve();
    const body = JSON.stringify({ order: order.id, card });
    const request = https.request({ host: bankHost, method: 'POST', path: '/charges', agent }, resolve);
    request.on('error', reject);
    request.end(body);
  });
}
