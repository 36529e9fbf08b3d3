import { isScalar } from 'yaml';
import type { Topic } from './messages.js';
import type { FoundObject, Gathered } from './pods.js';
import type { Cursor } from './tree.js';

/** Images that pods of a group need, and that their operator adds. */
const OF_GROUPS: readonly (readonly [group: string, kinds: RegExp, topic: Topic])[] = [
  ['argoproj.io', /Workflow/, 'argoexec'],
  ['tekton.dev', /./, 'entrypoint'],
  ['serving.knative.dev', /./, 'queue-proxy'],
  ['monitoring.coreos.com', /./, 'config-reloader'],
];

/** Marks on pods, or on namespaces, that let another program add containers. */
const INJECTIONS: readonly (readonly [key: RegExp, value: RegExp, topic: Topic])[] = [
  [/^(?:sidecar\.istio\.io\/inject|istio-injection)$/, /^(?:true|enabled|y|yes|on)$/i, 'istio'],
  [/^(?:inject\.istio\.io\/templates|istio\.io\/rev)$/, /./, 'istio'],
  [/^linkerd\.io\/inject$/, /^(?:enabled|ingress)$/, 'linkerd'],
  [/^vault\.hashicorp\.com\/agent-inject$/, /^(?:true|1|t)$/i, 'vault'],
  [/^dapr\.io\/enabled$/, /^(?:true|1|t|yes|y|on)$/i, 'dapr'],
  [
    /^(?:sidecar\.opentelemetry\.io\/inject|instrumentation\.opentelemetry\.io\/inject-.*)$/,
    /^(?!false$)./i,
    'opentelemetry',
  ],
];

/** Reports which images the pods of an object need although no manifest names them. */
export function tellUnnamedImages({ group, kind }: FoundObject, label: string, gathered: Gathered): void {
  for (const [ofGroup, kinds, topic] of OF_GROUPS)
    if (group === ofGroup && kinds.test(kind)) gathered.messages.add(topic, label);
}

/**
 * Reports whether metadata mark pods for injection.
 *
 * @param metadata what holds `labels` and `annotations`
 * @param ofPods whether they are those of a pod or a namespace: those of other objects mean nothing
 */
export function tellInjection(metadata: Cursor, label: string, gathered: Gathered, ofPods = true): void {
  if (!ofPods) return;
  const marks = ['labels', 'annotations', 'podAnnotations'].flatMap((key) => metadata.get(key).entries());
  for (const { key, node } of marks) {
    const value = isScalar(node) ? String(node.value) : '';
    for (const [name, isOn, topic] of INJECTIONS)
      if (name.test(String(key)) && isOn.test(value)) gathered.messages.add(topic, label);
  }
}
