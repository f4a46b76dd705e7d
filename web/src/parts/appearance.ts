import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { readPreference, writePreference } from './preference';

export type Appearance = 'system' | 'light' | 'dark';

const key = 'appearance';
const isAppearance = (value: unknown): value is Appearance =>
  value === 'system' || value === 'light' || value === 'dark';
const systemIsDark = () => window.matchMedia('(prefers-color-scheme: dark)');

export const modeOf = (appearance: Appearance, dark: boolean): Mode =>
  appearance === 'dark' || (appearance === 'system' && dark) ? Mode.Dark : Mode.Light;

const darkClass = 'awsui-dark-mode';

/** Whether the page is dark now, for what is drawn without Cloudscape. */
export function useDarkMode(): boolean {
  return useSyncExternalStore(observeBody, () => document.body.classList.contains(darkClass));
}

function observeBody(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  return () => observer.disconnect();
}

/** The colours as chosen, or as the system has them, now and whenever the system changes them. */
export function useAppearance(): {
  appearance: Appearance;
  choose: (next: Appearance) => void;
} {
  const [appearance, setAppearance] = useState(() => readPreference(key, isAppearance, 'system'));
  const [systemDark, setSystemDark] = useState(() => systemIsDark().matches);
  useEffect(() => {
    const query = systemIsDark();
    const follow = () => setSystemDark(query.matches);
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  const mode = modeOf(appearance, systemDark);
  useEffect(() => {
    applyMode(mode);
    document.documentElement.style.colorScheme = mode;
  }, [mode]);
  const choose = useCallback((next: Appearance) => {
    writePreference(key, next);
    setAppearance(next);
  }, []);
  return { appearance, choose };
}
