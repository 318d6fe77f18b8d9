// @ts-check
import { el } from '../lib/dom.js';
import { call } from '../lib/api.js';
import { t } from '../lib/words.js';

const SHORTEST = 12;

/** A dialog that changes one's own password. @param {string} user @param {() => void} changed */
export function passwordDialog(user, changed) {
  const old = el('input', { type: 'password', autocomplete: 'current-password', required: true, maxlength: '256' });
  const wanted = el('input', { type: 'password', autocomplete: 'new-password', required: true, minlength: String(SHORTEST), maxlength: '256' });
  const wrong = el('p.wrong', { role: 'alert' });
  const dialog = el('dialog.password', { 'aria-label': t('change_password'), onclose: () => dialog.remove() },
    el('form', { onsubmit: (/** @type {Event} */ e) => { e.preventDefault(); send(); } },
      el('h2', null, t('change_password')),
      el('input', { type: 'text', name: 'user', autocomplete: 'username', value: user, hidden: true }),
      el('label', null, t('password_now'), old),
      el('label', null, t('password_new', { n: SHORTEST }), wanted),
      wrong,
      el('div.buttons', null,
        el('button', { type: 'button', onclick: () => dialog.close() }, t('cancel')),
        el('button.primary', { type: 'submit' }, t('change')))));

  async function send() {
    try {
      await call('/session/password', { method: 'POST', body: { password: old.value, new_password: wanted.value } });
      dialog.close();
      changed();
    } catch (error) {
      const problem = /** @type {any} */ (error);
      wrong.textContent = problem.kind === 'wrong-password' ? t('wrong_password') : problem.message;
    }
  }

  document.body.append(dialog);
  dialog.showModal();
}
