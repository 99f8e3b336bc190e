//! Every page in every state that matters, for looking at and for the tests.
