// @ts-check
import { el, replace } from '../lib/dom.js';
import { call } from '../lib/api.js';
import { clock, count, t } from '../lib/words.js';

const EVERY = 5000; // milliseconds

/** The strip at the foot: how many cameras are watched, and how far behind the farm is. */
export class FarmStrip {
  /** @param {boolean} allowed whether the farm may be asked about */
  constructor(allowed) {
    this.allowed = allowed;
    this.cells = el('span.cells');
    this.complete = el('span.complete');
    this.coverage = el('span.coverage');
    this.node = el('footer.farm', { 'aria-label': t('farm') }, this.cells, this.coverage, this.complete);
    this.timer = 0;
  }

  open() {
    if (!this.allowed) return;
    this.ask();
    this.timer = setInterval(() => { if (!document.hidden) this.ask(); }, EVERY);
  }

  close() { clearInterval(this.timer); }

  async ask() {
    try { this.show(await call('/farm')); } catch { replace(this.cells, el('span.bad', null, t('farm_silent'))); }
  }

  show(/** @type {any} */ farm) {
    const states = farm.states;
    const bad = (/** @type {string} */ key) => el(`span${states[key] ? `.${key}` : ''}`, null, el('b', null, count(states[key] ?? 0)), ` ${t(`state_${key}`)}`);
    const silent = farm.nodes.filter((/** @type {any} */ one) => !one.alive).length;
    replace(this.cells,
      el('span', null, el('b', null, count(states.watching ?? 0)), ` ${t('state_watching')}`),
      bad('degraded'), bad('lost'),
      states.refused ? bad('refused') : null,
      states.unassigned ? bad('unassigned') : null,
      el('span', null, t('lag'), ' ', el('b', null, farm.lag_seconds === null ? '–' : t('seconds', { n: count(farm.lag_seconds) }))),
      el(`span${farm.records_behind > 1000 ? '.degraded' : ''}`, null, t('journal_behind'), ' ', el('b', null, count(farm.records_behind))),
      el('span', null, t('evidence_pending_count'), ' ', el('b', null, count(farm.evidence_pending))),
      silent ? el('span.lost', null, t('nodes_silent', { n: silent })) : null);
  }

  /** @param {string|null} at */
  completeUntil(at) { this.complete.textContent = at ? t('complete_until', { at: clock(at) }) : t('complete_unknown'); }

  /** How much of the asked time was watched, or why that is not told. @param {any} coverage */
  covered(coverage) {
    this.coverage.textContent = coverage.share === null ? t('watched_unknown', { because: coverage.because ?? '–' }) : t('watched_share', { share: (coverage.share * 100).toFixed(1), n: count(coverage.cameras) });
  }

  uncovered() { this.coverage.textContent = ''; }
}
