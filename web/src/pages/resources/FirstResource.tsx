import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate } from 'react-router';
import { createHref, type KindNames } from '../../resource/kind';
import { usePermission } from '../../state/usePermission';

/** In place of an empty list: what can be declared. */
export function FirstResource({ kinds }: { kinds: readonly KindNames[] }) {
  const { mayAct } = usePermission();
  const navigate = useNavigate();
  return (
    <Container
      header={
        <Header variant="h2" description="Nothing is made before you have seen its plan and accepted it.">
          Your first resource
        </Header>
      }
    >
      <SpaceBetween size="l">
        {kinds.map((names) => (
          <SpaceBetween key={names.kind} size="xs">
            <Box variant="h3">{names.title.many}</Box>
            <Box>{names.description}</Box>
            <Button
              disabled={!mayAct('create')}
              disabledReason="Your token lacks the permission servers:create."
              onClick={() => void navigate(createHref(names))}
            >
              Create {names.title.one}
            </Button>
          </SpaceBetween>
        ))}
      </SpaceBetween>
    </Container>
  );
}
