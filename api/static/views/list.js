// @ts-check
import { UNKNOWN } from '../lib/cameras.js';
import { el, icon, severityIcon } from '../lib/dom.js';
import { isOver } from '../lib/events.js';
import { clock, dayOf, named, t } from '../lib/words.js';

const CAP = 500;

/**
 * The events, newest first. New ones wait behind a pill while somebody reads: the row being read never
 * moves. What changes of a shown event changes in its place.
 */
export class EventList {
  /** @param {(event: any) => void} onSelect @param {() => void} onOlder */
  constructor(onSelect, onOlder) {
    this.onSelect = onSelect;
    this.cameras = UNKNOWN;
    this.known = false; // whether what is shown is what was asked for
    /** @type {any[]} */
    this.events = [];
    /** @type {Map<string, any>} */
    this.rows = new Map();
    /** @type {Map<string, any>} */
    this.waiting = new Map();
    /** @type {string|null} */
    this.selected = null;
    this.box = el('div.rows', { role: 'listbox', tabindex: '0', 'aria-label': t('events') });
    this.pill = el('button.pill', { type: 'button', hidden: true, onclick: () => this.release() });
    this.empty = el('p.empty', { hidden: true }, t('no_events'));
    this.older = el('button.older', { type: 'button', hidden: true, onclick: onOlder }, t('older'));
    this.full = el('p.empty', { hidden: true }, t('list_full', { n: CAP }));
    this.scroller = el('div.scroller', { onscroll: () => { if (!this.held()) this.release(); } }, this.box, this.empty, this.older, this.full);
    this.node = el('section.list', { 'aria-label': t('events') }, this.pill, this.scroller);
    this.box.addEventListener('click', (/** @type {any} */ e) => {
      const row = e.target.closest('[role=option]');
      if (row) this.select(row.dataset.id);
    });
  }

  /** Whether somebody reads: scrolled away from the top, or one is selected. */
  held() { return this.scroller.scrollTop > 4 || this.selected !== null; }

  /** @param {any[]} events newest first @param {boolean} more whether there are older ones */
  show(events, more) {
    this.forget();
    this.known = true;
    this.append(events, more);
    this.scroller.scrollTop = 0;
  }

  /** Show nothing, and claim nothing: what was asked for is not known. */
  forget() {
    this.known = false;
    this.more = false;
    this.events = [];
    this.rows.clear();
    this.waiting.clear();
    this.box.replaceChildren();
    this.paint();
  }

  /** The cameras became known: rows tell those apart that share a name. @param {import('../lib/cameras.js').Cameras} cameras */
  tellApart(cameras) {
    this.cameras = cameras;
    for (const event of this.events) fill(this.rows.get(event.event_id), event, cameras);
  }

  append(/** @type {any[]} */ events, /** @type {boolean} */ more) {
    for (const event of events.slice(0, CAP - this.events.length)) {
      if (this.rows.has(event.event_id)) continue;
      this.events.push(event);
      this.box.append(this.rowOf(event));
    }
    this.more = more;
    this.paint();
  }

  /** News of an event: a new one, or a change of one that is shown. @param {any} event */
  hear(event) {
    const row = this.rows.get(event.event_id);
    if (row) {
      this.events[this.events.findIndex((one) => one.event_id === event.event_id)] = event;
      fill(row, event, this.cameras);
      return;
    }
    const last = this.events.at(-1);
    if (last && this.more && event.event_id < last.event_id) return; // its place is on an older page
    this.waiting.set(event.event_id, event);
    if (this.held()) this.paint(); else this.release();
  }

  /** Let those in that wait. */
  release() {
    const fresh = [...this.waiting.values()].sort((a, b) => (a.event_id < b.event_id ? 1 : -1));
    this.waiting.clear();
    let next = 0; // the place where the one before went: both lists are newest first
    for (const event of fresh) {
      while (next < this.events.length && this.events[next].event_id > event.event_id) next += 1;
      const row = this.rowOf(event);
      row.classList.add('fresh');
      this.box.insertBefore(row, next < this.events.length ? this.rows.get(this.events[next].event_id) : null);
      this.events.splice(next, 0, event);
    }
    while (this.events.length > CAP) this.drop();
    if (fresh.length && this.scroller.scrollTop > 4) this.scroller.scrollTop = 0;
    this.paint();
  }

  drop() {
    const event = this.events.pop();
    this.rows.get(event.event_id)?.remove();
    this.rows.delete(event.event_id);
    this.more = true;
  }

  rowOf(/** @type {any} */ event) {
    const row = el('div.row', { role: 'option', id: `e-${event.event_id}`, data: { id: event.event_id } });
    fill(row, event, this.cameras);
    row.setAttribute('aria-selected', String(event.event_id === this.selected));
    this.rows.set(event.event_id, row);
    return row;
  }

  paint() {
    this.empty.hidden = !this.known || this.events.length > 0;
    this.pill.hidden = this.waiting.size === 0;
    this.pill.textContent = t('new_events', { n: this.waiting.size });
    this.older.hidden = !this.more || this.events.length >= CAP;
    this.full.hidden = !this.more || this.events.length < CAP;
    this.events.forEach((event, index) => {
      const row = this.rows.get(event.event_id);
      row.setAttribute('aria-posinset', String(index + 1));
      row.setAttribute('aria-setsize', String(this.more ? -1 : this.events.length));
    });
  }

  /** @param {string|null} id */
  select(id) {
    if (this.selected) this.rows.get(this.selected)?.setAttribute('aria-selected', 'false');
    this.selected = id;
    const row = id ? this.rows.get(id) : null;
    if (!row) {
      this.box.removeAttribute('aria-activedescendant');
      if (!id && this.scroller.scrollTop <= 4) this.release();
      return;
    }
    row.setAttribute('aria-selected', 'true');
    row.classList.remove('fresh');
    this.box.setAttribute('aria-activedescendant', row.id);
    row.scrollIntoView({ block: 'nearest' });
    this.onSelect(this.events.find((event) => event.event_id === id));
  }

  /** The next one down or up; up from the newest lets those in that wait. @param {number} step */
  move(step) {
    const at = this.events.findIndex((event) => event.event_id === this.selected);
    if (at === 0 && step < 0 && this.waiting.size) this.release();
    const from = this.events.findIndex((event) => event.event_id === this.selected);
    const next = this.events[from < 0 ? 0 : from + step];
    if (next) this.select(next.event_id);
  }
}

/** Writes an event into its row. @param {any} row @param {any} event @param {import('../lib/cameras.js').Cameras} cameras */
function fill(row, event, cameras) {
  const title = `${named('type', event.type)}${event.label ? ` · ${named('label', event.label)}` : ''}`;
  const day = dayOf(event.at);
  const place = cameras.place(event);
  row.classList.toggle('over', isOver(event));
  row.replaceChildren(
    severityIcon(event.severity),
    el('span.what', null, el('b', null, title), el('span.where', { title: event.camera }, place)),
    el('span.when', null, el('time', { datetime: event.at }, day && el('small', null, day), ' ', clock(event.at)), el('small.division', null, event.division)),
    evidenceMark(event));
  row.setAttribute('aria-label', `${t('severity')} ${event.severity}, ${title}, ${place}, ${day} ${clock(event.at)}`);
}

const CLIP = 'M1.500 3.500h9v9h-9zM11.500 6.500l3-2v7l-3-2z';
const PICTURE = 'M1.500 3h13v10h-13zM3 11.500h10l-3.200-4.500-2.300 3-1.500-1.800z';
const WAITS = 'M8 1.500a6.500 6.500 0 1 0 .010 0zM8 3a5 5 0 1 1-.010 0zM7.300 4.500h1.400v3.300l2.300 1.300-.700 1.200-3-1.700z';
const GONE = 'M3.200 2 8 6.800 12.800 2 14 3.200 9.200 8l4.800 4.800-1.200 1.200L8 9.200 3.200 14 2 12.800 6.800 8 2 3.200z';

/** How its picture stands, in one small picture. @param {any} event */
function evidenceMark(event) {
  const picture = event.evidence.find((/** @type {any} */ one) => one.kind === 'clip') ?? event.evidence.find((/** @type {any} */ one) => one.kind === 'snapshot');
  if (!picture) return el('span.mark');
  const { kind, state } = picture;
  const sign = state === 'pending' ? WAITS : state === 'lost' ? GONE : kind === 'clip' ? CLIP : PICTURE;
  return el(`span.mark.${state}`, { title: `${named('evidence', kind)}: ${t(`evidence_${state}`)}` }, icon(sign));
}
