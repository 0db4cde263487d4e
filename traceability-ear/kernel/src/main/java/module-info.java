/** Events, histories, rules and proofs; needs nothing but {@code java.base}. */
module jp.sanchi.kernel {
  exports jp.sanchi.kernel.event;
  exports jp.sanchi.kernel.history;
  exports jp.sanchi.kernel.ledger;
  exports jp.sanchi.kernel.proof;
}
