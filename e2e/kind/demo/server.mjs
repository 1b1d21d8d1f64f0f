// The app that the demo releases. Every path answers with the version; `ERROR_RATE` of the answers, 0 to 1, are errors.
// Asked to end, it serves for `DRAIN_MS` more, so that routers can turn away first.
import { createServer } from 'node:http';
import { hostname } from 'node:os';

const {
  VERSION: version = 'unknown',
  ERROR_RATE: rate = '0',
  PORT: port = '8080',
  DRAIN_MS: drain = '5000',
} = process.env;
const errorRate = Number(rate);
if (!(errorRate >= 0 && errorRate <= 1)) throw new Error(`ERROR_RATE is ${rate}, and has to be from 0 to 1`);

const server = createServer((request, response) => {
  const failed = request.url !== '/healthz' && Math.random() < errorRate;
  response.writeHead(failed ? 500 : 200, { 'content-type': 'text/plain' });
  response.end(`${version} ${hostname()}`);
});
server.keepAliveTimeout = 120_000;
server.listen(Number(port), () => console.log(`version ${version} listens on ${server.address().port}`));

process.once('SIGTERM', () => {
  setTimeout(() => {
    server.close();
    server.closeIdleConnections();
  }, Number(drain));
});
