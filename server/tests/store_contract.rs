//! The contract of the store, kept by each implementation: one suite, run over SQLite and a real PostgreSQL.

#[path = "store_contract/beside.rs"]
mod beside;
#[path = "support/events.rs"]
mod events;
#[path = "store_contract/log.rs"]
mod log;
#[path = "store_contract/model.rs"]
mod model;
#[path = "store_contract/place.rs"]
mod place;
#[path = "support/postgres.rs"]
mod postgres_server;
#[path = "store_contract/restore.rs"]
mod restore;
#[path = "store_contract/writers.rs"]
mod writers;

use place::Place;

macro_rules! contract {
    ($($case:ident = $room:ident::$run:ident;)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                super::$room::$run(&super::Place::sqlite()).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                super::$room::$run(&super::Place::postgres()).await;
            })*
        }
    };
}

contract! {
    an_event_comes_back_as_it_was_sent = log::comes_back;
    an_identity_counts_once_and_other_content_is_kept_as_a_dead_letter = log::counts_once;
    an_iteration_belongs_to_one_project = log::one_project;
    positions_are_gapless_per_iteration_and_known_time_never_runs_backwards = log::gapless;
    a_reader_pages_through_a_log_and_stops_at_many_bytes = log::pages;
    what_was_answered_is_there_after_reopening = log::reopens;
    people_stand_beside_the_log_and_can_be_erased = beside::people;
    dead_letters_are_kept_shown_counted_and_discarded = beside::dead_letters;
    any_bytes_can_be_buried = beside::any_bytes;
    text_is_found_in_any_iteration_newest_first = beside::text;
    whole_logs_are_restored_as_they_were = restore::whole;
    what_is_no_whole_log_is_refused_before_anything_is_written = restore::refused;
    many_writers_lose_nothing_and_readers_skip_nothing = writers::many;
    two_handles_append_the_same_events_once = writers::same_events;
    two_iterations_in_opposite_orders_do_not_block_each_other = writers::opposite_orders;
    handles_opened_at_once_agree_on_the_schema_and_the_key = writers::opened_at_once;
    any_sequence_of_operations_is_as_in_a_simple_model = model::agrees;
}
