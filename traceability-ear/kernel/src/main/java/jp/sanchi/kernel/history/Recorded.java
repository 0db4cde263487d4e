package jp.sanchi.kernel.history;

import jp.sanchi.kernel.event.TraceEvent;

/**
 * An event where it stands in a history.
 *
 * @param recordTime the ledger transaction's timestamp, in milliseconds since 1970
 */
public record Recorded(TraceEvent event, long recordTime) {}
