import { InputError } from '../errors.js';
import { quote } from '../images/quote.js';
import { nameText } from './messages.js';
import { podLabel } from './pods.js';
import type { Manifests, Pod } from './types.js';

/** Something that stays together when a release is split over several caches. */
interface Unit {
  readonly label: string;
  readonly images: ReadonlySet<string>;
}

/**
 * The error for more images than a cache can hold: it lists what holds them, and how they could be split.
 *
 * @param others images that the cache is to hold besides those of the manifests
 */
export function tooManyImages(manifests: Manifests, others: readonly string[], most: number): InputError {
  const named = new Set(manifests.images);
  const rest = others.filter((image) => !named.has(image));
  const ofInput =
    rest.length === 0 ? [] : [{ label: 'the images that no manifest names', images: new Set(rest) }];
  const units = [...ofInput, ...manifests.files.flatMap(({ path }) => unitsOf(path, manifests.pods, most))];
  const pods = manifests.pods.map(
    (pod) => `${podLabel(pod)}: ${pod.images.map(({ text }) => quote(text)).join(', ')}`,
  );
  const groups = split(units, most).map(
    (group, at) =>
      `${at + 1}. ${group.map(({ label }) => label).join(', ')} (${imagesOf(group).size} images)`,
  );
  return new InputError(
    'manifests',
    `${named.size + rest.length} different images; a cache holds at most ${most}. ${[...new Set(pods)].join('; ')}.`,
    `Split the release over several caches, and run this action once for each: ${groups.join('; ')}.`,
  );
}

/** A file, or its pods where the file alone is too much. */
function unitsOf(file: string, pods: readonly Pod[], most: number): Unit[] {
  const ofFile = pods.filter((pod) => pod.file === file && pod.images.length > 0);
  const units = ofFile.map((pod) => ({
    label: `${podLabel(pod)} of ${nameText(file)}`,
    images: new Set(pod.images.map(({ text }) => text)),
  }));
  const images = imagesOf(units);
  return images.size > most || images.size === 0 ? units : [{ label: nameText(file), images }];
}

/** Puts each unit into the first group that has room for it. */
function split(units: readonly Unit[], most: number): Unit[][] {
  const groups: Unit[][] = [];
  for (const unit of units) {
    const group = groups.find((one) => imagesOf([...one, unit]).size <= most);
    if (group === undefined) groups.push([unit]);
    else group.push(unit);
  }
  return groups;
}

function imagesOf(units: readonly Unit[]): Set<string> {
  return new Set(units.flatMap(({ images }) => [...images]));
}
