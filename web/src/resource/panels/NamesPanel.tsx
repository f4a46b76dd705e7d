import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { Copy } from '../../parts/Copy';

interface Props {
  hostsFile: string | null;
  zoneFile: string | null;
}

/** Names for the nodes' addresses, as texts to paste; nothing when the spec asks for none. */
export function NamesPanel({ hostsFile, zoneFile }: Props) {
  if (hostsFile === null || zoneFile === null) return null;
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="The certificates hold these names too. Who resolves them keeps connecting when a machine gets another address."
        >
          Names
        </Header>
      }
    >
      <Tabs
        ariaLabel="Names"
        tabs={[
          { id: 'hosts', label: 'Hosts file', content: <Text what="Hosts file" text={hostsFile} /> },
          { id: 'zone', label: 'DNS zone', content: <Text what="DNS zone" text={zoneFile} /> },
        ]}
      />
    </Container>
  );
}

function Text({ what, text }: { what: string; text: string }) {
  return (
    <SpaceBetween size="xs">
      <Box variant="code">
        <pre>{text}</pre>
      </Box>
      <Copy variant="button" text={text} label={`Copy: ${what}`} />
    </SpaceBetween>
  );
}
