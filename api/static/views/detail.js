// @ts-check
import { el, replace, severityIcon } from '../lib/dom.js';
import { address, call } from '../lib/api.js';
import { Boxes } from '../lib/boxes.js';
import { lasts } from '../lib/events.js';
import { clock, count, fullTime, named, nameIn, t } from '../lib/words.js';
import { Player } from './player.js';

const PATIENCE = 120; // milliseconds before anything is loaded: holding J must not fetch every clip

/** One event: its clip with boxes, or why there is none; its facts; and why its rule fired. */
export class Detail {
  /** @param {(code: string) => string} divisionName */
  constructor(divisionName) {
    this.divisionName = divisionName;
    this.player = new Player();
    this.head = el('header.title');
    this.facts = el('dl.facts');
    this.reason = el('div.reason');
    this.why = el('button', { type: 'button', onclick: () => this.explain() }, t('why'));
    this.body = el('div.body', { hidden: true }, this.player.node, el('div.about', null, this.head, this.facts, this.why, this.reason));
    this.nothing = el('div.nothing', null, el('p', null, t('select_one')), el('p.quiet', null, el('kbd', null, 'J'), ' ', el('kbd', null, 'K'), ` ${t('keys_move')}  `, el('kbd', null, 'Space'), ` ${t('keys_play')}  `, el('kbd', null, 'B'), ` ${t('boxes')}`));
    this.node = el('section.detail', { 'aria-label': t('event') }, this.nothing, this.body);
    /** @type {any} */
    this.event = null;
    this.shown = '';
    this.timer = 0;
  }

  /** @param {any} event the event to show; the same one again after it changed */
  show(event) {
    const same = this.event?.event_id === event.event_id;
    this.event = event;
    this.nothing.hidden = true;
    this.body.hidden = false;
    this.describe(event);
    if (!same) {
      clearTimeout(this.timer);
      this.shown = '';
      this.player.clear();
      replace(this.reason);
      this.why.hidden = false;
      this.body.scrollTop = 0;
      this.timer = setTimeout(() => this.picture(event), PATIENCE);
    } else if (this.shown) this.picture(event);
    this.why.disabled = evidence(event, 'reason')?.state !== 'stored';
  }

  clear() {
    clearTimeout(this.timer);
    this.event = null;
    this.player.clear();
    this.body.hidden = true;
    this.nothing.hidden = false;
  }

  /** The best picture that is there; what is on its way comes in by itself, since the feed tells of it. */
  picture(/** @type {any} */ event) {
    if (this.event?.event_id !== event.event_id) return;
    const clip = evidence(event, 'clip');
    const still = evidence(event, 'snapshot');
    const wanted = `${clip?.state}/${still?.state}/${evidence(event, 'boxes')?.state}`;
    if (wanted === this.shown) return;
    const before = this.shown;
    this.shown = wanted;
    if (clip?.state === 'stored') { if (!before.startsWith('stored')) this.play(event, clip, still); }
    else if (still?.state === 'stored') this.player.still(still.href, event);
    else { this.player.clear(); this.player.say(missing(clip, still), (clip ?? still)?.state === 'lost'); }
    this.overlay(event);
  }

  play(/** @type {any} */ event, /** @type {any} */ clip, /** @type {any} */ still) {
    const moment = clip.first_frame_at ? (Date.parse(event.at) - Date.parse(clip.first_frame_at)) / 1000 : null;
    this.player.load({ href: clip.href, poster: still?.state === 'stored' ? still.href : null, moment, track: event.track, severity: event.severity });
  }

  async overlay(/** @type {any} */ event) {
    if (evidence(event, 'boxes')?.state !== 'stored') return;
    try {
      const boxes = new Boxes(await call(`/events/${event.event_id}/boxes`));
      if (this.event?.event_id === event.event_id) this.player.withBoxes(boxes);
    } catch (error) { this.player.say(String(/** @type {any} */ (error).message)); }
  }

  describe(/** @type {any} */ event) {
    const ended = event.ended ? t('ended_because', { because: named('ending', event.ended.because), at: clock(event.ended.at) }) : lasts(event) && t('ongoing');
    replace(this.head, severityIcon(event.severity), el('h2', null, named('type', event.type)), ended && el('span.badge', null, ended), marks(event));
    const delay = (Date.parse(event.visible_at) - Date.parse(event.at)) / 1000;
    replace(this.facts, ...pairs([
      ['time', el('time', { datetime: event.at }, fullTime(event.at))],
      ['camera', `${nameIn(event.camera_name, event.camera)}${nameIn(event.camera_name) === event.camera ? '' : `  (${event.camera})`}`],
      ['division', this.divisionName(event.division)],
      ['label', event.label && named('label', event.label)],
      ['confidence', event.confidence === null ? '' : `${Math.round(event.confidence * 100)} %`],
      ['place', event.place],
      ['direction', event.direction && t(`direction_${event.direction}`)],
      ['rule', event.rule],
      ['model', event.model],
      ['visible_after', delay >= 0 && delay < 3600 ? t('seconds', { n: count(delay) }) : fullTime(event.visible_at)],
      ...Object.entries(event.notes).map(([name, value]) => [name, String(value)]),
      ['event_id', event.event_id],
    ]));
  }

  /** Why its rule fired: thresholds, and what it consumed. */
  async explain() {
    const { event } = this;
    try {
      const reason = await call(`/events/${event.event_id}/reason`);
      if (this.event?.event_id !== event.event_id) return;
      this.why.hidden = true;
      const seen = reason.observations;
      const span = seen.length > 1 ? (seen.at(-1).at - seen[0].at) / 1e6 : 0;
      replace(this.reason, el('h3', null, t('why_title', { rule: reason.rule })),
        el('p.quiet', null, t('why_seen', { n: seen.length, seconds: count(span) })), spark(seen),
        el('dl.facts', null, ...pairs(Object.entries(reason.thresholds).map(([name, value]) => [name, String(value)]))));
    } catch (error) { replace(this.reason, el('p.wrong', null, String(/** @type {any} */ (error).message))); }
  }
}

/** @param {any} event @param {string} kind */
const evidence = (event, kind) => event.evidence.find((/** @type {any} */ one) => one.kind === kind);

/** Why there is no picture. @param {any} clip @param {any} still */
function missing(clip, still) {
  const found = clip ?? still;
  if (!found) return t('evidence_none');
  if (found.state === 'pending') return t('evidence_coming', { kind: named('evidence', found.kind) });
  return t('evidence_lost_because', { kind: named('evidence', found.kind), because: named('loss', found.because ?? 'damaged') });
}

/** What is to be known of how a clip was made. @param {any} event */
function marks(event) {
  const notes = evidence(event, 'clip')?.notes ?? {};
  return ['masked', 'transcoded'].filter((one) => notes[one] === true).map((one) => el('span.badge', null, t(one)));
}

/** @param {any[][]} rows names and values; empty values are left out */
function pairs(rows) {
  return rows.filter(([, value]) => value !== '' && value != null && value !== false)
    .map(([name, value]) => [el('dt', null, named('fact', name)), el('dd', null, value)]);
}

/** The confidence of everything that the rule consumed, one bar each. @param {any[]} seen */
function spark(seen) {
  const canvas = el('canvas.spark', { width: 480, height: 36, role: 'img', 'aria-label': t('confidence_over_time') });
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#7d93a8';
  const width = Math.max(1, 480 / Math.max(seen.length, 1));
  seen.forEach((one, index) => { const height = Math.max(2, one.confidence * 34); pen.fillRect(index * width, 36 - height, Math.max(1, width - 1), height); });
  return canvas;
}
