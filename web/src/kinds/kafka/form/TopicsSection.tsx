import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo } from 'react';
import { formatCount } from '../../../parts/format';
import { Labelled } from '../../../parts/Labelled';
import type { FaultMap } from '../../../resource/form/faults';
import { NumberInput } from '../../../resource/form/NumberInput';
import { newTopic, type TopicForm } from '../model/form';
import { EntryList } from './EntryList';
import type { SectionProps } from './section';
import { SettingsField } from './SettingsField';

const mostTopics = 20_000;

function summaryOf({ partitions, replicationFactor, configuration }: TopicForm): string {
  return [
    partitions === null ? 'partitions as usual' : formatCount(partitions, 'partition'),
    ...(replicationFactor === null ? [] : [formatCount(replicationFactor, 'replica')]),
    ...configuration.filter(({ key }) => key !== '').map(({ key, value }) => `${key}=${value}`),
  ].join(' · ');
}

/** The topics that are declared. */
export function TopicsSection({ editor: { form, change, faults } }: SectionProps) {
  const { topics } = form;
  const titles = useMemo(() => topics.map(({ name }) => name), [topics]);
  const setTopics = (apply: (topics: readonly TopicForm[]) => readonly TopicForm[]) =>
    change((before) => ({ ...before, topics: apply(before.topics) }));
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={`(${topics.length})`}
          description="Made with the cluster. More partitions can be added later, none taken away."
        >
          Topics
        </Header>
      }
    >
      <FormField errorText={faults.get('topics')} stretch>
        <EntryList
          noun="topic"
          path="topics"
          titles={titles}
          summaryOf={(index) => summaryOf(topics[index] ?? newTopic)}
          faults={faults}
          most={mostTopics}
          onAdd={() => setTopics((before) => [...before, newTopic])}
          onRemove={(index) => setTopics((before) => before.filter((_, at) => at !== index))}
        >
          {(index) => (
            <TopicFields
              topic={topics[index] ?? newTopic}
              path={`topics[${index}]`}
              faults={faults}
              onChange={(changed) =>
                setTopics((before) =>
                  before.map((topic, at) => (at === index ? { ...topic, ...changed } : topic)),
                )
              }
            />
          )}
        </EntryList>
      </FormField>
    </Container>
  );
}

interface FieldsProps {
  topic: TopicForm;
  path: string;
  faults: FaultMap;
  onChange: (changed: Partial<TopicForm>) => void;
}

function TopicFields({ topic, path, faults, onChange }: FieldsProps) {
  const { name, partitions, replicationFactor, configuration } = topic;
  const rest = name === '' ? 'of the new topic' : `of ${name}`;
  return (
    <SpaceBetween size="m">
      <div className="entry-line">
        <FormField
          label={<Labelled short="Name" rest={rest} />}
          errorText={faults.get(`${path}.name`) ?? faults.get(path)}
        >
          <Input
            value={name}
            placeholder="orders"
            autoComplete={false}
            spellcheck={false}
            onChange={({ detail }) => onChange({ name: detail.value })}
          />
        </FormField>
        <FormField
          label={<Labelled short="Partitions" rest={rest} />}
          errorText={faults.get(`${path}.partitions`)}
        >
          <NumberInput
            value={partitions}
            least={1}
            most={10_000}
            placeholder="As usual"
            onChange={(value) => onChange({ partitions: value })}
            onClear={() => onChange({ partitions: null })}
          />
        </FormField>
        <FormField
          label={<Labelled short="Replicas" rest={rest} />}
          errorText={faults.get(`${path}.replicationFactor`)}
        >
          <NumberInput
            value={replicationFactor}
            least={1}
            most={100}
            placeholder="As usual"
            onChange={(value) => onChange({ replicationFactor: value })}
            onClear={() => onChange({ replicationFactor: null })}
          />
        </FormField>
      </div>
      <SettingsField
        label={<Labelled short="Configuration" rest={rest} />}
        path={`${path}.configuration`}
        settings={configuration}
        faults={faults}
        onChange={(settings) => onChange({ configuration: settings })}
      />
    </SpaceBetween>
  );
}
