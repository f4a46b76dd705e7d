import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useState } from 'react';
import { CodeBlock } from '../../../parts/CodeBlock';
import { Copy } from '../../../parts/Copy';
import { capital } from '../../../parts/format';
import { CredentialsPanel } from '../../../resource/panels/CredentialsPanel';
import { NamesPanel } from '../../../resource/panels/NamesPanel';
import { secretFields } from '../model/secrets';
import { factsOf, kClients, snippetOf } from '../model/snippets';
import type { RedisConnection, RedisStatus } from '../model/types';

interface Props {
  id: string;
  status: RedisStatus | null;
}

/** How clients connect: addresses, credentials, and code to begin with. */
export function ConnectPanel({ id, status }: Props) {
  const connection = status?.connection ?? null;
  if (status === null || connection === null)
    return (
      <Container header={<Header variant="h2">Connect</Header>}>
        <Box>The cluster has not been proved to work yet; how to connect is shown once it has.</Box>
      </Container>
    );
  return (
    <SpaceBetween size="l">
      <Strings connection={connection} />
      <NamesPanel hostsFile={connection.hostsFile} zoneFile={connection.zoneFile} />
      <CredentialsPanel
        id={id}
        description={
          status.enableTLS
            ? 'User name, password, and the certificate of the cluster’s authority.'
            : 'User name and password.'
        }
        fieldsOf={secretFields}
      />
      <Snippets connection={connection} tls={status.enableTLS} />
    </SpaceBetween>
  );
}

interface StringRow {
  readonly what: string;
  readonly text: string;
}

function stringsOf(connection: RedisConnection): StringRow[] {
  return [
    ...(connection.sentinels.length > 0 ? [{ what: 'Sentinels', text: connection.sentinels.join(',') }] : []),
    ...(connection.masterNames.length > 0
      ? [{ what: 'Master names', text: connection.masterNames.join(',') }]
      : []),
    ...connection.urls.map(({ group, url }) => ({ what: `${group}, its master now`, text: url })),
    ...connection.commands.map(({ purpose, command }) => ({ what: capital(purpose), text: command })),
  ];
}

function Strings({ connection }: { connection: RedisConnection }) {
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={
            connection.sentinels.length > 0
              ? 'Ask the sentinels for the master: after a failover it is another node.'
              : 'A single node: clients connect to it directly.'
          }
        >
          Connection strings
        </Header>
      }
    >
      <KeyValuePairs
        columns={1}
        items={stringsOf(connection).map(({ what, text }) => ({
          label: what,
          value: <Copy variant="inline" text={text} label={`Copy: ${what}`} />,
        }))}
      />
    </Container>
  );
}

function Snippets({ connection, tls }: { connection: RedisConnection; tls: boolean }) {
  const groups = connection.urls.map(({ group }) => group);
  const [chosen, setChosen] = useState<string | null>(null);
  const group = groups.find((one) => one === chosen) ?? groups[0];
  if (group === undefined)
    return (
      <Container header={<Header variant="h2">Client code</Header>}>
        <Box>Nobody leads a group at the moment.</Box>
      </Container>
    );
  const facts = factsOf(connection, tls, group);
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={
            tls
              ? 'The password comes from REDIS_PASSWORD, the authority’s certificate from ca.crt; both are among the credentials.'
              : 'The password comes from REDIS_PASSWORD; it is among the credentials.'
          }
          actions={
            groups.length > 1 && (
              <FormField label="Group">
                <Select
                  options={groups.map((name) => ({ value: name, label: name }))}
                  selectedOption={{ value: group, label: group }}
                  onChange={({ detail }) => setChosen(detail.selectedOption.value ?? null)}
                />
              </FormField>
            )
          }
        >
          Client code
        </Header>
      }
    >
      <Tabs
        ariaLabel="Clients"
        tabs={kClients.map((client) => ({
          id: client,
          label: client,
          content: (
            <CodeBlock
              label={`Code for ${client}`}
              copyLabel={`Copy the code for ${client}`}
              text={snippetOf(client, facts)}
            />
          ),
        }))}
      />
    </Container>
  );
}
