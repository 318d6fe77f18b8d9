// @ts-check
import { el } from '../lib/dom.js';
import { call } from '../lib/api.js';
import { t } from '../lib/words.js';
import { preferences } from './preferences.js';

/** The form to sign in. */
export class Login {
  /** @param {(session: any) => void} begin @param {string} message */
  constructor(begin, message) {
    this.begin = begin;
    this.user = el('input', { name: 'user', autocomplete: 'username', required: true, maxlength: '64', autocapitalize: 'none', spellcheck: 'false' });
    this.password = el('input', { name: 'password', type: 'password', autocomplete: 'current-password', required: true, maxlength: '256' });
    this.wrong = el('p.wrong', { role: 'alert' }, message);
    this.button = el('button.primary', { type: 'submit' }, t('sign_in'));
    this.node = el('div.login', null,
      el('form', { onsubmit: (/** @type {Event} */ e) => { e.preventDefault(); this.send(); } },
        el('img', { src: '/static/icon.svg', alt: '', width: 44, height: 44 }),
        el('h1', null, 'Sharp Eyes'),
        el('p.quiet', null, t('tagline')),
        el('label', null, t('user'), this.user),
        el('label', null, t('password'), this.password),
        this.wrong, this.button),
      el('footer', null, ...preferences()));
  }

  async send() {
    this.button.disabled = true;
    this.wrong.textContent = '';
    try {
      this.begin(await call('/session', { method: 'POST', body: { user: this.user.value, password: this.password.value } }));
    } catch (error) {
      const problem = /** @type {any} */ (error);
      const wait = /(\d+) s$/.exec(problem.message);
      if (problem.kind === 'wrong-password') this.wrong.textContent = t('wrong_password');
      else if (problem.kind === 'too-many-logins') this.wrong.textContent = t('too_many_logins', { seconds: wait ? wait[1] : '' });
      else this.wrong.textContent = problem.message;
      this.password.select();
    } finally { this.button.disabled = false; }
  }
}
