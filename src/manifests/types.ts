import type { InputError } from '../errors.js';
import type { ManifestFile } from './documents.js';
import type { Message } from './messages.js';
import type { Cursor } from './tree.js';

/** Where something stands. Lines count from 1. */
export interface Spot {
  /** Relative to the workspace, with slashes. */
  readonly file: string;
  readonly line: number;
  /** The keys that lead to it, e.g. spec.template.spec.containers[0].image. */
  readonly path: string;
}

/** An image that a pod names. */
export interface PodImage extends Spot {
  /** Byte for byte as the manifest has it. */
  readonly text: string;
  /** That the node pulls it again at every start: `imagePullPolicy: Always`, or what Kubernetes makes of no policy. */
  readonly pullsAlways: 'explicit' | 'implied' | undefined;
}

/** A pod, or the template of pods. */
export interface Pod {
  readonly kind: string;
  readonly name: string;
  /** Which of several pods of the object, e.g. "driver"; empty if there is one. */
  readonly part: string;
  readonly file: string;
  readonly line: number;
  readonly images: readonly PodImage[];
  /** The map of its annotations, which need not exist; undefined if no annotation reaches the pod. */
  readonly annotations: Cursor | undefined;
}

/** What the manifests say. */
export interface Manifests {
  readonly files: readonly ManifestFile[];
  /** Each text once, in the order of the files. */
  readonly images: readonly string[];
  readonly pods: readonly Pod[];
  readonly messages: readonly Message[];
  /** One for each thing that is wrong, all of the input `manifests`. Where there is one, the rest is not complete. */
  readonly errors: readonly InputError[];
}
