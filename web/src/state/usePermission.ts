import { useCallback } from 'react';
import { allows, allowsAction } from '../api/permissions';
import { useAppSelector } from './store';

const nothing: readonly string[] = [];

/** What the signed-in user may do. The server decides; pages ask so as not to offer what would be refused. */
export function usePermission(): {
  may: (permission: string) => boolean;
  mayAct: (action: string) => boolean;
} {
  const granted = useAppSelector((state) => state.session.session?.permissions ?? nothing);
  const may = useCallback((permission: string) => allows(granted, permission), [granted]);
  const mayAct = useCallback((action: string) => allowsAction(granted, action), [granted]);
  return { may, mayAct };
}
