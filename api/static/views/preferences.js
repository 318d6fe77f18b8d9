// @ts-check
import { el } from '../lib/dom.js';
import { language, speak, t } from '../lib/words.js';

/** The buttons that change how the page looks: its language, and light or dark. */
export function preferences() {
  const other = language === 'en' ? 'zh' : 'en';
  const root = document.documentElement;
  const light = () => root.dataset.theme === 'light';
  const theme = el('button.plain', { type: 'button', 'aria-pressed': String(light()) }, t('light'));
  theme.addEventListener('click', () => {
    root.dataset.theme = light() ? 'dark' : 'light';
    localStorage.setItem('theme', root.dataset.theme);
    theme.setAttribute('aria-pressed', String(light()));
  });
  return [
    theme,
    el('button.plain', { type: 'button', lang: other === 'zh' ? 'zh-CN' : 'en', onclick: () => speak(other) }, other === 'zh' ? '中文' : 'English'),
  ];
}
