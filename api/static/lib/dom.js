// @ts-check
/** Builds elements without a string of HTML ever being parsed: what cameras are called is hostile text. */

/**
 * @param {string} what "tag.class.class"
 * @param {Record<string, any>|null} [attributes] `on…` are listeners, `data` the data set
 * @param {...any} children nodes or text; null and false are left out
 * @returns {any}
 */
export function el(what, attributes, ...children) {
  const [tag, ...classes] = what.split('.');
  const node = document.createElement(tag || 'div');
  if (classes.length) node.className = classes.join(' ');
  for (const [name, value] of Object.entries(attributes || {})) set(node, name, value);
  node.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return node;
}

function set(/** @type {any} */ node, /** @type {string} */ name, /** @type {any} */ value) {
  if (value == null || value === false) return;
  if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
  else if (name === 'data') Object.assign(node.dataset, value);
  else if (name in node && typeof value !== 'string') node[name] = value;
  else node.setAttribute(name, value === true ? '' : String(value));
}

export function replace(/** @type {Element} */ node, /** @type {any[]} */ ...children) {
  node.replaceChildren(...children.flat(Infinity).filter((child) => child != null && child !== false));
}

const SVG = 'http://www.w3.org/2000/svg';

function drawn(/** @type {string} */ tag, /** @type {Record<string, any>} */ attributes) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return node;
}

/** @param {string} path @param {string} [kind] */
export function icon(path, kind = 'icon') {
  const svg = drawn('svg', { viewBox: '0 0 16 16', class: kind, 'aria-hidden': 'true' });
  svg.append(drawn('path', { d: path }));
  return svg;
}

const SHAPES = ['', 'M12 1.500 22.500 12 12 22.500 1.500 12Z', 'M12 2 22.500 21.500H1.500Z', 'M12 2.500a9.500 9.500 0 1 0 .010 0Z', 'M12 2.500a9.500 9.500 0 1 0 .010 0Z'];

/** Severity by shape, digit and colour: no two look alike to anybody. @param {number} severity */
export function severityIcon(severity) {
  const svg = drawn('svg', { viewBox: '0 0 24 24', class: `severity s${severity}`, 'aria-hidden': 'true' });
  const digit = drawn('text', { x: 12, y: severity === 2 ? 19 : 16.3, 'text-anchor': 'middle' });
  digit.textContent = String(severity);
  svg.append(drawn('path', { d: SHAPES[severity] }), digit);
  return svg;
}

/** Says something to whoever hears the page. @param {string} text @param {boolean} [urgent] */
export function say(text, urgent = false) {
  const node = document.getElementById(urgent ? 'cried' : 'said');
  if (node) node.textContent = text;
}
