import { describe, expect, it } from 'vitest';
import { type KubeObject, refOf } from '../../../kube/object.ts';
import { ControllerView } from './controller-view.ts';
import { Inspector } from './inspector.ts';
import { MemoryApi } from './memory-api.ts';
import { PastTemplates } from './past-templates.ts';
import { ScriptedAnswers } from './scripted-answers.ts';
import { StoryClock } from './story-clock.ts';
import { objectsOfStory } from './story-objects.ts';
import { turningPoints } from './turning-points.ts';

const canaryRef = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace: 'test', name: 'shop' };
const deploymentRef = (name: string) => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'test', name });

function route(primary: number, canary: number): KubeObject {
  const destination = (host: string, weight: number) => ({ destination: { host }, weight });
  const http = [{ route: [destination('web-primary', primary), destination('web-canary', canary)] }];
  const apiVersion = 'networking.istio.io/v1beta1';
  return { apiVersion, kind: 'VirtualService', metadata: { name: 'web', namespace: 'test' }, spec: { http } };
}

function imagePatch(image: string) {
  return { spec: { template: { spec: { containers: [{ name: 'web', image }] } } } };
}

/** A story's world with both workloads at the given numbers of ready pods, and a controller that may write anything. */
async function house(ready: { readonly canary: number; readonly primary: number }) {
  const story = turningPoints[0]?.story;
  if (!story) throw new Error('there is no story');
  const clock = new StoryClock();
  const now = () => clock.now();
  const api = new MemoryApi(now);
  const answers = new ScriptedAnswers(story, now);
  const inspector = new Inspector(story, { api, answers, now });
  for (const object of objectsOfStory(story)) api.create(object);
  const target = api.get(deploymentRef('web'));
  if (!target) throw new Error('the story has no target');
  api.create({ ...target, metadata: { name: 'web-primary', namespace: 'test' } });
  for (const [name, pods] of [['web', ready.canary] as const, ['web-primary', ready.primary] as const]) {
    api.patch(deploymentRef(name), { status: { availableReplicas: pods } }, 'status');
  }
  const view = new ControllerView({
    api,
    past: new PastTemplates(api, 'web'),
    clock,
    lagMs: 0,
    fate: () => 'done',
    onWrite: (write, seenBy) => inspector.look(write, seenBy),
    onDeath: () => {},
  });
  for (const kind of [canaryRef, deploymentRef('web')]) await view.watch(kind);
  const status = (next: object) => view.patch(canaryRef, { status: next }, { subresource: 'status' });
  const run = (stage: string, traffic: number, step = 0, obeyed: readonly string[] = []) => ({
    run: { stage, number: 1, step, traffic: { canary: traffic }, obeyed },
  });
  const say = (key: string, value: string) => api.patch(canaryRef, { metadata: { annotations: { [key]: value } } });
  return { api, clock, say, view, status, run, faults: () => inspector.faults.join('\n') };
}

type House = Awaited<ReturnType<typeof house>>;

const both = { canary: 2, primary: 2 };

describe('the inspector sees', () => {
  const rows: readonly {
    name: string;
    ready: { canary: number; primary: number };
    bad: (house: House) => Promise<unknown>;
    fault: RegExp;
  }[] = [
    {
      name: 'weights that do not add up',
      ready: both,
      bad: ({ view }) => view.create(route(80, 10)),
      fault: /weights sum to 90/,
    },
    {
      name: 'traffic to a canary without pods',
      ready: { canary: 0, primary: 2 },
      bad: ({ view }) => view.create(route(90, 10)),
      fault: /sends 10 % to a canary without ready pods/,
    },
    {
      name: 'traffic to a primary without pods',
      ready: { canary: 2, primary: 0 },
      bad: ({ view }) => view.create(route(100, 0)),
      fault: /sends 100 % to a primary without ready pods/,
    },
    {
      name: 'routes that the status does not mean',
      ready: both,
      bad: async ({ view, status, run }) => {
        await status(run('analysing', 10));
        await view.create(route(70, 30));
      },
      fault: /routes 30 % while the status means 10 %/,
    },
    {
      name: 'an apex that leads to nobody',
      ready: { canary: 2, primary: 0 },
      bad: ({ view }) =>
        view.patch(
          { ...canaryRef, apiVersion: 'v1', kind: 'Service', name: 'web' },
          { spec: { selector: { app: 'web-primary' } } },
        ),
      fault: /the apex leads to web-primary without ready pods/,
    },
    {
      name: 'a target that goes to zero under traffic',
      ready: both,
      bad: async ({ view }) => {
        await view.create(route(90, 10));
        await view.patch(deploymentRef('web'), { spec: { replicas: 0 } });
      },
      fault: /the target goes to zero with 10 % of the traffic/,
    },
    {
      name: 'a promotion whose checks were not asked',
      ready: both,
      bad: async ({ status, run }) => {
        await status(run('analysing', 30, 1));
        await status(run('promoting', 30, 1));
      },
      fault: /promotes although request-success-rate was not asked/,
    },
    {
      name: 'a promotion whose command was obeyed in a step before',
      ready: both,
      bad: async ({ say, status, run }) => {
        say('sluice.dev/command', 'skip');
        await status(run('analysing', 0, 0));
        await status(run('analysing', 30, 1, ['a']));
        await status(run('promoting', 30, 1, ['a']));
      },
      fault: /promotes although request-success-rate was not asked/,
    },
    {
      name: 'a command that counts twice',
      ready: both,
      bad: async ({ say, status, run }) => {
        say('sluice.dev/command', 'skip');
        await status(run('analysing', 10, 1, ['a']));
        await status(run('analysing', 20, 2));
        await status(run('analysing', 30, 3, ['a']));
      },
      fault: /obeys the same command twice/,
    },
    {
      name: 'a command that was meant for another revision',
      ready: both,
      bad: async ({ say, status, run }) => {
        await status({ ...run('analysing', 10, 1), lastAppliedSpec: 'b' });
        say('sluice.dev/command', 'abort; revision=a');
        await status(run('rollingBack', 0, 1, ['x']));
      },
      fault: /obeys abort, which was meant for another revision/,
    },
    {
      name: 'a step in a pause',
      ready: both,
      bad: async ({ say, status, run }) => {
        await status(run('analysing', 10, 1));
        say('sluice.dev/pause', 'pause');
        await status(run('analysing', 20, 2));
      },
      fault: /goes a step on while it is paused/,
    },
    {
      name: 'a primary that comes back with what nobody promoted',
      ready: both,
      bad: async ({ api, view, status, run }) => {
        await status(run('analysing', 10, 1));
        const primary = api.get(deploymentRef('web-primary'));
        api.delete(deploymentRef('web-primary'));
        if (primary) await view.create({ ...primary, ...imagePatch('web:9') });
      },
      fault: /the primary gets web:9 in the stage analysing/,
    },
    {
      name: 'traffic that waits for a target that is gone',
      ready: both,
      bad: async ({ api, clock, view, status, run }) => {
        await status(run('analysing', 10, 1));
        await view.create(route(90, 10));
        const target = api.get(deploymentRef('web'));
        api.delete(deploymentRef('web'));
        clock.after(60_000, () => target && api.create(target));
        await clock.runToRest(70_000, () => false);
      },
      fault: /VirtualService sent 10 % to a target that was gone/,
    },
    {
      name: 'a template that reaches the primary at the wrong time',
      ready: both,
      bad: async ({ view, status, run }) => {
        await status(run('idle', 0));
        await view.patch(deploymentRef('web-primary'), imagePatch('web:9'));
      },
      fault: /the primary gets web:9 in the stage idle/,
    },
    {
      name: 'a status that grows too large',
      ready: both,
      bad: ({ status }) => status({ note: 'x'.repeat(17_000) }),
      fault: /the status has 17\d\d\d bytes/,
    },
    {
      name: 'an advance that takes more than three writes',
      ready: both,
      bad: async ({ view, status, run }) => {
        await status(run('analysing', 0, 1));
        await status(run('analysing', 0, 2));
        for (const v of ['1', '2', '3']) {
          await view.patch({ ...canaryRef, apiVersion: 'v1', kind: 'ConfigMap', name: 'config-0' }, { data: { v } });
        }
      },
      fault: /an advance takes more than 3 writes/,
    },
  ];

  it.each(rows)('$name', async ({ ready, bad, fault }) => {
    const place = await house(ready);
    await bad(place);
    expect(place.faults()).toMatch(fault);
  });

  it('nothing wrong in a promotion by hand', async () => {
    const place = await house(both);
    await place.status(place.run('analysing', 30, 1));
    place.say('sluice.dev/command', 'promote');
    await place.status(place.run('promoting', 30, 1, ['a']));
    expect(place.faults()).toBe('');
  });

  it('nothing wrong in a route that comes back as it was', async () => {
    const place = await house({ canary: 2, primary: 0 });
    await place.status(place.run('analysing', 10, 1));
    place.api.create(route(90, 10));
    place.api.delete(refOf(route(90, 10)));
    await place.view.create(route(90, 10));
    expect(place.faults()).toBe('');
  });

  it('nothing wrong in a step that is done as it should be', async () => {
    const place = await house(both);
    await place.status(place.run('analysing', 0, 0));
    await place.status(place.run('analysing', 10, 1));
    await place.view.create(route(90, 10));
    expect(place.faults()).toBe('');
  });
});
