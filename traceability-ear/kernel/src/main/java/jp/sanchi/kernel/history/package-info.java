/**
 * What the ledger keeps of events: subjects, their chained histories, and the rules of appending.
 */
package jp.sanchi.kernel.history;
