import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import { Time } from '../../parts/Time';
import { useNow } from '../../parts/useNow';
import { CertificateLeft } from './CertificateLeft';
import { certificateRows, type CertifiedNode } from './certificates';

interface Props {
  noun: string;
  /** As they were observed last. */
  nodes: readonly CertifiedNode[];
  /** Null while it has not been observed. */
  tls: boolean | null;
  onRotate: () => void;
}

/** Where each node's certificate is, and how long it lasts. */
export function CertificatesPanel({ noun, nodes, tls, onRotate }: Props) {
  const now = useNow(3_600_000);
  return (
    <Table
      header={
        <Header
          variant="h2"
          description={`Signed by the ${noun}’s own authority. Rotating renews them without interrupting clients.`}
          actions={
            <Button onClick={onRotate} disabled={tls !== true}>
              Rotate
            </Button>
          }
        >
          Certificates
        </Header>
      }
      items={certificateRows(nodes, now)}
      trackBy="node"
      wrapLines
      empty={
        <Box textAlign="center">
          {tls === false ? 'TLS is off: there are no certificates.' : 'No certificate has been observed yet.'}
        </Box>
      }
      columnDefinitions={[
        { id: 'node', header: 'Node', cell: ({ node }) => node, isRowHeader: true, minWidth: 120 },
        {
          id: 'left',
          header: 'Validity',
          cell: ({ expiresAt }) => <CertificateLeft expiresAt={expiresAt} now={now} />,
          minWidth: 150,
        },
        { id: 'expires', header: 'Expires', cell: ({ expiresAt }) => <Time at={expiresAt} />, minWidth: 210 },
        { id: 'path', header: 'Certificate', cell: ({ path }) => <code>{path}</code> },
        { id: 'authority', header: 'Authority', cell: ({ authorityPath }) => <code>{authorityPath}</code> },
      ]}
    />
  );
}
