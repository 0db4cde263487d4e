package jp.sanchi.kernel.history;

/** What became of one event of a batch. */
public sealed interface Outcome permits Accepted, Refused {}
