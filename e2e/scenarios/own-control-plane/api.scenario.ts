import { describeApi } from '../../../src/sandbox/api/suite/describe-api.ts';
import { networkTransport } from '../../../src/sandbox/api/suite/network-transport.ts';
import { ensureBinaries } from '../../cluster/binaries.ts';
import { closeAll } from '../../cluster/close-all.ts';
import { startControlPlane } from '../../cluster/control-plane.ts';

/**
 * What the embedded API server is held to, the real one must do as well: otherwise the embedded one is wrong. It is an API
 * server of its own, without the controllers that would write the status of Deployments and pods.
 */
describeApi('a real API server', true, async () => {
  const binaries = await ensureBinaries(console.log);
  const plane = await startControlPlane({ binaries, controllers: 'lifecycle', nodes: false });
  const transport = networkTransport(plane.server, plane.token);
  return {
    transport,
    close: () =>
      closeAll(
        () => transport.close(),
        () => plane.stop(),
      ),
  };
});
