// Which fields of a spec the form shows, by their paths.

const kShown = [
  /^(name|type|deploymentType|region|vpcUUID|enableTLS|systemPassword|heal)$/,
  /^(targetClusters|clientRanges)(\[\d+\])?$/,
  /^persistence(\.mode)?$/,
  /^desiredState\.roles\.(master|replica|sentinel)\.(count|size|nodes)$/,
  /^desiredState\.roles\.(master|replica|sentinel)\.nodes\[\d+\](\.(id|size|group|tags(\[\d+\])?))?$/,
];

export const isShown = (path: string): boolean => kShown.some((pattern) => pattern.test(path));
