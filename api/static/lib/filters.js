// @ts-check
/** What is asked for, as it stands in the address: shared by a copied link, kept over a reload. */

const HOURS = { '1h': 1, '24h': 24, '7d': 168, '30d': 720 };

/**
 * @typedef {{type: string[], severity: number[], camera: string, division: string, span: string, from: string, to: string}} Filters
 */

/** @returns {Filters} */
export function readFilters() {
  const asked = new URLSearchParams(location.search);
  return {
    type: asked.getAll('type'),
    severity: asked.getAll('severity').map(Number).filter((n) => n >= 1 && n <= 4),
    camera: asked.get('camera') ?? '',
    division: asked.get('division') ?? '',
    span: asked.get('span') ?? '24h',
    from: asked.get('from') ?? '',
    to: asked.get('to') ?? '',
  };
}

export const selectedEvent = () => new URLSearchParams(location.search).get('event');

/** Writes both into the address, without a step in the history. @param {Filters} filters @param {string|null} event */
export function writeAddress(filters, event) {
  const asked = parameters(filters);
  if (filters.span !== '24h' && filters.span !== 'own') asked.set('span', filters.span);
  if (filters.span === 'own') asked.set('span', 'own');
  if (event) asked.set('event', event);
  history.replaceState(null, '', asked.size ? `?${asked}` : location.pathname);
}

/** @param {Filters} filters */
function parameters(filters) {
  const asked = new URLSearchParams();
  for (const type of filters.type) asked.append('type', type);
  for (const severity of filters.severity) asked.append('severity', String(severity));
  for (const name of /** @type {const} */ (['camera', 'division'])) if (filters[name]) asked.set(name, filters[name]);
  if (filters.span === 'own') for (const name of /** @type {const} */ (['from', 'to'])) if (filters[name]) asked.set(name, filters[name]);
  return asked;
}

/** The query of the events that are asked for. @param {Filters} filters @param {number} limit @param {string|null} cursor */
export function query(filters, limit, cursor) {
  const asked = parameters(filters);
  const { from, to } = stretch(filters);
  asked.delete('from');
  asked.delete('to');
  if (!cursor) {
    if (from) asked.set('from', new Date(from).toISOString());
    if (to) asked.set('to', new Date(to).toISOString());
  } else asked.set('cursor', cursor);
  asked.set('limit', String(limit));
  return asked;
}

/** From and to in milliseconds; 0 where it is open. @param {Filters} filters */
function stretch(filters) {
  if (filters.span === 'own') return { from: Date.parse(filters.from) || 0, to: Date.parse(filters.to) || 0 };
  const hours = HOURS[/** @type {keyof typeof HOURS} */ (filters.span)] ?? 24;
  return { from: Date.now() - hours * 3600e3, to: 0 };
}

/** Whether no moment can be within: it ends before it begins. @param {Filters} filters */
export function isTurnedRound(filters) {
  const { from, to } = stretch(filters);
  return from >= (to || Date.now());
}

/** Whether an event that became visible is among those asked for. @param {any} event @param {Filters} filters */
export function matches(event, filters) {
  const { from, to } = stretch(filters);
  const at = Date.parse(event.at);
  return (!filters.type.length || filters.type.includes(event.type))
    && (!filters.severity.length || filters.severity.includes(event.severity))
    && (!filters.camera || event.camera === filters.camera)
    && event.division.startsWith(filters.division)
    && at >= from && (!to || at < to);
}
