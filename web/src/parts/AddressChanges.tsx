import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import type { PlanPreview } from '../api/types';

type AddressChange = PlanPreview['addressChanges'][number];

const fates: Record<AddressChange['fate'], string> = {
  moves: 'Gets another address',
  goes: 'Goes, with its address',
  comes: 'New, with an address of its own',
};

/** The addresses that a plan ends and begins, and who knows them. */
export function AddressChanges({ changes }: { changes: readonly AddressChange[] }) {
  if (changes.length === 0) return null;
  return (
    <Table
      variant="embedded"
      header={
        <Header variant="h3" counter={`(${changes.length})`}>
          Addresses that change
        </Header>
      }
      items={changes}
      trackBy="node"
      wrapLines
      columnDefinitions={[
        { id: 'node', header: 'Node', cell: ({ node }) => node, isRowHeader: true, minWidth: 120 },
        { id: 'fate', header: 'What happens', cell: ({ fate }) => fates[fate], minWidth: 150 },
        { id: 'address', header: 'Address now', cell: ({ address }) => address ?? '–', minWidth: 150 },
        { id: 'usedBy', header: 'Known to', cell: ({ usedBy }) => usedBy, minWidth: 210 },
      ]}
    />
  );
}
