// @ts-check
/** Asks the server: JSON, problems as errors, and the token that goes with every change. */

const PREFIX = '/api/v1';
let csrf = '';
/** @type {(message: string) => void} */
let signedOut = () => {};

export class Problem extends Error {
  /** @param {number} status @param {any} body */
  constructor(status, body) {
    super(body.detail || body.title || `HTTP ${status}`);
    this.status = status;
    this.kind = String(body.type || '').replace('/problems/', '');
    this.body = body;
  }
}

export const onSignedOut = (/** @type {(message: string) => void} */ then) => { signedOut = then; };

/** Whether this browser was signed in: who never was is not asked for in vain. */
export const remembered = () => localStorage.getItem('signed-in') === 'yes';

export function forget() {
  csrf = '';
  localStorage.removeItem('signed-in');
}

/** @param {string} path @param {{method?: string, body?: object, signal?: AbortSignal}} [how] */
export async function call(path, how = {}) {
  /** @type {Record<string, string>} */
  const headers = {};
  if (how.body) headers['Content-Type'] = 'application/json';
  if (how.method) headers['X-CSRF'] = csrf;
  const answer = await fetch(PREFIX + path, {
    method: how.method || 'GET', headers, body: how.body && JSON.stringify(how.body), signal: how.signal,
  });
  const body = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) {
    const problem = new Problem(answer.status, body);
    if (problem.kind === 'not-signed-in') signedOut('');
    throw problem;
  }
  if (path.startsWith('/session') && body) {
    csrf = body.csrf;
    localStorage.setItem('signed-in', 'yes');
  }
  return body;
}

export const address = (/** @type {string} */ path) => PREFIX + path;
