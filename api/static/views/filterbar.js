// @ts-check
import { UNKNOWN } from '../lib/cameras.js';
import { el, severityIcon } from '../lib/dom.js';
import { named, nameIn, t } from '../lib/words.js';

const SPANS = ['1h', '24h', '7d', '30d', 'own'];

/** What is asked for: chips, selects and a field; every change is told at once. */
export class FilterBar {
  /** @param {import('../lib/filters.js').Filters} filters @param {(filters: import('../lib/filters.js').Filters) => void} changed */
  constructor(filters, changed) {
    this.filters = filters;
    this.changed = changed;
    this.chips = [1, 2, 3, 4].map((severity) => this.chip(severity));
    this.type = el('select', { name: 'type', onchange: () => this.set({ type: this.type.value ? [this.type.value] : [] }) });
    this.division = el('select', { name: 'division', onchange: () => this.set({ division: this.division.value }) });
    this.names = el('datalist', { id: 'cameras' });
    this.camera = el('input', { name: 'camera', type: 'search', list: 'cameras', placeholder: t('all'), autocomplete: 'off', value: filters.camera, onchange: () => this.cameraChanged() });
    this.span = el('select', { name: 'span', onchange: () => this.spanChanged() }, SPANS.map((one) => el('option', { value: one }, t(`span_${one}`))));
    this.span.value = SPANS.includes(filters.span) ? filters.span : '24h';
    this.from = this.moment('from');
    this.to = this.moment('to');
    this.own = el('span.own', { hidden: filters.span !== 'own' }, this.from, '–', this.to);
    this.clear = el('button.plain', { type: 'button', onclick: () => this.reset() }, t('clear'));
    this.node = el('form.filters', { role: 'search', 'aria-label': t('filters'), onsubmit: (/** @type {Event} */ e) => e.preventDefault() },
      el('div.chips', { role: 'group', 'aria-label': t('severity') }, this.chips),
      labelled('fact.type', this.type), labelled('fact.camera', this.camera), this.names,
      labelled('fact.division', this.division), labelled('fact.time', this.span), this.own, this.clear);
    this.offer([], [], UNKNOWN);
  }

  /** What there is to choose from. @param {string[]} types @param {any[]} divisions @param {import('../lib/cameras.js').Cameras} cameras */
  offer(types, divisions, cameras) {
    const all = () => el('option', { value: '' }, t('all'));
    const kept = this.filters;
    const typeNames = [...new Set([...types, ...kept.type])];
    this.type.replaceChildren(all(), ...typeNames.map((one) => el('option', { value: one }, named('type', one))));
    this.type.value = kept.type[0] ?? '';
    const codes = new Map(divisions.map((one) => [one.code, nameIn(one.name)]));
    if (kept.division && !codes.has(kept.division)) codes.set(kept.division, '');
    this.division.replaceChildren(all(), ...[...codes].map(([code, name]) => el('option', { value: code }, name ? `${name} · ${code}` : code)));
    this.division.value = kept.division;
    this.cameras = cameras;
    this.names.replaceChildren(...[...cameras.ids].map(([label, id]) => el('option', { value: label }, id)));
    if (this.camera === document.activeElement) return; // somebody is writing
    this.camera.value = cameras.label(kept.camera);
    mark(this.camera, cameras.find(kept.camera) === null ? t('camera_unknown') : '');
  }

  /** What means no single camera is marked, and not asked for. */
  cameraChanged() {
    const text = this.camera.value.trim();
    const id = this.cameras.find(text);
    mark(this.camera, id !== null ? '' : t(this.cameras.repeats(text) ? 'camera_ambiguous' : 'camera_unknown'));
    if (id !== null) this.set({ camera: id });
    else this.camera.reportValidity();
  }

  chip(/** @type {number} */ severity) {
    const chip = el('button.chip', { type: 'button', title: t(`severity_${severity}`), 'aria-label': `${t('severity')} ${severity}`, 'aria-pressed': String(this.filters.severity.includes(severity)) }, severityIcon(severity));
    chip.addEventListener('click', () => this.toggle(severity));
    return chip;
  }

  toggle(/** @type {number} */ severity) {
    const kept = this.filters.severity;
    this.set({ severity: kept.includes(severity) ? kept.filter((one) => one !== severity) : [...kept, severity].sort() });
    this.paint();
  }

  paint() { this.chips.forEach((chip, index) => chip.setAttribute('aria-pressed', String(this.filters.severity.includes(index + 1)))); }

  moment(/** @type {'from'|'to'} */ name) {
    return el('input', { type: 'datetime-local', name, step: '1', value: this.filters[name], 'aria-label': t(name), onchange: (/** @type {any} */ e) => this.set({ [name]: e.target.value }) });
  }

  spanChanged() {
    this.own.hidden = this.span.value !== 'own';
    this.set({ span: this.span.value });
  }

  reset() {
    for (const field of [this.type, this.division, this.camera, this.from, this.to]) field.value = '';
    mark(this.camera, '');
    this.span.value = '24h';
    this.own.hidden = true;
    this.set({ type: [], severity: [], camera: '', division: '', span: '24h', from: '', to: '' });
    this.paint();
  }

  set(/** @type {object} */ change) {
    this.filters = { ...this.filters, ...change };
    this.changed(this.filters);
  }
}

/** Marks a field as wrong, saying why; or as right again. @param {any} field @param {string} why */
function mark(field, why) {
  field.setCustomValidity(why);
  field.setAttribute('aria-invalid', String(Boolean(why)));
}

const labelled = (/** @type {string} */ key, /** @type {any} */ field) => el('label', null, el('span', null, t(key)), field);
