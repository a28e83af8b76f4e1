-- Search finds facts, not envelopes: `rowid` is `seq * 4096 + item`, `item` the fact's number among packed ones, else 0.
-- What was indexed by event is indexed again.

drop table event_text;
create virtual table event_text using fts5(
    words, content = '', columnsize = 0, detail = none, tokenize = 'ascii'
);
delete from search_state;

-- Every word of the index once. The beginning of a word is asked for as the few words that begin so: lists of whole
-- words are read from their end, those of a beginning would be merged first.
create table event_word (
    word text not null primary key
) strict, without rowid;
