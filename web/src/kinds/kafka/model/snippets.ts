// How clients connect: code that can be pasted. No secret is ever part of it; the password comes from
// the environment of whoever runs it, the authority's certificate from the file ca.crt.

export const clients = ['Java', 'kafka-python', 'confluent-kafka', 'kafkajs'] as const;
export type Client = (typeof clients)[number];

export interface ConnectionFacts {
  readonly bootstrap: readonly string[];
  readonly tls: boolean;
  readonly username: string;
  /** One that the user may read, as far as is known. */
  readonly topic: string;
}

const joined = (...lines: (string | false)[]): string =>
  lines.filter((line): line is string => line !== false).join('\n');

/** A text in the quotes of any of these languages. Names and addresses come from a spec, and are no code. */
const quoted = (text: string): string => JSON.stringify(text);

const protocol = (tls: boolean): string => (tls ? 'SASL_SSL' : 'SASL_PLAINTEXT');

function java({ bootstrap, tls, username, topic }: ConnectionFacts): string {
  return joined(
    '// org.apache.kafka:kafka-clients',
    'import java.time.Duration;',
    'import java.util.List;',
    'import java.util.Properties;',
    'import org.apache.kafka.clients.consumer.KafkaConsumer;',
    'import org.apache.kafka.common.serialization.StringDeserializer;',
    '',
    'public class Read {',
    '  public static void main(String[] args) {',
    '    var password = System.getenv("KAFKA_PASSWORD").replace("\\\\", "\\\\\\\\").replace("\\"", "\\\\\\"");',
    '    var settings = new Properties();',
    `    settings.put("bootstrap.servers", ${quoted(bootstrap.join(','))});`,
    `    settings.put("security.protocol", "${protocol(tls)}");`,
    '    settings.put("sasl.mechanism", "SCRAM-SHA-512");',
    '    settings.put("sasl.jaas.config",',
    '        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\\""',
    `            + ${quoted(username)} + "\\" password=\\"" + password + "\\";");`,
    tls && '    settings.put("ssl.truststore.type", "PEM");',
    tls && '    settings.put("ssl.truststore.location", "ca.crt");',
    '    settings.put("group.id", System.getenv("KAFKA_GROUP"));',
    '    settings.put("auto.offset.reset", "earliest");',
    '    try (var consumer =',
    '        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {',
    `      consumer.subscribe(List.of(${quoted(topic)}));`,
    '      while (true)',
    '        for (var record : consumer.poll(Duration.ofSeconds(1))) System.out.println(record.value());',
    '    }',
    '  }',
    '}',
  );
}

function kafkaPython({ bootstrap, tls, username, topic }: ConnectionFacts): string {
  return joined(
    '# pip install "kafka-python>=2.1"',
    'import os',
    'from kafka import KafkaConsumer',
    '',
    'consumer = KafkaConsumer(',
    `    ${quoted(topic)},`,
    `    bootstrap_servers=[${bootstrap.map(quoted).join(', ')}],`,
    `    security_protocol="${protocol(tls)}",`,
    '    sasl_mechanism="SCRAM-SHA-512",',
    `    sasl_plain_username=${quoted(username)},`,
    '    sasl_plain_password=os.environ["KAFKA_PASSWORD"],',
    tls && '    ssl_cafile="ca.crt",',
    '    group_id=os.environ["KAFKA_GROUP"],',
    '    auto_offset_reset="earliest",',
    ')',
    'for record in consumer:',
    '    print(record.value.decode())',
  );
}

function confluentKafka({ bootstrap, tls, username, topic }: ConnectionFacts): string {
  return joined(
    '# pip install confluent-kafka',
    'import os',
    'from confluent_kafka import Consumer',
    '',
    'consumer = Consumer({',
    `    "bootstrap.servers": ${quoted(bootstrap.join(','))},`,
    `    "security.protocol": "${protocol(tls)}",`,
    '    "sasl.mechanisms": "SCRAM-SHA-512",',
    `    "sasl.username": ${quoted(username)},`,
    '    "sasl.password": os.environ["KAFKA_PASSWORD"],',
    tls && '    "ssl.ca.location": "ca.crt",',
    '    "group.id": os.environ["KAFKA_GROUP"],',
    '    "auto.offset.reset": "earliest",',
    '})',
    `consumer.subscribe([${quoted(topic)}])`,
    'while True:',
    '    record = consumer.poll(1)',
    '    if record is None:',
    '        continue',
    '    if record.error():',
    '        raise SystemExit(record.error())',
    '    print(record.value().decode())',
  );
}

function kafkajs({ bootstrap, tls, username, topic }: ConnectionFacts): string {
  return joined(
    '// npm install kafkajs',
    'import { Kafka } from "kafkajs";',
    tls && 'import { readFileSync } from "node:fs";',
    '',
    'const kafka = new Kafka({',
    '  clientId: "my-service",',
    `  brokers: [${bootstrap.map(quoted).join(', ')}],`,
    tls && '  ssl: { ca: [readFileSync("ca.crt", "utf8")] },',
    '  sasl: {',
    '    mechanism: "scram-sha-512",',
    `    username: ${quoted(username)},`,
    '    password: process.env.KAFKA_PASSWORD,',
    '  },',
    '});',
    'const consumer = kafka.consumer({ groupId: process.env.KAFKA_GROUP });',
    'await consumer.connect();',
    `await consumer.subscribe({ topic: ${quoted(topic)}, fromBeginning: true });`,
    'await consumer.run({',
    '  eachMessage: async ({ message }) => console.log(message.value?.toString()),',
    '});',
  );
}

const writers: Record<Client, (facts: ConnectionFacts) => string> = {
  Java: java,
  'kafka-python': kafkaPython,
  'confluent-kafka': confluentKafka,
  kafkajs,
};

export function snippetOf(client: Client, facts: ConnectionFacts): string {
  return writers[client](facts);
}
