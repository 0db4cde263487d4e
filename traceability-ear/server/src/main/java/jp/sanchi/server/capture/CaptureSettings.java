package jp.sanchi.server.capture;

/**
 * What receipts say.
 *
 * @param consortium whose ledger takes the events
 * @param commitWithinMs how long after its capture an event is on the ledger, as promised
 */
record CaptureSettings(String consortium, long commitWithinMs) {}
