import { HttpFailure } from './http.ts';

/**
 * What went wrong, by the code of Node's error, in words that name neither an address nor a header: those may be secrets,
 * and the caller knows how to name the address.
 */
const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was lost before the answer was complete',
  EPIPE: 'the connection was lost before the answer was complete',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection was lost before the answer was complete',
  ECONNABORTED: 'the connection was lost before the answer was complete',
  ERR_BAD_RESPONSE: 'the connection was lost before the answer was complete',
  ETIMEDOUT: 'the connection timed out',
  EHOSTUNREACH: 'the host is unreachable',
  ENETUNREACH: 'the network is unreachable',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
  EPROTO: 'the TLS handshake failed',
};

/** Errors that another try will not cure. */
const PERMANENT: Readonly<Record<string, string>> = {
  ERR_INVALID_CHAR: 'a header has characters that are not allowed',
  ERR_INVALID_URL: 'the address is not a valid URL',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate chain is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate is signed by an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate is signed by an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate is signed by an unknown authority',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  CERT_REVOKED: 'the certificate is revoked',
  CERT_UNTRUSTED: 'the certificate is not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host name',
};

/** Turns whatever a client threw into a failure that is safe to show. */
export function failureOf(error: unknown): HttpFailure {
  if (error instanceof HttpFailure) return error;
  const code = codeOf(error);
  const permanent = PERMANENT[code];
  if (permanent !== undefined) return new HttpFailure(permanent, false);
  const cause = CAUSES[code];
  if (cause !== undefined) return new HttpFailure(cause, true);
  if (code.startsWith('HPE_')) return new HttpFailure(`the answer is not valid HTTP (${code})`, true);
  return new HttpFailure(code === '' ? 'the request failed' : `the request failed (${code})`, code !== '');
}

function codeOf(error: unknown): string {
  let at: unknown = error;
  // several addresses were tried, or a library wrapped the error: the innermost code says most
  for (let depth = 0; depth < 5 && typeof at === 'object' && at !== null; depth++) {
    if (at instanceof AggregateError && at.errors.length > 0) at = at.errors[0];
    else if ('code' in at && typeof at.code === 'string' && at.code !== '') return at.code;
    else if ('cause' in at) at = at.cause;
    else return '';
  }
  return '';
}
