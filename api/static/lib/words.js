// @ts-check
/** Two languages, one set of keys; and how times, names and numbers are written in them. */

/** @type {Record<string, string>} */
let words = {};

export const LANGUAGES = ['en', 'zh'];
export const language = LANGUAGES.find((one) => one === localStorage.getItem('language'))
  ?? (navigator.language.startsWith('zh') ? 'zh' : 'en');
const locale = language === 'zh' ? 'zh-CN' : 'en-GB';

export async function loadWords() {
  document.documentElement.lang = locale;
  words = await (await fetch(`/static/i18n/${language}.json`)).json();
}

export function speak(/** @type {string} */ other) {
  localStorage.setItem('language', other);
  location.reload();
}

/** @param {string} key @param {Record<string, string|number>} [values] */
export function t(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));
}

/** The word of a family, or the raw one where a newer farm knows more than this page. */
export function named(/** @type {string} */ family, /** @type {string} */ name) {
  return words[`${family}.${name}`] ?? name.replaceAll('_', ' ');
}

/** A name in this language, else in any. @param {Record<string, string>} names @param {string} [otherwise] */
export function nameIn(names, otherwise = '') {
  return names[language] ?? names.en ?? Object.values(names)[0] ?? otherwise;
}

const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
const day = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' });
const full = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', hour12: false });
const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });

export const clock = (/** @type {string|number|Date} */ at) => time.format(new Date(at));
export const fullTime = (/** @type {string} */ at) => full.format(new Date(at));
export const count = (/** @type {number} */ value) => number.format(value);

/** The day, where it is not today. @param {string} at */
export function dayOf(at) {
  const then = new Date(at);
  return then.toDateString() === new Date().toDateString() ? '' : day.format(then);
}
