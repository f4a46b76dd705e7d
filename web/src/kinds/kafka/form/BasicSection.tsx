import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';
import { hintAt } from '../../../resource/form/hints';
import { NameField } from '../../../resource/form/NameField';
import { RegionField } from '../../../resource/form/RegionField';
import { VpcField } from '../../../resource/form/VpcField';
import { setType, usualVoters, voterChoices } from '../model/counts';
import { kafka } from '../model/names';
import { clusterTypes, type KafkaType } from '../model/types';
import { typeWords } from '../model/words';
import type { SectionProps } from './section';

/** Name, type, place. What only another cluster can have is fixed once the cluster exists. */
export function BasicSection(props: SectionProps) {
  const { editor, hints, regions, regionsLoading, exists } = props;
  const { form, change, faults } = editor;
  const fixed = exists ? 'Fixed: only another cluster can have another.' : undefined;
  return (
    <Container header={<Header variant="h2">Basic configuration</Header>}>
      <SpaceBetween size="l">
        <NameField
          label="Cluster name"
          name={form.name}
          placeholder="prod-kafka-us-east"
          hint={hintAt(hints, 'name')}
          fixed={fixed}
          fault={faults.get('name')}
          onChange={(name) => change((before) => ({ ...before, name }))}
        />
        <FormField label="Cluster type" constraintText={fixed} errorText={faults.get('type')} stretch>
          <Tiles
            value={form.type}
            onChange={({ detail }) => change((before) => setType(before, detail.value as KafkaType))}
            items={clusterTypes.map((value) => ({ value, ...typeWords[value], disabled: exists }))}
          />
        </FormField>
        <RegionField
          region={form.region}
          regions={regions}
          loading={regionsLoading}
          fixed={fixed}
          fault={faults.get('region')}
          onChange={(region) => change((before) => ({ ...before, region }))}
        />
        <VpcField
          vpcUUID={form.vpcUUID}
          noun={kafka.noun.one}
          fixed={fixed}
          fault={faults.get('vpcUUID')}
          onChange={(vpcUUID) => change((before) => ({ ...before, vpcUUID }))}
        />
        <FormField
          label={<>Version{!exists && <i> – optional</i>}</>}
          description="Of Kafka. Another one is installed broker by broker, while the others serve."
          constraintText="Three numbers, such as 4.1.0. Left empty, Ashlar chooses."
          errorText={faults.get('version')}
        >
          <Input
            value={form.version}
            placeholder="4.1.0"
            autoComplete={false}
            spellcheck={false}
            onChange={({ detail }) => change((before) => ({ ...before, version: detail.value }))}
          />
        </FormField>
        {form.type === 'kafka-cluster' && <VotersField {...props} />}
      </SpaceBetween>
    </Container>
  );
}

/** Where controllers are among the brokers, only how many of them are. */
function VotersField({ editor: { form, change, faults } }: SectionProps) {
  const usual = {
    value: '',
    label: `As usual: ${usualVoters(form.type)}`,
  };
  const options = [
    usual,
    ...voterChoices(form).map((count) => ({ value: String(count), label: String(count) })),
  ];
  const value = form.voters === null ? '' : String(form.voters);
  return (
    <FormField
      label="Controllers among the brokers"
      description="The first of the brokers vote on who leads and what there is. An odd number: 3 survive the loss of 1, 5 of 2."
      errorText={faults.get('desiredState.roles.controller.count')}
    >
      <Select
        selectedOption={options.find((option) => option.value === value) ?? { value, label: value }}
        options={options}
        onChange={({ detail }) => {
          const chosen = detail.selectedOption.value ?? '';
          change((before) => ({ ...before, voters: chosen === '' ? null : Number(chosen) }));
        }}
      />
    </FormField>
  );
}
