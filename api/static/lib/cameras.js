// @ts-check
/** The cameras by what they are called: a name that several share is told apart by the camera's id. */
import { nameIn } from './words.js';

const SHORT = 8; // characters of an id that fit into a row

export class Cameras {
  /** @param {any[]} cameras those that are known @param {boolean} [complete] whether there are no others */
  constructor(cameras, complete = true) {
    this.complete = complete;
    /** @type {Map<string, number>} */
    this.bearers = new Map(); // name → how many have it
    for (const one of cameras) { const name = nameIn(one.name, one.id); this.bearers.set(name, (this.bearers.get(name) ?? 0) + 1); }
    /** @type {Map<string, string>} */
    this.labels = new Map(cameras.map((one) => [one.id, this.repeats(nameIn(one.name, one.id)) ? `${nameIn(one.name, one.id)} · ${one.id}` : nameIn(one.name, one.id)]));
    this.ids = new Map([...this.labels].map(([id, label]) => [label, id]));
  }

  repeats(/** @type {string} */ name) { return (this.bearers.get(name) ?? 0) > 1; }

  /** What is written for an id. @param {string} id */
  label(id) { return this.labels.get(id) ?? id; }

  /** The id that a text means; null where it means none, or no single one. @param {string} text */
  find(text) {
    if (!text || this.labels.has(text)) return text;
    return this.ids.get(text) ?? (this.complete || this.repeats(text) ? null : text);
  }

  /** Where an event was: the name, with the end of the id where others have the same. @param {any} event */
  place(event) {
    const name = nameIn(event.camera_name, event.camera);
    if (!this.repeats(name) || name === event.camera) return name;
    return `${name} · ${event.camera.length > SHORT ? `…${event.camera.slice(-SHORT)}` : event.camera}`;
  }
}

/** Before anything is known of them, any text may be an id. */
export const UNKNOWN = new Cameras([], false);
