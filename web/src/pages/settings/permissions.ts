/** What can be granted to a token, by what people want to allow. The server knows finer ones, too. */
export const kPermissions: readonly { value: string; label: string; description: string }[] = [
  { value: '*', label: 'Everything', description: 'An administrator’s token' },
  { value: 'servers:read', label: 'servers:read', description: 'See resources and how they are' },
  { value: 'servers:create', label: 'servers:create', description: 'Deploy resources' },
  {
    value: 'servers:update',
    label: 'servers:update',
    description: 'Change, resize, stop, start and heal them',
  },
  { value: 'servers:delete', label: 'servers:delete', description: 'Delete them with their data' },
  { value: 'servers:credentials', label: 'servers:credentials', description: 'Read their passwords' },
  { value: 'plans:create', label: 'plans:create', description: 'See what a change would do' },
  { value: 'operations:read', label: 'operations:read', description: 'Follow operations' },
  { value: 'operations:cancel', label: 'operations:cancel', description: 'Cancel and undo them' },
  { value: 'operations:retry', label: 'operations:retry', description: 'Continue failed ones' },
  { value: 'catalog:read', label: 'catalog:read', description: 'See regions, sizes and providers' },
  { value: 'orphans:read', label: 'orphans:read', description: 'See what was left behind' },
  { value: 'orphans:delete', label: 'orphans:delete', description: 'Destroy what was left behind' },
  { value: 'metrics:read', label: 'metrics:read', description: 'Scrape metrics' },
  { value: 'tokens:*', label: 'tokens:*', description: 'Make and revoke tokens' },
];
