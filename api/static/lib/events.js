// @ts-check
/** What an event is, beyond its words. */

const MOMENTS = new Set(['line', 'clock_step', 'format_changed']); // types that have no end to wait for

/** Whether it goes on until somebody says that it ended. @param {any} event */
export const lasts = (event) => !MOMENTS.has(event.type);

/** Whether nothing more of it is to come. @param {any} event */
export const isOver = (event) => Boolean(event.ended) || !lasts(event);
