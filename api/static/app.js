// @ts-check
/** The beginning: a language, a session, and then the desk; or the form to sign in. */
import { el, replace } from './lib/dom.js';
import { loadWords } from './lib/words.js';
import { call, forget, onSignedOut, remembered } from './lib/api.js';
import { Login } from './views/login.js';
import { Desk } from './views/desk.js';

const root = /** @type {HTMLElement} */ (document.getElementById('root'));
/** @type {Desk|null} */
let desk = null;

function askWho(/** @type {string} */ message = '') {
  desk?.close();
  desk = null;
  forget();
  replace(root, new Login(begin, message).node);
  /** @type {HTMLInputElement|null} */ (root.querySelector('input'))?.focus();
}

function begin(/** @type {any} */ session) {
  desk = new Desk(session, askWho);
  replace(root, desk.node);
  desk.open();
}

document.documentElement.dataset.theme = localStorage.getItem('theme') || 'dark';
onSignedOut(askWho);
await loadWords();
if (remembered()) {
  replace(root, el('div.wait', { role: 'status' }, '…'));
  try { begin(await call('/session')); } catch (error) { if (/** @type {any} */ (error).status !== 401) askWho(String(error)); }
} else askWho();
