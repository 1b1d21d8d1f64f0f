import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const extensions = `[ca]
basicConstraints=critical,CA:true
keyUsage=critical,keyCertSign,cRLSign
[client]
extendedKeyUsage=clientAuth
[server]
extendedKeyUsage=serverAuth
subjectAltName=DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:10.96.0.1
`;

/** Makes the keys of a control plane in `folder`: `ca.crt`, `ca.key`, `apiserver.crt`, `apiserver.key`, `sa.key`, `sa.pub`. */
export function makePki(folder: string): void {
  writeFileSync(join(folder, 'openssl.cnf'), extensions);
  const openssl = (...argv: string[]) =>
    execFileSync('openssl', argv, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const key = (name: string) => openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', name);
  const request = (name: string, subject: string) => {
    key(`${name}.key`);
    openssl('req', '-new', '-key', `${name}.key`, '-subj', subject, '-out', `${name}.csr`);
  };
  const config = ['-days', '30', '-extfile', 'openssl.cnf'];
  request('ca', '/CN=sluice-e2e');
  openssl('x509', '-req', '-in', 'ca.csr', '-signkey', 'ca.key', '-extensions', 'ca', '-out', 'ca.crt', ...config);
  request('apiserver', '/CN=kube-apiserver');
  const authority = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'];
  openssl(
    'x509',
    '-req',
    '-in',
    'apiserver.csr',
    ...authority,
    '-extensions',
    'server',
    '-out',
    'apiserver.crt',
    ...config,
  );
  key('sa.key');
  openssl('ec', '-in', 'sa.key', '-pubout', '-out', 'sa.pub');
}

/** Makes a key and a certificate for a client of the API server whose keys are in `folder`; `subject` says who it is: `/O=group/CN=user`. */
export function issueClientCertificate(
  folder: string,
  name: string,
  subject: string,
): { certificate: string; key: string } {
  const openssl = (...argv: string[]) =>
    execFileSync('openssl', argv, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const [key, request, certificate] = [`${name}.key`, `${name}.csr`, `${name}.crt`];
  openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', key);
  openssl('req', '-new', '-key', key, '-subj', subject, '-out', request);
  const authority = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'];
  const kind = ['-extfile', 'openssl.cnf', '-extensions', 'client', '-days', '30'];
  openssl('x509', '-req', '-in', request, ...authority, ...kind, '-out', certificate);
  return { certificate: join(folder, certificate), key: join(folder, key) };
}
