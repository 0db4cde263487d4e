package jp.sanchi.kernel.history;

import jp.sanchi.kernel.event.TraceEvent;

/**
 * One event in the history of a subject.
 *
 * @param recordTime the ledger transaction's timestamp, in milliseconds since 1970
 */
public record Entry(TraceEvent event, long recordTime) {}
