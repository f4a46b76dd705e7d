import './first-steps.css';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { useNavigate } from 'react-router';
import { usePermission } from '../../state/usePermission';

interface Props {
  noun: string;
  description: string;
  steps: readonly { title: string; text: string }[];
  createHref: string;
}

/** How the first resource of a kind is made. */
export function FirstSteps({ noun, description, steps, createHref }: Props) {
  const { mayAct } = usePermission();
  const navigate = useNavigate();
  return (
    <Container
      header={
        <Header variant="h2" description={description}>
          Your first {noun}
        </Header>
      }
    >
      <ol className="first-steps">
        {steps.map(({ title, text }) => (
          <li key={title}>
            <Box variant="h3">{title}</Box>
            <Box variant="p">{text}</Box>
          </li>
        ))}
      </ol>
      <Button
        variant="primary"
        disabled={!mayAct('create')}
        disabledReason="Your token lacks the permission servers:create."
        onClick={() => void navigate(createHref)}
      >
        Create your first {noun}
      </Button>
    </Container>
  );
}
