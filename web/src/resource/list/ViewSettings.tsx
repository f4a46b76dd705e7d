import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Modal from '@cloudscape-design/components/modal';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { ListColumn } from './description';
import { nameId, pageSizes, usualView, type View } from './view';

interface Props {
  columns: readonly ListColumn[];
  view: View;
  onChange: (view: View) => void;
  onClose: () => void;
}

/** Which columns, and how many rows a page. Cloudscape's own dialog brings a library for dragging with it. */
export function ViewSettings({ columns, view, onChange, onClose }: Props) {
  const [shown, setShown] = useState(view.columns);
  const [pageSize, setPageSize] = useState(view.pageSize);
  const choose = (id: string, chosen: boolean) =>
    setShown(columns.map((one) => one.id).filter((other) => (other === id ? chosen : shown.includes(other))));
  return (
    <Modal
      visible
      header="View"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button
              variant="link"
              onClick={() => {
                const usual = usualView(columns);
                setShown(usual.columns);
                setPageSize(usual.pageSize);
              }}
            >
              As at first
            </Button>
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button
              variant="primary"
              onClick={() => {
                onChange({ ...view, columns: shown, pageSize });
                onClose();
              }}
            >
              Confirm
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="l">
        <fieldset className="plain-fieldset">
          <Box variant="awsui-key-label" tagOverride="legend">
            Columns
          </Box>
          {columns.map(({ id, header }) => (
            <Checkbox
              key={id}
              checked={shown.includes(id)}
              disabled={id === nameId}
              onChange={({ detail }) => choose(id, detail.checked)}
            >
              {header}
            </Checkbox>
          ))}
        </fieldset>
        <FormField label="Rows a page">
          <RadioGroup
            value={String(pageSize)}
            onChange={({ detail }) => setPageSize(Number(detail.value))}
            items={pageSizes.map((size) => ({ value: String(size), label: String(size) }))}
          />
        </FormField>
      </SpaceBetween>
    </Modal>
  );
}
