import { type Http, type HttpAnswer, HttpFailure, type HttpRequest } from '../http.ts';

/** What a pretended server says: an answer, a status alone, a body alone (status 200), or a failure to answer. */
export type Reply = Partial<HttpAnswer> | number | string | HttpFailure;

/** An `Http` without a network that remembers what was asked. */
export interface MemoryHttp extends Http {
  readonly requests: readonly HttpRequest[];
  /** The only request; throws when there was none or more than one. */
  only(): HttpRequest;
}

/** `replies`: given in turn, the last one for ever; or a function of the request. */
export function memoryHttp(replies: readonly Reply[] | ((request: HttpRequest) => Reply | Promise<Reply>)): MemoryHttp {
  const requests: HttpRequest[] = [];
  return {
    requests,
    only() {
      const [request] = requests;
      if (!request || requests.length > 1) throw new Error(`expected one request, got ${requests.length}`);
      return request;
    },
    async request(request) {
      requests.push(request);
      const index = Math.min(requests.length, replies.length) - 1;
      const reply = typeof replies === 'function' ? await replies(request) : replies[index];
      if (reply === undefined) throw new Error('no reply is prepared');
      if (reply instanceof HttpFailure) throw reply;
      if (typeof reply === 'number') return { status: reply, headers: {}, body: '' };
      if (typeof reply === 'string') return { status: 200, headers: {}, body: reply };
      return { status: 200, headers: {}, body: '', ...reply };
    },
  };
}
