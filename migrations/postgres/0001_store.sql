-- The log and what lies beside it. Every key starts with the tenant. Times are microseconds since 1970.
-- Keys compare byte by byte (collate "C"): faster, and the same order as in the program.
-- What is to be split by time later (event_log) has its uniqueness elsewhere (event_identity). TimescaleDB,
-- where present, may turn event_log into a hypertable behind a probe of its licence; nothing here needs it.

create table meta (
    key text collate "C" primary key,
    value bytea not null
);

-- The head row of each iteration: locked by every append until it commits, which makes positions gapless
-- and keeps readers from skipping any. Head 0: about to open, not there yet for readers.
create table iteration (
    ordinal bigint generated always as identity,
    tenant text collate "C" not null,
    iteration text collate "C" not null,
    project text collate "C" not null,
    head bigint not null,
    opened_at bigint not null,
    recorded_at bigint not null,
    primary key (tenant, iteration)
) with (fillfactor = 50);

-- `body` holds what no other column does (data, subject, corrects, traceparent, time as written). Text, not
-- jsonb: it is never asked into, jsonb refuses some JSON, and the bytes must come back as they were.
create table event_log (
    tenant text collate "C" not null,
    iteration text collate "C" not null,
    position bigint not null,
    recorded_at bigint not null,
    source text collate "C" not null,
    id text collate "C" not null,
    type text collate "C" not null,
    time bigint,
    batch text collate "C",
    actor text collate "C",
    steward boolean not null,
    content bytea not null,
    blob bytea,
    body text not null,
    primary key (tenant, iteration, position)
);

-- Who is in the log already. Apart from it, so that the log can be split by time without losing uniqueness.
create table event_identity (
    tenant text collate "C" not null,
    iteration text collate "C" not null,
    source text collate "C" not null,
    id text collate "C" not null,
    position bigint not null,
    content bytea not null,
    primary key (tenant, iteration, source, id)
);

-- Long text by its field, and which people an event names (`field` is the token, the value stands in `person`).
create table event_detail (
    tenant text collate "C" not null,
    iteration text collate "C" not null,
    position bigint not null,
    field text collate "C" not null,
    personal boolean not null,
    value text not null,
    primary key (tenant, iteration, position, field)
);

-- The only place where a person's name stands; deleting a row erases the person.
create table person (
    tenant text collate "C" not null,
    token text collate "C" not null,
    name text not null,
    primary key (tenant, token)
);

-- Large context bodies by their content.
create table blob (
    tenant text collate "C" not null,
    digest bytea not null,
    body bytea not null,
    primary key (tenant, digest)
);

-- What could not be taken in. `fingerprint` makes the same thing sent again the same letter.
create table dead_letter (
    id bigint generated always as identity primary key,
    tenant text collate "C" not null,
    fingerprint bytea not null,
    category text not null,
    iteration text,
    identity text,
    reason text not null,
    body text not null,
    recorded_at bigint not null,
    attempts bigint not null,
    unique (tenant, fingerprint)
);

-- Where each consumer of a stream stands, moved in the same transaction as what it read.
create table consumer_offset (
    tenant text collate "C" not null,
    consumer text collate "C" not null,
    topic text collate "C" not null,
    partition integer not null,
    next_offset bigint not null,
    epoch bigint not null,
    primary key (tenant, consumer, topic, partition)
);

-- Full text over the log, filled when somebody searches. Words are cut in Rust, so no language is asked.
create table event_text (
    tenant text collate "C" not null,
    iteration text collate "C" not null,
    position bigint not null,
    recorded_at bigint not null,
    words tsvector not null,
    primary key (tenant, iteration, position)
);
create index event_text_words on event_text using gin (words);
create table search_state (
    tenant text collate "C" not null,
    iteration text collate "C" not null,
    indexed bigint not null,
    primary key (tenant, iteration)
);
