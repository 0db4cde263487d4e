package jp.sanchi.server.ledger;

/**
 * How the server works with its ledger.
 *
 * @param outboxBatch the most events of one append
 */
public record LedgerSettings(int outboxBatch) {}
