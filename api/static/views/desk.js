// @ts-check
import { Cameras, UNKNOWN } from '../lib/cameras.js';
import { el, say } from '../lib/dom.js';
import { call } from '../lib/api.js';
import { isTurnedRound, matches, query, readFilters, selectedEvent, writeAddress } from '../lib/filters.js';
import { Live } from '../lib/live.js';
import { clock, named, nameIn, t } from '../lib/words.js';
import { Detail } from './detail.js';
import { FarmStrip } from './farm.js';
import { FilterBar } from './filterbar.js';
import { EventList } from './list.js';
import { passwordDialog } from './password.js';
import { preferences } from './preferences.js';

const PAGE = 100;
const MOST_PAGES = 20; // of a thousand cameras each; those beyond are found by their id alone

/** The operator's desk: the list, one event, the filters, the farm; and the keys that move between them. */
export class Desk {
  /** @param {any} session @param {(message: string) => void} leave */
  constructor(session, leave) {
    this.session = session;
    this.leave = leave;
    this.filters = readFilters();
    this.cursor = null;
    /** @type {import('../lib/filters.js').Filters|null} */
    this.listed = null; // the filters of what the list shows
    this.asked = 0;
    /** @type {Map<string, string>} */
    this.divisions = new Map();
    this.list = new EventList((event) => this.select(event), () => this.older());
    this.detail = new Detail((code) => (this.divisions.get(code) ? `${this.divisions.get(code)} (${code})` : code));
    this.bar = new FilterBar(this.filters, (filters) => this.filter(filters));
    this.strip = new FarmStrip(may(session, 'farm:read'));
    this.live = new Live({
      news: (event, change) => this.hear(event, change), resync: () => this.reload(), state: (live) => this.connected(live),
      heartbeat: (beat) => this.strip.completeUntil(beat.complete_until), revoked: () => leave(t('session_over')),
    });
    this.state = el('span.state', { role: 'status' }, '…');
    this.clock = el('time.clock');
    this.lost = el('p.banner.lost', { role: 'alert', hidden: true });
    this.wrong = el('p.banner.wrong', { role: 'alert', hidden: true });
    this.onKey = (/** @type {KeyboardEvent} */ e) => this.key(e);
    this.node = el('div.desk', null, this.top(), this.bar.node, el('div.banners', null, this.lost, this.wrong, this.offer()), el('main', null, this.list.node, this.detail.node), this.strip.node);
  }

  top() {
    const user = el('details.user', null, el('summary', null, this.session.user), el('div.menu', null,
      el('button.plain', { type: 'button', onclick: () => this.password() }, t('change_password')),
      el('button.plain', { type: 'button', onclick: () => this.signOut() }, t('sign_out'))));
    return el('header.top', null, el('img', { src: '/static/icon.svg', alt: '', width: 24, height: 24 }), el('h1', null, 'Sharp Eyes'),
      el('span.grow'), this.state, this.clock, ...preferences(), user);
  }

  /** The password of the first start is asked to be changed, until it is. */
  offer() {
    if (!this.session.one_time_password) return null;
    this.offered = el('p.banner', null, t('one_time_password'), ' ', el('button', { type: 'button', onclick: () => this.password() }, t('change_password')));
    return this.offered;
  }

  open() {
    addEventListener('keydown', this.onKey);
    this.live.open();
    this.strip.open();
    this.choices().catch((error) => this.fail(String(error.message)));
    this.ticking = setInterval(() => { this.clock.textContent = clock(new Date()); }, 1000);
    const asked = selectedEvent();
    if (asked) this.fetch(asked);
  }

  close() {
    removeEventListener('keydown', this.onKey);
    clearInterval(this.ticking);
    this.live.close();
    this.strip.close();
  }

  /** What the filters offer: types, divisions, cameras by name. */
  async choices() {
    const able = await call('/capabilities');
    const types = [...able.rules, ...able.camera_health];
    this.bar.offer(types, [], UNKNOWN);
    if (!may(this.session, 'cameras:read')) return;
    const [divisions, cameras] = await Promise.all([call('/divisions'), allCameras()]);
    this.divisions = new Map(divisions.divisions.map((/** @type {any} */ one) => [one.code, nameIn(one.name)]));
    this.bar.offer(types, divisions.divisions, cameras);
    this.list.tellApart(cameras);
    if (this.detail.event) this.detail.describe(this.detail.event);
  }

  filter(/** @type {import('../lib/filters.js').Filters} */ filters) {
    this.filters = filters;
    this.write();
    this.reload();
  }

  write() { writeAddress(this.filters, this.list.selected); }

  async reload() { await this.load(null); }
  async older() { await this.load(this.cursor); }

  /** A page of the list: the newest, or those after the cursor. @param {string|null} cursor */
  async load(cursor) {
    this.asked += 1;
    const turn = this.asked; // an answer that was overtaken by another question is dropped
    const { filters } = this;
    if (isTurnedRound(filters)) { this.unknown(t('from_not_before_to')); return; }
    try {
      const page = await call(`/events?${query(filters, PAGE, cursor)}`);
      if (turn !== this.asked) return;
      this.fail('');
      this.cursor = page.next;
      this.listed = filters;
      if (cursor) this.list.append(page.events, Boolean(page.next)); else this.list.show(page.events, Boolean(page.next));
      this.strip.covered(page.coverage);
      this.strip.completeUntil(page.complete_until);
      if (!cursor && this.detail.event) this.refresh();
    } catch (error) {
      if (turn !== this.asked) return;
      const { message } = /** @type {any} */ (error);
      if (filters === this.listed) this.fail(message); else this.unknown(message);
    }
  }

  /** What these filters ask for could not be told: the list of other filters must not stand for it. */
  unknown(/** @type {string} */ message) {
    this.listed = null;
    this.cursor = null;
    this.list.forget();
    this.strip.uncovered();
    this.fail(message);
  }

  /** The shown event may have changed while nobody listened. */
  refresh() {
    const known = this.list.events.find((event) => event.event_id === this.detail.event.event_id);
    if (known) { this.detail.show(known); this.list.select(known.event_id); } else this.fetch(this.detail.event.event_id);
  }

  async fetch(/** @type {string} */ id) {
    try {
      const event = await call(`/events/${encodeURIComponent(id)}`);
      this.list.selected = event.event_id;
      this.list.select(event.event_id);
      this.detail.show(event);
    } catch (error) { this.fail(String(/** @type {any} */ (error).message)); }
  }

  fail(/** @type {string} */ text) {
    this.wrong.textContent = text;
    this.wrong.hidden = !text;
  }

  hear(/** @type {any} */ event, /** @type {string} */ change) {
    if (this.detail.event?.event_id === event.event_id) this.detail.show(event);
    if (!matches(event, this.filters)) return;
    this.list.hear(event);
    if (change === 'raised' && event.severity === 1) say(`${t('severity')} 1: ${named('type', event.type)}, ${nameIn(event.camera_name, event.camera)}`, true);
  }

  connected(/** @type {boolean} */ live) {
    if (this.isLive === live) return;
    this.isLive = live;
    this.state.className = live ? 'state live' : 'state lost';
    this.state.textContent = t(live ? 'live' : 'not_live');
    this.lost.hidden = live;
    this.lost.textContent = live ? '' : t('connection_lost', { at: clock(new Date()) });
  }

  select(/** @type {any} */ event) {
    if (!event) return;
    this.detail.show(event);
    this.write();
  }

  unselect() {
    this.detail.clear();
    this.list.select(null);
    this.write();
  }

  password() {
    passwordDialog(this.session.user, () => {
      this.offered?.remove();
      say(t('password_changed'));
      this.live.drop(); // the old session is over; the feed goes on with the new one
      this.live.again(0);
    });
  }

  async signOut() {
    await call('/session', { method: 'DELETE' });
    this.leave('');
  }

  /** @param {KeyboardEvent} e */
  key(e) {
    const target = /** @type {any} */ (e.target);
    if (e.ctrlKey || e.metaKey || e.altKey || document.querySelector('dialog[open]')) return;
    if (target.matches?.('input:not([type=range]), select, textarea')) { if (e.key === 'Escape') target.blur(); return; }
    if (e.key === ' ' && target.matches?.('button, summary')) return;
    const { player } = this.detail;
    /** @type {Record<string, () => void>} */
    const keys = {
      j: () => this.list.move(1), ArrowDown: () => this.list.move(1), k: () => this.list.move(-1), ArrowUp: () => this.list.move(-1),
      ' ': () => player.toggle(), b: () => player.showBoxes(!player.boxesShown), ',': () => player.step(-0.04), '.': () => player.step(0.04),
      ArrowLeft: () => player.jump(-5), ArrowRight: () => player.jump(5), '[': () => player.faster(-1), ']': () => player.faster(1),
      Escape: () => this.unselect(), '/': () => this.bar.camera.focus(),
    };
    const act = keys[e.key.length === 1 ? e.key.toLowerCase() : e.key];
    if (act) { e.preventDefault(); act(); }
  }
}

/** Every camera that may be seen. */
async function allCameras() {
  const found = [];
  let cursor = '';
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await call(`/cameras?limit=1000${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    found.push(...page.cameras);
    cursor = page.next ?? '';
    if (!cursor) break;
  }
  return new Cameras(found, !cursor);
}

const may = (/** @type {any} */ session, /** @type {string} */ scope) => session.scopes.includes(scope) || session.scopes.includes('admin');
