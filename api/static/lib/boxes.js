// @ts-check
/** Boxes over a clip: where each object was at any moment, between the few moments it was looked at. */

const HOLD = 1.6; // analysed frames that a box is drawn across, or held beyond its last sight

/** @typedef {{t: number, track: number, label: string, confidence: number, xyxy: number[], coasted: boolean}} Box */

export class Boxes {
  /** @param {{fps: number, items: Box[]}} document */
  constructor(document) {
    this.gap = HOLD / document.fps;
    /** @type {Map<number, Box[]>} */
    this.tracks = new Map();
    for (const box of document.items) {
      const known = this.tracks.get(box.track);
      if (known) known.push(box); else this.tracks.set(box.track, [box]);
    }
    for (const boxes of this.tracks.values()) boxes.sort((a, b) => a.t - b.t);
  }

  /** The boxes at a moment, in seconds from the clip's first presented frame. @param {number} t @returns {Box[]} */
  at(t) {
    const found = [];
    for (const boxes of this.tracks.values()) {
      const box = between(boxes, t, this.gap);
      if (box) found.push(box);
    }
    return found;
  }
}

/** @param {Box[]} boxes @param {number} t @param {number} gap @returns {Box|null} */
function between(boxes, t, gap) {
  let low = 0;
  let high = boxes.length; // the first box after t
  while (low < high) {
    const middle = (low + high) >> 1;
    if (boxes[middle].t <= t) low = middle + 1; else high = middle;
  }
  const before = boxes[low - 1];
  const after = boxes[low];
  if (before && after && after.t - before.t <= gap) return mixed(before, after, (t - before.t) / (after.t - before.t));
  if (before && t - before.t <= gap / 2) return before;
  return after && after.t - t <= gap / 4 ? after : null;
}

/** @param {Box} a @param {Box} b @param {number} share @returns {Box} */
function mixed(a, b, share) {
  return { ...a, xyxy: a.xyxy.map((from, i) => from + (b.xyxy[i] - from) * share) };
}
