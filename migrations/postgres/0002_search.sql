-- Search finds facts, not envelopes: `item` is the fact's number among packed ones, else 0.
-- What was indexed by event is indexed again.

drop table event_text;
create table event_text (
    tenant text collate "C" not null,
    iteration text collate "C" not null,
    position bigint not null,
    item integer not null,
    recorded_at bigint not null,
    words tsvector not null,
    primary key (tenant, iteration, position, item)
);
create index event_text_words on event_text using gin (words);
delete from search_state;
