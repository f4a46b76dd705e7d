import Alert from '@cloudscape-design/components/alert';
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
import { secretFields } from '../model/secrets';
import { clients, snippetOf } from '../model/snippets';
import { formOfSpec } from '../model/spec';
import { userNames, type KafkaConnection, type KafkaResource, type KafkaStatus } from '../model/types';

interface Props {
  resource: KafkaResource;
  status: KafkaStatus | null;
}

/** How clients connect: addresses, credentials, and code to begin with. */
export function ConnectPanel({ resource, status }: Props) {
  const connection = status?.connection ?? null;
  if (status === null || connection === null)
    return (
      <Container header={<Header variant="h2">Connect</Header>}>
        <Box>The cluster has not been proved to work yet; how to connect is shown once it has.</Box>
      </Container>
    );
  return (
    <SpaceBetween size="l">
      <Addresses connection={connection} />
      <CredentialsPanel
        id={resource.id}
        description={
          status.enableTLS
            ? 'Each user’s password, the certificate of the cluster’s authority, and client.properties with the password in it.'
            : 'Each user’s password, and client.properties with the password in it.'
        }
        fieldsOf={secretFields}
      />
      <ClientFile connection={connection} tls={status.enableTLS} />
      <Snippets resource={resource} connection={connection} tls={status.enableTLS} />
    </SpaceBetween>
  );
}

function Addresses({ connection: { bootstrap, commands } }: { connection: KafkaConnection }) {
  const rows = [
    { what: 'Bootstrap addresses', text: bootstrap.join(',') },
    ...commands.map(({ purpose, command }) => ({ what: capital(purpose), text: command })),
  ];
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Clients begin at any of the brokers, and learn of the others there."
        >
          Addresses
        </Header>
      }
    >
      <KeyValuePairs
        columns={1}
        items={rows.map(({ what, text }) => ({
          label: what,
          value: <Copy variant="inline" text={text} label={`Copy: ${what}`} />,
        }))}
      />
    </Container>
  );
}

/** For Java clients and Kafka's own tools. */
function ClientFile({ connection, tls }: { connection: KafkaConnection; tls: boolean }) {
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={`For Java clients and Kafka’s own tools, with PASSWORD in place of the password. Among the credentials it is whole${tls ? ', and so is ca.crt' : ''}.`}
        >
          client.properties
        </Header>
      }
    >
      <SpaceBetween size="m">
        <CodeBlock
          label="The file client.properties"
          copyLabel="Copy client.properties without its password"
          text={connection.clientProperties}
        />
        {connection.shell.length > 0 && (
          <FormField label="Fetched by a shell that has ashlar" stretch>
            <CodeBlock
              label="Commands that fetch the files"
              copyLabel="Copy the commands that fetch the files"
              text={connection.shell.join('\n')}
            />
          </FormField>
        )}
      </SpaceBetween>
    </Container>
  );
}

interface SnippetsProps {
  resource: KafkaResource;
  connection: KafkaConnection;
  tls: boolean;
}

function Snippets({ resource, connection, tls }: SnippetsProps) {
  const { form } = formOfSpec(resource.spec);
  const users = userNames(resource.spec);
  const topic = form?.topics[0]?.name ?? 'orders';
  const [chosen, setChosen] = useState<string | null>(null);
  const username = users.find((one) => one === chosen) ?? users[0] ?? connection.username;
  const facts = { bootstrap: connection.bootstrap, tls, username, topic };
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={`The password comes from KAFKA_PASSWORD${tls ? ', the authority’s certificate from ca.crt' : ''}; among the credentials you find ${tls ? 'both' : 'it'}. KAFKA_GROUP names a consumer group that the user may use.`}
          actions={
            users.length > 1 && (
              <FormField label="User">
                <Select
                  options={users.map((name) => ({ value: name, label: name }))}
                  selectedOption={{ value: username, label: username }}
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
      <SpaceBetween size="m">
        <Tabs
          ariaLabel="Clients"
          tabs={clients.map((client) => ({
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
        <Alert type="info" i18nStrings={{ infoIconAriaLabel: 'Information' }}>
          kcat of Debian 12 cannot log in: its library does not speak SCRAM-SHA-512 to Kafka 4. Use Kafka’s
          own tools with client.properties.
        </Alert>
      </SpaceBetween>
    </Container>
  );
}
