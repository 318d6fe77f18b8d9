// @ts-check
/** The feed: one WebSocket that comes back by itself, goes on where it was, and tells at once when it is lost. */
import { address } from './api.js';

const SILENT = 8000; // milliseconds: the server's heart beats every three seconds
const REVOKED = 4401;

/**
 * @typedef {object} Listener
 * @property {(event: any, change: string) => void} news
 * @property {() => void} resync something was left out: ask for the list again
 * @property {(live: boolean) => void} state
 * @property {(beat: any) => void} heartbeat
 * @property {() => void} revoked
 */

export class Live {
  constructor(/** @type {Listener} */ listener) {
    this.listener = listener;
    this.position = '';
    this.wait = 500;
    this.closed = false;
    /** @type {WebSocket|null} */
    this.socket = null;
    this.timers = { silence: 0, again: 0 };
    this.comeBack = () => { if (this.socket?.readyState !== WebSocket.OPEN) this.again(0); };
    addEventListener('online', this.comeBack);
  }

  open() {
    const since = this.position ? `?since=${encodeURIComponent(this.position)}` : '';
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}${address('/feed')}${since}`);
    this.socket = socket;
    this.listen();
    socket.onmessage = (message) => { if (socket === this.socket) this.hear(JSON.parse(message.data)); };
    socket.onclose = (closing) => { if (socket === this.socket) this.lost(closing.code); };
  }

  hear(/** @type {any} */ said) {
    this.listen();
    this.wait = 500;
    const first = !this.position;
    if (said.position) this.position = said.position;
    this.listener.state(true);
    if (said.heartbeat) this.listener.heartbeat(said);
    if (said.resync || (first && said.position)) this.listener.resync();
    if (said.event) this.listener.news(said.event, said.change);
  }

  /** A connection that says nothing is none, whatever the network believes. */
  listen() {
    clearTimeout(this.timers.silence);
    this.timers.silence = setTimeout(() => { this.drop(); this.lost(0); }, SILENT);
  }

  drop() {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  lost(/** @type {number} */ code) {
    clearTimeout(this.timers.silence);
    if (this.closed) return;
    this.listener.state(false);
    if (code === REVOKED) { this.listener.revoked(); return; }
    this.again(this.wait + Math.random() * 300); // not all windows at once
    this.wait = Math.min(this.wait * 2, 8000);
  }

  again(/** @type {number} */ after) {
    clearTimeout(this.timers.again);
    this.timers.again = setTimeout(() => { this.drop(); if (!this.closed) this.open(); }, after);
  }

  close() {
    this.closed = true;
    removeEventListener('online', this.comeBack);
    clearTimeout(this.timers.silence);
    clearTimeout(this.timers.again);
    this.drop();
  }
}
