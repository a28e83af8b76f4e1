//! The running server: what outsiders may send, what readers hear, what survives a kill.

mod serve {
    mod bad_input;
    mod board;
    mod live;
    mod place;
}
