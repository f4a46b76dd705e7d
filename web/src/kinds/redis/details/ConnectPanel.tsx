import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useState } from 'react';
import type { RedisServer } from '../../../api/types';
import { factsOf, kClients, snippetOf } from '../model/snippets';
import type { RedisConnection, RedisStatus } from '../model/types';
import { CredentialsPanel } from './CredentialsPanel';
import './details.css';

interface Props {
  server: RedisServer;
  status: RedisStatus | null;
}

/** How clients connect: addresses, credentials, and code to begin with. */
export function ConnectPanel({ server, status }: Props) {
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
      <CredentialsPanel server={server} tls={status.enableTLS} />
      <Snippets connection={connection} tls={status.enableTLS} />
    </SpaceBetween>
  );
}

interface StringRow {
  readonly what: string;
  readonly text: string;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

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
          value: (
            <CopyToClipboard
              variant="inline"
              textToCopy={text}
              copyButtonAriaLabel={`Copy: ${what}`}
              copySuccessText="Copied"
              copyErrorText="The browser does not allow copying"
            />
          ),
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
          content: <Code what={client} text={snippetOf(client, facts)} />,
        }))}
      />
    </Container>
  );
}

function Code({ what, text }: { what: string; text: string }) {
  return (
    <div className="code-block">
      {/* Long lines are scrolled to, by keyboard too. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} aria-label={`Code for ${what}`}>
        <code>{text}</code>
      </pre>
      <CopyToClipboard
        variant="icon"
        textToCopy={text}
        copyButtonAriaLabel={`Copy the code for ${what}`}
        copySuccessText="Copied"
        copyErrorText="The browser does not allow copying"
      />
    </div>
  );
}
