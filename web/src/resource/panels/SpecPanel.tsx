import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import type { Resource } from '../../api/types';
import { CodeBlock } from '../../parts/CodeBlock';
import { InternalLink } from '../../parts/InternalLink';
import { usePermission } from '../../state/usePermission';
import { writeYaml } from '../form/yaml';
import { actionHref, type KindNames } from '../kind';

interface Props {
  names: KindNames;
  resource: Resource;
}

/** What was declared, as the server understood it. */
export function SpecPanel({ names, resource }: Props) {
  const { mayAct } = usePermission();
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={`Generation ${resource.generation}, with the defaults filled in and without secrets.`}
          actions={
            mayAct('update') && (
              <InternalLink href={actionHref(names, 'update', resource.id)}>Update</InternalLink>
            )
          }
        >
          Declared
        </Header>
      }
    >
      <CodeBlock
        label={`The ${names.noun.one} as YAML`}
        copyLabel="Copy the YAML"
        text={writeYaml(names.kind, resource.spec)}
      />
    </Container>
  );
}
