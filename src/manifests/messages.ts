import { quote } from '../images/quote.js';

/** Something that the person should know, in one line. */
export interface Message {
  readonly level: 'info' | 'notice' | 'warning';
  readonly text: string;
}

/** A sentence for each kind of message; where there are several of a kind, the places follow it in one line. */
const TOPICS = {
  'no objects': ['info', 'Files without a Kubernetes object'],
  'every node': ['info', 'Skipped, because virtual nodes run no DaemonSets and the like'],
  'helm test': ['info', 'Skipped, because they are tests of a Helm chart'],
  'may be refused': ['info', 'ECI may refuse these pods'],
  'set by operator': [
    'info',
    'No image is named here: the operator of the kind sets it. If instances need it, add it to `images`',
  ],
  'set by injection': ['info', 'The mesh sets the image of istio-proxy (`auto`) here; add it to `images`'],
  'run-time text': [
    'warning',
    'These images are known only when the workflow runs, so the cache cannot hold them. If you know them, add them to `images`',
  ],
  'unknown field': [
    'notice',
    'These fields look like images, but this action cannot tell whether pods use them, so they are not in the cache. If instances use them, add them to `images`',
  ],
  argoexec: [
    'notice',
    'Pods of Argo Workflows also need the image argoexec, which no manifest names: add it to `images`',
  ],
  entrypoint: [
    'notice',
    'Pods of Tekton also need its images entrypoint and workingdirinit, which no manifest names: add them to `images`',
  ],
  'queue-proxy': [
    'notice',
    'Pods of Knative also need its image queue-proxy, which no manifest names: add it to `images`',
  ],
  'storage-initializer': [
    'notice',
    'Pods of KServe also need its image storage-initializer, which no manifest names: add it to `images`',
  ],
  'config-reloader': [
    'notice',
    'Pods of the Prometheus operator also need the image prometheus-config-reloader, which no manifest names: add it to `images`',
  ],
  istio: ['notice', 'Istio injects containers, whose images no manifest names: add them to `images`'],
  linkerd: ['notice', 'Linkerd injects containers, whose images no manifest names: add them to `images`'],
  vault: ['notice', 'Vault injects an agent, whose image no manifest names: add it to `images`'],
  dapr: ['notice', 'Dapr injects daprd, whose image no manifest names: add it to `images`'],
  opentelemetry: [
    'notice',
    'The OpenTelemetry operator injects containers, whose images no manifest names: add them to `images`',
  ],
  'no place': [
    'info',
    'Not annotated, because no annotation of the object reaches its pods; they match automatically',
  ],
  'no edit': [
    'warning',
    'Not annotated, because the cache ID cannot be inserted into the text as it is written; they match automatically',
  ],
  'not of this release': [
    'info',
    'Not annotated, because they hold no image of this release; they match automatically',
  ],
  'generate name': [
    'notice',
    'These have a generateName, which `kubectl apply` refuses: use `kubectl create -f` for their files',
  ],
  'other ending': ['notice', '`kubectl apply -R` reads only .yaml, .yml and .json, and skips these files'],
} as const satisfies Record<string, readonly [Message['level'], string]>;

export type Topic = keyof typeof TOPICS;

/** Longer lists are cut: a line has to stay readable. */
const MOST_PLACES = 20;

/** Collects messages, and joins those of one kind into one line. */
export class Messages {
  private readonly places = new Map<Topic, Set<string>>();

  /** @param place where it applies, safe to print */
  add(topic: Topic, place: string): void {
    const places = this.places.get(topic) ?? new Set();
    this.places.set(topic, places.add(place));
  }

  list(): Message[] {
    return [...this.places].map(([topic, places]) => {
      const [level, sentence] = TOPICS[topic];
      const all = [...places];
      const more = all.length > MOST_PLACES ? `, and ${all.length - MOST_PLACES} more` : '';
      return { level, text: `${sentence}: ${all.slice(0, MOST_PLACES).join(', ')}${more}.` };
    });
  }
}

/** A name from a manifest for our text: as it is where it is a plain name, else in quotes. */
export function nameText(name: string): string {
  return /^[A-Za-z0-9][\w.:/[\]@+=~-]{0,252}$/.test(name) ? name : quote(name);
}
