import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { pause, systemClock } from '../../src/runtime/clock.ts';
import { closeNow, LOOPBACK, listen } from '../../src/runtime/listening.ts';
import type { ControlPlane } from '../cluster/control-plane.ts';

const NAME = 'sluice-e2e-slow';
const path = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';

export interface SlowAdmission {
  /** How many writes it has held up. */
  asked(): number;
  /** The API server doesn't ask it any more. */
  close(): Promise<void>;
}

/**
 * Somebody's admission webhook that allows everything and takes its time, `delayMs` for each write of a Canary's status or
 * its route. What takes longer than a second is refused by the API server.
 */
export async function startSlowAdmission(
  plane: ControlPlane,
  namespace: string,
  delayMs: () => number,
): Promise<SlowAdmission> {
  let asked = 0;
  const key = (name: string) => readFileSync(join(plane.folder, name));
  const server = createServer({ cert: key('apiserver.crt'), key: key('apiserver.key') }, async (request, response) => {
    asked += 1;
    let text = '';
    for await (const part of request.setEncoding('utf8')) text += part;
    await pause(systemClock, delayMs());
    const { request: review } = JSON.parse(text) as { request: { uid: string } };
    const verdict = {
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: review.uid, allowed: true },
    };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(verdict));
  });
  const port = await listen(server);
  const rule = (apiGroups: string[], resources: string[]) => ({
    apiGroups,
    resources,
    apiVersions: ['*'],
    operations: ['UPDATE'],
  });
  const { status, text } = await plane.ask('POST', path, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: NAME },
    webhooks: [
      {
        name: 'slow.sluice.example',
        clientConfig: {
          url: `https://${LOOPBACK}:${port}/`,
          caBundle: readFileSync(plane.authority).toString('base64'),
        },
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        rules: [rule(['flagger.app'], ['canaries/status']), rule(['networking.istio.io'], ['virtualservices'])],
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        timeoutSeconds: 1,
      },
    ],
  });
  if (status !== 201) throw new Error(`the webhook was refused: ${text}`);
  return {
    asked: () => asked,
    async close() {
      await plane.ask('DELETE', `${path}/${NAME}`);
      await closeNow(server);
    },
  };
}
