// @ts-check
/** The beginning: a language, a session, and then the desk; or the form to sign in. */
import { el, replace } from './lib/dom.js';
import { loadWords, t } from './lib/words.js';
import { call, forget, onSignedOut, remembered } from './lib/api.js';
import { Login } from './views/login.js';
import { Desk } from './views/desk.js';

const AGAIN = 2000; // milliseconds
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

/** The session that this browser remembers. Only a 401 says that it is over: anything else is tried again. */
async function goOn() {
  for (;;) {
    try { begin(await call('/session')); return; } catch (error) {
      const { status, message } = /** @type {any} */ (error);
      if (status === 401) { askWho(); return; }
      replace(root, el('div.wait', { role: 'alert' }, t('session_unknown', { problem: message })));
    }
    await new Promise((done) => { setTimeout(done, AGAIN); });
  }
}

document.documentElement.dataset.theme = localStorage.getItem('theme') || 'dark';
onSignedOut(askWho);
await loadWords();
if (remembered()) {
  replace(root, el('div.wait', { role: 'status' }, '…'));
  await goOn();
} else askWho();
