import type { Catalog } from './catalog.ts';
import { aggregated, coreVersions, groupDocument, groupList, resourceList, wantsAggregated } from './discovery.ts';
import type { Engine } from './engine.ts';
import { type Answer, jsonAnswer, type ServerRequest, textAnswer } from './exchange.ts';
import { openApiDocument, openApiIndex } from './openapi.ts';
import type { Route } from './route.ts';
import { noSuchResource } from './status-error.ts';

/** The Kubernetes version that the server claims to be. */
export const SERVER_VERSION = {
  major: '1',
  minor: '34',
  gitVersion: 'v1.34.0+sluice',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'linux/amd64',
};

const AGGREGATED_TYPE = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

function nowhere(): Answer {
  return textAnswer(404, '404 page not found\n');
}

function found(document: object | undefined): Answer {
  return document ? jsonAnswer(200, document) : nowhere();
}

/** Answers everything besides resources: health, version, discovery, OpenAPI. */
export function answerOther(engine: Engine, request: ServerRequest, route: Exclude<Route, { to: 'object' }>): Answer {
  const { catalog } = engine;
  switch (route.to) {
    case 'group':
      return found(groupDocument(catalog, route.group));
    case 'version': {
      const document = resourceList(catalog, route.group, route.version);
      if (!document && catalog.isBuiltin(route.group)) throw noSuchResource();
      return found(document);
    }
    case 'nowhere':
      if (route.known) throw noSuchResource();
      return nowhere();
    case 'other':
      return answerRoot(engine, request, route.segments);
  }
}

function answerRoot({ catalog }: Engine, request: ServerRequest, segments: readonly string[]): Answer {
  const accept = request.headers['accept'];
  const [root = ''] = segments;
  switch (root) {
    case 'healthz':
    case 'livez':
    case 'readyz':
      return textAnswer(200, 'ok');
    case 'version':
      return jsonAnswer(200, SERVER_VERSION);
    case 'api':
    case 'apis': {
      if (segments.length > 1) return nowhere();
      if (wantsAggregated(accept)) {
        return jsonAnswer(200, aggregated(catalog, root === 'api'), { 'content-type': AGGREGATED_TYPE });
      }
      return jsonAnswer(200, root === 'api' ? coreVersions(request.headers['host'] ?? '') : groupList(catalog));
    }
    case 'openapi':
      return openApi(catalog, segments);
    default:
      return nowhere();
  }
}

function openApi(catalog: Catalog, segments: readonly string[]): Answer {
  const [, version, root, ...rest] = segments;
  if (version !== 'v3') return nowhere();
  if (root === undefined) return jsonAnswer(200, openApiIndex(catalog));
  if (root !== 'api' && root !== 'apis') return nowhere();
  return found(openApiDocument(catalog, rest.join('/')));
}
