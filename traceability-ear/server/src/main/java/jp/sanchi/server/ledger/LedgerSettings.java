package jp.sanchi.server.ledger;

/**
 * How the server works with its ledger.
 *
 * @param outboxBatch the most events of one append
 * @param lanes how many appends may be under way at once; more than one pays only where the ledger
 *     works on them side by side
 */
public record LedgerSettings(int outboxBatch, int lanes) {}
