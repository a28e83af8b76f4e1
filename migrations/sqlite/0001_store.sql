-- The log and what lies beside it. Every key starts with the tenant. Times are microseconds since 1970.

create table meta (
    key text not null primary key,
    value blob not null
) strict, without rowid;

-- The head row of each iteration: positions are taken from it, last, inside the append transaction.
create table iteration (
    ordinal integer primary key,
    tenant text not null,
    iteration text not null,
    project text not null,
    head integer not null,
    opened_at integer not null,
    recorded_at integer not null,
    unique (tenant, iteration)
) strict;

-- The log. `seq` is the order of commit over all iterations, which the search index follows;
-- `body` holds what no other column does (data, subject, corrects, traceparent, time as written).
create table event_log (
    seq integer primary key,
    tenant text not null,
    iteration text not null,
    position integer not null,
    recorded_at integer not null,
    source text not null,
    id text not null,
    type text not null,
    time integer,
    batch text,
    actor text,
    steward integer not null,
    content blob not null,
    blob blob,
    body text not null,
    unique (tenant, iteration, position)
) strict;

-- Who is in the log already. Apart from it, so that the log can be split by time without losing uniqueness.
create table event_identity (
    tenant text not null,
    iteration text not null,
    source text not null,
    id text not null,
    position integer not null,
    content blob not null,
    primary key (tenant, iteration, source, id)
) strict, without rowid;

-- Long text by its field, and which people an event names (`field` is the token, the value stands in `person`).
create table event_detail (
    tenant text not null,
    iteration text not null,
    position integer not null,
    field text not null,
    personal integer not null,
    value text not null,
    primary key (tenant, iteration, position, field)
) strict, without rowid;

-- The only place where a person's name stands; deleting a row erases the person.
create table person (
    tenant text not null,
    token text not null,
    name text not null,
    primary key (tenant, token)
) strict, without rowid;

-- Large context bodies by their content.
create table blob (
    tenant text not null,
    digest blob not null,
    body blob not null,
    primary key (tenant, digest)
) strict, without rowid;

-- What could not be taken in. `fingerprint` makes the same thing sent again the same letter.
create table dead_letter (
    id integer primary key autoincrement,
    tenant text not null,
    fingerprint blob not null,
    category text not null,
    iteration text,
    identity text,
    reason text not null,
    body text not null,
    recorded_at integer not null,
    attempts integer not null,
    unique (tenant, fingerprint)
) strict;

-- Where each consumer of a stream stands, moved in the same transaction as what it read.
create table consumer_offset (
    tenant text not null,
    consumer text not null,
    topic text not null,
    partition integer not null,
    next_offset integer not null,
    epoch integer not null,
    primary key (tenant, consumer, topic, partition)
) strict, without rowid;

-- Full text over the log, filled when somebody searches. Words are cut in Rust, hence the plain tokeniser.
create virtual table event_text using fts5(
    words, content = '', columnsize = 0, detail = none, tokenize = 'ascii'
);
create table search_state (
    tenant text not null primary key,
    indexed integer not null
) strict, without rowid;
