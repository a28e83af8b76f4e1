//! The real binary as a person or a pipeline runs it: exit codes, reports, same bytes from store and server,
//! bad input, two processes on one file, stopping.

mod cli {
    mod bad_input;
    mod codes;
    mod configuration;
    mod context;
    mod demo;
    mod explain;
    mod import;
    mod letters;
    mod place;
    mod restore;
    mod serving;
    mod tls;
    mod world;
}
