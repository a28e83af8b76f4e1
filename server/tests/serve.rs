//! The running server: what outsiders may send, what readers hear, what several processes share.

#[path = "support/postgres.rs"]
mod postgres_server;

mod serve {
    mod bad_input;
    mod balky;
    mod board;
    mod fine_print;
    mod live;
    mod pages;
    mod place;
    mod postgres;
    mod rules;
}
