import { systemClock } from '../../../runtime/clock.ts';
import { serveApi } from '../http.ts';
import { inProcessTransport } from '../in-process.ts';
import { createApiServer } from '../server.ts';
import { describeApi } from './describe-api.ts';
import { networkTransport } from './network-transport.ts';

describeApi('the embedded server, in the same process', true, async () => {
  const transport = inProcessTransport(createApiServer({ clock: systemClock }));
  return { transport, close: () => transport.close() };
});

describeApi('the embedded server, over HTTP', true, async () => {
  const served = await serveApi(createApiServer({ clock: systemClock }));
  const transport = networkTransport(served.url);
  return {
    transport,
    async close() {
      await transport.close();
      await served.close();
    },
  };
});

const { SLUICE_TEST_SERVER: server, SLUICE_TEST_TOKEN: token } = process.env;
if (server !== undefined && token !== undefined) {
  describeApi(`the server at ${server}`, process.env['SLUICE_TEST_CONTROLLERS'] === 'true', async () => {
    const transport = networkTransport(server, token);
    return { transport, close: () => transport.close() };
  });
}
