import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Size } from '../../api/types';
import { Labelled } from '../../parts/Labelled';
import { reachable, sizesIn } from '../form/sizes';
import { SizeSelect } from '../form/SizeSelect';
import type { RoleToResize } from './description';
import { directions, type Direction } from './directions';
import { sizesInWords } from './request';

interface Props {
  role: RoleToResize;
  region: string;
  direction: Direction;
  /** All that the provider knows. */
  sizes: readonly Size[];
  loading: boolean;
  chosen: string;
  fault: string | undefined;
  onChoose: (size: string) => void;
}

/** The nodes of one role, and the sizes that they can be given. */
export function RoleChoice({ role, region, direction, sizes, loading, chosen, fault, onChoose }: Props) {
  const { title, sizes: present } = role;
  const offered = reachable(sizesIn(sizes, region), sizes, present, direction);
  return (
    <Container
      header={
        <Header variant="h2" counter={`(${present.length})`}>
          {title}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <Box>Now: {sizesInWords(present)}</Box>
        <FormField
          label={<Labelled short="New size" rest={`of ${title.toLowerCase()}`} />}
          errorText={fault}
          constraintText={
            !loading && offered.length === 0
              ? directions[direction].none
              : 'Left open, these nodes stay as they are.'
          }
        >
          <div className="list-entry">
            <SizeSelect
              value={chosen}
              sizes={offered}
              loading={loading}
              placeholder="Stays as it is"
              onChange={onChoose}
            />
            {chosen !== '' && (
              <Button
                variant="icon"
                iconName="undo"
                ariaLabel={`Leave ${title.toLowerCase()} as they are`}
                onClick={() => onChoose('')}
              />
            )}
          </div>
        </FormField>
      </SpaceBetween>
    </Container>
  );
}
