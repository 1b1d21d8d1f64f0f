/** A Deployment and its Canary. `analysis` and `spec` are lines of YAML, as they stand below `analysis:` and `spec:`. */
export function release(name: string, parts: { analysis: string; service?: string; spec?: string }): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, labels: {app: ${name}}}
spec:
  replicas: 2
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
      - name: app
        image: nginx:1.27-alpine
        ports: [{name: http, containerPort: 80}]
        env: [{name: VERSION, value: "1"}]
---
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: ${name}}
spec:
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: ${name}}
  service: {port: 80${parts.service ? `, ${parts.service}` : ''}}
${indented(parts.spec ?? '', 2)}
  analysis:
${indented(parts.analysis, 4)}
`;
}

/** A Blue/Green analysis: an iteration a second, each with a check of the success rate. */
export function iterations(count: number, { threshold = 2 } = {}): string {
  const check = '{name: request-success-rate, interval: 1m, thresholdRange: {min: 99}}';
  return `interval: 1s\nthreshold: ${threshold}\niterations: ${count}\nmetrics: [${check}]`;
}

function indented(text: string, by: number): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => ' '.repeat(by) + line).join('\n');
}
