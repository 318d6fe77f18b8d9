// @ts-check
import { el, icon } from '../lib/dom.js';
import { named, t } from '../lib/words.js';

const PLAY = 'M4 2.500v11l9-5.500z';
const PAUSE = 'M4 2.500h3v11H4zM9.500 2.500h3v11h-3z';
const LEAD = 3; // seconds before the event at which a clip begins to play
const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];

/** A clip with the boxes drawn over it, at the very frame that is on the screen. */
export class Player {
  constructor() {
    this.video = el('video', { playsinline: true, muted: true, preload: 'auto', tabindex: '-1', 'aria-label': t('clip') });
    this.video.muted = true;
    this.canvas = el('canvas', { 'aria-hidden': 'true' });
    this.note = el('p.note', { role: 'status' });
    this.stage = el('div.stage', { onclick: () => this.toggle() }, this.video, this.canvas, this.note);
    this.button = el('button.round', { type: 'button', 'aria-label': t('play'), 'aria-keyshortcuts': 'Space', onclick: () => this.toggle() }, icon(PLAY));
    this.bar = el('input', { type: 'range', min: '0', max: '1000', value: '0', 'aria-label': t('seek') });
    this.mark = el('span.moment', { hidden: true, title: t('event_moment') });
    this.time = el('span.time', null, '0:00.0');
    this.speed = el('button.plain', { type: 'button', 'aria-label': t('speed'), onclick: () => this.faster(1, true) }, '1×');
    this.boxesButton = el('button.plain', { type: 'button', 'aria-pressed': 'true', 'aria-keyshortcuts': 'B', onclick: () => this.showBoxes(!this.boxesShown) }, t('boxes'));
    this.controls = el('div.controls', { hidden: true }, this.button, el('div.bar', null, this.bar, this.mark), this.time, this.speed, this.boxesButton);
    this.node = el('div.player', null, this.stage, this.controls);
    this.boxesShown = true;
    /** @type {import('../lib/boxes.js').Boxes|null} */
    this.boxes = null;
    /** @type {number|null} */
    this.moment = null;
    this.track = -1;
    this.severity = 3;
    this.shownTime = 0;
    this.hear();
  }

  hear() {
    this.bar.addEventListener('input', () => { if (this.video.duration) this.video.currentTime = this.bar.value / 1000 * this.video.duration; });
    for (const name of ['play', 'pause']) this.video.addEventListener(name, () => this.paintButton());
    // Boxes belong to the frame on the screen, whose time only its callback knows: it may come before `seeked`.
    this.video.addEventListener('seeked', () => this.paintTime());
    this.video.addEventListener('loadeddata', () => this.ready());
    this.video.addEventListener('error', () => { if (this.video.getAttribute('src')) this.say(t('clip_unplayable'), true); });
    const frame = (/** @type {number} */ _, /** @type {any} */ shown) => {
      this.draw(shown.mediaTime);
      this.paintTime();
      this.video.requestVideoFrameCallback(frame);
    };
    this.video.requestVideoFrameCallback(frame);
    new ResizeObserver(() => this.draw(this.shownTime)).observe(this.stage);
  }

  /** @param {{href: string, poster: string|null, moment: number|null, track: number, severity: number}} clip */
  load(clip) {
    this.clear();
    this.moment = clip.moment;
    this.track = clip.track ?? -1;
    this.severity = clip.severity;
    if (clip.poster) this.video.poster = clip.poster;
    this.video.src = clip.href;
    this.controls.hidden = false;
    this.node.classList.add('loaded');
  }

  /** A still picture; its boxes are those of its one moment. @param {string} href @param {any} event */
  still(href, event) {
    this.clear();
    this.track = event.track ?? -1;
    this.severity = event.severity;
    this.picture = el('img', { src: href, alt: t('snapshot'), onload: () => this.draw(0), onerror: () => this.say(t('snapshot_unreadable'), true) });
    this.stage.insertBefore(this.picture, this.canvas);
    this.node.classList.add('loaded');
  }

  withBoxes(/** @type {import('../lib/boxes.js').Boxes|null} */ boxes) {
    this.boxes = boxes;
    this.draw(this.shownTime);
  }

  clear() {
    this.video.pause();
    this.video.removeAttribute('src');
    this.video.removeAttribute('poster');
    this.video.load();
    this.picture?.remove();
    this.picture = null;
    this.boxes = null;
    this.moment = null;
    this.shownTime = 0;
    this.mark.hidden = true;
    this.controls.hidden = true;
    this.node.classList.remove('loaded');
    this.say('');
    this.canvas.getContext('2d').clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  say(/** @type {string} */ text, wrong = false) {
    this.note.textContent = text;
    this.note.classList.toggle('wrong', wrong);
    this.note.hidden = !text;
  }

  ready() {
    if (this.moment !== null && this.video.duration) {
      this.mark.hidden = false;
      this.mark.style.left = `${Math.min(this.moment / this.video.duration, 1) * 100}%`;
      this.video.currentTime = Math.max(0, this.moment - LEAD);
    }
    this.video.play().catch(() => {}); // a browser may forbid it: then one presses the button
  }

  toggle() { if (this.video.paused) this.video.play().catch(() => {}); else this.video.pause(); }
  jump(/** @type {number} */ seconds) { this.video.currentTime = Math.max(0, this.video.currentTime + seconds); }
  step(/** @type {number} */ seconds) { this.video.pause(); this.jump(seconds); }

  /** @param {number} steps up or down the speeds @param {boolean} [round] begin anew after the last */
  faster(steps, round = false) {
    const next = SPEEDS.indexOf(this.video.playbackRate) + steps;
    const wanted = round ? SPEEDS[next % SPEEDS.length] : SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, next))];
    this.video.playbackRate = wanted;
    this.speed.textContent = `${wanted}×`;
  }

  showBoxes(/** @type {boolean} */ shown) {
    this.boxesShown = shown;
    this.boxesButton.setAttribute('aria-pressed', String(shown));
    this.draw(this.shownTime);
  }

  paintButton() {
    this.button.replaceChildren(icon(this.video.paused ? PLAY : PAUSE));
    this.button.setAttribute('aria-label', t(this.video.paused ? 'play' : 'pause'));
  }

  paintTime() {
    const { currentTime: time, duration } = this.video;
    this.time.textContent = `${Math.floor(time / 60)}:${(time % 60).toFixed(1).padStart(4, '0')}`;
    if (duration) this.bar.value = String(time / duration * 1000);
  }

  /** The boxes of one frame. @param {number} time its own, in seconds from the clip's first presented frame */
  draw(time) {
    this.shownTime = time;
    const area = this.fit();
    if (!area) return;
    const pen = this.canvas.getContext('2d');
    pen.setTransform(area.scale, 0, 0, area.scale, 0, 0);
    pen.clearRect(0, 0, this.stage.clientWidth, this.stage.clientHeight);
    if (!this.boxes || !this.boxesShown) return;
    const boxes = this.boxes.at(time).sort((a, b) => Number(a.track === this.track) - Number(b.track === this.track));
    for (const box of boxes) this.outline(pen, box, area);
  }

  /** Where the picture lies within the stage, in CSS pixels; null while there is none. */
  fit() {
    const width = this.picture ? this.picture.naturalWidth : this.video.videoWidth;
    const height = this.picture ? this.picture.naturalHeight : this.video.videoHeight;
    const stage = { width: this.stage.clientWidth, height: this.stage.clientHeight };
    if (!width || !stage.width) return null;
    const scale = devicePixelRatio || 1;
    const pixels = { width: Math.round(stage.width * scale), height: Math.round(stage.height * scale) };
    if (this.canvas.width !== pixels.width || this.canvas.height !== pixels.height) Object.assign(this.canvas, pixels);
    const shrink = Math.min(stage.width / width, stage.height / height);
    return { scale, width: width * shrink, height: height * shrink, left: (stage.width - width * shrink) / 2, top: (stage.height - height * shrink) / 2 };
  }

  /** @param {CanvasRenderingContext2D} pen @param {import('../lib/boxes.js').Box} box @param {any} area */
  outline(pen, box, area) {
    const own = box.track === this.track;
    const [x1, y1, x2, y2] = box.xyxy;
    const place = [area.left + x1 * area.width, area.top + y1 * area.height, (x2 - x1) * area.width, (y2 - y1) * area.height];
    const colour = getComputedStyle(this.node).getPropertyValue(own ? `--s${this.severity}` : '--other').trim();
    pen.setLineDash([]);
    pen.strokeStyle = 'rgb(0 0 0 / 75%)';
    pen.lineWidth = own ? 5 : 3.5;
    pen.strokeRect(place[0], place[1], place[2], place[3]);
    pen.setLineDash(box.coasted ? [6, 4] : []); // not seen at that moment: it was there before
    pen.strokeStyle = colour;
    pen.lineWidth = own ? 2.5 : 1.5;
    pen.strokeRect(place[0], place[1], place[2], place[3]);
    if (own) this.label(pen, box, place, colour);
  }

  /** @param {CanvasRenderingContext2D} pen @param {import('../lib/boxes.js').Box} box @param {number[]} place @param {string} colour */
  label(pen, box, place, colour) {
    const text = `${named('label', box.label)} ${Math.round(box.confidence * 100)} %`;
    pen.font = '600 12px system-ui, sans-serif';
    const width = pen.measureText(text).width + 10;
    const top = place[1] >= 20 ? place[1] - 20 : place[1] + place[3] + 2;
    pen.fillStyle = 'rgb(0 0 0 / 80%)';
    pen.fillRect(place[0] - 1, top, width, 18);
    pen.fillStyle = colour;
    pen.fillText(text, place[0] + 4, top + 13);
  }
}
